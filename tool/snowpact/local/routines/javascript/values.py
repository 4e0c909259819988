"""Values between SQL and JavaScript as they cross the pipe: numbers, text, truth, NULL alone, whose meaning the column's type tells.

Moments are milliseconds (seconds and nanoseconds where a result's column holds them), bytes are hexadecimal, a VARIANT is its JSON text, a
FLOAT that JSON lacks is its name, a NUMBER of a result's column is its digits: ``values.js`` makes JavaScript's values of them and back.
https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction#javascript-data-types
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from snowpact.local.routines import values
from snowpact.local.routines.values import Convert
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _same(value: Any) -> Any:
    return value


def _float(value: Any) -> Any:
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else f"{'-' * (value < 0)}Infinity"


def _since_epoch(value: Any) -> dt.timedelta:
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())
    return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)) - _EPOCH


def _milliseconds(value: Any) -> int:
    return _since_epoch(value) // dt.timedelta(milliseconds=1)


def _bytes(value: Any) -> str:
    return bytes(value).hex()


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_ARGUMENT: dict[str, Convert] = {
    "FLOAT": _float,
    "VARCHAR": _same,
    "BOOLEAN": _same,
    "DATE": _milliseconds,
    "TIMESTAMP_NTZ": _milliseconds,
    "TIMESTAMP_LTZ": _milliseconds,
    "TIMESTAMP_TZ": _milliseconds,
    "BINARY": _bytes,
    "VARIANT": _json,
    "OBJECT": _json,
    "ARRAY": _json,
}


def incoming(type_: SnowflakeType) -> Convert:
    """What makes an argument of a SQL value that is not NULL."""
    if type_.base not in _ARGUMENT or type_.is_structured:
        raise UnsupportedFeature(f"{type_} in JavaScript")
    return _ARGUMENT[type_.base]


def from_json(type_: SnowflakeType) -> Convert:
    """The same of a JSON value that is not null: the rows of a partition, where a VARIANT's own null can't be told from NULL."""
    if type_.base == "VARIANT":
        raise UnsupportedFeature("VARIANT arguments to a partitioned table function in JavaScript")
    load, convert = values.from_json(type_), incoming(type_)
    if type_.is_semi_structured:
        return lambda value: json.dumps(load(value))
    return lambda value: convert(load(value))


def _digits(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _time(value: dt.time) -> str:
    if value.microsecond:
        raise UnsupportedFeature("a TIME with a fraction of a second in JavaScript")
    return value.isoformat()


def read(type_: SnowflakeType) -> Convert:
    """What a column's value that is not NULL is for a ResultSet."""
    if type_.base.startswith("TIMESTAMP_"):
        return lambda value: _parts(value, type_)
    return {"NUMBER": _digits, "TIME": _time}.get(type_.base) or _ARGUMENT.get(type_.base) or str


def _parts(value: dt.datetime, type_: SnowflakeType) -> list[int]:
    since = _since_epoch(value)
    seconds = since // dt.timedelta(seconds=1)
    return [seconds, (since - dt.timedelta(seconds=seconds)).microseconds * 1000, 9 if type_.precision is None else type_.precision]


def bound(value: Any) -> Any:
    """What a statement's placeholder stands for: a number, text, NULL, or the moment of an SfDate."""
    if not isinstance(value, dict):
        return value
    seconds, nanoseconds = value["moment"]
    moment = _EPOCH + dt.timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    return moment.replace(tzinfo=None) if value["type"] == "TIMESTAMP_NTZ" else moment


def _checked(value: Any, type_: SnowflakeType) -> Any:
    """A number of the type's scale, or text of its length, as Python's are."""
    return values.outgoing(type_, "what JavaScript returns")(value)


def _moment(value: int, type_: SnowflakeType) -> dt.datetime:
    made = _EPOCH + dt.timedelta(milliseconds=value)
    return made.replace(tzinfo=None) if type_.base == "TIMESTAMP_NTZ" else made


_OUTGOING: dict[str, Callable[[Any, SnowflakeType], Any]] = {
    "NUMBER": _checked,
    "FLOAT": lambda value, type_: float(value),
    "VARCHAR": _checked,
    "BOOLEAN": lambda value, type_: value,
    "DATE": lambda value, type_: _moment(value, type_).date(),
    "TIMESTAMP_NTZ": _moment,
    "TIMESTAMP_LTZ": _moment,
    "TIMESTAMP_TZ": _moment,
    "BINARY": lambda value, type_: bytes.fromhex(value),
    "VARIANT": lambda value, type_: value,
    "OBJECT": lambda value, type_: value,
    "ARRAY": lambda value, type_: value,
}


def outgoing(type_: SnowflakeType, what: str) -> Convert:
    """What makes a SQL value of what ``values.js`` made of a body's. Raises StatementError for one that the type can't hold."""
    make = _OUTGOING.get(type_.base)
    if make is None or type_.is_structured:
        raise UnsupportedFeature(f"{type_} from JavaScript")

    def convert(value: Any) -> Any:
        try:
            return None if value is None else make(value, type_)
        except (OverflowError, ValueError):  # a moment before year 1 or after 9999
            raise StatementError(f"{what} can't be {type_}: {value!r:.80}", 100132, "P0000") from None

    return convert
