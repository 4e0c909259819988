"""Rows as text or JSON: what `snowpact local sql` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite, isnan
from typing import Any


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns padded to the widest value, never wrapped; numbers to the right."""
    cells = [[_text(value) for value in row] for row in rows]
    widths = [max([len(column), *(len(row[at]) for row in cells)]) for at, column in enumerate(columns)]
    right = [bool(rows) and all(isinstance(row[at], (int, float, Decimal, type(None))) for row in rows) for at in range(len(columns))]

    def line(values: Sequence[str]) -> str:
        padded = (
            value.rjust(width) if to_right else value.ljust(width) for value, width, to_right in zip(values, widths, right, strict=True)
        )
        return " | ".join(padded).rstrip()

    return "\n".join([line(list(columns)), "-+-".join("-" * width for width in widths), *(line(row) for row in cells)])


def _text(value: Any) -> str:
    """One line, without control characters that a value might carry to the terminal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and not isfinite(value):
        return _unbounded(value)
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else value.hex().upper() if isinstance(value, bytes) else str(value)
    return "".join(char if char.isprintable() else " " if char == "\n" else f"\\x{ord(char):02x}" for char in text)


def _unbounded(value: float) -> str:
    """As Snowflake writes it; JSON has no number for it."""
    return "NaN" if isnan(value) else "inf" if value > 0 else "-inf"


def plain(value: Any) -> Any:
    """A value as JSON says it: numbers as numbers while JSON readers keep them exact, else as text; times in ISO 8601."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and value.as_tuple().exponent == 0:
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, float) and not isfinite(value):
        return _unbounded(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex().upper()
    return value


def objects(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    keys = _distinct(columns)
    return [dict(zip(keys, (plain(value) for value in row), strict=True)) for row in rows]


def _distinct(columns: Sequence[str]) -> list[str]:
    """A result may have two columns of one name, an object may not: ``A``, ``A_2``."""
    found: list[str] = []
    for column in columns:
        key, number = column, 1
        while key in found:
            number += 1
            key = f"{column}_{number}"
        found.append(key)
    return found
