"""Which literal can be the default of which type: a table of families and the forms that Snowflake accepts for them.

https://docs.snowflake.com/en/sql-reference/sql/alter-table: an added column's default must be a literal of exactly its type;
``DEFAULT 12345::VARCHAR`` fails (002263) and ``DATE DEFAULT '20230101'`` fails (002023).
"""

from __future__ import annotations

import re
from decimal import Decimal

from snowpact.model.conversion import family
from snowpact.model.types import SnowflakeType

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_STRING = r"'(?:[^'\\]|\\.|'')*'"
LITERALS: dict[str, re.Pattern[str]] = {
    kind: re.compile(form, re.IGNORECASE | re.DOTALL)
    for kind, form in {
        "null": "null",
        "number": _NUMBER,
        "string": _STRING,
        "boolean": "true|false",
        "date": rf"date\s*{_STRING}|{_STRING}\s*::\s*date",
        "time": rf"time\s*{_STRING}|{_STRING}\s*::\s*time(?:\(\d\))?",
        "timestamp": rf"timestamp(?:_?(?:ntz|ltz|tz))?\s*{_STRING}|{_STRING}\s*::\s*timestamp\w*(?:\(\d\))?",
        "binary": r"x'[0-9a-f]*'",
    }.items()
}
"""The forms of a literal."""

FITTING: dict[str, frozenset[str]] = {
    "NUMBER": frozenset({"number"}),
    "FLOAT": frozenset({"number"}),
    "DECFLOAT": frozenset({"number"}),
    "VARCHAR": frozenset({"string"}),
    "UUID": frozenset({"string"}),
    "BOOLEAN": frozenset({"boolean"}),
    "DATE": frozenset({"date"}),
    "TIME": frozenset({"time"}),
    "TIMESTAMP_NTZ": frozenset({"timestamp"}),
    "TIMESTAMP_LTZ": frozenset({"timestamp"}),
    "TIMESTAMP_TZ": frozenset({"timestamp"}),
    "BINARY": frozenset({"binary"}),
}
"""The literals that are of exactly the type of a family; a family that is missing takes no literal but NULL."""

_CONVERTED = {"string": frozenset({"DATE", "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "BINARY"})}
"""What a CREATE TABLE takes beside: a string is converted where its content fits."""


def literal_kind(default: str) -> str | None:
    """Which literal a default is; None for an expression."""
    text = default.strip()
    return next((kind for kind, form in LITERALS.items() if form.fullmatch(text)), None)


def fits(default: str, type_: SnowflakeType) -> bool:
    """Whether a literal default is of exactly the column's type and within its length and precision; NULL always is."""
    kind = literal_kind(default)
    return kind == "null" or (kind in FITTING.get(family(type_), ()) and _within(kind, default.strip(), type_))


def contradicts(default: str, type_: SnowflakeType) -> bool:
    """Whether a default is a literal that the column can never hold; an expression is given the benefit of the doubt."""
    kind = literal_kind(default)
    if kind in (None, "null") or family(type_) in ("VARIANT", "UNKNOWN"):
        return False
    if family(type_) in _CONVERTED.get(kind, ()):
        return False
    return not fits(default, type_)


def _within(kind: str, text: str, type_: SnowflakeType) -> bool:
    if kind == "string" and type_.length is not None:
        return len(re.sub(r"\\(.)", r"\1", text[1:-1].replace("''", "'"), flags=re.DOTALL)) <= type_.length
    if kind == "number" and type_.base == "NUMBER":
        return abs(Decimal(text)) < Decimal(10) ** (type_.precision - (type_.scale or 0))
    return True
