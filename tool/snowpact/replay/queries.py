"""The columns of a query as replay knows them: typed by ``sql.typing``, with their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from snowpact.model.catalog import Column
from snowpact.model.names import Name
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.statements.columns import ColumnDefinition
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import output_columns


def columns_of(state: State, query: str, target: Name) -> tuple[Column, ...]:
    """What ``query`` answers. Raises Opaque, touching ``target``, where that can't be told, Refused for two columns of one name."""
    try:
        found = output_columns(query, state.lookup)
    except SqlInputError as error:
        raise Opaque(f"the columns of {target} can't be told: {error.message}", (target,)) from error
    columns = tuple(Column(item.name, item.type, certainty=item.certainty, reason=item.reason) for item in found)
    return distinct(columns)


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
        return found
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
