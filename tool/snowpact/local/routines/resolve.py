"""Which overload a call means, and its arguments in the routine's order.

https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-naming-conventions#calling-overloaded-procedures-and-functions:
the one whose argument types fit, exact types before those reached by implicit coercion. Arguments are given by position or all by name
(https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-arguments).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.routines.definition import Definition
from snowpact.local.scripting.values import Variable, literal
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

_FROM_TEXT = {"BOOLEAN", "DATE", "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "FLOAT", "NUMBER", "DECFLOAT", "UUID"}
_MOMENTS = {"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"}
_COERCIONS: dict[str, set[str]] = {
    "VARCHAR": _FROM_TEXT,
    "NUMBER": {"FLOAT", "VARCHAR", "VARIANT", "DECFLOAT"},
    "FLOAT": {"NUMBER", "VARCHAR", "VARIANT", "DECFLOAT"},
    "BOOLEAN": {"VARCHAR", "VARIANT"},
    "DATE": {"VARCHAR", "VARIANT", *_MOMENTS},
    "TIME": {"VARCHAR"},
    "TIMESTAMP_NTZ": {"VARCHAR", "VARIANT", *_MOMENTS},
    "TIMESTAMP_LTZ": {"VARCHAR", "VARIANT", *_MOMENTS},
    "TIMESTAMP_TZ": {"VARCHAR", "VARIANT", *_MOMENTS},
    "VARIANT": {*_FROM_TEXT, "VARCHAR", "OBJECT", "ARRAY"},
    "ARRAY": {"VARIANT"},
    "OBJECT": {"VARIANT"},
}
"""Implicit coercion: https://docs.snowflake.com/en/sql-reference/data-type-conversion#data-types-that-can-be-cast."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as written: its name in ``name => value``, and the value's text."""

    name: str | None
    text: str


def read_arguments(text: str) -> list[Argument]:
    """The arguments between a call's brackets."""
    cursor = Cursor(text)
    found: list[Argument] = []
    while not cursor.done:
        if found:
            cursor.expect(",")
        name = None
        if cursor.peek(1) == "=>":
            name = cursor.identifier()
            cursor.expect("=>")
        found.append(Argument(name, cursor.until(",")))
    return found


def _named(session: Session, kind: Kind, name: Name) -> list[Record]:
    """Temporary ones, which hide those of the same signature, among them."""
    seen = {record.key: record for record in (*session.engine.state, *session.temporary.values())}
    return [
        record
        for record in seen.values()
        if record.object.kind is kind and record.name.parent == name.parent and record.name.name.split("(")[0] == name.name
    ]


def overloads(session: Session, kind: Kind, name: Name) -> list[Definition]:
    """Every routine of that complete name, argument types left out."""
    return [Definition.of(record) for record in _named(session, kind, name)]


def only(session: Session, kind: Kind, name: Name) -> CatalogObject | None:
    """The routine of that name where there is one alone, whatever its arguments; else None."""
    found = _named(session, kind, name)
    return found[0].object if len(found) == 1 else None


def unknown(kind: Kind, name: Name) -> Exception:
    word = "procedure" if kind is Kind.PROCEDURE else "function"
    return compilation(f"Unknown user-defined {word} {name}", 2141, "42601")


def chosen(
    session: Session, kind: Kind, name: Name, arguments: Sequence[Argument], given: Sequence[Variable]
) -> tuple[Definition, list[Any]]:
    """The overload and its arguments' values, of the parameters' types and in their order, defaults filled in."""
    candidates = overloads(session, kind, name)
    if not candidates:
        raise unknown(kind, name)
    return fitted(candidates, name, arguments, given, session)


def fitted(
    candidates: Sequence[Definition], name: Name, arguments: Sequence[Argument], given: Sequence[Variable], session: Session
) -> tuple[Definition, list[Any]]:
    """The same among given candidates."""
    scored = [(score, item, places) for item in candidates for score, places in [_fit(item, arguments, given)] if score is not None]
    best = min((score for score, _, _ in scored), default=None)
    fitting = [(item, places) for score, item, places in scored if score == best]
    if not fitting:
        types = ", ".join(_type_text(variable) for variable in given)
        raise compilation(f"Invalid argument types for function '{name.name}': ({types})", 1044, "42P13")
    if len(fitting) > 1:
        fit = " and ".join(item.name.name for item, _ in fitting)
        raise compilation(f"call to '{name.name}' is ambiguous: {fit} fit", 1044, "42P13")
    item, places = fitting[0]
    return item, _values(session, item, places, given)


def _type_text(variable: Variable) -> str:
    return str(variable.type) if variable.value is not None and variable.type else "NULL"


def places_of(item: Definition, names: Sequence[str | None]) -> list[int | None] | None:
    """For each parameter the index of its argument, None for its default; None where the arguments don't fit in number or name."""
    order = [parameter.name for parameter in item.parameters]
    places: list[int | None] = [None] * len(order)
    for index, name in enumerate(names):
        place = index if name is None else order.index(name) if name in order else len(order)
        if place >= len(order) or places[place] is not None:
            return None
        places[place] = index
    missing = [parameter for parameter, place in zip(item.parameters, places, strict=True) if place is None and parameter.default is None]
    return None if missing else places


def _fit(item: Definition, arguments: Sequence[Argument], given: Sequence[Variable]) -> tuple[int | None, list[int | None]]:
    places = places_of(item, [argument.name for argument in arguments])
    if places is None:
        return None, []
    score = 0
    for parameter, place in zip(item.parameters, places, strict=True):
        cost = 0 if place is None else _cost(given[place], parameter.type)
        if cost is None:
            return None, []
        score += cost
    return score, places


def _cost(value: Variable, wanted: SnowflakeType) -> int | None:
    return 0 if value.value is None else cost(value.type, wanted)


def cost(given: SnowflakeType | None, wanted: SnowflakeType) -> int | None:
    """0 for the same family, 1 by coercion, None for neither; NULL and what is not known are of every type."""
    if given is None or given.base in {wanted.base, "UNKNOWN", "NULL"}:
        return 0
    return 1 if wanted.base in _COERCIONS.get(given.base, ()) else None


def _values(session: Session, item: Definition, places: Sequence[int | None], given: Sequence[Variable]) -> list[Any]:
    casts: list[str] = []
    for parameter, place in zip(item.parameters, places, strict=True):
        text = parameter.default or "NULL" if place is None else "NULL" if given[place].value is None else literal(given[place])
        casts.append(f"CAST(({text}) AS {parameter.type})")
    if not casts:
        return []
    columns = ", ".join(f"{cast} AS A{number}" for number, cast in enumerate(casts))
    return list(session.execute(f"SELECT {columns}").rows[0])


def evaluated(session: Session, arguments: Sequence[Argument]) -> list[Variable]:
    """The arguments' values with their own types, each evaluated once."""
    if not arguments:
        return []
    columns = ", ".join(f"({argument.text}) AS A{number}" for number, argument in enumerate(arguments))
    result = session.execute(f"SELECT {columns}")
    return [Variable(value, column.type) for value, column in zip(result.rows[0], result.columns, strict=True)]
