"""Numeric functions: https://docs.snowflake.com/en/sql-reference/functions-numeric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import arithmetic
from snowpact.local.translate.coerce import INTEGER, REAL, numeric
from snowpact.local.translate.functions.simple import as_real, as_whole, simple
from snowpact.local.translate.typed import Typed, call, cast, duck_type, refuse
from snowpact.model.types import FLOAT, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    # DuckDB's cbrt(27) is 3.0000000000000004: one step of Newton's method
    "_snow.cbrt(x) AS CASE WHEN x = 0 THEN 0 ELSE cbrt(x) - (power(cbrt(x), 3) - x) / (3 * power(cbrt(x), 2)) END",
    """_snow.width_bucket(x, low, high, n) AS CASE WHEN low >= high OR n < 1
        THEN _snow.fail('SNOW:2:0A000:WIDTH_BUCKET without a range or buckets') WHEN x < low THEN 0 WHEN x >= high THEN n + 1
        ELSE CAST(floor((x - low) * n / (high - low)) AS BIGINT) + 1 END""",
    """_snow.haversine(a, b, c, d) AS 12742 * asin(sqrt(power(sin(radians(c - a) / 2), 2)
        + cos(radians(a)) * cos(radians(c)) * power(sin(radians(d - b) / 2), 2)))""",
    "_snow.ceil_to(x, n) AS ceil(x * power(10, n)) / power(10, n)",
    "_snow.floor_tens(x, p) AS x - ((x % p) + p) % p",
    "_snow.ceil_tens(x, p) AS x + ((-x % p) + p) % p",
    "_snow.floor_to(x, n) AS floor(x * power(10, n)) / power(10, n)",
]


def _digits(node: exp.Expression | None, what: str) -> int:
    if node is None:
        return 0
    inner = node.this if isinstance(node, (exp.Neg, exp.Paren)) else node
    if not isinstance(inner, exp.Literal) or inner.is_string or not str(inner.this).isdigit():
        refuse(f"{what} to a number of digits that is no literal")
    return -int(inner.this) if isinstance(node, exp.Neg) else int(inner.this)


def _round(translator: Translator, node: exp.Expression) -> Typed:
    """Half away from zero: https://docs.snowflake.com/en/sql-reference/functions/round."""
    mode = node.args.get("truncate")
    if mode is not None and mode.name.upper() != "HALF_AWAY_FROM_ZERO":
        refuse(f"ROUND mode {mode.name}")
    return _to_digits(translator, node, "round", 1)


def _trunc(translator: Translator, node: exp.Expression) -> Typed:
    return _to_digits(translator, node, "trunc", 0)


def _to_digits(translator: Translator, node: exp.Expression, duck: str, more: int) -> Typed:
    value = numeric(translator.value(node.this))
    digits = _digits(node.args.get("decimals"), duck.upper())
    if value.base != "NUMBER":
        return Typed(call(duck, value.sql, digits), value.type)
    assert value.type is not None
    scale = min(value.type.scale or 0, max(digits, 0))
    to = number(min(38, max(arithmetic.leading(value.type) + scale + more, 1)), scale)
    rounded = call(duck, cast(value.sql, duck_type(value.type)), digits)
    return Typed(cast(rounded, duck_type(to)), to)


def _whole(duck: str) -> Rule:
    """CEIL and FLOOR, also to a number of decimal places."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value = numeric(translator.value(node.this))
        digits = _digits(node.args.get("decimals"), duck.upper())
        if value.base != "NUMBER":
            return Typed(call(duck, value.sql) if digits == 0 else call(f"_snow.{duck}_to", value.sql, digits), FLOAT)
        assert value.type is not None
        scale = min(value.type.scale or 0, max(digits, 0))
        to = number(min(38, arithmetic.leading(value.type) + scale + 1), scale)
        if digits == 0:
            return Typed(cast(call(duck, cast(value.sql, duck_type(value.type))), duck_type(to)), to)
        if digits < 0:
            whole = cast(call(duck, cast(value.sql, duck_type(value.type))), "HUGEINT")
            return Typed(cast(call(f"_snow.{duck}_tens", whole, 10**-digits), duck_type(number())), number())
        power = cast(exp.Literal.number(10**digits), "DECIMAL(38,0)")
        shifted = call(duck, exp.Mul(this=cast(value.sql, duck_type(value.type)), expression=power))
        return Typed(cast(arithmetic.decimal_quotient(Typed(shifted, number()), Typed(power.copy(), number()), scale), duck_type(to)), to)

    return rule


def _kept(duck: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value = numeric(translator.value(node.this))
        return Typed(call(duck, value.sql), value.type)

    return rule


def _modulo(translator: Translator, node: exp.Expression) -> Typed:
    return arithmetic.modulo(translator.value(node.this), translator.value(node.expression))


_REAL = {
    exp.Pow: "power",
    exp.Sqrt: "sqrt",
    exp.Exp: "exp",
    exp.Ln: "ln",
    exp.Cbrt: "_snow.cbrt",
    exp.Degrees: "degrees",
    exp.Radians: "radians",
    exp.Sin: "sin",
    exp.Cos: "cos",
    exp.Tan: "tan",
    exp.Cot: "cot",
    exp.Asin: "asin",
    exp.Acos: "acos",
    exp.Atan: "atan",
    exp.Atan2: "atan2",
    exp.Sinh: "sinh",
    exp.Cosh: "cosh",
    exp.Tanh: "tanh",
    exp.Asinh: "asinh",
    exp.Acosh: "acosh",
    exp.Atanh: "atanh",
    exp.Log: "log",
}

RULES = {
    exp.Round: _round,
    exp.Trunc: _trunc,
    exp.Ceil: _whole("ceil"),
    exp.Floor: _whole("floor"),
    exp.Abs: _kept("abs"),
    exp.Mod: _modulo,
    exp.Sign: simple("sign", number(1, 0), numeric),
    exp.Pi: lambda translator, node: Typed(call("pi"), REAL),
    exp.Factorial: simple("factorial", INTEGER, as_whole),
    exp.WidthBucket: simple("_snow.width_bucket", INTEGER, as_real, as_real, as_real, as_whole),
    **{class_: simple(duck, REAL, as_real) for class_, duck in _REAL.items()},
}

NAMED = {"HAVERSINE": simple("_snow.haversine", REAL, as_real, least=4, most=4)}
