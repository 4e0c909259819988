"""Conditional functions: https://docs.snowflake.com/en/sql-reference/expressions-conditional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TRUTH, coerce
from snowpact.local.translate.typed import Typed, call, case, once
from snowpact.local.translate.unify import comparable, unify
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _case(translator: Translator, node: exp.Expression) -> Typed:
    """CASE, also ``CASE x WHEN y``: compared as ``x = y``, where a random x is drawn once."""
    default = node.args.get("default")
    results = [*(branch.args["true"] for branch in node.args["ifs"]), default if default is not None else exp.Null()]
    searches = [branch.this for branch in node.args["ifs"]]
    if node.this is None:
        tests = [coerce(translator.value(search), TRUTH).sql for search in searches]
        return _branches(tests, translator.values(results))
    return _matched(translator, node.this, searches, results, exp.EQ)


def _matched(
    translator: Translator, subject: exp.Expression, searches: list[exp.Expression], results: list[exp.Expression], equal: type[exp.Binary]
) -> Typed:
    """The result whose search equals the subject; the last result is the default."""
    value = translator.value(subject)
    wanted, values = translator.values(searches), translator.values(results)
    types: list[SnowflakeType | None] = []

    def build(drawn: exp.Expression) -> exp.Expression:
        tests: list[exp.Expression] = []
        for search in wanted:
            a, b = comparable([Typed(drawn.copy(), value.type), search])
            tests.append(equal(this=exp.Paren(this=a.sql), expression=exp.Paren(this=b.sql)))
        branches = _branches(tests, values)
        types.append(branches.type)
        return branches.sql

    return Typed(once(value.sql, build), types[0])


def _branches(tests: list[exp.Expression], values: list[Typed]) -> Typed:
    unified, type_ = unify(values)
    pairs = zip(tests, (value.sql for value in unified[:-1]), strict=True)
    return Typed(case(pairs, unified[-1].sql), type_)


def _if(translator: Translator, node: exp.Expression) -> Typed:
    test = coerce(translator.value(node.this), TRUTH).sql
    false = node.args.get("false")
    return _branches([test], [translator.value(node.args["true"]), translator.value(false if false is not None else exp.Null())])


def _nvl2(translator: Translator, node: exp.Expression) -> Typed:
    given = translator.value(node.this)
    test = exp.Not(this=exp.Is(this=exp.Paren(this=given.sql), expression=exp.Null()))
    return _branches([test], [translator.value(node.args["true"]), translator.value(node.args["false"])])


def _decode(translator: Translator, node: exp.Expression) -> Typed:
    """DECODE matches NULL with NULL: https://docs.snowflake.com/en/sql-reference/functions/decode."""
    subject, *rest = node.expressions
    default = rest.pop() if len(rest) % 2 else exp.Null()
    return _matched(translator, subject, rest[::2], [*rest[1::2], default], exp.NullSafeEQ)


def _coalesce(translator: Translator, node: exp.Expression) -> Typed:
    values, type_ = unify(translator.values([node.this, *node.expressions]))
    return Typed(call("coalesce", *(value.sql for value in values)), type_)


def _nullif(translator: Translator, node: exp.Expression) -> Typed:
    value, other = translator.value(node.this), translator.value(node.expression)

    def build(drawn: exp.Expression) -> exp.Expression:
        a, b = comparable([Typed(drawn, value.type), other])
        return case([(exp.EQ(this=exp.Paren(this=a.sql), expression=exp.Paren(this=b.sql)), exp.Null())], drawn.copy())

    return Typed(once(value.sql, build), value.type)


def _where_given(kept: str, other: str) -> object:
    """REGR_VALX and REGR_VALY: the one argument where the other is no NULL (https://docs.snowflake.com/en/sql-reference/functions/regr_valx)."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value, wanted = translator.value(node.args[kept]), translator.value(node.args[other])
        missing = exp.Is(this=exp.Paren(this=wanted.sql), expression=exp.Null())
        return Typed(case([(missing, exp.Null())], value.sql), value.type)

    return rule


def _extreme(duck: str) -> object:
    """GREATEST and LEAST are NULL if any argument is; the _IGNORE_NULLS forms skip NULLs, as DuckDB does."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        values, type_ = unify(translator.values([node.this, *node.expressions]))
        chosen = call(duck, *(value.sql for value in values))
        if node.args.get("ignore_nulls"):
            return Typed(chosen, type_)
        missing = exp.or_(*(exp.Is(this=exp.Paren(this=value.sql.copy()), expression=exp.Null()) for value in values), copy=False)
        return Typed(case([(missing, exp.Null())], chosen), type_)

    return rule


RULES = {
    exp.Case: _case,
    exp.If: _if,
    exp.Nvl2: _nvl2,
    exp.DecodeCase: _decode,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.RegrValx: _where_given("expression", "this"),
    exp.RegrValy: _where_given("this", "expression"),
    exp.Greatest: _extreme("greatest"),
    exp.Least: _extreme("least"),
}
