"""Values and types on the wire: JSON rows and binds as Snowflake's clients read and write them.

There is no public specification; the formats are those that snowflake-connector-python's converter reads and writes
(https://github.com/snowflakedb/snowflake-connector-python, converter.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from snowpact.local.result import ColumnMeta
from snowpact.model.errors import StatementError
from snowpact.model.types import SnowflakeType

_EPOCH = dt.datetime(1970, 1, 1)
_EPOCH_UTC = _EPOCH.replace(tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
UTC_OFFSET = 1440
"""A TIMESTAMP_TZ carries its offset in minutes plus this."""

UNBOUNDED_TEXT, UNBOUNDED_BINARY = 16_777_216, 8_388_608
_NAMES = {"NUMBER": "fixed", "FLOAT": "real", "VARCHAR": "text", "UUID": "text", "UNKNOWN": "text"}
_LOGICAL = {"boolean", "date", "time", "timestamp_ntz", "timestamp_ltz", "timestamp_tz", "variant", "object", "array", "binary"}


def rowtype(column: ColumnMeta) -> dict[str, Any]:
    """A result column's metadata."""
    type_ = column.type
    name = _NAMES.get(type_.base, type_.base.lower())
    info: dict[str, Any] = {
        "name": column.name,
        "database": "",
        "schema": "",
        "table": "",
        "nullable": column.nullable,
        "type": name if name in _LOGICAL or type_.base in _NAMES else "text",
        "byteLength": None,
        "length": None,
        "scale": None,
        "precision": None,
        "collation": None,
    }
    if name == "fixed":
        info.update(precision=type_.precision, scale=type_.scale)
    elif name == "binary":
        info.update(length=type_.length or UNBOUNDED_BINARY, byteLength=type_.length or UNBOUNDED_BINARY)
    elif type_.is_timestamp or name == "time":
        info.update(precision=0, scale=_digits(type_))
    elif info["type"] == "text":
        info.update(length=type_.length or UNBOUNDED_TEXT, byteLength=min(UNBOUNDED_TEXT, 4 * (type_.length or UNBOUNDED_TEXT)))
    return info


def _digits(type_: SnowflakeType) -> int:
    return 9 if type_.precision is None else type_.precision


def rowset(columns: Sequence[ColumnMeta], rows: Sequence[Sequence[Any]]) -> list[list[str | None]]:
    """Rows as text, the way the JSON result format has every value."""
    writers = [_writer(column.type) for column in columns]
    return [[None if value is None else write(value) for write, value in zip(writers, row, strict=True)] for row in rows]


def _writer(type_: SnowflakeType) -> Callable[[Any], str]:
    digits = _digits(type_)
    moments: dict[str, Callable[[Any], str]] = {
        "BOOLEAN": lambda value: "1" if value else "0",
        "FLOAT": lambda value: repr(float(value)),
        "BINARY": lambda value: bytes(value).hex().upper(),
        "DATE": lambda value: str((value - _EPOCH.date()).days),
        "TIME": lambda value: _seconds(dt.datetime.combine(_EPOCH, value) - _EPOCH, digits),
        "TIMESTAMP_NTZ": lambda value: _seconds(value - _EPOCH, digits),
        "TIMESTAMP_LTZ": lambda value: _seconds(value - _EPOCH_UTC, digits),
        "TIMESTAMP_TZ": lambda value: f"{_seconds(value - _EPOCH_UTC, digits)} {UTC_OFFSET + _offset(value)}",
    }
    return moments.get(type_.base, str)


def _offset(value: dt.datetime) -> int:
    offset = value.utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


def _seconds(since: dt.timedelta, digits: int) -> str:
    """Seconds with exactly that many fraction digits."""
    return f"{Decimal(since // _MICROSECOND).scaleb(-6):.{digits}f}"


# -- binds --------------------------------------------------------------------------------------------------------------


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("+-").isdigit() else Decimal(text)


def _moment(text: str) -> dt.datetime:
    """Nanoseconds since the epoch; DuckDB keeps microseconds."""
    return _EPOCH + dt.timedelta(microseconds=int(text) // 1000)


def _moment_tz(text: str) -> dt.datetime:
    nanoseconds, _, minutes = text.partition(" ")
    zone = dt.timezone(dt.timedelta(minutes=int(minutes) - UTC_OFFSET)) if minutes else dt.UTC
    return (_EPOCH_UTC + dt.timedelta(microseconds=int(nanoseconds) // 1000)).astimezone(zone)


_BINDS: dict[str, Callable[[str], Any]] = {
    "FIXED": _number,
    "REAL": float,
    "TEXT": str,
    "ANY": str,
    "BOOLEAN": lambda text: text.lower() in {"true", "1"},
    "BINARY": bytes.fromhex,
    "DATE": lambda text: (_EPOCH + dt.timedelta(milliseconds=int(text))).date(),
    "TIME": lambda text: _moment(text).time(),
    "TIMESTAMP_NTZ": _moment,
    "TIMESTAMP_LTZ": _moment_tz,
    "TIMESTAMP_TZ": _moment_tz,
}


def _bound(kind: str, value: str | None) -> Any:
    read = _BINDS.get(kind.upper())
    if read is None:
        raise StatementError(f"Binding data in type ({kind}) is not supported.", 252004, "22000")
    try:
        return None if value is None else read(value)
    except (ValueError, ArithmeticError) as error:
        raise StatementError(f"Bind value {value!r:.80} is no {kind}.", 252004, "22000") from error


def bind_rows(bindings: dict[str, dict[str, Any]] | None) -> list[tuple[Any, ...]] | None:
    """The rows of binds: one for ordinary binds, one for each element of an array bind; None without binds."""
    if not bindings:
        return None
    if not all(key.isdigit() for key in bindings):
        raise StatementError("Unsupported feature 'named binds'.", 2, "0A000")
    ordered = [bindings[key] for key in sorted(bindings, key=int)]
    if any(isinstance(item["value"], list) for item in ordered):
        columns = [[_bound(item["type"], value) for value in item["value"]] for item in ordered]
        if len({len(column) for column in columns}) != 1:
            raise StatementError("The columns of an array bind have different lengths.", 252004, "22000")
        return list(zip(*columns, strict=True))
    return [tuple(_bound(item["type"], item["value"]) for item in ordered)]
