"""Statistics of numbers, computed in floating point: https://docs.snowflake.com/en/sql-reference/functions-aggregation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import REAL, convert, numeric
from snowpact.local.translate.functions.aggregates import addend
from snowpact.local.translate.functions.simple import as_real
from snowpact.local.translate.typed import COUNT, Typed, aggregate, call, refuse
from snowpact.model.types import FLOAT, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator


_OF_TEXT = (exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop)


def _real(duck: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner = node.this
        distinct = isinstance(inner, exp.Distinct)
        if distinct and len(inner.expressions) != 1:
            refuse("DISTINCT over several expressions")
        inner = inner.expressions[0] if distinct else inner
        value = translator.value(inner)
        values = [as_real(addend(value) if isinstance(node, _OF_TEXT) else value)]
        if node.args.get("expression") is not None:
            values.append(as_real(translator.value(node.expression)))
        argument = exp.Distinct(expressions=[values[0].sql]) if distinct else values[0].sql
        return Typed(aggregate(duck, argument, *(value.sql for value in values[1:])), REAL)

    return rule


def _kurtosis(translator: Translator, node: exp.Expression) -> Typed:
    """FLOAT of a FLOAT, else a NUMBER with twelve decimal places; NULL for fewer than four rows
    (https://docs.snowflake.com/en/sql-reference/functions/kurtosis)."""
    value = numeric(translator.value(node.this))
    found = aggregate("kurtosis", as_real(value).sql)
    return Typed(found, FLOAT) if value.base == "FLOAT" else convert(Typed(found, FLOAT), number(38, 12))


def _variance(duck: str) -> Rule:
    """FLOAT of a FLOAT, of a whole NUMBER one with six decimal places: the examples of
    https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/api/snowflake.snowpark.functions.var_samp.
    Of a NUMBER with decimal places it has twelve or as many as that (snowflake-facts 5.2)."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        of, found = addend(translator.value(inner)), _real(duck)(translator, node)
        if of.base != "NUMBER":
            return found
        scale = of.type.scale or 0 if of.type else 0
        return convert(found, number(38, max(scale, 12) if scale else 6))

    return rule


MACROS = [
    "_snow.told(x, what) AS CASE WHEN isnan(x) THEN _snow.fail('SNOW:2:0A000:' || what || ' of values that do not vary') ELSE x END"
]


def _varying(duck: str) -> Rule:
    """Over values that do not vary a nought is the divisor, and no page tells what comes of that."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        return Typed(call("_snow.told", _real(duck)(translator, node).sql, duck.upper()), REAL)

    return rule


_STATISTICS = {
    exp.Stddev: "stddev_samp",
    exp.StddevSamp: "stddev_samp",
    exp.StddevPop: "stddev_pop",
    exp.CovarPop: "covar_pop",
    exp.CovarSamp: "covar_samp",
    exp.RegrR2: "regr_r2",
    exp.RegrAvgx: "regr_avgx",
    exp.RegrAvgy: "regr_avgy",
    exp.RegrSxx: "regr_sxx",
    exp.RegrSyy: "regr_syy",
    exp.RegrSxy: "regr_sxy",
    exp.Skewness: "skewness",
}

RULES = {
    exp.Kurtosis: _kurtosis,
    exp.Corr: _varying("corr"),
    exp.RegrSlope: _varying("regr_slope"),
    exp.RegrIntercept: _varying("regr_intercept"),
    exp.Variance: _variance("var_samp"),
    exp.VariancePop: _variance("var_pop"),
    exp.RegrCount: lambda translator, node: Typed(_real("regr_count")(translator, node).sql, COUNT),
    **{class_: _real(duck) for class_, duck in _STATISTICS.items()},
}
