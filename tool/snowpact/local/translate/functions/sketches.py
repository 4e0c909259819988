"""The states of HLL: here a state is all the values' hashes, in an encoding of its own, and the estimate is exact.

https://docs.snowflake.com/en/sql-reference/functions/hll_accumulate, hll_combine, hll_estimate. What another engine made (HLL_EXPORT) is
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER
from snowpact.local.translate.functions.hashes import tagged
from snowpact.local.translate.typed import Typed, call, cast, marked, refuse
from snowpact.model.types import binary

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

BINARY = binary()

MACROS = [
    "_snow.hll_state(hashes) AS encode(CAST(to_json(list_sort(list_distinct(coalesce(hashes, CAST([] AS BIGINT[]))))) AS VARCHAR))",
    """_snow.hll_hashes(state) AS CASE WHEN state IS NULL OR decode(state) LIKE '[%]' THEN from_json(decode(state), '["BIGINT"]')
        ELSE _snow.fail('SNOW:2:0A000:a HyperLogLog state of another make') END""",
    "_snow.hll_estimate(state) AS len(_snow.hll_hashes(state))",
    "_snow.hll_union(states) AS _snow.hll_state(flatten(list_transform(states, lambda s: _snow.hll_hashes(s))))",
]


def _argument(node: exp.Expression) -> exp.Expression:
    if len(node.expressions) != 1:
        refuse(f"function {node.name.upper()} with {len(node.expressions)} arguments")
    inner = node.expressions[0]
    return inner.expressions[0] if isinstance(inner, exp.Distinct) else inner


def _listed(item: exp.Expression) -> exp.Expression:
    """An aggregate: the items of a group, without NULLs."""
    given = exp.Not(this=exp.Is(this=exp.Paren(this=item.copy()), expression=exp.Null()))
    return marked(exp.Filter(this=exp.Anonymous(this="list", expressions=[item]), expression=exp.Where(this=given)))


def _accumulate(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(_argument(node))
    hashed = cast(call("_snow.hash", tagged(value)), "BIGINT")
    missing = exp.Is(this=exp.Paren(this=value.sql.copy()), expression=exp.Null())
    return Typed(call("_snow.hll_state", _listed(exp.Case(ifs=[exp.If(this=exp.Not(this=missing), true=hashed)]))), BINARY)


def _state(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(_argument(node))
    if value.base != "BINARY":
        refuse(f"function {node.name.upper()} of {value.type or 'an expression of unknown type'}")
    return value


def _combine(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(call("_snow.hll_union", _listed(_state(translator, node).sql)), BINARY)


RULES: dict = {}
NAMED = {
    "HLL_ACCUMULATE": _accumulate,
    "HLL_COMBINE": _combine,
    "HLL_ESTIMATE": lambda translator, node: Typed(call("_snow.hll_estimate", _state(translator, node).sql), INTEGER),
}
