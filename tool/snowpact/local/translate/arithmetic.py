"""+ - * / % and unary minus, with the result types of https://docs.snowflake.com/en/sql-reference/operators-arithmetic.

DuckDB divides into DOUBLE; Snowflake into NUMBER of scale max(s1, min(s1 + 6, 12)), rounded half away from zero. Division is
therefore done on integers: one digit more than wanted is cut off, and DuckDB's decimal cast rounds that digit as Snowflake does.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.local.translate.coerce import numeric
from snowpact.local.translate.typed import NULL, TEMPORAL, Typed, call, cast, duck_type, paren, refuse
from snowpact.model.types import DATE, FLOAT, SnowflakeType, number, timestamp

MACROS = [
    # a, b: integers of the dividend's and divisor's digits, already scaled; DuckDB raises its division by zero error on //
    "_snow.quotient(a, b) AS CAST((CAST(a AS HUGEINT) * 10) // CAST(b AS HUGEINT) AS DECIMAL(38,0))",
]


def scale_of(type_: SnowflakeType | None) -> int:
    return (type_.scale or 0) if type_ else 0


def leading(type_: SnowflakeType) -> int:
    return (type_.precision or 0) - (type_.scale or 0)


def capped(digits: int, scale: int) -> SnowflakeType:
    return number(min(38, max(digits + scale, 1)), min(scale, 37))


def add_type(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    return capped(max(leading(a), leading(b)) + 1, max(scale_of(a), scale_of(b)))


def multiply_type(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    sa, sb = scale_of(a), scale_of(b)
    return capped(leading(a) + leading(b), min(sa + sb, max(sa, sb, 12)))


def divide_type(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    sa = scale_of(a)
    return capped(leading(a) + scale_of(b), max(sa, min(sa + 6, 12)))


def modulo_type(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    return capped(max(leading(a), leading(b)), max(scale_of(a), scale_of(b)))


def _wide(value: Typed) -> exp.Expression:
    """A NUMBER as a DECIMAL: DuckDB would compute with the 32-bit integer that a short literal or a function gives."""
    return cast(value.sql, duck_type(value.type or number())) if value.base == "NUMBER" else paren(value.sql)


def _float(a: Typed, b: Typed, node: type[exp.Binary]) -> Typed:
    return Typed(exp.Paren(this=node(this=cast(a.sql, "DOUBLE"), expression=cast(b.sql, "DOUBLE"))), FLOAT)


def _numbers(node: type[exp.Binary], rule: Callable[[SnowflakeType, SnowflakeType], SnowflakeType]) -> Callable[[Typed, Typed], Typed]:
    def combine(a: Typed, b: Typed) -> Typed:
        a, b = numeric(a), numeric(b)
        if "NULL" in (a.base, b.base):
            return Typed(exp.Null(), NULL)
        if "FLOAT" in (a.base, b.base):
            return _float(a, b, node)
        assert a.type and b.type
        result = rule(a.type, b.type)
        # A product has scale s1 + s2 in DuckDB and fails where its digits do not suffice; a sum never has more digits than its left side
        left = _roomy(a, result, scale_of(a.type) if node is exp.Mul else scale_of(result))
        computed = exp.Paren(this=node(this=left, expression=_wide(b) if isinstance(b.sql, exp.Anonymous) else paren(b.sql)))
        computed.meta["roomy"] = scale_of(result) if (result.precision or 38) > SHORT else None
        if node is exp.Mul and scale_of(a.type) + scale_of(b.type) != scale_of(result):
            return Typed(cast(computed, duck_type(result)), result)
        return Typed(computed, result)

    return combine


SHORT = 18
"""The digits of DuckDB's decimals that are kept in 64 bits."""


def _roomy(value: Typed, result: SnowflakeType, scale: int) -> exp.Expression:
    """The left side with all the digits that the result may need; a chain of sums is cast once, not at every step."""
    if value.sql.meta.get("roomy") == scale:
        return value.sql
    digits = 38 if (result.precision or 38) > SHORT else SHORT
    return cast(value.sql, duck_type(number(digits, scale)))


def divide(a: Typed, b: Typed) -> Typed:
    a, b = numeric(a), numeric(b)
    if "NULL" in (a.base, b.base):
        return Typed(exp.Null(), NULL)
    if "FLOAT" in (a.base, b.base):
        return _float(a, b, exp.Div)
    assert a.type and b.type
    result = divide_type(a.type, b.type)
    return Typed(decimal_quotient(a, b, scale_of(result)), result)


def decimal_quotient(a: Typed, b: Typed, scale: int) -> exp.Expression:
    """a / b as DECIMAL(38, scale)."""
    up = scale - scale_of(a.type) + scale_of(b.type)  # the power of ten between the digits of a and those of the quotient
    dividend = _digits(a, max(up, 0))
    divisor = _digits(b, max(-up, 0))
    shift = exp.Literal.string("0." + "0" * scale + "1")
    product = exp.Mul(this=call("_snow.quotient", dividend, divisor), expression=cast(shift, f"DECIMAL({scale + 1},{scale + 1})"))
    return cast(exp.Paren(this=product), f"DECIMAL(38,{scale})")


def _digits(value: Typed, more: int) -> exp.Expression:
    """A NUMBER's digits as HUGEINT, with ``more`` zeros behind."""
    power = 10 ** (scale_of(value.type) + more)
    if power == 1:
        return cast(value.sql, "HUGEINT")
    if scale_of(value.type) == 0:
        return exp.Paren(this=exp.Mul(this=cast(value.sql, "HUGEINT"), expression=exp.Literal.number(power)))
    scaled = cast(
        exp.Paren(this=exp.Mul(this=_wide(value), expression=cast(exp.Literal.number(10 ** scale_of(value.type)), "DECIMAL(38,0)"))),
        "HUGEINT",
    )
    return scaled if more == 0 else exp.Paren(this=exp.Mul(this=scaled, expression=exp.Literal.number(10**more)))


_add_numbers = _numbers(exp.Add, add_type)
_subtract_numbers = _numbers(exp.Sub, add_type)


def add(a: Typed, b: Typed) -> Typed:
    if b.base == "DATE" and a.base != "DATE":
        a, b = b, a
    if a.base == "DATE":
        return _shift_date(a, b, exp.Add)
    _no_time(a, b, "+")
    return _add_numbers(a, b)


def subtract(a: Typed, b: Typed) -> Typed:
    if a.base == "DATE" and b.base == "DATE":
        return Typed(exp.Paren(this=exp.Sub(this=a.sql, expression=b.sql)), number(9, 0))
    if a.base == "DATE":
        return _shift_date(a, b, exp.Sub)
    _no_time(a, b, "-")
    return _subtract_numbers(a, b)


def _shift_date(a: Typed, b: Typed, node: type[exp.Binary]) -> Typed:
    if b.base != "NUMBER" or scale_of(b.type):
        refuse(f"arithmetic between DATE and {b.type or 'an expression of unknown type'}")
    return Typed(exp.Paren(this=node(this=paren(a.sql), expression=cast(b.sql, "INTEGER"))), DATE)


def _no_time(a: Typed, b: Typed, sign: str) -> None:
    if TEMPORAL & {a.base, b.base}:
        refuse(f"{sign} between {a.type} and {b.type}")


def negate(value: Typed) -> Typed:
    value = numeric(value)
    return Typed(exp.Paren(this=exp.Neg(this=paren(value.sql))), value.type)


multiply = _numbers(exp.Mul, multiply_type)
modulo = _numbers(exp.Mod, modulo_type)

BINARY: dict[type[exp.Expression], Callable[[Typed, Typed], Typed]] = {
    exp.Add: add,
    exp.Sub: subtract,
    exp.Mul: multiply,
    exp.Div: divide,
    exp.Mod: modulo,
}

LTZ, NTZ = timestamp("LTZ"), timestamp("NTZ")
