"""Rows in the Arrow result format: columns of an IPC stream whose metadata tells the client what each one means.

There is no public specification; the forms are those that snowflake-connector-python's converter reads
(https://github.com/snowflakedb/snowflake-connector-python, nanoarrow_cpp).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from snowpact.local.arrow import arrow_type
from snowpact.local.result import ColumnMeta
from snowpact.local.server.values import UTC_OFFSET, rowtype
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    import pyarrow

_NANOSECONDS = 9
_MILLION = 1_000_000
_THREE_PARTS = 16
"""The length by which the client tells a TIMESTAMP_TZ with a fraction from one without."""


def rowset(columns: Sequence[ColumnMeta], rows: Sequence[Sequence[Any]]) -> str:
    """``rowsetBase64``; empty where there are no rows."""
    if not rows:
        return ""
    import pyarrow

    cells = zip(*rows, strict=True)
    made = [_column(list(values), column) for values, column in zip(cells, columns, strict=True)]
    schema = pyarrow.schema([field for field, _ in made])
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pyarrow.record_batch([array for _, array in made], schema=schema))
    return base64.b64encode(sink.getvalue()).decode("ascii")


def _column(values: list[Any], column: ColumnMeta) -> tuple[pyarrow.Field, pyarrow.Array]:
    import pyarrow

    told = rowtype(column)
    array, scale = _ARRAYS.get(column.type.base, _text)(values, column.type)
    metadata = {
        "logicalType": told["type"].upper(),
        "precision": str(told["precision"] or 38),
        "scale": str(scale if scale is not None else told["scale"] or 0),
        "charLength": str(told["length"] or 0),
        "byteLength": str(_THREE_PARTS if column.type.base == "TIMESTAMP_TZ" else told["byteLength"] or 0),
    }
    return pyarrow.field(column.name, array.type, nullable=True, metadata=metadata), array


Made = tuple["pyarrow.Array", int | None]
"""A column and the scale of its numbers; None for that of its type."""


def _plain(values: list[Any], type_: SnowflakeType) -> Made:
    import pyarrow

    return pyarrow.array(values, type=arrow_type(type_)), None


def _text(values: list[Any], type_: SnowflakeType) -> Made:
    import pyarrow

    return pyarrow.array([None if value is None else str(value) for value in values], type=pyarrow.string()), None


def _number(values: list[Any], type_: SnowflakeType) -> Made:
    """Whole numbers as 64 bits where they all fit, as an account sends them: pandas then has integers."""
    import pyarrow

    if not type_.scale and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pyarrow.array([None if value is None else int(value) for value in values], type=pyarrow.int64()), None
    return pyarrow.array(values, type=pyarrow.decimal128(38, type_.scale or 0)), None


def _time(values: list[Any], type_: SnowflakeType) -> Made:
    import pyarrow

    microseconds = pyarrow.array(values, type=pyarrow.time64("us")).cast(pyarrow.int64())
    return pyarrow.compute.multiply(microseconds, 1000), _NANOSECONDS


def _moment(values: list[Any], type_: SnowflakeType) -> Made:
    """Seconds and nanoseconds apart, which holds every year; TIMESTAMP_TZ with its offset in minutes as a third."""
    import numpy
    import pyarrow

    since = pyarrow.array(values, type=arrow_type(type_)).cast(pyarrow.int64()).fill_null(0).to_numpy()
    parts = {
        "epoch": pyarrow.array(numpy.floor_divide(since, _MILLION)),
        "fraction": pyarrow.array((numpy.mod(since, _MILLION) * 1000).astype("int32")),
    }
    if type_.base == "TIMESTAMP_TZ":
        parts["timezone"] = pyarrow.array([_offset(value) for value in values], type=pyarrow.int32())
    missing = pyarrow.array([value is None for value in values])
    return pyarrow.StructArray.from_arrays(list(parts.values()), names=list(parts), mask=missing), _NANOSECONDS


def _offset(value: Any) -> int:
    offset = value.utcoffset() if value is not None else None
    return UTC_OFFSET + (int(offset.total_seconds()) // 60 if offset else 0)


_ARRAYS: dict[str, Callable[[list[Any], SnowflakeType], Made]] = {
    "NUMBER": _number,
    "FLOAT": _plain,
    "BOOLEAN": _plain,
    "BINARY": _plain,
    "DATE": _plain,
    "TIME": _time,
    "TIMESTAMP_NTZ": _moment,
    "TIMESTAMP_LTZ": _moment,
    "TIMESTAMP_TZ": _moment,
}
