"""Arithmetic: https://docs.snowflake.com/en/sql-reference/operators-arithmetic, checked by Snowpark's own integration tests.

With L leading digits and scale S. Addition has one doubt: Snowpark's type inference knows a digit more where the operand
being widened has exactly one leading digit, and the page does not. Where that would make a difference, the result is only
of certainty family.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.model.types import DATE, FLOAT, MAX_PRECISION, SnowflakeType, number
from snowpact.sql.typing.typed import Typed, any_nullable, derived, exact, family, unknown, weaker

Pair = tuple[int, int]
"""Leading digits and scale."""


def _add(left: Pair, right: Pair) -> Pair:
    return max(left[0], right[0]) + 1, max(left[1], right[1])


def _multiply(left: Pair, right: Pair) -> Pair:
    return left[0] + right[0], min(left[1] + right[1], max(left[1], right[1], 12))


def _divide(left: Pair, right: Pair) -> Pair:
    return left[0] + right[1], max(left[1], min(left[1] + 6, 12))


def _modulo(left: Pair, right: Pair) -> Pair:
    return max(left[0], right[0]), max(left[1], right[1])


_NUMBER_RULES: dict[type, Callable[[Pair, Pair], Pair]] = {
    exp.Add: _add,
    exp.Sub: _add,
    exp.Mul: _multiply,
    exp.Div: _divide,
    exp.Mod: _modulo,
}


def _pair(type_: SnowflakeType) -> Pair:
    precision, scale = type_.precision or MAX_PRECISION, type_.scale or 0
    return precision - scale, scale


def _capped(pair: Pair) -> SnowflakeType:
    return number(max(1, min(MAX_PRECISION, sum(pair))), min(pair[1], 37))


def binary(node: exp.Binary, typer) -> Typed:
    """A chain of operators, folded from the left: chains are long where people concatenate or add up columns."""
    chain = [node]
    while type(chain[-1].this) in _NUMBER_RULES:
        chain.append(chain[-1].this)
    result = typer.of(chain[-1].this)
    for link in reversed(chain):
        result = combine(type(link), result, typer.of(link.expression), link)
    return result


def combine(operator: type, left: Typed, right: Typed, node: exp.Binary | None = None) -> Typed:
    nullable = any_nullable((left, right))
    if node is not None and isinstance(node.expression, exp.Interval):
        return _plus_interval(left)
    bases = {left.base, right.base}
    if left.is_number and right.is_number:
        return _numbers(operator, left, right, nullable)
    if "FLOAT" in bases and bases <= {"FLOAT", "NUMBER"}:
        return exact(FLOAT, nullable)
    if "DECFLOAT" in bases and bases <= {"DECFLOAT", "NUMBER", "FLOAT"}:
        return exact(SnowflakeType("DECFLOAT"), nullable)
    if left.base == "DATE" and operator in {exp.Add, exp.Sub}:
        if right.is_number:
            return exact(DATE, nullable)
        if right.base == "DATE" and operator is exp.Sub:
            return family(number(), "the precision of a difference of dates is not documented", nullable)
    if right.base == "DATE" and left.is_number and operator is exp.Add:
        return exact(DATE, nullable)
    return unknown(f"no rule for arithmetic on {left.base or 'an unknown type'} and {right.base or 'an unknown type'}", nullable)


def _numbers(operator: type, left: Typed, right: Typed, nullable: bool) -> Typed:
    pairs = _pair(left.type), _pair(right.type)
    result = _NUMBER_RULES[operator](*pairs)
    found = derived(_capped(result), (left, right), nullable)
    doubtful = operator in {exp.Add, exp.Sub} and 1 in {pairs[0][0], pairs[1][0]} and pairs[0] != pairs[1]
    if doubtful and _capped((result[0] + 1, result[1])) != found.type:
        return weaker(found, "sources differ on the digits of a sum with an operand of one leading digit")
    return found


def _plus_interval(left: Typed) -> Typed:
    if left.type.is_timestamp and left.base and left.type.precision == 9:
        return derived(left.type, (left,), left.nullable)
    return unknown("a date or time plus an interval is not documented well enough")


def negated(node: exp.Neg, typer) -> Typed:
    """Unary operators give what they take."""
    inner = typer.of(node.this)
    if inner.base in {"NUMBER", "FLOAT", "DECFLOAT"}:
        return inner
    return unknown("minus of what is no number")


RULES = {**dict.fromkeys(_NUMBER_RULES, binary), exp.Neg: negated}
