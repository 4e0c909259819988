"""An Avro default as SQL text.

It binds readers and is no statement, so it never enters a comparison with a live table; between two versions of a
contract it decides whether a new required column hurts. Scalars become the literals that Snowflake takes as a DEFAULT of
exactly the column's type; arrays, maps and records an expression.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from snowpact.contracts.avro import PRIMITIVES, Named, resolve

_EPOCH = datetime(1970, 1, 1)


def sql_default(value: Any, schema: Any, namespace: str | None, named: Named) -> str | None:
    """The default of a valid field; None for null."""
    if value is None:
        return None
    if isinstance(schema, list):
        return sql_default(value, schema[0], namespace, named)
    if isinstance(schema, str) and schema not in PRIMITIVES:
        schema = resolve(schema, namespace, named)
    if isinstance(schema, dict) and schema.get("logicalType") in _LOGICAL:
        return _LOGICAL[schema["logicalType"]](value, schema)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind in ("bytes", "fixed"):
        return f"X'{value.encode('latin-1').hex().upper()}'"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, (int, float)):
        return repr(value)
    return f"PARSE_JSON({text_literal(json.dumps(value, ensure_ascii=False))})"


def text_literal(text: str) -> str:
    """https://docs.snowflake.com/en/sql-reference/data-types-text: a backslash escapes inside single quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _decimal(value: str, schema: dict[str, Any]) -> str:
    unscaled = int.from_bytes(value.encode("latin-1"), "big", signed=True)
    digits = tuple(int(digit) for digit in str(abs(unscaled)))
    return format(Decimal((unscaled < 0, digits, -schema.get("scale", 0))), "f")


def _date(value: int, _: dict[str, Any]) -> str:
    try:
        return f"DATE '{date(1970, 1, 1) + timedelta(days=value)}'"
    except OverflowError:  # beyond the year 9999
        return f"DATEADD('day', {value}, DATE '1970-01-01')"


def _time(digits: int) -> Callable[[int, dict[str, Any]], str]:
    def literal(value: int, _: dict[str, Any]) -> str:
        seconds, fraction = divmod(value, 10**digits)
        minutes, second = divmod(seconds, 60)
        return f"TIME '{minutes // 60:02}:{minutes % 60:02}:{second:02}.{fraction:0{digits}}'"

    return literal


def _timestamp(kind: str, digits: int) -> Callable[[int, dict[str, Any]], str]:
    def literal(value: int, _: dict[str, Any]) -> str:
        seconds, fraction = divmod(value, 10**digits)
        try:
            moment = (_EPOCH + timedelta(seconds=seconds)).isoformat(sep=" ")
        except OverflowError:
            return f"TO_TIMESTAMP_{kind}({value}, {digits})"
        zone = " +00:00" if kind == "LTZ" else ""
        return f"'{moment}.{fraction:0{digits}}{zone}'::TIMESTAMP_{kind}({digits})"

    return literal


_LOGICAL: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "decimal": _decimal,
    "date": _date,
    "time-millis": _time(3),
    "time-micros": _time(6),
    **{
        f"{local}timestamp-{unit}": _timestamp("NTZ" if local else "LTZ", digits)
        for local in ("", "local-")
        for unit, digits in (("millis", 3), ("micros", 6), ("nanos", 9))
    },
}
