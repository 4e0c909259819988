"""Other columns for a dynamic table: a ``SELECT *`` whose source gained or lost some, and CREATE OR ALTER.

A dynamic table over ``*`` follows its source's columns: rows that are there have NULL in a new one, one that is gone disappears, wider
types are taken over and narrower ones not. A new column with a default, or one that does not come last, initialises the table anew
(https://docs.snowflake.com/en/user-guide/dynamic-tables/modify#select-for-automatic-schema-evolution).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local import alter_columns
from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.graph import read_by
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.streams import log
from snowpact.local.types import duckdb_type
from snowpact.model.catalog import Column
from snowpact.sql.statements import actions
from snowpact.sql.statements.columns import ColumnDefinition

if TYPE_CHECKING:
    from snowpact.local.session import Session

_LONGEST = 1 << 30


def evolve(change: Ddl, record: Record, columns: Sequence[Column]) -> tuple[Record, str | None]:
    """The table with the columns that its query has now, and why it must be initialised anew, where it must. Raises where the columns were
    given in CREATE DYNAMIC TABLE, or a type became another one."""
    before = [column.name for column in record.object.columns]
    now = [column.name for column in columns]
    if record.extra.get("named"):
        if len(before) != len(now):
            raise compilation("Invalid column definition list", 2026, "42601")
        return record, None
    record = _widened(change, record, columns)
    if before == now:
        return record, None
    kept = [name for name in before if name in now]
    new = [name for name in now if name not in before]
    if now[: len(kept)] != kept:
        reason = "A column that its query gained does not come last."  # texts [M]
    else:
        reason = "A column with a default was added." if _have_defaults(change.session, record, new) else None
    return reshape(change, record, columns), reason


def reshape(change: Ddl, record: Record, columns: Sequence[Column]) -> Record:
    """The table with these columns in this order: those of a name it has stay, the rest are new and NULL. Raises for one that is a
    clustering key's and would go."""
    before = record
    present = {column.name for column in record.object.columns}
    for column in columns:
        if column.name not in present:
            definition = ColumnDefinition(replace(column, nullable=True))
            record = alter_columns.add(change, record, actions.AddColumn(definition))
    wanted = {column.name for column in columns}
    for column in record.object.columns:
        if column.name not in wanted:
            record = alter_columns.drop(change, record, actions.DropColumn(column.name))
    physical = tuple(record.physical_of(column.name) for column in columns)
    ordered = tuple(record.object.column(column.name) or column for column in columns)
    record = change.alter(record, replace(record.object, columns=ordered), physical=physical)
    change.show(record)
    log.adapt(change, before, record)
    return record


def _widened(change: Ddl, record: Record, columns: Sequence[Column]) -> Record:
    for column in columns:
        own = record.object.column(column.name)
        if own is None or own.type == column.type or _holds(own, column):
            continue
        if not _holds(column, own):
            text = f"The type of column '{column.name}' changed from {own.type} to {column.type}, which a dynamic table can't follow."
            raise compilation(text, 2738, "22000")  # text and number [M]
        before, name = record, record.physical_of(column.name)
        if duckdb_type(own.type) != duckdb_type(column.type):
            change.run(f"ALTER TABLE {record.table} ALTER COLUMN {name} TYPE {duckdb_type(column.type)}")
        changed = tuple(replace(other, type=column.type) if other.name == column.name else other for other in record.object.columns)
        record = change.alter(record, replace(record.object, columns=changed))
        log.adapt(change, before, record)
    return record


def _holds(wide: Column, narrow: Column) -> bool:
    """Whether the one column's type holds every value of the other's; types that are not told exactly are left as they are."""
    one, other = wide.type, narrow.type
    if one.base != other.base:
        return False
    if one.base == "NUMBER":
        whole = (one.precision or 38) - (one.scale or 0) >= (other.precision or 38) - (other.scale or 0)
        return (one.scale or 0) >= (other.scale or 0) and whole
    return (one.length or _LONGEST) >= (other.length or _LONGEST) and (one.precision or 9) >= (other.precision or 9)


def _have_defaults(session: Session, record: Record, names: Sequence[str]) -> bool:
    """Whether one of the new columns is a source's that was added with a default."""
    for source in read_by(session, record):
        late = source.extra.get("late_defaults", ())
        columns = zip(source.object.columns, source.physical, strict=False)
        if any(physical in late and column.name in names for column, physical in columns):
            return True
    return False
