"""Rows as arrow tables: what DuckDB reads without a detour over text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from snowpact.local.result import ColumnMeta
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    import pyarrow


def arrow_type(type_: SnowflakeType) -> pyarrow.DataType:
    """The arrow type whose values DuckDB takes for a column of that type; VARIANT and its kin travel as text."""
    import pyarrow

    if type_.base == "NUMBER":
        return pyarrow.decimal128(type_.precision or 38, type_.scale or 0)
    made = {
        "FLOAT": pyarrow.float64,
        "BOOLEAN": pyarrow.bool_,
        "BINARY": pyarrow.binary,
        "DATE": pyarrow.date32,
        "TIME": lambda: pyarrow.time64("us"),
        "TIMESTAMP_NTZ": lambda: pyarrow.timestamp("us"),
        "TIMESTAMP_LTZ": lambda: pyarrow.timestamp("us", tz="UTC"),
        "TIMESTAMP_TZ": lambda: pyarrow.timestamp("us", tz="UTC"),
    }.get(type_.base, pyarrow.string)
    return made()


def engine_table(columns: Sequence[ColumnMeta], rows: Sequence[Sequence[Any]]) -> pyarrow.Table:
    """A result's rows; its columns are called c0, c1, …, since two of them may bear one name."""
    import pyarrow

    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [_array(list(cells), column.type) for cells, column in zip(values, columns, strict=True)]
    return pyarrow.table(arrays, names=[f"c{place}" for place in range(len(columns))])


def _array(values: list[Any], type_: SnowflakeType) -> pyarrow.Array:
    import pyarrow

    if type_.base == "UNKNOWN":
        return pyarrow.array(values)
    if type_.base == "NUMBER":  # a result's column may be narrower in its metadata than a value that DuckDB computed
        whole = [value if value is None or isinstance(value, int) else Decimal(value) for value in values]
        return pyarrow.array(whole, type=pyarrow.decimal128(38, type_.scale or 0))
    return pyarrow.array(values, type=arrow_type(type_))
