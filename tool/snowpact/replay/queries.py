"""The columns of a query as replay knows them: typed by ``sql.typing``, with their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from snowpact.model.catalog import Column, Kind
from snowpact.model.names import Name
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.statements.columns import ColumnDefinition
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Lineage, StarOverUnknown, lineage

_READABLE = (Kind.TABLE, Kind.STREAM, Kind.FUNCTION)


def columns_of(state: State, query: str, target: Name) -> tuple[Column, ...]:
    """What ``query`` answers. Raises Opaque, touching ``target``, where that can't be told, Refused for a name that means nothing."""
    try:
        found = lineage(query, state.lookup, state)
    except SqlInputError as error:
        if isinstance(error, StarOverUnknown) and error.absent is not None:
            _refuse_missing(state, error.absent)
        raise Opaque(f"the columns of {target} can't be told: {error.message}", (target,)) from error
    _refuse(state, found)
    state.lineages[target] = found
    return tuple(Column(item.name, item.type, certainty=item.certainty, reason=item.reason) for item in found.columns)


def require_names(state: State, declared: Sequence[ColumnDefinition], target: Name) -> None:
    """A table or view made of a query, whose columns ``columns_of`` has told, needs a name for each."""
    found = state.lineages.get(target)
    if found is not None and found.nameless and not declared:
        raise Refused("002022 (42601): SQL compilation error: Missing column specification")


def _refuse(state: State, found: Lineage) -> None:
    """Snowflake compiles a query before it makes anything of it: what it names must be there."""
    for name in found.missing:
        _refuse_missing(state, name)
    whole = all(state.known_whole(name) for name in found.objects)
    fault = next((fault for fault in found.faults if fault.ambiguous or whole), None)
    if fault is not None:
        raise Refused(f"SQL compilation error: {fault}")


def _refuse_missing(state: State, name: Name) -> None:
    """A relation, or what can be read like one, that is known not to exist."""
    if len(name.parts) < 3 or name.schema == "INFORMATION_SCHEMA" or any(state.find(kind, name) for kind in _READABLE):
        return
    if state.missing(Kind.TABLE, name):
        raise Refused(f"002003 (42S02): Object '{name}' does not exist or not authorized")


def distinct(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise Refused(f"002025 (42S21): duplicate column name '{column.name}'")
        seen.add(column.name)
    return columns


def declared_over(declared: Sequence[ColumnDefinition], found: tuple[Column, ...]) -> tuple[Column, ...]:
    """A column list over a query: names and attributes from the list, types where it gives none from the query."""
    if not declared:
        return distinct(found)
    if len(declared) != len(found):
        raise Refused("002026 (42601): Invalid column definition list")
    return distinct(
        tuple(
            item.column
            if item.column.type.base != "UNKNOWN"
            else replace(item.column, type=column.type, certainty=column.certainty, reason=column.reason)
            for item, column in zip(declared, found, strict=True)
        )
    )
