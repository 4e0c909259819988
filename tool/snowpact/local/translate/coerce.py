"""Casts, written or implied: a value of one Snowflake type as another.

``coerce`` is what Snowflake does by itself where a function or operator wants another type
(https://docs.snowflake.com/en/sql-reference/data-type-conversion), ``convert`` is CAST and the TO_ functions. Both refuse what no
rule here covers, so that DuckDB's own, different, casts never apply.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.local.translate.typed import SEMI_STRUCTURED, Typed, call, cast, compile_error, duck_type, refuse
from snowpact.local.translate.zones import wall
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import BOOLEAN, FLOAT, SnowflakeType, number, timestamp, varchar

MACROS = [
    # FLOAT prints no fraction where there is none: 1.0::FLOAT::VARCHAR is '1'; else fifteen digits, of them nine behind the point:
    # https://docs.snowflake.com/en/user-guide/data-unload-considerations ("approximately (15,9)"), and TO_VARCHAR(LOG(3,4)) is 1.261859507
    # (https://docs.snowflake.com/en/sql-reference/functions/to_char#examples). Where the two limits differ nothing is printed
    r"""_snow.float_text(x) AS CASE
        WHEN NOT regexp_full_match(CAST(x AS VARCHAR), '-?\d*\.\d*') OR x = trunc(x) OR x IS NULL
            THEN regexp_replace(CAST(x AS VARCHAR), '\.0$', '')
        WHEN abs(x) < 1000000 THEN regexp_replace(printf('%.9f', x), '\.?0+$', '')
        WHEN CAST(format('{:.15g}', x) AS DOUBLE) = x THEN format('{:.15g}', x)
        ELSE _snow.fail('SNOW:2:0A000:the text of a FLOAT of more than fifteen digits') END""",
    # DuckDB reads underscores in numbers
    """_snow.spelled(x) AS CASE WHEN contains(x, '_')
        THEN _snow.fail('SNOW:100038:22018:Numeric value ' || chr(39) || x || chr(39) || ' is not recognized') ELSE x END""",
    "_snow.try_spelled(x) AS CASE WHEN NOT contains(x, '_') THEN x END",
    # The default TIMESTAMP_NTZ_OUTPUT_FORMAT and TIMESTAMP_OUTPUT_FORMAT
    "_snow.ntz_text(x) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g')",
    "_snow.ltz_text(x) AS strftime(CAST(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g ') || _snow.offset_text(_snow.ltz_offset(x))",
    "_snow.tz_text(x) AS strftime(_snow.tz_wall(x), '%Y-%m-%d %H:%M:%S.%g ') || _snow.offset_text(_snow.tz_offset(x))",
    "_snow.json_text(x) AS json_extract_string(x, '$')",
    # https://docs.snowflake.com/en/sql-reference/functions/to_boolean
    """_snow.text_boolean(x) AS CASE
        WHEN lower(x) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
        WHEN lower(x) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false
        WHEN x IS NULL THEN NULL
        ELSE _snow.fail('SNOW:100037:22018:Boolean value ''' || x || ''' is not recognized') END""",
    """_snow.try_text_boolean(x) AS CASE
        WHEN lower(x) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
        WHEN lower(x) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false END""",
    # true and false in a VARIANT are 1 and 0 as numbers
    """_snow.json_number(x) AS CASE json_type(x)
        WHEN 'BOOLEAN' THEN CASE WHEN CAST(x AS VARCHAR) = 'true' THEN '1' ELSE '0' END ELSE json_extract_string(x, '$') END""",
    """_snow.json_boolean(x) AS CASE
        WHEN json_type(x) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(json_extract_string(x, '$') AS DOUBLE) <> 0
        ELSE _snow.text_boolean(json_extract_string(x, '$')) END""",
    # Epoch in text or VARIANT: seconds, milli-, micro- or nanoseconds by magnitude
    # (https://docs.snowflake.com/en/sql-reference/functions/to_timestamp#usage-notes)
    """_snow.epoch_auto(n) AS CASE
        WHEN abs(n) < 31536000000 THEN make_timestamp(CAST(n * 1000000 AS BIGINT))
        WHEN abs(n) < 31536000000000 THEN make_timestamp(CAST(n * 1000 AS BIGINT))
        WHEN abs(n) < 31536000000000000 THEN make_timestamp(CAST(n AS BIGINT))
        WHEN n % 1000 <> 0 THEN _snow.fail('SNOW:2:0A000:fractions of a microsecond')
        ELSE make_timestamp(CAST(n // 1000 AS BIGINT)) END""",
    # A moment is kept in microseconds, Snowflake's in nanoseconds: what would be cut off is refused
    r"""_snow.in_micros(x) AS CASE WHEN length(x) > 13 AND regexp_matches(x, '\.\d{6}\d*[1-9]')
        THEN _snow.fail('SNOW:2:0A000:fractions of a microsecond') ELSE x END""",
    # AUTO detection: ISO forms first, whose offset DuckDB drops too; then 'MM/DD/YYYY', 'DD-MON-YYYY', epochs
    # (https://docs.snowflake.com/en/user-guide/date-time-input-output#date-formats)
    r"""_snow.try_text_moment(x) AS CASE
        WHEN x[5] = '-' AND translate(x, '0123456789-:.+TZ ', '') = '' THEN TRY_CAST(x AS TIMESTAMP)
        WHEN regexp_full_match(x, '\s*[+-]?\d+\s*') THEN _snow.epoch_auto(TRY_CAST(x AS HUGEINT))
        WHEN regexp_full_match(x, '\d{1,2}/\d{1,2}/\d{4}.*') THEN try_strptime(x, ['%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])
        WHEN regexp_full_match(x, '\d{1,2}-[A-Za-z]{3}-\d{4}.*') THEN try_strptime(x, ['%d-%b-%Y', '%d-%b-%Y %H:%M:%S']) END""",
    "_snow.try_text_ntz(x) AS _snow.try_text_moment(_snow.in_micros(x))",
    """_snow.text_ntz(x) AS CASE WHEN x IS NOT NULL AND _snow.try_text_moment(x) IS NULL
        THEN _snow.fail('SNOW:100035:22007:Timestamp ''' || x || ''' is not recognized') ELSE _snow.try_text_ntz(x) END""",
    "_snow.try_formatted(x, f) AS try_strptime(_snow.in_micros(x), f)",
    """_snow.formatted(x, f) AS CASE WHEN x IS NOT NULL AND try_strptime(x, f) IS NULL
        THEN _snow.fail('SNOW:100096:22007:Can''t parse ''' || x || ''' with the given format')
        ELSE _snow.try_formatted(x, f) END""",  # text [M]
    # The moment of text with an offset; other text is a time in the session's zone, but a number counts from 1970 in UTC
    r"""_snow.has_offset(x) AS regexp_full_match(x, '\s*\d{4}-\d{1,2}-\d{1,2}[T ].*(Z|[+-]\d\d(:?\d\d)?)\s*')""",
    r"""_snow.text_offset(x) AS CASE WHEN x LIKE '%Z%' THEN 0
        ELSE TRY_CAST(regexp_extract(x, '([+-])\d\d(:?\d\d)?\s*$', 1) || '1' AS INTEGER)
        * (TRY_CAST(regexp_extract(x, '[+-](\d\d)(:?\d\d)?\s*$', 1) AS INTEGER) * 60
        + TRY_CAST('0' || regexp_extract(x, '[+-]\d\d:?(\d\d)?\s*$', 1) AS INTEGER)) END""",
    r"_snow.bare_offset(x) AS regexp_replace(_snow.in_micros(x), '\s+(Z|[+-]\d\d:?(\d\d)?)\s*$', '\1')",
    r"_snow.is_count(x) AS regexp_full_match(x, '\s*[+-]?\d+\s*')",
    "_snow.zone_of(x) AS CASE WHEN _snow.is_count(x) THEN 'UTC' ELSE current_setting('TimeZone') END",
    """_snow.text_ltz(x) AS CASE WHEN _snow.has_offset(x) THEN CAST(_snow.bare_offset(x) AS TIMESTAMPTZ)
        ELSE _snow.in_zone(_snow.zone_of(x), _snow.text_ntz(x)) END""",
    """_snow.try_text_ltz(x) AS CASE WHEN _snow.has_offset(x) THEN TRY_CAST(_snow.bare_offset(x) AS TIMESTAMPTZ)
        ELSE _snow.in_zone(_snow.zone_of(x), _snow.try_text_ntz(x)) END""",
    """_snow.text_tz(x) AS list_extract(list_transform([_snow.text_ltz(x)],
        lambda m: _snow.tz(m, CASE WHEN _snow.has_offset(x) THEN _snow.text_offset(x) ELSE _snow.ltz_offset(m) END)), 1)""",
    """_snow.try_text_tz(x) AS list_extract(list_transform([_snow.try_text_ltz(x)],
        lambda m: _snow.tz(m, CASE WHEN _snow.has_offset(x) THEN _snow.text_offset(x) ELSE _snow.ltz_offset(m) END)), 1)""",
    """_snow.text_date(x) AS CAST(CASE WHEN x IS NOT NULL AND _snow.try_text_moment(x) IS NULL
        THEN _snow.fail('SNOW:100040:22007:Date ''' || x || ''' is not recognized') ELSE _snow.try_text_moment(x) END AS DATE)""",
    "_snow.try_text_date(x) AS CAST(_snow.try_text_moment(x) AS DATE)",
    # https://docs.snowflake.com/en/sql-reference/functions/to_array, to_object
    """_snow.to_array(x) AS CASE WHEN json_type(x) = 'ARRAY' THEN x WHEN json_type(x) = 'NULL' THEN NULL
        WHEN x IS NOT NULL THEN json_array(x) END""",
    """_snow.to_object(x) AS CASE WHEN json_type(x) = 'OBJECT' THEN x WHEN json_type(x) = 'NULL' OR x IS NULL THEN NULL
        ELSE _snow.fail('SNOW:100071:22000:Failed to cast variant value ' || CAST(x AS VARCHAR) || ' to OBJECT') END""",
    # Text that is too long is an error: https://docs.snowflake.com/en/sql-reference/functions/cast#examples
    """_snow.text_of(x, n) AS CASE WHEN length(x) > n
        THEN _snow.fail('SNOW:100078:22000:String ''' || x || ''' is too long and would be truncated') ELSE x END""",
    "_snow.try_text_of(x, n) AS CASE WHEN length(x) <= n THEN x END",
]


def is_json(type_: SnowflakeType | None) -> bool:
    return type_ is not None and type_.base in SEMI_STRUCTURED


def text(value: Typed) -> exp.Expression:
    """A value as VARCHAR."""
    make = _TO_TEXT.get(value.base or "")
    if make is None:
        refuse(f"conversion of {value.type or 'an expression of unknown type'} to VARCHAR")
    return make(with_a_nought(value.sql, value.type))


def with_a_nought(node: exp.Expression, type_: SnowflakeType | None) -> exp.Expression:
    """DuckDB writes 0.5 as .5 where a DECIMAL has no digit before the point; Snowflake's TM9 format has one there
    (https://docs.snowflake.com/en/sql-reference/sql-format-models)."""
    bare = type_ is not None and type_.base == "NUMBER" and type_.scale and type_.precision == type_.scale
    return cast(node, duck_type(number(38, type_.scale))) if bare else node


_TO_TEXT: dict[str, Callable[[exp.Expression], exp.Expression]] = {
    "NULL": lambda node: node,
    "VARCHAR": lambda node: node,
    "UUID": lambda node: cast(node, "VARCHAR"),
    "NUMBER": lambda node: cast(node, "VARCHAR"),
    "BOOLEAN": lambda node: cast(node, "VARCHAR"),
    "DATE": lambda node: cast(node, "VARCHAR"),
    "FLOAT": lambda node: call("_snow.float_text", node),
    "TIME": lambda node: call("substr", cast(node, "VARCHAR"), 1, 8),
    "TIMESTAMP_NTZ": lambda node: call("_snow.ntz_text", node),
    "TIMESTAMP_LTZ": lambda node: call("_snow.ltz_text", node),
    "TIMESTAMP_TZ": lambda node: call("_snow.tz_text", node),
    "BINARY": lambda node: call("hex", node),
    "VARIANT": lambda node: call("_snow.json_text", node),
    "OBJECT": lambda node: call("_snow.json_text", node),
    "ARRAY": lambda node: call("_snow.json_text", node),
}


def json(value: Typed) -> exp.Expression:
    """A value as VARIANT."""
    if is_json(value.type) or value.base == "NULL":
        return cast(value.sql, "JSON") if value.base == "NULL" else value.sql
    if value.type is None:
        refuse("conversion of an expression of unknown type to VARIANT")
    return element_json(value.sql, value.type) if value.base in {"VARCHAR", "NUMBER", "BOOLEAN", "FLOAT"} else call("to_json", text(value))


def element_json(node: exp.Expression, type_: SnowflakeType) -> exp.Expression:
    """Text, a number or a truth value as VARIANT; numbers without zeros at the end of their fraction."""
    if type_.base == "NUMBER" and not type_.scale:
        return cast(cast(node, "VARCHAR"), "JSON")
    node = with_a_nought(node, type_)
    return call("_snow.number_json" if type_.base in {"NUMBER", "FLOAT"} else "to_json", node)


MACROS.append(r"_snow.number_json(x) AS CAST(regexp_replace(CAST(x AS VARCHAR), '(\.[0-9]*[1-9])0+$|\.0+$', '\1') AS JSON)")
MACROS.append("_snow.numbers_json(l) AS list_transform(l, lambda x: _snow.number_json(x))")
MACROS.append("_snow.whole_json(l) AS list_transform(l, lambda x: CAST(CAST(x AS VARCHAR) AS JSON))")


def attempt(node: exp.Expression, safe: bool, duck: str) -> exp.Expression:
    return exp.TryCast(this=node, to=exp.DataType.build(duck, dialect="duckdb")) if safe else cast(node, duck)


def _macro(name: str, safe: bool, *arguments: exp.Expression | int) -> exp.Expression:
    return call(f"_snow.{'try_' if safe else ''}{name}", *arguments)


def _to_number(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    duck = duck_type(to)
    if value.base == "BOOLEAN":
        return cast(cast(value.sql, "INTEGER"), duck)
    if value.base == "FLOAT":  # rounds half away from zero; DuckDB's cast of a DOUBLE rounds half to even
        return cast(call("round", value.sql, to.scale or 0), duck)
    if is_json(value.type):
        return attempt(call("_snow.json_number", value.sql), safe, duck)
    return attempt(_spelled(value, safe), safe, duck)


def _spelled(value: Typed, safe: bool) -> exp.Expression:
    """A number's text, of which DuckDB reads more than Snowflake does."""
    return _macro("spelled", safe, value.sql) if value.base == "VARCHAR" and "_" in (value.literal or "_") else value.sql


def _to_float(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    return attempt(call("_snow.json_number", value.sql) if is_json(value.type) else _spelled(value, safe), safe, "DOUBLE")


def _to_varchar(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    node = text(value)
    return node if to.length is None else _macro("text_of", safe, node, to.length)


def _to_boolean(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    if value.base in {"NUMBER", "FLOAT"}:
        return exp.Paren(this=exp.NEQ(this=value.sql, expression=exp.Literal.number(0)))
    if is_json(value.type):
        return call("_snow.json_boolean", value.sql)
    return _macro("text_boolean", safe, value.sql)


def _temporal(name: str) -> Callable[[Typed, SnowflakeType, bool], exp.Expression]:
    def convert_temporal(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
        if value.base == "VARCHAR" or is_json(value.type):
            return _macro(name, safe, text(value))
        if value.base == "NUMBER" and to.base != "DATE":
            moment = call("make_timestamp", cast(exp.Paren(this=exp.Mul(this=value.sql, expression=exp.Literal.number(1000000))), "BIGINT"))
            return _of_utc(moment, to)
        if to.base == "TIMESTAMP_LTZ":
            return call("_snow.tz_moment" if value.base == "TIMESTAMP_TZ" else "_snow.ltz", value.sql)
        if to.base == "TIMESTAMP_TZ":
            return call("_snow.ltz_tz", value.sql if value.base == "TIMESTAMP_LTZ" else call("_snow.ltz", value.sql))
        return cast(wall(value), duck_type(to))

    return convert_temporal


def _of_utc(moment: exp.Expression, to: SnowflakeType) -> exp.Expression:
    """A TIMESTAMP counted from 1970 in UTC as one of the timestamp types."""
    if to.base == "TIMESTAMP_NTZ":
        return moment
    zoned = call("timezone", "UTC", moment)
    return zoned if to.base == "TIMESTAMP_LTZ" else call("_snow.ltz_tz", zoned)


def of_utc(moment: exp.Expression, to: SnowflakeType) -> Typed:
    """The same with its type: what a number means to TO_TIMESTAMP and its kin."""
    return Typed(_of_utc(moment, to), to)


def _to_time(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    written = text(value) if is_json(value.type) else wall(value)
    return attempt(call("_snow.in_micros", written) if is_json(value.type) or value.base == "VARCHAR" else written, safe, "TIME")


def _to_binary(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    return value.sql if value.base == "BINARY" else _macro("hex_bytes", safe, value.sql)


def _to_json(value: Typed, to: SnowflakeType, safe: bool) -> exp.Expression:
    if to.is_structured:
        refuse(f"data type {to}")
    node = json(value)
    if to.base == "VARIANT" or value.base == to.base:
        return node
    return call(f"_snow.to_{to.base.lower()}", node)


_SEMI = frozenset(SEMI_STRUCTURED)
_STAMPS = frozenset({"TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})
_Rule = tuple[frozenset[str], Callable[[Typed, SnowflakeType, bool], exp.Expression]]
_CONVERT: dict[str, _Rule] = {
    "NUMBER": (frozenset({"NUMBER", "FLOAT", "VARCHAR", "BOOLEAN", "VARIANT"}), _to_number),
    "FLOAT": (frozenset({"NUMBER", "FLOAT", "VARCHAR", "VARIANT"}), _to_float),
    "VARCHAR": (frozenset(_TO_TEXT), _to_varchar),
    "BOOLEAN": (frozenset({"BOOLEAN", "NUMBER", "FLOAT", "VARCHAR", "VARIANT"}), _to_boolean),
    "DATE": (frozenset({"DATE", "VARCHAR", "VARIANT"}) | _STAMPS, _temporal("text_date")),
    "TIMESTAMP_NTZ": (frozenset({"DATE", "VARCHAR", "VARIANT", "NUMBER"}) | _STAMPS, _temporal("text_ntz")),
    "TIMESTAMP_LTZ": (frozenset({"DATE", "VARCHAR", "VARIANT", "NUMBER"}) | _STAMPS, _temporal("text_ltz")),
    "TIMESTAMP_TZ": (frozenset({"DATE", "VARCHAR", "VARIANT", "NUMBER"}) | _STAMPS, _temporal("text_tz")),
    "TIME": (frozenset({"TIME", "VARCHAR", "VARIANT"}) | _STAMPS, _to_time),
    "BINARY": (frozenset({"BINARY", "VARCHAR"}), _to_binary),
    "VARIANT": (frozenset({"VARIANT", "OBJECT", "ARRAY", "VARCHAR", "NUMBER", "FLOAT", "BOOLEAN", "DATE", "TIME"}) | _STAMPS, _to_json),
    "OBJECT": (frozenset({"OBJECT", "VARIANT"}), _to_json),
    "ARRAY": (frozenset({"ARRAY", "VARIANT", "OBJECT", "VARCHAR", "NUMBER", "FLOAT", "BOOLEAN"}), _to_json),
    "UUID": (frozenset({"UUID", "VARCHAR"}), lambda value, to, safe: attempt(value.sql, safe, "UUID")),
}
_UNCHANGED = frozenset(
    {"DATE", "BOOLEAN", "FLOAT", "TIME", "BINARY", "VARIANT", "OBJECT", "ARRAY", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"}
)


def convert(value: Typed, to: SnowflakeType, safe: bool = False) -> Typed:
    """CAST(value AS to), or TRY_CAST where safe."""
    if to.base not in _CONVERT:
        refuse(f"data type {to}")
    if value.base == "NULL":
        return Typed(cast(exp.Null(), duck_type(to)), to)
    if value.base == to.base and to.base in _UNCHANGED and not to.is_structured:
        return Typed(value.sql, to)
    sources, make = _CONVERT[to.base]
    if value.type is None:
        refuse(f"cast of an expression of unknown type to {to}")
    if value.base not in sources:
        compile_error(f"invalid type [CAST({value.type} AS {to})] for parameter 'TO_{to.base}'", 1065, "22023")
    return Typed(make(value, to, safe), to)


def coerce(value: Typed, to: SnowflakeType) -> Typed:
    """The value as ``to`` where an operator or function wants that; a value of the family stays as it is."""
    if value.base == to.base or value.base == "NULL":
        return value
    if {value.base, to.base} <= {"NUMBER", "FLOAT"} or {value.base, to.base} <= _STAMPS:
        return value
    if value.type is None:
        return value if to.base not in _SEMI | {"VARCHAR"} else Typed(text(value) if to.base == "VARCHAR" else json(value), to)
    return convert(value, to)


def numeric(value: Typed) -> Typed:
    """A value where a number is wanted: text literals become the number they spell, a VARIANT becomes FLOAT."""
    if value.base in {"NUMBER", "FLOAT", "NULL"}:
        return value
    if value.literal is not None:
        return number_literal(value.literal)
    if is_json(value.type):
        return convert(value, FLOAT)
    raise UnsupportedFeature(f"implicit conversion of {value.type or 'an expression of unknown type'} to a number")


def number_literal(spelled: str) -> Typed:
    """A numeric literal with the type Snowflake gives it: NUMBER unless there is an exponent (snowflake-facts 5.2 [M])."""
    spelled = spelled.strip()
    digits = spelled.lstrip("+-").replace(".", "", 1)
    if not digits.isdigit():
        return Typed(_to_float(Typed(exp.Literal.string(spelled), varchar()), FLOAT, False), FLOAT)
    whole, _, fraction = spelled.lstrip("+-").partition(".")
    leading = len(whole.lstrip("0"))
    if leading + len(fraction) > 38:
        return Typed(cast(exp.Literal.string(spelled), "DOUBLE"), FLOAT)
    type_ = number(max(leading + len(fraction), 1), len(fraction))
    if fraction or leading > 9:
        return Typed(cast(exp.Literal.string(spelled), duck_type(type_)), type_)
    return Typed(exp.Literal.number(spelled), type_)


TEXT, REAL, TRUTH, STAMP, INTEGER = varchar(), FLOAT, BOOLEAN, timestamp("NTZ"), number(38, 0)
