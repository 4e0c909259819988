"""CAST, ``::``, TRY_CAST and the TO_ functions: https://docs.snowflake.com/en/sql-reference/functions-conversion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TEXT, attempt, convert, is_json, number_literal, of_utc, text
from snowpact.local.translate.coerce import json as as_json
from snowpact.local.translate.formats import OFFSETS, printed_format, time_format
from snowpact.local.translate.functions import binaries
from snowpact.local.translate.functions.simple import as_text
from snowpact.local.translate.number_models import pattern, printed
from snowpact.local.translate.typed import NULL, TEMPORAL, Typed, call, cast, duck_type, refuse
from snowpact.local.translate.zones import ZONED, offset, wall
from snowpact.model.types import ARRAY, BOOLEAN, DATE, FLOAT, OBJECT, VARIANT, SnowflakeType, TypeSyntaxError, number, parse_type, timestamp

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

_STAMPS = {exp.DType.TIMESTAMP: "NTZ", exp.DType.TIMESTAMPNTZ: "NTZ", exp.DType.TIMESTAMPTZ: "TZ", exp.DType.TIMESTAMPLTZ: "LTZ"}


def target_type(node: exp.DataType) -> SnowflakeType:
    """The Snowflake type that a type node of sqlglot's means."""
    spelled = node.sql(dialect="snowflake")
    try:
        return parse_type(spelled)
    except TypeSyntaxError:
        refuse(f"data type {spelled}")


def _cast(translator: Translator, node: exp.Expression) -> Typed:
    if node.args.get("format") is not None:
        refuse("CAST with FORMAT")
    value = translator.value(node.this)
    to = target_type(node.to)
    safe = isinstance(node, exp.TryCast)
    if safe and value.base not in {"VARCHAR", "NULL"} and value.base != to.base:
        refuse(f"TRY_CAST of {value.type}")  # Snowflake takes text only
    return convert(value, to, safe)


def _parsed(to: SnowflakeType) -> Rule:
    """TO_DATE, TO_TIMESTAMP … of one argument, or with a format."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this]
        safe = bool(node.args.get("safe")) or (isinstance(node, exp.Anonymous) and node.name.upper().startswith("TRY_"))
        if len(arguments) != 1:
            refuse(f"function {node.name.upper()} with a scale or format that is no literal")
        value = translator.value(arguments[0])
        format_ = node.args.get("format") if not isinstance(node, exp.Anonymous) else None
        if format_ is None:
            return convert(value, to, safe)
        return formatted(value, format_, to, safe)

    return rule


def formatted(value: Typed, format_: exp.Expression, to: SnowflakeType, safe: bool) -> Typed:
    if value.base in TEMPORAL:
        return convert(value, to, safe)
    if not isinstance(format_, exp.Literal):
        refuse("a date format that is no literal")
    if str(format_.this).upper() == "AUTO":
        return convert(value, to, safe)
    format_text, written = time_format(format_.this), as_text(value).sql
    zoned = "%z" in format_text
    if zoned and to.base not in {"TIMESTAMP_LTZ", "TIMESTAMP_TZ"}:
        refuse(f"an offset in the format of a {to.base}")
    moment = call("_snow.try_formatted" if safe else "_snow.formatted", written, format_text)
    if zoned and to.base == "TIMESTAMP_TZ":
        if not format_text.endswith("%z"):
            refuse("an offset that is not at the end of a format, for a TIMESTAMP_TZ")
        return Typed(call("_snow.tz", moment, call("_snow.text_offset", written.copy())), to)
    if zoned:
        return convert(Typed(moment, timestamp("LTZ")), to)
    if to.base == "TIME":
        return Typed(cast(moment, "TIME"), to)
    return convert(Typed(moment, timestamp("NTZ")), to)


def _str_to_time(translator: Translator, node: exp.Expression) -> Typed:
    target = node.args.get("target_type")
    to = timestamp(_STAMPS.get(target.this, "NTZ") if target is not None else "NTZ")
    return formatted(translator.value(node.this), node.args["format"], to, bool(node.args.get("safe")))


def _unix_to_time(translator: Translator, node: exp.Expression) -> Typed:
    """TO_TIMESTAMP(number [, scale])."""
    target = node.args.get("target_type")
    to = timestamp(_STAMPS.get(target.this, "NTZ") if target is not None else "NTZ")
    value = translator.value(node.this)
    scale = node.args.get("scale")
    digits = int(scale.this) if isinstance(scale, exp.Literal) else 0
    if scale is not None and (not isinstance(scale, exp.Literal) or not 0 <= digits <= 9):
        refuse("TO_TIMESTAMP with a scale that is no literal from 0 to 9")
    if value.base in {"VARCHAR"} or is_json(value.type):
        return convert(value, to)
    if digits > 6:
        micros: exp.Expression = call("_snow.micros_of", value.sql, 10 ** (digits - 6))
    else:
        micros = exp.Mul(this=exp.Paren(this=value.sql), expression=exp.Literal.number(10 ** (6 - digits)))
    return of_utc(call("make_timestamp", cast(exp.Paren(this=micros), "BIGINT")), to)


MACROS = [
    """_snow.micros_of(n, parts) AS CASE WHEN n % parts = 0 THEN CAST(n AS HUGEINT) // parts
        ELSE _snow.fail('SNOW:2:0A000:fractions of a microsecond') END""",
    """_snow.hex_number(x, digits) AS CASE WHEN length(x) > digits
        THEN _snow.fail('SNOW:100140:22007:Can''t parse ''' || x || ''' as number with the given format')
        ELSE CAST('0x' || x AS BIGINT) END""",  # number and text [M]
]


def _from_hexadecimal(value: Typed, format_: exp.Expression, to: SnowflakeType) -> Typed:
    """X is the one digit of a format that is read: https://docs.snowflake.com/en/sql-reference/sql-format-models."""
    digits = str(format_.this) if isinstance(format_, exp.Literal) else ""
    if digits.upper() != "X" * len(digits) or not 0 < len(digits) < 16:
        refuse("TO_NUMBER with a format other than X for each of up to 15 hexadecimal digits")
    return convert(Typed(call("_snow.hex_number", text(value), len(digits)), number(18, 0)), to)


def _to_number(translator: Translator, node: exp.Expression) -> Typed:
    precision, scale = (node.args.get(part) for part in ("precision", "scale"))
    if any(part is not None and not isinstance(part, exp.Literal) for part in (precision, scale)):
        refuse("TO_NUMBER with a precision that is no literal")
    to = number(int(precision.this) if precision is not None else 38, int(scale.this) if scale is not None else 0)
    safe, format_ = bool(node.args.get("safe")), node.args.get("format")
    value = translator.value(node.this)
    if format_ is None:
        return convert(value, to, safe)
    if not isinstance(format_, exp.Literal) or value.base not in {"VARCHAR", NULL.base}:
        refuse("TO_NUMBER of what is no text, or with a format that is no literal")
    model = str(format_.this)
    if model.upper() == "AUTO":
        return convert(value, to, safe)
    if set(model.upper()) == {"X"} and not safe:
        return _from_hexadecimal(value, format_, to)
    read = call("_snow.try_modelled" if safe else "_snow.modelled", cast(value.sql, "VARCHAR"), pattern(model))
    return Typed(attempt(read, safe, duck_type(to)), to)


def _to_char(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    format_ = node.args.get("format")
    if format_ is None:
        return Typed(text(value), TEXT)
    if value.base == "BINARY":
        return binaries.printed(value, format_)
    if value.base in {"NUMBER", "FLOAT"} and isinstance(format_, exp.Literal):
        return Typed(printed(value, str(format_.this)), TEXT)
    if (
        (value.base == "VARCHAR" and value.literal is None)
        or value.base not in {*TEMPORAL, "VARCHAR", "TIME"}
        or not isinstance(format_, exp.Literal)
    ):
        refuse(f"TO_CHAR of {value.type or 'an expression of unknown type'} with a format")
    return _printed(value, format_)


_OF_DATES = re.compile("%[YymdbBa]")


def _time_to_str(translator: Translator, node: exp.Expression) -> Typed:
    """TO_CHAR where sqlglot knows that the value is a date or time, and has translated the format."""
    return _printed(translator.value(node.this), node.args["format"])


def _printed(value: Typed, format_: exp.Expression) -> Typed:
    """A date or time in a format."""
    if not isinstance(format_, exp.Literal):
        refuse("a date format that is no literal")
    zoned = value.base in ZONED
    format_text = printed_format(str(format_.this), zoned)
    if value.base != "TIME":
        shown = call("strftime", wall(value) if zoned else convert(value, timestamp("NTZ")).sql, format_text)
        for mark, told in OFFSETS.values():
            if mark in format_text:
                shown = call("replace", shown, mark, call(told, offset(value)))
        return Typed(shown, TEXT)
    if _OF_DATES.search(format_text):
        refuse("a format with elements of a date for a TIME")
    return Typed(call("strftime", call("_snow.timestamp_of", cast(exp.Literal.string("1970-01-01"), "DATE"), value.sql), format_text), TEXT)


def _plain(to: SnowflakeType) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this]
        if len(arguments) != 1 or node.args.get("format") is not None:
            refuse(f"function TO_{to.base} with a format")
        value = translator.value(arguments[0])
        return value if value.base == NULL.base else convert(value, to, bool(node.args.get("safe")))

    return rule


def _to_variant(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(as_json(translator.value(node.this)), VARIANT)


def _typed_literal(translator: Translator, node: exp.Expression) -> Typed:
    return number_literal(node.this.name)


RULES = {
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.TsOrDsToDate: _parsed(DATE),
    exp.TsOrDsToTime: _parsed(SnowflakeType("TIME", precision=9)),
    exp.Time: _parsed(SnowflakeType("TIME", precision=9)),
    exp.Date: _parsed(DATE),
    exp.StrToTime: _str_to_time,
    exp.UnixToTime: _unix_to_time,
    exp.ToNumber: _to_number,
    exp.ToDouble: _plain(FLOAT),
    exp.ToBoolean: _plain(BOOLEAN),
    exp.ToChar: _to_char,
    exp.TimeToStr: _time_to_str,
    exp.ToVariant: _to_variant,
    exp.ToArray: _plain(ARRAY),
}

NAMED = {
    **{
        f"{prefix}TO_TIMESTAMP{suffix}": _parsed(timestamp(kind))
        for prefix in ("", "TRY_")
        for suffix, kind in (("", "NTZ"), ("_NTZ", "NTZ"), ("_LTZ", "LTZ"), ("_TZ", "TZ"))
    },
    **{f"{prefix}TO_DATE": _parsed(DATE) for prefix in ("", "TRY_")},
    **{f"{prefix}TO_TIME": _parsed(SnowflakeType("TIME", precision=9)) for prefix in ("", "TRY_")},
    "DATE": _parsed(DATE),
    "TO_OBJECT": _plain(OBJECT),
}
