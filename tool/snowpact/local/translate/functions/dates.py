"""Date and time functions: https://docs.snowflake.com/en/sql-reference/functions-date-time.

WEEK_START and WEEK_OF_YEAR_POLICY are at their defaults: weeks start on Monday and are ISO weeks, DAYOFWEEK counts from Sunday = 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, STAMP, TEXT, convert, numeric
from snowpact.local.translate.functions.simple import as_date, as_moment, as_text, as_whole, simple
from snowpact.local.translate.typed import Typed, call, case, cast, compile_error, duck_type, refuse
from snowpact.local.translate.zones import ZONED, at, instant, moved, offset, wall
from snowpact.model.types import DATE, FLOAT, SnowflakeType, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    # Mondays since 1969-12-29: DuckDB's own week difference counts spans of seven days
    "_snow.week_count(d) AS CAST(floor((CAST(d AS DATE) - DATE '1969-12-29') / 7.0) AS BIGINT)",
    # The last day of a month stays the last day: https://docs.snowflake.com/en/sql-reference/functions/add_months
    """_snow.add_months(d, n) AS CASE WHEN CAST(d AS DATE) = last_day(d)
        THEN CAST(last_day(d + to_months(CAST(n AS INTEGER))) AS TIMESTAMP) + (CAST(d AS TIMESTAMP) - CAST(CAST(d AS DATE) AS TIMESTAMP))
        ELSE CAST(d AS TIMESTAMP) + to_months(CAST(n AS INTEGER)) END""",
    # Whole months where the days agree or both are last days, else a fraction of 31 days
    """_snow.months_between(a, b) AS CAST(round(CASE
        WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b))
            THEN (year(a) - year(b)) * 12 + month(a) - month(b)
        ELSE (year(a) - year(b)) * 12 + month(a) - month(b)
            + (day(a) - day(b) + (epoch(CAST(a AS TIMESTAMP)) % 86400 - epoch(CAST(b AS TIMESTAMP)) % 86400) / 86400) / 31
        END, 6) AS DOUBLE)""",
    # the first two letters count; that another name is an error is [M]
    """_snow.weekday(name) AS CASE WHEN NOT list_contains(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], lower(left(name, 2)))
        THEN _snow.fail('SNOW:2:0A000:a day of the week called ' || name)
        ELSE list_position(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], lower(left(name, 2))) END""",
    "_snow.next_day(d, name) AS CAST(CAST(d AS DATE) + CAST((_snow.weekday(name) - isodow(d) + 6) % 7 + 1 AS INTEGER) AS DATE)",
    "_snow.previous_day(d, name) AS CAST(CAST(d AS DATE) - CAST((isodow(d) - _snow.weekday(name) + 6) % 7 + 1 AS INTEGER) AS DATE)",
    """_snow.date_from_parts(y, m, d) AS CAST(make_date(CAST(y AS BIGINT), 1, 1) + to_months(CAST(m AS INTEGER) - 1)
        + to_days(CAST(d AS INTEGER) - 1) AS DATE)""",
    """_snow.timestamp_from_parts(y, m, d, h, i, s, ns) AS CAST(_snow.date_from_parts(y, m, d) AS TIMESTAMP) + to_hours(CAST(h AS BIGINT))
        + to_minutes(CAST(i AS BIGINT)) + to_seconds(CAST(s AS BIGINT)) + to_microseconds(CASE WHEN CAST(ns AS BIGINT) % 1000 = 0
        THEN CAST(ns AS BIGINT) // 1000 ELSE _snow.fail('SNOW:2:0A000:fractions of a microsecond') END)""",
    # parts outside their usual range go on counting
    """_snow.time_from_parts(h, i, s, ns) AS CAST(_snow.timestamp_from_parts(1970, 1, 1, h, i, s, ns) AS TIME)""",
    "_snow.timestamp_of(d, t) AS CAST(d AS DATE) + t",
]

_PARTS = {
    "year": ("year", "y", "yy", "yyy", "yyyy", "yr", "years", "yrs"),
    "quarter": ("quarter", "q", "qtr", "qtrs", "quarters"),
    "month": ("month", "mm", "mon", "mons", "months"),
    "week": ("week", "w", "wk", "weekofyear", "woy", "wy", "weeks"),
    "day": ("day", "d", "dd", "days", "dayofmonth"),
    "hour": ("hour", "h", "hh", "hr", "hours", "hrs"),
    "minute": ("minute", "m", "mi", "min", "minutes", "mins"),
    "second": ("second", "s", "sec", "seconds", "secs"),
    "millisecond": ("millisecond", "ms", "msec", "milliseconds"),
    "microsecond": ("microsecond", "us", "usec", "microseconds"),
    "nanosecond": ("nanosecond", "ns", "nsec", "nanosec", "nsecond", "nanoseconds", "nanosecs", "nseconds"),
    "dayofweek": ("dayofweek", "weekday", "dow", "dw"),
    "dayofweekiso": ("dayofweekiso", "dayofweek_iso", "weekday_iso", "dow_iso", "dw_iso"),
    "dayofyear": ("dayofyear", "yearday", "doy", "dy"),
    "weekiso": ("weekiso", "week_iso", "weekofyeariso", "weekofyear_iso"),
    "yearofweek": ("yearofweek",),
    "yearofweekiso": ("yearofweekiso",),
    "epoch_second": ("epoch_second", "epoch", "epoch_seconds"),
    "epoch_millisecond": ("epoch_millisecond", "epoch_milliseconds"),
    "epoch_microsecond": ("epoch_microsecond", "epoch_microseconds"),
    "epoch_nanosecond": ("epoch_nanosecond", "epoch_nanoseconds"),
}
_SPELLINGS = {spelling: part for part, spellings in _PARTS.items() for spelling in spellings}
"""https://docs.snowflake.com/en/sql-reference/functions-date-time#supported-date-and-time-parts"""

_DATE_PARTS = frozenset({"year", "quarter", "month", "week", "day"})
_ADD = {
    "year": ("to_months", 12, "INTEGER"),
    "quarter": ("to_months", 3, "INTEGER"),
    "month": ("to_months", 1, "INTEGER"),
    "week": ("to_days", 7, "INTEGER"),
    "day": ("to_days", 1, "INTEGER"),
    "hour": ("to_hours", 1, "BIGINT"),
    "minute": ("to_minutes", 1, "BIGINT"),
    "second": ("to_seconds", 1, "BIGINT"),
    "millisecond": ("to_milliseconds", 1, "BIGINT"),
    "microsecond": ("to_microseconds", 1, "BIGINT"),
}
_EXTRACT = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "weekiso": "week",
    "day": "day",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
    "dayofweek": "dow",
    "dayofweekiso": "isodow",
    "dayofyear": "doy",
    "yearofweek": "isoyear",
    "yearofweekiso": "isoyear",
}
_EPOCH = {"epoch_second": 1, "epoch_millisecond": 1_000, "epoch_microsecond": 1_000_000}


def canonical_part(spelled: str) -> str:
    part = _SPELLINGS.get(spelled.lower())
    if part is None:
        compile_error(f"'{spelled}' is not a valid date/time component", 1009, "22023")
    return part


def _part(node: exp.Expression | None, default: str = "day") -> str:
    if node is None:
        return default
    if isinstance(node, (exp.WeekStart,)):
        refuse("a week that starts on a given day")
    return canonical_part(node.name)


def add_part(part: str, amount: Typed, value: Typed) -> Typed:
    """DATEADD: a DATE stays one unless the part is smaller than a day."""
    if part not in _ADD:
        refuse(f"DATEADD of {part}")
    function, factor, integer = _ADD[part]
    amount = numeric(amount)
    count: exp.Expression = amount.sql if amount.base == "NUMBER" and not (amount.type and amount.type.scale) else call("round", amount.sql)
    if factor != 1:
        count = exp.Paren(this=exp.Mul(this=exp.Paren(this=count), expression=exp.Literal.number(factor)))
    by = call(function, cast(count, integer))
    if value.base in ZONED:
        return Typed(moved(value, by, part in _DATE_PARTS), value.type)
    shifted = exp.Paren(this=exp.Add(this=exp.Paren(this=value.sql), expression=by))
    if value.base == "DATE":
        to = DATE if part in _DATE_PARTS else STAMP
        return Typed(cast(shifted, duck_type(to)), to)
    return Typed(shifted, value.type)


def _date_add(translator: Translator, node: exp.Expression) -> Typed:
    amount, value = translator.value(node.expression), as_moment(translator.value(node.this))
    return add_part(_part(node.args.get("unit")), amount, value)


def _date_diff(translator: Translator, node: exp.Expression) -> Typed:
    """Boundaries crossed: https://docs.snowflake.com/en/sql-reference/functions/datediff."""
    part = _part(node.args.get("unit"))
    earlier, later = _one_kind(*(as_moment(translator.value(side)) for side in (node.expression, node.this)))
    shown = [wall(side) if side.base == "TIME" else cast(wall(side), "TIMESTAMP") for side in (earlier, later)]
    if part == "week":
        weeks = [call("_snow.week_count", side) for side in reversed(shown)]
        return Typed(exp.Paren(this=exp.Sub(this=weeks[0], expression=weeks[1])), INTEGER)
    if part not in {*_ADD, "nanosecond"}:
        refuse(f"DATEDIFF in {part}")
    counted = call("date_diff", "microsecond" if part == "nanosecond" else part, *shown)
    if earlier.base == "TIMESTAMP_TZ" or (earlier.base == "TIMESTAMP_LTZ" and part not in _DATE_PARTS):
        offsets = call("_snow.one_offset", offset(earlier), offset(later))
        counted = case([(exp.Is(this=offsets, expression=exp.Null()), exp.Null())], counted)
    return Typed(_thousandfold(counted) if part == "nanosecond" else counted, INTEGER)


def _one_kind(a: Typed, b: Typed) -> tuple[Typed, Typed]:
    """Both sides of a difference as the one of the two types that tells more of the time zone."""
    zoned = max(a, b, key=lambda value: _TOLD.index(value.base) if value.base in _TOLD else -1)
    if zoned.base not in ZONED or zoned.type is None:
        return a, b
    return tuple(value if value.base == zoned.base else convert(value, zoned.type) for value in (a, b))


_TOLD = ("DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")


def _thousandfold(micros: exp.Expression) -> exp.Expression:
    """Nanoseconds, of which the engine keeps whole microseconds."""
    return exp.Paren(this=exp.Mul(this=exp.Paren(this=micros), expression=exp.Literal.number(1000)))


def _truncate(translator: Translator, node: exp.Expression) -> Typed:
    part = _part(node.args.get("unit"))
    value = as_moment(translator.value(node.this))
    if value.base == "TIME" and part in _ADD and part not in _DATE_PARTS:
        moment = call("_snow.timestamp_of", cast(exp.Literal.string("1970-01-01"), "DATE"), value.sql)
        return Typed(cast(call("date_trunc", part, moment), "TIME"), value.type)
    if part not in _ADD or value.base == "TIME":
        refuse(f"DATE_TRUNC of {value.type} to {part}")
    if value.base == "DATE" and part not in _DATE_PARTS:
        return value
    if value.base == "TIMESTAMP_TZ" or (value.base == "TIMESTAMP_LTZ" and part in _DATE_PARTS):
        return at(cast(call("date_trunc", part, wall(value)), "TIMESTAMP"), value)
    if value.base == "TIMESTAMP_LTZ":  # what is past of the hour, taken off: the hour may be one that the clock shows twice
        past = exp.Sub(this=wall(value), expression=call("date_trunc", part, wall(value)))
        return Typed(exp.Paren(this=exp.Sub(this=exp.Paren(this=value.sql), expression=exp.Paren(this=past))), value.type)
    return Typed(cast(call("date_trunc", part, value.sql), duck_type(value.type or STAMP)), value.type)


def extracted(part: str, value: Typed) -> Typed:
    if part in _EPOCH:
        return Typed(exp.Paren(this=exp.IntDiv(this=instant(value), expression=exp.Literal.number(1_000_000 // _EPOCH[part]))), INTEGER)
    if part == "nanosecond":
        return Typed(_thousandfold(exp.Mod(this=instant(value), expression=exp.Literal.number(1_000_000))), INTEGER)
    if part == "epoch_nanosecond":
        return Typed(_thousandfold(instant(value)), INTEGER)
    if part not in _EXTRACT:
        refuse(f"DATE_PART of {part}")
    return Typed(call("date_part", _EXTRACT[part], wall(value)), number(4, 0))


def _extract(translator: Translator, node: exp.Expression) -> Typed:
    return extracted(_part(node.this), as_moment(translator.value(node.expression)))


def _field(part: str) -> Rule:
    return lambda translator, node: extracted(part, as_moment(translator.value(node.this)))


def _named(letters: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        if not node.args.get("abbreviated"):
            refuse("full names of days and months")
        return Typed(call("strftime", wall(as_moment(translator.value(node.this))), letters), TEXT)

    return rule


def _last_day(translator: Translator, node: exp.Expression) -> Typed:
    part = _part(node.args.get("unit"), "month")
    value = as_moment(translator.value(node.this))
    if part not in {"year", "quarter", "month", "week"}:
        refuse(f"LAST_DAY of {part}")
    start = Typed(cast(call("date_trunc", part, wall(value)), "DATE"), DATE)
    following = add_part(part, Typed(exp.Literal.number(1), number(1, 0)), start)
    return add_part("day", Typed(exp.Literal.number(-1), number(1, 0)), following)


def _add_months(translator: Translator, node: exp.Expression) -> Typed:
    value, months = as_moment(translator.value(node.this)), numeric(translator.value(node.expression))
    added = call("_snow.add_months", wall(value), call("round", months.sql))
    return at(added, value) if value.base in ZONED else Typed(cast(added, duck_type(value.type or STAMP)), value.type)


CLOCK = ("hour", "min", "sec", "nano")


def given_parts(translator: Translator, node: exp.Expression, names: tuple[str, ...]) -> list[exp.Expression]:
    """The arguments of those names as whole numbers; 0 for one that is not given."""
    given = [node.args.get(name) for name in names]
    return [as_whole(translator.value(part)).sql if part is not None else exp.Literal.number(0) for part in given]


def _timestamp_from_parts(translator: Translator, node: exp.Expression) -> Typed:
    """Of numbers, or of a date and a time: https://docs.snowflake.com/en/sql-reference/functions/timestamp_from_parts."""
    if node.args.get("zone") is not None:
        refuse("TIMESTAMP_FROM_PARTS with a time zone")
    if node.args.get("year") is None:
        date, time = as_date(translator.value(node.this)), translator.value(node.expression)
        if time.base != "TIME":
            refuse(f"TIMESTAMP_FROM_PARTS of a date and {time.type}")
        return Typed(call("_snow.timestamp_of", date.sql, time.sql), STAMP)
    return Typed(call("_snow.timestamp_from_parts", *given_parts(translator, node, ("year", "month", "day", *CLOCK))), STAMP)


def _time_slice(translator: Translator, node: exp.Expression) -> Typed:
    """Slices count from 1970-01-01, weeks from the Monday before it: https://docs.snowflake.com/en/sql-reference/functions/time_slice."""
    part = _part(node.args.get("unit"))
    edge = node.args["kind"].name.upper() if node.args.get("kind") is not None else "START"
    value = as_moment(translator.value(node.this))
    if part not in _ADD or edge not in {"START", "END"} or value.base not in {"DATE", "TIMESTAMP_NTZ"}:
        refuse(f"TIME_SLICE of {value.type} by {part}, {edge}")
    function, factor, integer = _ADD[part]
    length = translator.value(node.expression)
    width = cast(exp.Mul(this=exp.Paren(this=length.sql), expression=exp.Literal.number(factor)), integer)
    origin = cast(exp.Literal.string("1969-12-29" if part == "week" else "1970-01-01"), "TIMESTAMP")
    sliced = call("time_bucket", call(function, width), cast(value.sql, "TIMESTAMP"), origin)
    start = Typed(cast(sliced, duck_type(value.type or STAMP)), value.type)
    return start if edge == "START" else add_part(part, Typed(length.sql.copy(), length.type), start)


def _time_from_parts(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(call("_snow.time_from_parts", *given_parts(translator, node, CLOCK)), SnowflakeType("TIME", precision=9))


def _date_from_parts(translator: Translator, node: exp.Expression) -> Typed:
    values = [as_whole(translator.value(node.args[part])).sql for part in ("year", "month", "day")]
    return Typed(call("_snow.date_from_parts", *values), DATE)


_FIELDS = {
    exp.Year: "year",
    exp.Quarter: "quarter",
    exp.Month: "month",
    exp.Week: "week",
    exp.WeekOfYear: "weekiso",
    exp.Day: "day",
    exp.DayOfMonth: "day",
    exp.DayOfWeek: "dayofweek",
    exp.DayOfWeekIso: "dayofweekiso",
    exp.DayOfYear: "dayofyear",
    exp.Hour: "hour",
    exp.Minute: "minute",
    exp.Second: "second",
    exp.YearOfWeek: "yearofweek",
    exp.YearOfWeekIso: "yearofweekiso",
}

RULES = {
    exp.DateAdd: _date_add,
    exp.TimestampAdd: _date_add,
    exp.TimeAdd: _date_add,
    exp.DateDiff: _date_diff,
    exp.TimestampDiff: _date_diff,
    exp.DateTrunc: _truncate,
    exp.TimestampTrunc: _truncate,
    exp.Extract: _extract,
    exp.Dayname: _named("%a"),
    exp.Monthname: _named("%b"),
    exp.LastDay: _last_day,
    exp.AddMonths: _add_months,
    exp.MonthsBetween: simple("_snow.months_between", FLOAT, lambda value: Typed(wall(as_moment(value)), STAMP), most=2),
    exp.NextDay: simple("_snow.next_day", DATE, as_date, as_text),
    exp.PreviousDay: simple("_snow.previous_day", DATE, as_date, as_text),
    exp.DateFromParts: _date_from_parts,
    exp.TimestampFromParts: _timestamp_from_parts,
    exp.TimeFromParts: _time_from_parts,
    exp.TimeSlice: _time_slice,
    **{class_: _field(part) for class_, part in _FIELDS.items()},
}
