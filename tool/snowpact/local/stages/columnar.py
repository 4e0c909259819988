"""The columns of Parquet files, read by DuckDB from their footers."""

from __future__ import annotations

import re

import duckdb

from snowpact.local.stages.files import Staged
from snowpact.local.stages.reading import parquet_path, unreadable

_TYPES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT"), "NUMBER"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "REAL"),
    **dict.fromkeys(("VARCHAR", "UUID"), "TEXT"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"), "TIMESTAMP_NTZ"),
    "BOOLEAN": "BOOLEAN", "DATE": "DATE", "TIME": "TIME",
}  # fmt: skip
"""DuckDB's type → Snowflake's base type. Any other holds values in values, and is a VARIANT."""

_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_WHOLE = (38, 0)


def parquet_columns(duck: duckdb.DuckDBPyConnection, file: Staged, binary_as_text: bool) -> list[tuple[str, str, tuple[int, int], bool]]:
    """(name, base type, digits before and after the point, nullable), in the file's order. Raises for what is no Parquet file."""
    path = parquet_path(file)
    cursor = duck.cursor()
    try:
        types = [row[1] for row in cursor.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()]
        schema = cursor.execute(f"SELECT name, repetition_type, num_children FROM parquet_schema('{path}')").fetchall()
    except duckdb.Error as error:
        raise unreadable(file, error) from error
    finally:
        cursor.close()
    return [
        (name, *_typed(type_, binary_as_text), repetition != "REQUIRED")
        for (name, repetition), type_ in zip(_outer(schema), types, strict=True)
    ]


def _outer(schema: list[tuple[str, str, int | None]]) -> list[tuple[str, str]]:
    """The columns themselves: the schema lists every node, each before what it holds, the root first."""
    found, at = [], 1
    while at < len(schema):
        name, repetition, _ = schema[at]
        found.append((name, repetition))
        at = _after(schema, at)
    return found


def _after(schema: list[tuple[str, str, int | None]], at: int) -> int:
    children, at = schema[at][2] or 0, at + 1
    for _ in range(children):
        at = _after(schema, at)
    return at


def _typed(duck_type: str, binary_as_text: bool) -> tuple[str, tuple[int, int]]:
    if (decimal := _DECIMAL.fullmatch(duck_type)) is not None:
        precision, scale = int(decimal[1]), int(decimal[2])
        return "NUMBER", (precision - scale, scale)
    if duck_type == "BLOB":
        return ("TEXT" if binary_as_text else "BINARY"), (0, 0)
    kind = _TYPES.get(duck_type, "VARIANT")
    return kind, _WHOLE if kind == "NUMBER" else (0, 0)
