"""Physical tables: `_data.t<id>` with columns ``c<k>`` and the hidden row id, and the view that shows it.

``k`` is never reused within a table and ``id`` never at all, so a rename, a swap, a drop and its undoing touch no data
(docs/decisions/0001-one-duckdb-file.md, 0002-row-identity.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlglot import exp

from snowpact.local.ddl import Ddl
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.types import duckdb_type
from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType

ROW_ID = "_rid"


def make(
    change: Ddl, item: CatalogObject, temporary: bool = False, extra: Mapping[str, Any] | None = None, like: Record | None = None
) -> Record:
    """A new, empty physical table for an object with columns. ``like`` is a table of the same columns whose identities it goes on with."""
    record = change.create(item, temporary=temporary, extra=dict(extra or {}))
    physical = tuple(f"c{index}" for index in range(1, len(item.columns) + 1))
    shown = [_going_on(change, like, column) for column in item.columns] if like else item.columns
    columns = [definition(change, record.id, name, column) for name, column in zip(physical, shown, strict=True)]
    change.run(f"CREATE TABLE {record.table} ({', '.join([*columns, _row_id()])})")
    record = change.put(replace(record, physical=physical, next_column=len(physical) + 1))
    change.show(record)
    return record


def _going_on(change: Ddl, source: Record, column: Column) -> Column:
    """An identity column that starts where the source's would go on."""
    if column.identity is None:
        return column
    return replace(column, identity=(upcoming(change.run, f"i{source.id}_{source.physical_of(column.name)}"), column.identity[1]))


def upcoming(run: Callable[..., Any], sequence: str) -> int:
    """The next number of a DuckDB sequence, which is not taken."""
    next_one = "SELECT coalesce(last_value + increment_by, start_value) FROM duckdb_sequences()"
    return run(f"{next_one} WHERE schema_name = '_data' AND sequence_name = ?", [sequence]).fetchone()[0]


def clone_rows(change: Ddl, source: Record, target: Record) -> None:
    """Copy a table's rows into a new one of the same columns. They keep their ids: a stream on the clone names the rows that were there as
    one on the source does (https://docs.snowflake.com/en/user-guide/streams-intro#stream-columns)."""
    into, taken = ", ".join((ROW_ID, *target.physical)), ", ".join((ROW_ID, *source.physical))
    change.run(f"INSERT INTO {target.table} ({into}) SELECT {taken} FROM {source.table}")


def refuse_column(column: Column) -> None:
    """Raise for what a column declares and the engine would have to ignore."""
    for what, present in (
        ("virtual columns", column.expression),
        ("collations", column.collation),
    ):
        if present:
            raise UnsupportedFeature(what)
    duckdb_type(column.type)


def _row_id() -> str:
    return f"{ROW_ID} BIGINT DEFAULT nextval('_snow.rid')"


def definition(change: Ddl, table_id: int, physical: str, column: Column) -> str:
    """A physical column's definition. An identity's numbers come from a sequence of its own; other defaults are the INSERT's matter,
    because they may depend on the session (CURRENT_USER)."""
    text = f"{physical} {duckdb_type(column.type)}"
    if column.identity:
        start, step = column.identity
        sequence = f'_data."i{table_id}_{physical}"'
        change.run(f"CREATE SEQUENCE {sequence} START WITH {start} INCREMENT BY {step} {_bounds(start, step)}")
        text += f" DEFAULT nextval('{sequence}')"
    return text if column.nullable else f"{text} NOT NULL"


def _bounds(start: int, step: int) -> str:
    """DuckDB's default bounds exclude starting points that Snowflake allows."""
    return f"MINVALUE {min(start, 1)}" if step > 0 else f"MINVALUE -9223372036854775808 MAXVALUE {max(start, -1)}"


def insert(
    record: Record,
    columns: Sequence[str],
    source: str,
    types: Sequence[SnowflakeType | None],
    defaults: Mapping[str, tuple[str, SnowflakeType | None]] | None = None,
) -> str:
    """The DuckDB INSERT of a query's rows into named columns, each value made fit for its column as Snowflake does.

    defaults: DuckDB expressions, with their types, for columns that the statement leaves out.
    """
    names = [f"x{index}" for index in range(1, len(columns) + 1)]
    fitted = [assigned(name, type_, record.object.column(column)) for name, type_, column in zip(names, types, columns, strict=True)]
    listed = list(columns)
    inner = ["s.*"]
    rows = f"({source}) AS s({', '.join(names)})"
    for index, (column, (value, type_)) in enumerate((defaults or {}).items()):
        fitted.append(assigned(f"d{index}", type_, record.object.column(column)))
        inner.append(f"{value} AS d{index}")
        listed.append(column)
    targets = ", ".join(record.physical_of(column) for column in listed)
    if defaults:
        rows = f"(SELECT {', '.join(inner)} FROM {rows})"
    return f"INSERT INTO {record.table} ({targets}) SELECT {', '.join(fitted)} FROM {rows}"


def assigned(value: str, type_: SnowflakeType | None, column: Column | None) -> str:
    """A DuckDB expression of a Snowflake type as the value of a column. Raises 002023 where Snowflake converts nothing implicitly."""
    if column is None:
        raise KeyError(value)
    return _assigned(value, type_, column.type, column.name)


@lru_cache(maxsize=4096)
def _assigned(value: str, type_: SnowflakeType | None, target: SnowflakeType, name: str) -> str:
    """Remembered: an INSERT asks for the same text each time it is run."""
    from snowpact.local.translate.coerce import convert
    from snowpact.local.translate.typed import DUCKDB, Typed, cast, data_type

    if type_ is not None and type_.base == "NULL":
        return f"CAST({value} AS {duckdb_type(target)})"
    if type_ is not None and not _converts(type_, target):
        text = f"Expression type does not match column data type, expecting {target} but got {type_} for column {name}"
        raise StatementError(f"SQL compilation error:\n{text}", 2023, "22000")
    sql = exp.column(*reversed(value.split(".")))
    if target.base == "VARCHAR":
        text = convert(Typed(sql, type_), replace(target, length=None)).sql if type_ else cast(sql, "VARCHAR")
        plain = text.sql(dialect=DUCKDB, copy=False)
        return plain if target.length is None else f"_snow.fit({plain}, {target.length})"
    if type_ is None:
        return f"CAST({value} AS {duckdb_type(target)})"
    converted = convert(Typed(sql, type_), target).sql
    duck = duckdb_type(target)
    if isinstance(converted, exp.Cast) and converted.to == data_type(duck):
        return converted.sql(dialect=DUCKDB, copy=False)
    return f"CAST({converted.sql(dialect=DUCKDB, copy=False)} AS {duck})"


_NUMERIC = {"NUMBER", "FLOAT"}
_TEMPORAL = {"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"}
_SEMI = {"VARIANT", "OBJECT", "ARRAY"}


def _converts(source: SnowflakeType, target: SnowflakeType) -> bool:
    """Whether a value is converted implicitly when it is stored (https://docs.snowflake.com/en/sql-reference/data-type-conversion)."""
    pair = source.base, target.base
    if source.base == target.base or {*pair} <= _NUMERIC or {*pair} <= _TEMPORAL or source.base == "VARIANT":
        return True
    if source.base == "VARCHAR":
        return target.base not in _SEMI
    if target.base == "VARCHAR":
        return source.base not in {"BINARY", "ARRAY", "OBJECT"}
    if target.base == "VARIANT":
        return True
    return pair in {("TIMESTAMP_NTZ", "TIME"), ("TIMESTAMP_LTZ", "TIME"), ("NUMBER", "BOOLEAN")}


def distinct(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns; raises where two have one name."""
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise compilation(f"duplicate column name '{column.name}'", 2025, "42S21")
        seen.add(column.name)
    return columns
