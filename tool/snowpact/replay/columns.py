"""What happens to single columns, with Snowflake's refusals (the table of type changes is ``model.conversion``).

https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
"""

from __future__ import annotations

from typing import Any

from snowpact.model.catalog import CatalogObject, Column, Constraint
from snowpact.model.change import (
    AddConstraint,
    ChangeColumnProperty,
    ChangeDefault,
    ChangeNullability,
    ChangeType,
    DropConstraint,
    TypeState,
)
from snowpact.model.conversion import conversion
from snowpact.model.types import Certainty, SnowflakeType
from snowpact.replay.state import Refused, State
from snowpact.sql.tokens import significant


def require(table: CatalogObject, name: str) -> Column:
    """The column, or the refusal that Snowflake gives."""
    column = table.column(name)
    if column is None:
        raise Refused(f"000904 (42000): invalid identifier '{name}': {table} has no such column")
    return column


def change_type(state: State, table: CatalogObject, column: Column, to: SnowflakeType) -> None:
    answer = conversion(column.type, to)
    if column.certainty is Certainty.EXACT and not answer.by_alter:
        raise Refused(f"040050 (22000): cannot change column {column.name} from type {column.type} to {to}: {answer.reason}")
    before = TypeState(column.type, column.certainty, column.reason)
    if before != TypeState(to):
        state.emit(ChangeType(kind=table.kind, object=table.name, column=column.name, before=before, after=TypeState(to)))


def change_nullability(state: State, table: CatalogObject, column: Column, nullable: bool) -> None:
    if column.nullable != nullable:
        state.emit(ChangeNullability(kind=table.kind, object=table.name, column=column.name, before=column.nullable, after=nullable))


def change_default(state: State, table: CatalogObject, column: Column, default: str | None) -> None:
    """A default can be dropped, or go from one sequence to another; nothing else."""
    if _same(column.default, default):
        return
    if default is not None and not (_sequence(column.default) and _sequence(default)):
        raise Refused(f"a default can't be added to or changed on column {column.name}: only DROP DEFAULT, or one sequence for another")
    state.emit(ChangeDefault(kind=table.kind, object=table.name, column=column.name, before=column.default, after=default))


def _same(one: str | None, other: str | None) -> bool:
    """Whatever the case of words and the white space."""
    if one is None or other is None:
        return one is other
    words, others = ([token.word or token.text for token in significant(text)] for text in (one, other))
    return words == others


def _sequence(default: str | None) -> bool:
    return (default or "").strip().upper().endswith(".NEXTVAL")


def change_property(state: State, table: CatalogObject, column: Column, attribute: str, value: Any) -> None:
    before = getattr(column, attribute)
    if before != value:
        state.emit(
            ChangeColumnProperty(kind=table.kind, object=table.name, column=column.name, property=attribute, before=before, after=value)
        )


def align_constraints(state: State, table: CatalogObject, wanted: tuple[Constraint, ...]) -> None:
    for constraint in table.constraints:
        if constraint not in wanted:
            state.emit(DropConstraint(kind=table.kind, object=table.name, constraint=constraint))
    for constraint in wanted:
        if constraint not in table.constraints:
            state.emit(AddConstraint(kind=table.kind, object=table.name, constraint=constraint))
