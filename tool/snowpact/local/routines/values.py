"""Values between SQL and Python, by Snowflake's table
(https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-data-type-mapping#sql-python-data-type-mappings)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from snowpact.local.routines.wire import SQL_NULL
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType

Convert = Callable[[Any], Any]

ZONED = frozenset({"TIMESTAMP_LTZ", "TIMESTAMP_TZ"})


def _whole(value: Any) -> Any:
    return int(value)


def _moment_without_zone(value: Any) -> Any:
    """TIMESTAMP_LTZ arrives naive, in the session's time zone, in which DuckDB gives it."""
    return value.replace(tzinfo=None)


def incoming(type_: SnowflakeType) -> Convert | None:
    """What makes a handler's argument of a SQL value that is not NULL; None where it stays as it is."""
    if type_.base == "NUMBER":
        return _whole if not type_.scale else Decimal
    if type_.is_semi_structured:
        return lambda value: json.loads(value) if isinstance(value, str) else value
    if type_.base == "TIMESTAMP_LTZ":
        return _moment_without_zone
    return str if type_.base == "UUID" else None


def null(type_: SnowflakeType) -> Any:
    """What makes a handler's argument of NULL: None, but for a VARIANT, where that is JSON's null."""
    return SQL_NULL if type_.base == "VARIANT" else None


def from_json(type_: SnowflakeType) -> Convert:
    """What makes a handler's argument of a JSON value that is not null (numbers with a fraction are Decimals): the rows of a partition.

    Raises StatementError for types whose values JSON would cut short.
    """
    if type_.base not in _FROM_JSON:
        raise StatementError(f"Unsupported feature 'arguments of type {type_} to a partitioned table function'.", 2, "0A000")
    return _FROM_JSON[type_.base](type_)


def _floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _number_from_json(type_: SnowflakeType) -> Convert:
    return lambda value: (Decimal if type_.scale else int)(_number(Decimal(str(value)), type_))


def _text_from_json(type_: SnowflakeType) -> Convert:
    return lambda value: value if isinstance(value, str) else json.dumps(value) if isinstance(value, bool) else str(value)


_FROM_JSON: dict[str, Callable[[SnowflakeType], Convert]] = {
    "NUMBER": _number_from_json,
    "FLOAT": lambda type_: float,
    "VARCHAR": _text_from_json,
    "BOOLEAN": lambda type_: bool,
    "DATE": lambda type_: dt.date.fromisoformat,
    "VARIANT": lambda type_: _floats,
    "OBJECT": lambda type_: _floats,
    "ARRAY": lambda type_: _floats,
}


def outgoing(type_: SnowflakeType, what: str, zone: str = "UTC") -> Convert:
    """What makes a value of SQL type ``type_`` of what a handler gave. Raises StatementError for another type: nothing is guessed.

    zone: the session's, which a moment is in that tells none.
    """
    make = _aware_in(zone) if type_.base in ZONED else _OUTGOING.get(type_.base)
    if make is None:
        raise StatementError(f"Unsupported feature '{type_} from Python'.", 2, "0A000")

    def convert(value: Any) -> Any:
        if value is None or value is SQL_NULL:
            return None
        try:
            return make(value, type_)
        except (_Mismatch, ValueError, OverflowError):  # ValueError: NaN in a VARIANT; OverflowError: a number no FLOAT holds
            text = f"{what} must be {type_}, a Python {type(value).__name__} was given: {value!r:.80}"
            raise StatementError(f"Python Interpreter Error:\n{text}", 100357, "P0000") from None

    return convert


class _Mismatch(Exception):
    """A Python value that is none of the SQL type."""


def _number(value: Any, type_: SnowflakeType) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _Mismatch
    with localcontext() as context:
        context.prec = 80
        try:
            exact = Decimal(str(value) if isinstance(value, float) else value)
            rounded = exact.quantize(Decimal(1).scaleb(-(type_.scale or 0)), ROUND_HALF_UP)
        except InvalidOperation:
            raise _Mismatch from None
    if abs(rounded) >= Decimal(10) ** ((type_.precision or 38) - (type_.scale or 0)):
        raise StatementError(f"Numeric value '{value}' is out of range", 100039, "22003")
    return rounded


def _float(value: Any, type_: SnowflakeType) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _Mismatch
    return float(value)


def _text(value: Any, type_: SnowflakeType) -> str:
    if not isinstance(value, str):
        raise _Mismatch
    if type_.length is not None and len(value) > type_.length:
        raise StatementError(f"String '{value}' is too long and would be truncated", 100078, "22000")
    return value


def _exactly(*kinds: type) -> Callable[[Any, SnowflakeType], Any]:
    def check(value: Any, type_: SnowflakeType) -> Any:
        if type(value) not in kinds:
            raise _Mismatch
        return bytes(value) if isinstance(value, bytearray) else value

    return check


def _naive(value: Any, type_: SnowflakeType) -> dt.datetime:
    if not isinstance(value, dt.datetime) or value.tzinfo is not None:
        raise _Mismatch
    return value


def _aware_in(zone: str) -> Callable[[Any, SnowflakeType], dt.datetime]:
    def aware(value: Any, type_: SnowflakeType) -> dt.datetime:
        if not isinstance(value, dt.datetime):
            raise _Mismatch
        moment = value if value.tzinfo else _told(value, ZoneInfo(zone))
        if type_.base == "TIMESTAMP_TZ" and moment.utcoffset():  # an engine's TIMESTAMP_TZ would forget it
            raise UnsupportedFeature("TIMESTAMP_TZ with another offset than +00:00")
        return moment

    return aware


def _told(value: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A time in a zone. Raises UnsupportedFeature for one that the zone skips or has twice."""
    first, second = value.replace(tzinfo=zone, fold=0), value.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise UnsupportedFeature(f"{value}, a time that {zone.key} skips or has twice")
    return first


def _json(value: Any, type_: SnowflakeType) -> str:
    wanted = {"OBJECT": dict, "ARRAY": list}.get(type_.base)
    if wanted is not None and not isinstance(value, wanted):
        raise _Mismatch
    return json.dumps(value, default=_json_scalar, ensure_ascii=False, allow_nan=False)


def _json_scalar(value: Any) -> Any:
    """A decimal becomes a string, and a moment the text that TO_VARIANT and TO_JSON show."""
    if isinstance(value, Decimal):
        return str(value)
    if value is SQL_NULL:
        return None
    if isinstance(value, dt.date | dt.time):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    raise _Mismatch


_OUTGOING: dict[str, Callable[[Any, SnowflakeType], Any]] = {
    "NUMBER": _number,
    "FLOAT": _float,
    "VARCHAR": _text,
    "BOOLEAN": _exactly(bool),
    "BINARY": _exactly(bytes, bytearray),
    "DATE": _exactly(dt.date),
    "TIME": _exactly(dt.time),
    "TIMESTAMP_NTZ": _naive,
    "VARIANT": _json,
    "OBJECT": _json,
    "ARRAY": _json,
}
