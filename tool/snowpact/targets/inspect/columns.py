"""Columns: INFORMATION_SCHEMA.COLUMNS, and where it is silent SHOW COLUMNS and DESCRIBE.

COLUMNS gives neither fraction digits nor collations nor inner types of structured columns ("not applicable",
https://docs.snowflake.com/en/sql-reference/info-schema/columns). Fraction digits come from SHOW COLUMNS, whose ``data_type`` is JSON
with a ``scale``, up to its 10,000 rows; the rest is certain to the family only, until the object is described.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from snowpact.model.catalog import Column
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import (
    ARRAY,
    DEFAULT_FRACTION,
    OBJECT,
    UNKNOWN,
    VARIANT,
    Certainty,
    SnowflakeType,
    TypeSyntaxError,
    binary,
    number,
    parse_type,
    varchar,
)
from snowpact.targets.inspect.probe import Probe, Row, View, text, yes
from snowpact.targets.inspect.texts import expression

Typed = tuple[SnowflakeType, Certainty, str | None]
ColumnsByRelation = dict[tuple[str, str], tuple[Column, ...]]

NO_DIGITS = "INFORMATION_SCHEMA does not give fraction digits"
NO_INNER_TYPES = "INFORMATION_SCHEMA does not give inner types"

_COLUMNS = (
    "TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "ORDINAL_POSITION", "COLUMN_DEFAULT", "IS_NULLABLE", "DATA_TYPE",
    "CHARACTER_MAXIMUM_LENGTH", "CHARACTER_OCTET_LENGTH", "NUMERIC_PRECISION", "NUMERIC_SCALE", "DATETIME_PRECISION", "COLLATION_NAME",
    "IS_IDENTITY", "IDENTITY_START", "IDENTITY_INCREMENT", "COMMENT",
)  # fmt: skip
_NEW = ("KIND", "EXPRESSION")
_EMBEDDED = ("SNOWPACT_CERTAINTY", "SNOWPACT_REASON")
_COLLATED = re.compile(r"(?P<type>.*\S)\s+COLLATE\s+'(?P<collation>(?:[^']|'')*)'\s*\Z", re.IGNORECASE | re.DOTALL)
_IDENTITY = re.compile(r"IDENTITY START (-?\d+) INCREMENT (-?\d+)")


def columns(probe: Probe) -> ColumnsByRelation:
    """The columns of every table and view of the database, in order."""
    optional = (*_NEW, *_EMBEDDED) if probe.embedded else _NEW
    view = View("COLUMNS", "TABLE_SCHEMA", _COLUMNS, optional, _described)
    found: dict[tuple[str, str], list[tuple[int, Column]]] = {}
    for row in probe.select(view):
        column = row.get("described") or _column(row, probe.embedded)
        found.setdefault((row["table_schema"], row["table_name"]), []).append((int(row["ordinal_position"]), column))
    ordered = {relation: tuple(column for _, column in sorted(items, key=lambda item: item[0])) for relation, items in found.items()}
    return ordered if probe.embedded else _with_digits(probe, ordered)


def _column(row: Row, embedded: bool) -> Column:
    type_, certainty, reason = type_of(row, embedded)
    identity = (int(row["identity_start"]), int(row["identity_increment"])) if yes(row.get("is_identity")) else None
    return Column(
        name=row["column_name"],
        type=type_,
        nullable=str(row["is_nullable"]).upper() != "NO",
        default=None if identity else expression(text(row["column_default"])),
        comment=text(row["comment"]),
        collation=text(row.get("collation_name")),
        identity=identity,
        expression=text(row.get("expression")),
        certainty=certainty & Certainty(row.get("snowpact_certainty") or "exact"),
        reason=text(row.get("snowpact_reason")) or reason,
    )


def type_of(row: Row, embedded: bool = False) -> Typed:
    """The type that a row of COLUMNS speaks of, how sure that is, and why not more."""
    word = str(row["data_type"]).upper()
    if word in _BY_WORD:
        return _BY_WORD[word](row), Certainty.EXACT, None
    if word in _FRACTIONAL:
        return _fractional(_FRACTIONAL[word], row.get("datetime_precision"), embedded)
    if word in _NESTED and not embedded:
        return _NESTED[word], Certainty.FAMILY, NO_INNER_TYPES
    return parsed(word)


def parsed(spelled: str) -> Typed:
    """A type from its text; one that this version has never heard of is unknown, with its name."""
    try:
        return parse_type(spelled), Certainty.EXACT, None
    except TypeSyntaxError:
        return UNKNOWN, Certainty.UNKNOWN, f"type {spelled} is not known to this version"


def _integer(row: Row, key: str) -> int | None:
    return None if row.get(key) is None else int(row[key])


def _number(row: Row) -> SnowflakeType:
    return number(_integer(row, "numeric_precision") or 38, _integer(row, "numeric_scale") or 0)


def _bytes(row: Row) -> SnowflakeType:
    return binary(_integer(row, "character_maximum_length") or _integer(row, "character_octet_length"))


_BY_WORD: dict[str, Callable[[Row], SnowflakeType]] = {
    **dict.fromkeys(("TEXT", "VARCHAR", "STRING"), lambda row: varchar(_integer(row, "character_maximum_length"))),
    **dict.fromkeys(("NUMBER", "FIXED", "DECIMAL"), _number),
    "BINARY": _bytes,
}
_FRACTIONAL = {word: word for word in ("TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")}
_NESTED = {"OBJECT": OBJECT, "ARRAY": ARRAY, "MAP": SnowflakeType("MAP", key=varchar(), element=VARIANT)}


def _fractional(base: str, digits: object, embedded: bool) -> Typed:
    """A real account's DATETIME_PRECISION is documented as not applicable: what stands there is no proof."""
    type_ = SnowflakeType(base, precision=DEFAULT_FRACTION if digits is None else int(str(digits)))
    return (type_, Certainty.EXACT, None) if embedded else (type_, Certainty.FAMILY, NO_DIGITS)


def _with_digits(probe: Probe, found: ColumnsByRelation) -> ColumnsByRelation:
    """The same columns with the fraction digits that SHOW COLUMNS gives; one statement, none where no column needs it."""
    if not any(column.reason == NO_DIGITS for items in found.values() for column in items):
        return found
    rows = probe.show("COLUMNS", paged=False, per_table=False)
    digits = {(row["schema_name"], row["table_name"], row["column_name"]): _digits(row["data_type"]) for row in rows}

    def precise(relation: tuple[str, str], column: Column) -> Column:
        scale = digits.get((*relation, column.name))
        if column.reason != NO_DIGITS or scale is None:
            return column
        return replace(column, type=replace(column.type, precision=scale), certainty=Certainty.EXACT, reason=None)

    complete = {relation: tuple(precise(relation, column) for column in items) for relation, items in found.items()}
    left = sum(column.reason == NO_DIGITS for items in complete.values() for column in items)
    if left:
        probe.note(f"the fraction digits of {left} columns of {probe.spelled()} are not known: SHOW COLUMNS did not list them")
    return complete


def _digits(data_type: object) -> int | None:
    try:
        described = json.loads(str(data_type))
        return int(described["scale"]) if described["type"] in _FRACTIONAL else None
    except (ValueError, KeyError, TypeError):
        return None


def _described_column(row: Row) -> Column:
    """What DESCRIBE TABLE says of a column; its ``type`` is complete, collation included."""
    found = _COLLATED.match(row["type"])
    type_, certainty, reason = parsed(found["type"] if found else row["type"])
    default = text(row.get("default"))
    identity = _IDENTITY.search(default or "")
    return Column(
        name=row["name"],
        type=type_,
        nullable=yes(row.get("null?", "Y")),
        default=None if identity else expression(default),
        comment=text(row.get("comment")),
        collation=found["collation"].replace("''", "'") if found else None,
        identity=(int(identity[1]), int(identity[2])) if identity else None,
        expression=text(row.get("expression")),
        masking_policy=_policy(row.get("policy name")),
        certainty=certainty,
        reason=reason,
    )


def _policy(value: object) -> Name | None:
    try:
        return Name.parse(str(value)) if value else None
    except NameSyntaxError:
        return None


def describe(probe: Probe, schema: str, name: str) -> tuple[Column, ...]:
    """The columns of one relation by DESCRIBE: precise in everything, one statement each."""
    return tuple(_described_column(row) for row in probe.describe(schema, name))


def _described(probe: Probe, schema: str) -> list[Row]:
    """Rows of COLUMNS for a schema that is too large for it."""
    return [
        {"table_schema": schema, "table_name": name, "ordinal_position": position, "described": column}
        for where, name in probe.relations
        if where == schema
        for position, column in enumerate(describe(probe, schema, name), 1)
    ]
