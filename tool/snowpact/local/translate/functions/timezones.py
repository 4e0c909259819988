"""Functions that are told a time zone: https://docs.snowflake.com/en/sql-reference/functions/convert_timezone, timestamp_from_parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import STAMP, convert
from snowpact.local.translate.functions.dates import CLOCK, given_parts
from snowpact.local.translate.functions.simple import as_moment, as_text
from snowpact.local.translate.typed import Typed, call, cast
from snowpact.local.translate.zones import wall
from snowpact.model.types import timestamp

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator


def _zoned_from_parts(kind: str) -> Rule:
    """TIMESTAMP_LTZ_FROM_PARTS and TIMESTAMP_TZ_FROM_PARTS: a time in the session's zone, or in the one that is given."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        shown = call("_snow.timestamp_from_parts", *given_parts(translator, node, ("year", "month", "day", *CLOCK)))
        zone = node.args.get("zone")
        if zone is None:
            return convert(Typed(shown, STAMP), timestamp(kind))
        name = as_text(translator.value(zone)).sql
        return Typed(call("_snow.in_zone_tz", name, call("_snow.in_zone", name.copy(), shown)), timestamp(kind))

    return rule


def _convert_timezone(translator: Translator, node: exp.Expression) -> Typed:
    """With a source zone: wall clock to wall clock. Without: the moment, with the offset of the zone; what has no zone is of the session's
    (https://docs.snowflake.com/en/sql-reference/functions/convert_timezone)."""
    target = as_text(translator.value(node.args["target_tz"])).sql
    value = as_moment(translator.value(node.args["timestamp"]))
    source = node.args.get("source_tz")
    if source is not None:
        moment = call("_snow.in_zone", as_text(translator.value(source)).sql, cast(wall(value), "TIMESTAMP"))
        return Typed(call("timezone", target, moment), STAMP)
    return Typed(call("_snow.in_zone_tz", target, convert(value, timestamp("LTZ")).sql), timestamp("TZ"))


RULES = {
    exp.TimestampLtzFromParts: _zoned_from_parts("LTZ"),
    exp.TimestampTzFromParts: _zoned_from_parts("TZ"),
    exp.ConvertTimezone: _convert_timezone,
}
