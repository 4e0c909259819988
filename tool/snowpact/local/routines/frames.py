"""create_dataframe's data: rows and columns of a list of Python values, with Snowpark's types for them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")

_INFERRED: tuple[tuple[type, str], ...] = (
    (bool, "BOOLEAN"),  # before int, and datetime before date: each is a subclass of the other
    (int, "NUMBER(38,0)"),
    (float, "FLOAT"),
    (Decimal, "NUMBER(38,18)"),
    (str, "VARCHAR"),
    (bytes, "BINARY"),
    (bytearray, "BINARY"),
    (dt.datetime, "TIMESTAMP_NTZ"),
    (dt.date, "DATE"),
    (dt.time, "TIME"),
    (dict, "OBJECT"),
    (list, "ARRAY"),
    (tuple, "ARRAY"),
)
"""https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/types: Python type → SQL type."""

_SNOWPARK = {
    "StringType": "VARCHAR",
    "LongType": "NUMBER(38,0)",
    "IntegerType": "NUMBER(38,0)",
    "ShortType": "NUMBER(38,0)",
    "ByteType": "NUMBER(38,0)",
    "FloatType": "FLOAT",
    "DoubleType": "FLOAT",
    "BooleanType": "BOOLEAN",
    "DateType": "DATE",
    "TimeType": "TIME",
    "BinaryType": "BINARY",
    "VariantType": "VARIANT",
    "MapType": "OBJECT",
    "ArrayType": "ARRAY",
}
_TIMESTAMPS = {"ntz": "TIMESTAMP_NTZ", "ltz": "TIMESTAMP_LTZ", "tz": "TIMESTAMP_TZ", "default": "TIMESTAMP_NTZ"}

Columns = list[tuple[str, str]]


def column_names(names: Sequence[str]) -> tuple[str, ...]:
    """As a Row spells them: a name that needs quotes has them (Snowpark keeps the quotes of such names)."""
    return tuple(name if re.match(r"[A-Z_][A-Z0-9_$]*\Z", name) else '"' + name.replace('"', '""') + '"' for name in names)


def columns_of(data: Sequence[Any], schema: Any = None) -> tuple[Columns, list[list[Any]]]:
    """(name, type) pairs and rows in their order. Raises TypeError or ValueError for data that makes no table."""
    if type(data).__name__ in {"DataFrame", "ndarray"}:
        raise TypeError("Unsupported feature 'snowpark create_dataframe from pandas or numpy' in the embedded engine")
    items = list(data)
    if not items and schema is None:
        raise ValueError("data cannot be empty when no schema is given")
    fields = getattr(schema, "fields", None)
    if fields is not None:
        columns = [(_fold(field.name), _snowpark_type(field.datatype)) for field in fields]
        return columns, [_row(item, [field.name for field in fields]) for item in items]
    written = [str(name) for name in schema] if schema is not None else _names(items)
    rows = [_row(item, written) for item in items]
    return [(_fold(name), _inferred(name, [row[index] for row in rows])) for index, name in enumerate(written)], rows


def _names(items: list[Any]) -> list[str]:
    first = items[0]
    if isinstance(first, dict):
        return list(dict.fromkeys(key for item in items for key in item))
    own = getattr(first, "_fields", None) or getattr(first, "_names", None)
    return list(own) if own else [f"_{place}" for place in range(1, (len(first) if isinstance(first, tuple | list) else 1) + 1)]


def _row(item: Any, names: list[str]) -> list[Any]:
    if isinstance(item, dict):
        unknown = set(item) - set(names)
        if unknown:
            raise ValueError(f"a row has the keys {sorted(unknown)}, which are no columns")
        return [item.get(name) for name in names]
    values = list(item) if isinstance(item, tuple | list) else [item]
    if len(values) != len(names):
        raise ValueError(f"a row has {len(values)} values, the schema {len(names)} columns")
    return values


def _fold(name: str) -> str:
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.upper() if _BARE.match(name) else name


def _inferred(name: str, values: list[Any]) -> str:
    found = {_type_of(name, value) for value in values if value is not None}
    if len(found) > 1:
        raise TypeError(f"column {name} mixes {' and '.join(sorted(found))}")
    return found.pop() if found else "VARCHAR"


def _type_of(name: str, value: Any) -> str:
    for python, sql in _INFERRED:
        if isinstance(value, python):
            return sql
    raise TypeError(f"column {name} holds a {type(value).__name__}, which has no counterpart in SQL")


def _snowpark_type(datatype: Any) -> str:
    kind = type(datatype).__name__
    if kind == "DecimalType":
        return f"NUMBER({datatype.precision},{datatype.scale})"
    if kind == "TimestampType":
        zone = getattr(datatype, "tz", "default")
        return _TIMESTAMPS[str(getattr(zone, "value", zone)).lower()]
    if kind not in _SNOWPARK:
        raise TypeError(f"Unsupported feature 'snowpark {kind}' in the embedded engine")
    return _SNOWPARK[kind]
