"""Functions, procedures and sequences, from the INFORMATION_SCHEMA views of these names.

A routine's argument names and types stand in ARGUMENT_SIGNATURE, ``(NUM_RECORDS NUMBER, REGION VARCHAR)``, those of a data metric
function as ``(T TABLE(C NUMBER))`` [M]; they are read by the parser of CREATE, so that overloads are spelled alike whoever found them.
"""

from __future__ import annotations

from typing import Any

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name, spell
from snowpact.sql.statements.metric import parse_create_metric
from snowpact.sql.statements.routine import CreateRoutine, parse_create_routine
from snowpact.sql.tokens import SqlInputError
from snowpact.targets.inspect.probe import Probe, Row, View, text, yes


def _view(kind: str, optional: tuple[str, ...]) -> View:
    own = tuple(f"{kind}_{column}" for column in ("SCHEMA", "NAME", "LANGUAGE", "DEFINITION"))
    return View(f"{kind}S", f"{kind}_SCHEMA", (*own, "ARGUMENT_SIGNATURE", "DATA_TYPE", "COMMENT"), optional)


_FUNCTIONS = _view("FUNCTION", ("IS_SECURE", "IS_DATA_METRIC"))
_PROCEDURES = _view("PROCEDURE", ())
_SEQUENCES = View("SEQUENCES", "SEQUENCE_SCHEMA", ("SEQUENCE_SCHEMA", "SEQUENCE_NAME", "START_VALUE", "INCREMENT", "COMMENT"))


def routines(probe: Probe) -> list[CatalogObject]:
    """Every user-defined function, data metric function and procedure."""
    found = [_routine(probe, "function", row) for row in probe.select(_FUNCTIONS)]
    found += [_routine(probe, "procedure", row) for row in probe.select(_PROCEDURES)]
    hidden = sum(item.definition is None for item in found)
    if hidden:
        probe.note(f"{probe.whose} may not see the bodies of {hidden} functions or procedures of {probe.spelled()}")
    return found


def _routine(probe: Probe, word: str, row: Row) -> CatalogObject:
    kind = Kind.DATA_METRIC_FUNCTION if yes(row.get("is_data_metric")) else Kind(word.upper())
    name, schema = row[f"{word}_name"], row[f"{word}_schema"]
    try:
        signature, declared = _metric(row) if kind is Kind.DATA_METRIC_FUNCTION else _declared(_parsed(word, row))
    except SqlInputError:
        probe.note(f"the signature {row['argument_signature']} of {probe.spelled(schema, name)} could not be read")
        signature, declared = str(row["argument_signature"]), {}
    return CatalogObject(
        kind=kind,
        name=Name.of(probe.database, schema, f"{name}{signature}"),
        definition=text(row[f"{word}_definition"]),
        comment=text(row["comment"]),
        properties=properties(
            language=str(row[f"{word}_language"] or "SQL").upper(),
            secure=yes(row.get("is_secure")) or None,
            **declared,
        ),
    )


def _parsed(word: str, row: Row) -> CreateRoutine:
    return parse_create_routine(f"CREATE {word} F{row['argument_signature']} RETURNS {row['data_type']} AS ''")


def _declared(parsed: CreateRoutine) -> tuple[str, dict[str, Any]]:
    return parsed.signature, {"returns": returns(parsed), "arguments": arguments(parsed)}


def _metric(row: Row) -> tuple[str, dict[str, Any]]:
    """A metric is told by its tables' types alone."""
    parsed = parse_create_metric(f"CREATE DATA METRIC FUNCTION F{row['argument_signature']} RETURNS {row['data_type']} AS ''")
    return parsed.signature, {}


def arguments(parsed: CreateRoutine) -> tuple[tuple[str, str], ...]:
    """(name, type) of each argument. Lengths and precisions are left out here and below: INFORMATION_SCHEMA gives them by halves."""
    return tuple((argument.name, argument.type.base) for argument in parsed.arguments)


def returns(parsed: CreateRoutine) -> str:
    """What it returns: a type, or ``TABLE (A NUMBER, B VARCHAR)``."""
    if parsed.returns_columns is None:
        return parsed.returns.base if parsed.returns else ""
    return f"TABLE ({', '.join(f'{spell(column.name)} {column.type.base}' for column in parsed.returns_columns)})"


def sequences(probe: Probe) -> list[CatalogObject]:
    return [
        CatalogObject(
            kind=Kind.SEQUENCE,
            name=Name.of(probe.database, row["sequence_schema"], row["sequence_name"]),
            comment=text(row["comment"]),
            properties=properties(start=int(row["start_value"]), increment=int(row["increment"])),
        )
        for row in probe.select(_SEQUENCES)
    ]
