"""Moments with a time zone: TIMESTAMP_LTZ in the session's, TIMESTAMP_TZ with its own offset.

"All operations are performed in the current session's time zone", for TIMESTAMP_TZ "with the time zone offset specific to each record"
(https://docs.snowflake.com/en/sql-reference/data-types-datetime): so both are read as the time that a clock on the wall shows, and made
of it again. DuckDB's TimeZone is the session's (``local/settings.py``). No page tells which moment a time means that a zone skips or has
twice, where it goes over to daylight saving time or back: that is refused.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.local.translate.typed import Typed, call, cast

MACROS = [
    # Is it the same time some minutes before or after? Half an hour: Lord Howe; others: daylight saving, and zones that moved by as much.
    # A macro's argument stands wherever it is named: one that is named often is bound once, as the parameter of a lambda
    "_snow.minutes_off(zone, t, m) AS timezone(zone, timezone(zone, t) + to_minutes(m))",
    """_snow.in_zone(zone, t) AS CASE WHEN zone = 'UTC' THEN timezone('UTC', CAST(t AS TIMESTAMP))
        ELSE list_extract(list_transform([CAST(t AS TIMESTAMP)], lambda w: CASE
            WHEN _snow.minutes_off(zone, w, 0) <> w OR w IN (_snow.minutes_off(zone, w, -60), _snow.minutes_off(zone, w, 60),
                _snow.minutes_off(zone, w, -30), _snow.minutes_off(zone, w, 30), _snow.minutes_off(zone, w, -20),
                _snow.minutes_off(zone, w, 20), _snow.minutes_off(zone, w, -120), _snow.minutes_off(zone, w, 120))
            THEN _snow.fail('SNOW:2:0A000:' || CAST(w AS VARCHAR) || ', a time that ' || zone || ' skips or has twice')
            ELSE timezone(zone, w) END), 1) END""",
    "_snow.ltz(t) AS _snow.in_zone(current_setting('TimeZone'), t)",
    "_snow.ltz_offset(x) AS CAST(date_part('timezone', x) AS INTEGER) // 60",
    "_snow.ltz_moved(x, i) AS _snow.ltz(CAST(x AS TIMESTAMP) + i)",
    """_snow.offset_text(minutes) AS CASE WHEN minutes < 0 THEN '-' ELSE '+' END
        || strftime(TIMESTAMP '1970-01-01' + to_minutes(abs(minutes)), '%H%M')""",
    "_snow.offset_colon(minutes) AS left(_snow.offset_text(minutes), 3) || ':' || right(_snow.offset_text(minutes), 2)",
    "_snow.offset_hours(minutes) AS left(_snow.offset_text(minutes), 3)",
    # TIMESTAMP_TZ of a moment and its offset, and back
    """_snow.tz(moment, minutes) AS CASE WHEN minutes <> 0
        THEN _snow.fail('SNOW:2:0A000:TIMESTAMP_TZ with another offset than +00:00') ELSE moment END""",
    "_snow.tz_moment(x) AS x",
    "_snow.tz_offset(x) AS CASE WHEN x IS NOT NULL THEN 0 END",
    "_snow.tz_wall(x) AS timezone('UTC', _snow.tz_moment(x)) + to_minutes(_snow.tz_offset(x))",
    "_snow.tz_at(t, minutes) AS _snow.tz(timezone('UTC', CAST(t AS TIMESTAMP)) - to_minutes(minutes), minutes)",
    "_snow.tz_moved(x, i) AS _snow.tz_at(_snow.tz_wall(x) + i, _snow.tz_offset(x))",
    "_snow.tz_like(t, x) AS _snow.tz_at(t, _snow.tz_offset(x))",
    "_snow.ltz_tz(x) AS _snow.tz(x, _snow.ltz_offset(x))",
    """_snow.in_zone_tz(zone, moment) AS _snow.tz(moment,
        CAST(date_diff('second', timezone('UTC', moment), timezone(zone, moment)) AS INTEGER) // 60)""",
    # Moments that are told apart by the hours between them count the same on the wall only where their offsets are the same
    """_snow.one_offset(a, b) AS CASE WHEN a <> b
        THEN _snow.fail('SNOW:2:0A000:DATEDIFF of moments with different offsets from UTC') ELSE a END""",
]

ZONED = frozenset({"TIMESTAMP_LTZ", "TIMESTAMP_TZ"})


def wall(value: Typed) -> exp.Expression:
    """A date or timestamp as DuckDB's TIMESTAMP or DATE, a time as it is: what a clock shows where the value is told."""
    if value.base == "TIMESTAMP_LTZ":
        return cast(value.sql, "TIMESTAMP")
    return call("_snow.tz_wall", value.sql) if value.base == "TIMESTAMP_TZ" else value.sql


def instant(value: Typed) -> exp.Expression:
    """A date or timestamp as microseconds since 1970; without a time zone, as if in UTC."""
    if value.base == "TIMESTAMP_TZ":
        return call("epoch_us", call("_snow.tz_moment", value.sql))
    return call("epoch_us", value.sql if value.base == "TIMESTAMP_LTZ" else cast(value.sql, "TIMESTAMP"))


def offset(value: Typed) -> exp.Expression:
    """How many minutes the clock is ahead of UTC, of a TIMESTAMP_LTZ or TIMESTAMP_TZ."""
    return call("_snow.ltz_offset" if value.base == "TIMESTAMP_LTZ" else "_snow.tz_offset", value.sql)


def at(shown: exp.Expression, like: Typed) -> Typed:
    """The TIMESTAMP that a clock shows, as a value of the type, and with the offset, of another value."""
    if like.base == "TIMESTAMP_LTZ":
        return Typed(call("_snow.ltz", shown), like.type)
    return Typed(call("_snow.tz_like", shown, like.sql.copy()), like.type)


def moved(value: Typed, by: exp.Expression, days: bool) -> exp.Expression:
    """A zoned value and a DuckDB interval: days and more are counted on the calendar, hours and less as they pass."""
    if value.base == "TIMESTAMP_TZ":
        return call("_snow.tz_moved", value.sql, by)
    return call("_snow.ltz_moved", value.sql, by) if days else exp.Paren(this=exp.Add(this=exp.Paren(this=value.sql), expression=by))
