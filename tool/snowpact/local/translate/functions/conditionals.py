"""Conditional functions: https://docs.snowflake.com/en/sql-reference/expressions-conditional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TRUTH, coerce
from snowpact.local.translate.typed import Typed, call, case
from snowpact.local.translate.unify import comparable, unify

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _case(translator: Translator, node: exp.Expression) -> Typed:
    """CASE, also ``CASE x WHEN y``: compared as ``x = y``."""
    tests: list[exp.Expression] = []
    for branch in node.args["ifs"]:
        if node.this is not None:
            a, b = comparable([translator.value(node.this.copy()), translator.value(branch.this)])
            tests.append(exp.EQ(this=exp.Paren(this=a.sql), expression=exp.Paren(this=b.sql)))
        else:
            tests.append(coerce(translator.value(branch.this), TRUTH).sql)
    results = [translator.value(branch.args["true"]) for branch in node.args["ifs"]]
    default = node.args.get("default")
    return _branches(tests, [*results, translator.value(default) if default is not None else translator.value(exp.Null())])


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
    pairs = [(rest[index], rest[index + 1]) for index in range(0, len(rest) - 1, 2)]
    tests: list[exp.Expression] = []
    for search, _ in pairs:
        a, b = comparable([translator.value(subject.copy()), translator.value(search)])
        tests.append(exp.NullSafeEQ(this=exp.Paren(this=a.sql), expression=exp.Paren(this=b.sql)))
    default = rest[-1] if len(rest) % 2 else exp.Null()
    return _branches(tests, [*(translator.value(result) for _, result in pairs), translator.value(default)])


def _coalesce(translator: Translator, node: exp.Expression) -> Typed:
    values, type_ = unify(translator.values([node.this, *node.expressions]))
    return Typed(call("coalesce", *(value.sql for value in values)), type_)


def _nullif(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    a, b = comparable([value, translator.value(node.expression)])
    return Typed(case([(exp.EQ(this=exp.Paren(this=a.sql), expression=exp.Paren(this=b.sql)), exp.Null())], value.sql.copy()), value.type)


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
    exp.Greatest: _extreme("greatest"),
    exp.Least: _extreme("least"),
}
