"""Aggregate and window functions.

Precisions of SUM, AVG, MEDIAN, COUNT come from client libraries alone, not from a page or an account: they are of certainty
family, unless the rule cannot give anything else (a sum "into an equivalent or larger data type" of 38 digits has 38 digits:
https://docs.snowflake.com/en/sql-reference/functions/sum).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.model.types import ARRAY, FLOAT, MAX_PRECISION, OBJECT, SnowflakeType, number, varchar
from snowpact.sql.typing.typed import Typed, derived, exact, family, unknown

_CLIENTS = "the precision comes from client libraries, not from Snowflake's documentation"


def count(node: exp.Expression, typer) -> Typed:
    return family(number(18, 0), "the precision of a count is not documented", nullable=False)


def _numeric(rule: Callable[[int, int], SnowflakeType], sure_at_38: bool = False):
    def typed(node: exp.Expression, typer) -> Typed:
        inner = typer.of(_argument(node))
        if inner.base in {"FLOAT", "DECFLOAT"}:
            return exact(inner.type)
        if not inner.is_number:
            return unknown(f"no rule for {type(node).__name__.upper()} of {inner.base or 'an unknown type'}")
        precision, scale = inner.type.precision or MAX_PRECISION, inner.type.scale or 0
        if sure_at_38 and precision == MAX_PRECISION:
            return derived(rule(precision, scale), (inner,))
        return family(rule(precision, scale), inner.reason or _CLIENTS)

    return typed


def _argument(node: exp.Expression) -> exp.Expression:
    inner = node.this
    return inner.expressions[0] if isinstance(inner, exp.Distinct) else inner


def _sum(precision: int, scale: int) -> SnowflakeType:
    return number(min(MAX_PRECISION, precision + 12), scale)


def _average(precision: int, scale: int) -> SnowflakeType:
    return number(MAX_PRECISION, scale + 6 if scale <= 6 else 12 if scale < 12 else scale)


def _median(precision: int, scale: int) -> SnowflakeType:
    return number(min(MAX_PRECISION, precision + 3), min(37, scale + 3))


def _variance(precision: int, scale: int) -> SnowflakeType:
    return number(MAX_PRECISION, 6 if scale == 0 else max(12, scale))


def of_argument(node: exp.Expression, typer) -> Typed:
    """MIN, MAX, MODE, ANY_VALUE, LAG …: what goes in comes out. A default (of LAG and LEAD) must be of the same type to be sure."""
    inner = typer.of(_argument(node))
    default = typer.of(node.args["default"]) if node.args.get("default") is not None else inner
    if default.type != inner.type and not default.null:
        if default.base != inner.base:
            return unknown(f"the type of {type(node).__name__.upper()} with a default of another type is not documented")
        return derived(inner.type, (inner, family(inner.type, "a default of another type")))
    return Typed(inner.type, inner.certainty, inner.reason)


def by(node: exp.Expression, typer) -> Typed:
    """MAX_BY and MIN_BY; with a number of rows, an ARRAY (https://docs.snowflake.com/en/sql-reference/functions/max_by)."""
    return exact(ARRAY) if node.args.get("count") is not None else of_argument(node, typer)


def _fixed(type_: SnowflakeType):
    return lambda node, typer: exact(type_)


def _text(node: exp.Expression, typer) -> Typed:
    return family(varchar(), "the length of LISTAGG is not documented")


def _ranking(node: exp.Expression, typer) -> Typed:
    return family(number(18, 0), "the precision of a rank is not documented", nullable=False)


def _deviation(node: exp.Expression, typer) -> Typed:
    """FLOAT, of whole numbers too: https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/api/
    snowflake.snowpark.functions.stddev_pop, whose example gives the float 2.5 where a variance gives a Decimal."""
    inner = typer.of(_argument(node))
    return exact(FLOAT) if inner.base in {"FLOAT", "NUMBER"} else unknown("the type of STDDEV of what is no number is not documented")


def _kurtosis(node: exp.Expression, typer) -> Typed:
    """FLOAT of FLOAT, else a NUMBER, in Snowpark's example of twelve places: https://docs.snowflake.com/en/sql-reference/functions/kurtosis."""
    argument = typer.of(_argument(node))
    if argument.base == "FLOAT":
        return exact(FLOAT)
    return family(number(38, 12), _CLIENTS) if argument.is_number else unknown("KURTOSIS of what may be DECFLOAT")


def interpolated(node: exp.Anonymous, typer) -> Typed:
    """INTERPOLATE_FFILL and INTERPOLATE_BFILL give the type of their argument
    (https://docs.snowflake.com/en/sql-reference/functions/interpolate_bfill)."""
    argument = typer.of(node.expressions[0]) if node.expressions else unknown("an argument is missing")
    return Typed(argument.type, argument.certainty, argument.reason)


def inner(node: exp.Expression, typer) -> Typed:
    """OVER, WITHIN GROUP, IGNORE NULLS, DISTINCT: the type is that of the function inside."""
    return typer.of(node.this)


def percentile(node: exp.Expression, typer) -> Typed:
    return unknown("the type of a percentile is not documented well enough")


RULES = {
    **dict.fromkeys((exp.Count, exp.CountIf, exp.ApproxDistinct, exp.Hll), count),
    exp.Sum: _numeric(_sum, sure_at_38=True),
    exp.Avg: _numeric(_average),
    exp.Median: _numeric(_median),
    exp.Kurtosis: _kurtosis,
    **dict.fromkeys((exp.Variance, exp.VariancePop), _numeric(_variance)),
    **dict.fromkeys((exp.Stddev, exp.StddevPop, exp.StddevSamp), _deviation),
    **dict.fromkeys(
        (exp.Min, exp.Max, exp.Mode, exp.AnyValue, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue),
        of_argument,
    ),
    **dict.fromkeys((exp.ArgMax, exp.ArgMin), by),
    **dict.fromkeys((exp.ArrayAgg, exp.ArrayUniqueAgg, exp.ArrayUnionAgg, exp.ApproxTopK), _fixed(ARRAY)),
    exp.ObjectAgg: _fixed(OBJECT),
    exp.GroupConcat: _text,
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile), _ranking),
    **dict.fromkeys((exp.Window, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls, exp.Paren), inner),
    **dict.fromkeys((exp.PercentileCont, exp.PercentileDisc, exp.ApproxQuantile), percentile),
}
NAMED = dict.fromkeys(("INTERPOLATE_FFILL", "INTERPOLATE_BFILL"), interpolated)
"""By Snowflake's name, where sqlglot has no class."""
