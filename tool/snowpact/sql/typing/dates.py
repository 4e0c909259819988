"""Dates and times."""

from __future__ import annotations

from sqlglot import exp

from snowpact.model.types import DATE, DEFAULT_FRACTION, SnowflakeType, number, timestamp
from snowpact.sql.typing.typed import Typed, derived, exact, family, unknown

_DATE_UNITS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFYEAR", "WEEKISO", "WEEKDAY"}


def now(node: exp.CurrentTimestamp, typer) -> Typed:
    """CURRENT_TIMESTAMP and its synonyms are TIMESTAMP_LTZ with 9 digits; SYSDATE is TIMESTAMP_NTZ.

    https://docs.snowflake.com/en/sql-reference/functions/current_timestamp, sysdate
    """
    if node.args.get("sysdate"):
        return family(timestamp("NTZ"), "the precision of SYSDATE is not documented", nullable=False)
    if node.this is None:
        return exact(timestamp("LTZ"), nullable=False)
    return family(timestamp("LTZ"), "whether the digits asked for become the type's precision is not documented", nullable=False)


def today(node: exp.CurrentDate, typer) -> Typed:
    return exact(DATE, nullable=False)


def time_of_day(node: exp.Expression, typer) -> Typed:
    return family(SnowflakeType("TIME", precision=DEFAULT_FRACTION), "the precision of CURRENT_TIME was not confirmed", nullable=False)


def add(node: exp.DateAdd, typer) -> Typed:
    """A DATE stays one by days and more, and becomes TIMESTAMP_NTZ by hours and less; a timestamp keeps its kind.

    https://docs.snowflake.com/en/sql-reference/functions/dateadd
    """
    inner = typer.of(node.this)
    unit = (node.text("unit") or "DAY").upper()
    if inner.base == "DATE":
        return exact(DATE, inner.nullable) if unit in _DATE_UNITS else derived(timestamp("NTZ"), (inner,), inner.nullable)
    return _same_kind(inner, "DATEADD")


def _same_kind(inner: Typed, what: str) -> Typed:
    if inner.base and (inner.type.is_timestamp or inner.base == "TIME"):
        if inner.type.precision == DEFAULT_FRACTION:
            return derived(inner.type, (inner,), inner.nullable)
        return family(inner.type, f"whether {what} keeps the precision is not documented", inner.nullable)
    return unknown(f"no rule for {what} of {inner.base or 'an unknown type'}", inner.nullable)


def truncate(node: exp.Expression, typer) -> Typed:
    """DATE_TRUNC returns the type it is given (https://docs.snowflake.com/en/sql-reference/functions/date_trunc)."""
    inner = typer.of(node.this)
    return exact(DATE, inner.nullable) if inner.base == "DATE" else _same_kind(inner, "DATE_TRUNC")


def difference(node: exp.DateDiff, typer) -> Typed:
    return family(number(), "the precision of DATEDIFF is not documented")


def part(node: exp.Expression, typer) -> Typed:
    return family(number(), "the precision of a part of a date is not documented")


def last_day(node: exp.Expression, typer) -> Typed:
    return exact(DATE)


def from_parts(node: exp.Expression, typer) -> Typed:
    return family(timestamp("NTZ"), "TIMESTAMP_FROM_PARTS follows TIMESTAMP_TYPE_MAPPING")


_PARTS = (
    exp.Extract, exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.DayOfWeek, exp.DayOfYear, exp.DayOfMonth,
    exp.Week, exp.WeekOfYear, exp.Quarter,
)  # fmt: skip

RULES = {
    exp.CurrentTimestamp: now,
    exp.CurrentDate: today,
    exp.CurrentTime: time_of_day,
    exp.Localtime: time_of_day,
    exp.DateAdd: add,
    exp.TimestampTrunc: truncate,
    exp.DateTrunc: truncate,
    exp.DateDiff: difference,
    exp.LastDay: last_day,
    exp.DateFromParts: last_day,
    exp.NextDay: last_day,
    exp.PreviousDay: last_day,
    exp.TimestampFromParts: from_parts,
    **dict.fromkeys(_PARTS, part),
}
