"""Snowflake types as DuckDB keeps them, and back; values as the real connector gives them.

VARIANT, OBJECT, ARRAY are DuckDB's JSON. Weaker than Snowflake, and said so in the docs: timestamps keep microseconds, not nanoseconds;
TIMESTAMP_TZ keeps the instant and forgets the offset it was written with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import ARRAY, BOOLEAN, DATE, FLOAT, UNKNOWN, VARIANT, SnowflakeType, binary, number, timestamp, varchar

NULL = SnowflakeType("NULL")
"""The type of a bare NULL, which fits every other."""

_DUCKDB = {
    "FLOAT": "DOUBLE",
    "VARCHAR": "VARCHAR",
    "BINARY": "BLOB",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPTZ",
    "TIMESTAMP_TZ": "TIMESTAMPTZ",
    "VARIANT": "JSON",
    "OBJECT": "JSON",
    "ARRAY": "JSON",
    "UUID": "UUID",
}

_SNOWFLAKE = {
    "DOUBLE": FLOAT,
    "FLOAT": FLOAT,
    "VARCHAR": varchar(),
    "CHAR": varchar(),
    "BLOB": binary(),
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    "TIME": SnowflakeType("TIME", precision=9),
    "TIMESTAMP": timestamp("NTZ"),
    "TIMESTAMP_NS": timestamp("NTZ"),
    "TIMESTAMP_MS": timestamp("NTZ"),
    "TIMESTAMP_S": timestamp("NTZ"),
    "TIMESTAMPTZ": timestamp("LTZ"),
    "TIMESTAMP WITH TIME ZONE": timestamp("LTZ"),
    "JSON": VARIANT,
    "UUID": SnowflakeType("UUID"),
    "NULL": NULL,
    '"NULL"': NULL,
    "TINYINT": number(3, 0),
    "SMALLINT": number(5, 0),
    "INTEGER": number(10, 0),
    "BIGINT": number(19, 0),
    "HUGEINT": number(38, 0),
    "UTINYINT": number(3, 0),
    "USMALLINT": number(5, 0),
    "UINTEGER": number(10, 0),
    "UBIGINT": number(20, 0),
    "UHUGEINT": number(38, 0),
}


def duckdb_type(type_: SnowflakeType) -> str:
    """The DuckDB type of a column. Raises UnsupportedFeature for what can't be kept faithfully."""
    if type_.base == "NUMBER":
        return f"DECIMAL({type_.precision},{type_.scale})"
    if type_.is_structured or type_.base not in _DUCKDB:
        raise UnsupportedFeature(f"columns of type {type_}")
    return _DUCKDB[type_.base]


def snowflake_type(duck: str) -> SnowflakeType:
    """The nearest Snowflake type of a DuckDB type as DESCRIBE prints it; UNKNOWN where there is none."""
    duck = duck.upper()
    if duck.startswith("DECIMAL("):
        precision, scale = duck[8:-1].split(",")
        return number(int(precision), int(scale))
    if duck.endswith("]"):
        return ARRAY
    return _SNOWFLAKE.get(duck, VARIANT if duck.startswith(("STRUCT", "MAP")) else UNKNOWN)


def declared(type_: SnowflakeType) -> SnowflakeType:
    """The type of a column made of values of a type: a bare NULL makes VARCHAR."""
    return varchar() if type_.base == "NULL" else type_


Converter = Callable[[Any], Any]


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, (Decimal, float)) else value


def semi_structured(value: Any) -> Any:
    """A VARIANT as the connector gives it: its JSON text, indented by two, keys in order; ``undefined`` does not occur."""
    if value is None:
        return None
    loaded = json.loads(value, parse_float=_Number) if isinstance(value, str) else value
    return _dump(loaded, "")


class _Number(float):
    """A JSON number with the digits it was written with."""

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text  # type: ignore[attr-defined]
        return made


def _dump(value: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_dump(value[key], deeper)}" for key in sorted(value)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}" if lines else "{}"
    if isinstance(value, (list, tuple)):
        lines = [deeper + _dump(item, deeper) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]" if lines else "[]"
    if isinstance(value, _Number):
        return value.text  # type: ignore[attr-defined]
    return json.dumps(value, ensure_ascii=False, default=str)


def converter(type_: SnowflakeType) -> Converter | None:
    """What turns DuckDB's Python value into the connector's; None where they agree."""
    if type_.base == "NUMBER" and type_.scale == 0:
        return _whole
    if type_.base == "NUMBER":
        return lambda value: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if type_.is_semi_structured:
        return semi_structured
    if type_.base in {"VARCHAR", "UUID"}:
        return lambda value: value if value is None or isinstance(value, str) else str(value)
    return None


def converted(rows: Sequence[tuple[Any, ...]], types: Iterable[SnowflakeType]) -> list[tuple[Any, ...]]:
    """Rows with every value as the connector gives it; rows that need no change are passed on."""
    converters = [converter(type_) for type_ in types]
    active = [(index, convert) for index, convert in enumerate(converters) if convert]
    if not active:
        return list(rows)
    result = []
    for row in rows:
        values = list(row)
        for index, convert in active:
            if values[index] is not None:
                values[index] = convert(values[index])
        result.append(tuple(values))
    return result
