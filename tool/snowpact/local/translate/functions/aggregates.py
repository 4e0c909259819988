"""Aggregate functions: https://docs.snowflake.com/en/sql-reference/functions-aggregation. Types: snowflake-facts 5.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import arithmetic, star
from snowpact.local.translate.coerce import INTEGER, TEXT, TRUTH, coerce, convert, is_json, json, numeric, text, with_a_nought
from snowpact.local.translate.functions.simple import as_real, as_text, as_whole
from snowpact.local.translate.typed import COUNT, Typed, aggregate, call, cast, duck_type, marked, refuse
from snowpact.model.types import ARRAY, FLOAT, OBJECT, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator


MACROS = [
    # of each value as many as any one of the arrays has; what becomes of a null in one is not documented
    """_snow.union_of(arrays) AS CASE WHEN list_max(list_transform(arrays, lambda a: len(_snow.nulls(a)))) > 0
        THEN _snow.fail('SNOW:2:0A000:ARRAY_UNION_AGG of an array with a null') ELSE to_json(flatten(list_transform(
        list_sort(list_distinct(flatten(list_transform(arrays, lambda a: _snow.items(a))))),
        lambda v: list_transform(range(list_max(list_transform(arrays, lambda a: _snow.among(v, _snow.items(a))))), lambda i: v)))) END""",
    """_snow.most_frequent(h, k) AS to_json(list_transform(list_sort(list_transform(map_entries(h),
        lambda e: {'n': -CAST(e.value AS BIGINT), 'v': e.key}))[1:k], lambda e: [e.v, to_json(-e.n)]))""",
]


def _distinct(node: exp.Expression) -> tuple[exp.Expression, bool]:
    """An aggregate's argument without its DISTINCT."""
    if isinstance(node, exp.Distinct):
        if len(node.expressions) != 1 or node.args.get("on"):
            refuse("DISTINCT over several expressions")
        return node.expressions[0], True
    return node, False


def _over(name: str, argument: exp.Expression, distinct: bool) -> exp.Expression:
    return aggregate(name, exp.Distinct(expressions=[argument]) if distinct else argument)


def _wide(value: Typed) -> exp.Expression:
    """A NUMBER as DECIMAL(38, s), so that sums do not overflow."""
    return cast(value.sql, duck_type(number(38, arithmetic.scale_of(value.type)))) if value.base == "NUMBER" else value.sql


def addend(value: Typed) -> Typed:
    """Text is cast to FLOAT here: https://docs.snowflake.com/en/sql-reference/functions/sum, avg, stddev, variance (usage notes)."""
    return convert(value, FLOAT) if value.base == "VARCHAR" else numeric(value)


def _sum(translator: Translator, node: exp.Expression) -> Typed:
    inner, distinct = _distinct(node.this)
    value = addend(translator.value(inner))
    if value.base != "NUMBER":
        return Typed(_over("sum", cast(value.sql, "DOUBLE"), distinct), FLOAT)
    assert value.type is not None
    return Typed(_over("sum", _wide(value), distinct), number(min(38, (value.type.precision or 38) + 12), value.type.scale or 0))


def average_scale(scale: int) -> int:
    return scale + 6 if scale <= 6 else 12 if scale < 12 else scale


def _avg(translator: Translator, node: exp.Expression) -> Typed:
    inner, distinct = _distinct(node.this)
    value = addend(translator.value(inner))
    if value.base != "NUMBER":
        return Typed(_over("avg", cast(value.sql, "DOUBLE"), distinct), FLOAT)
    scale = arithmetic.scale_of(value.type)
    total = Typed(_over("sum", _wide(value), distinct), number(38, scale))
    # an empty group: SUM is NULL, and 0 // 0 must not be an error
    count = call("nullif", _over("count", _wide(value).copy(), distinct), 0)
    result = average_scale(scale)
    return Typed(arithmetic.decimal_quotient(total, Typed(count, COUNT), result), number(38, result))


def _count(translator: Translator, node: exp.Expression) -> Typed:
    inner = node.this
    if isinstance(inner, exp.Star) and not any(inner.args.values()):
        return Typed(aggregate("count", exp.Star()), COUNT)
    distinct = isinstance(inner, exp.Distinct)
    return Typed(_rows(star.arguments(translator, inner.expressions if distinct else [inner, *node.expressions]), distinct), COUNT)


def _rows(values: list[Typed], distinct: bool) -> exp.Expression:
    return _over("count", values[0].sql, distinct) if len(values) == 1 else _several(values, distinct)


def _several(values: list[Typed], distinct: bool) -> exp.Expression:
    """COUNT of several expressions leaves out rows in which any is NULL."""
    row = call("row", *(value.sql for value in values))
    given = exp.and_(*(exp.Not(this=exp.Is(this=exp.Paren(this=value.sql.copy()), expression=exp.Null())) for value in values), copy=False)
    return _over("count", exp.Case(ifs=[exp.If(this=given, true=row)]), distinct)


def _kept(duck: str) -> Rule:
    """The result has the argument's type."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner, distinct = _distinct(node.this)
        value = translator.value(inner)
        if node.expressions or (is_json(value.type) and duck in {"min", "max"}):
            refuse(f"{duck.upper()} of {value.type}" if not node.expressions else f"{duck.upper()} with several arguments")
        return Typed(_over(duck, value.sql, distinct), value.type)

    return rule


def _any(duck: str) -> Rule:
    """The same, of several possible answers a repeatable one."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner, _ = _distinct(node.this)
        value = translator.value(inner)
        return Typed(aggregate(duck, _in_order(value.sql, _by_value(value.sql))), value.type)

    return rule


def _by(duck: str) -> Rule:
    """MAX_BY, MIN_BY: rows whose ordering value is NULL do not count, a NULL in the row that wins does."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value, by = translator.value(node.this), translator.value(node.expression)
        if is_json(by.type):
            refuse(f"{node.sql_name()} by a VARIANT")
        if node.args.get("count") is None:  # which of several rows with the highest value is open: a repeatable one
            return Typed(aggregate(f"{duck}_null", value.sql, _in_order(by.sql, _by_value(value.sql))), value.type)
        return Typed(call("to_json", aggregate(duck, json(value), by.sql, translator.value(node.args["count"]).sql)), ARRAY)

    return rule


def _count_if(translator: Translator, node: exp.Expression) -> Typed:
    """Counted with COUNT: DuckDB's own count_if is NULL over no rows, where Snowflake's is 0."""
    condition = exp.If(this=coerce(translator.value(node.this), TRUTH).sql, true=exp.Literal.number(1))
    return Typed(aggregate("count", exp.Case(ifs=[condition])), COUNT)


def _array_union(translator: Translator, node: exp.Expression) -> Typed:
    """A multiset union of arrays, in an order of its own: https://docs.snowflake.com/en/sql-reference/functions/array_union_agg."""
    value = translator.value(node.this)
    if value.base != "ARRAY":
        refuse(f"ARRAY_UNION_AGG of {value.type or 'an expression of unknown type'}")
    listed = exp.Anonymous(this="list", expressions=[value.sql])
    chosen = call("_snow.union_of", marked(_not_null(listed, value.sql.copy())))
    return Typed(call("coalesce", chosen, cast(exp.Literal.string("[]"), "JSON")), ARRAY)


def _truth(duck: str) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        return Typed(aggregate(duck, coerce(translator.value(node.this), TRUTH).sql), TRUTH)

    return rule


def _interpolated(value: Typed, duck: str, *arguments: exp.Expression) -> Typed:
    """A NUMBER has three digits more than what is interpolated; DuckDB cuts off what lies behind, so it gets some to round by."""
    value = numeric(value)
    if value.base != "NUMBER":
        return Typed(aggregate(duck, cast(value.sql, "DOUBLE"), *arguments), FLOAT)
    precision, scale = (value.type.precision or 38, value.type.scale or 0) if value.type else (38, 0)
    spare = min(max(38 - precision - 3, 0), 6, max(34 - scale, 0))
    type_ = number(min(38, precision + 3), min(37, scale + 3))
    widened = cast(value.sql, duck_type(number(38, min(37, scale + 3 + spare))))
    return Typed(cast(aggregate(duck, widened, *arguments), duck_type(type_)), type_)


def _median(translator: Translator, node: exp.Expression) -> Typed:
    return _interpolated(translator.value(node.this), "median")


def _approx_count(translator: Translator, node: exp.Expression) -> Typed:
    """Exact, which is within the approximation's error. Rows with a NULL among several expressions, or a star's columns, don't count
    (https://docs.snowflake.com/en/sql-reference/functions/approx_count_distinct)."""
    inner = node.this
    second = node.args.get("accuracy")  # another system's, in sqlglot's eyes
    nodes = inner.expressions if isinstance(inner, exp.Distinct) else [inner, *([second] if second else node.expressions)]
    return Typed(_rows(star.arguments(translator, nodes), True), COUNT)


def _most_frequent(translator: Translator, node: exp.Expression) -> Typed:
    """APPROX_TOP_K, exact: what Snowflake gives where there are counters enough for all values
    (https://docs.snowflake.com/en/sql-reference/functions/approx_top_k). Of values alike in number the lower comes first."""
    count = node.args.get("expression")
    if count is not None and (not isinstance(count, exp.Literal) or count.is_string):
        refuse("APPROX_TOP_K of a number that is no literal")
    histogram = aggregate("histogram", json(translator.value(node.this)))
    return Typed(call("_snow.most_frequent", histogram, int(count.this) if count is not None else 1), ARRAY)


def _ordered(translator: Translator, order: exp.Expression | None) -> list[exp.Expression]:
    from snowpact.local.translate.query import ordered_by

    for item in order.expressions if order is not None else []:
        ordered_by(translator, item, translator.environment)
    return list(order.expressions) if order is not None else []


def _in_order(argument: exp.Expression, order: list[exp.Expression]) -> exp.Expression:
    return exp.Order(this=argument, expressions=order) if order else argument


def _by_value(item: exp.Expression) -> list[exp.Expression]:
    """The order where Snowflake promises none: a repeatable one, else a dynamic table's unchanged groups would change at each refresh."""
    return [exp.Ordered(this=item.copy(), desc=False, nulls_first=False)]


def _not_null(node: exp.Expression, argument: exp.Expression) -> exp.Expression:
    given = exp.Not(this=exp.Is(this=exp.Paren(this=argument), expression=exp.Null()))
    return exp.Filter(this=node, expression=exp.Where(this=given))


def array_agg(translator: Translator, node: exp.Expression, order: exp.Expression | None) -> Typed:
    """NULLs are left out; no rows give an empty array: https://docs.snowflake.com/en/sql-reference/functions/array_agg."""
    inner, distinct = _distinct(node.this)
    if isinstance(inner, exp.Order):
        refuse("ARRAY_AGG with ORDER BY inside")
    value = translator.value(inner)
    item = with_a_nought(value.sql, value.type) if value.base in {"VARCHAR", "NUMBER", "BOOLEAN"} else json(value)
    items = _ordered(translator, order)
    argument: exp.Expression = exp.Distinct(expressions=[item]) if distinct else item
    listed = exp.Anonymous(this="list", expressions=[_in_order(argument, items)])
    chosen = marked(_not_null(listed, item.copy()))
    if distinct and not items:
        chosen = call("list_sort", chosen)  # the order is undefined; a repeatable one
    if value.base == "NUMBER" and value.type is not None:
        chosen = call("_snow.numbers_json" if value.type.scale else "_snow.whole_json", chosen)
    return Typed(call("coalesce", call("to_json", chosen), cast(exp.Literal.string("[]"), "JSON")), ARRAY)


def listagg(translator: Translator, node: exp.Expression, order: exp.Expression | None) -> Typed:
    """No rows give an empty string: https://docs.snowflake.com/en/sql-reference/functions/listagg."""
    inner = node.this
    if isinstance(inner, exp.Order):  # sqlglot moves WITHIN GROUP inside
        order, inner = inner, inner.this
    inner, distinct = _distinct(inner)
    separator = node.args.get("separator")
    item = as_text(translator.value(inner)).sql
    items = _ordered(translator, order)
    if distinct:
        for ordered in items:
            if ordered.this.sql(dialect="duckdb") != item.sql(dialect="duckdb"):
                refuse("LISTAGG DISTINCT ordered by something else")
    argument = exp.Distinct(expressions=[item]) if distinct else item
    between = text(translator.value(separator)) if separator is not None else exp.Literal.string("")
    return Typed(call("coalesce", aggregate_with_order("string_agg", argument, between, items or _by_value(item)), ""), TEXT)


def aggregate_with_order(name: str, argument: exp.Expression, separator: exp.Expression, order: list[exp.Expression]) -> exp.Expression:
    return aggregate(name, argument, exp.Order(this=separator, expressions=order) if order else separator)


def _object_agg(translator: Translator, node: exp.Expression) -> Typed:
    """Pairs with a NULL are left out; a key twice is an error: https://docs.snowflake.com/en/sql-reference/functions/object_agg."""
    key, value = as_text(translator.value(node.this)).sql, json(translator.value(node.expression))
    pair = call(
        "struct_pack",
        exp.PropertyEQ(this=exp.to_identifier("k"), expression=key),
        exp.PropertyEQ(this=exp.to_identifier("v"), expression=value),
    )
    listed = exp.Anonymous(this="list", expressions=[pair])
    given = exp.and_(*(exp.Not(this=exp.Is(this=exp.Paren(this=side.copy()), expression=exp.Null())) for side in (key, value)), copy=False)
    chosen = marked(exp.Filter(this=listed, expression=exp.Where(this=given)))
    return Typed(call("coalesce", call("_snow.from_entries", chosen), cast(exp.Literal.string("{}"), "JSON")), OBJECT)


def _within_group(translator: Translator, node: exp.Expression) -> Typed:
    inner, order = node.this, node.expression
    if isinstance(inner, exp.ArrayAgg):
        return array_agg(translator, inner, order)
    if isinstance(inner, exp.GroupConcat):
        return listagg(translator, inner, order)
    duck = {exp.PercentileCont: "quantile_cont", exp.PercentileDisc: "quantile_disc"}.get(type(inner))
    if duck is None or len(order.expressions) != 1:
        refuse(f"WITHIN GROUP of {inner.sql_name() if isinstance(inner, exp.Func) else type(inner).__name__}")
    fraction = translator.value(inner.this).sql
    if order.expressions[0].args.get("desc"):
        fraction = exp.Sub(this=exp.Literal.number(1), expression=exp.Paren(this=fraction))
        if duck == "quantile_disc":
            refuse("PERCENTILE_DISC in descending order")
    value = translator.value(order.expressions[0].this)
    if duck == "quantile_disc":
        return Typed(aggregate(duck, value.sql, fraction), value.type)
    return _interpolated(value, duck, fraction)


def _approx_percentile(translator: Translator, node: exp.Expression) -> Typed:
    value = as_real(translator.value(node.this))
    return Typed(aggregate("quantile_cont", value.sql, translator.value(node.args["quantile"]).sql), FLOAT)


def _grouping(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(call("grouping", *(value.sql for value in translator.values(node.expressions))), INTEGER)


def _bits(duck: str) -> Rule:
    """Of whole numbers; NULL where all are."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        inner, _ = _distinct(node.this)
        return Typed(cast(aggregate(duck, as_whole(translator.value(inner)).sql), "BIGINT"), INTEGER)

    return rule


def _one_true(translator: Translator, node: exp.Expression) -> Typed:
    """BOOLXOR_AGG: exactly one is true; NULL where all are (https://docs.snowflake.com/en/sql-reference/functions/boolxor_agg)."""
    value = coerce(translator.value(node.this), TRUTH).sql
    counted = exp.EQ(this=aggregate("count_if", value), expression=exp.Literal.number(1))
    given = exp.GT(this=aggregate("count", value.copy()), expression=exp.Literal.number(0))
    return Typed(exp.Case(ifs=[exp.If(this=given, true=counted)]), TRUTH)


RULES = {
    exp.Sum: _sum,
    exp.Avg: _avg,
    exp.Count: _count,
    exp.CountIf: _count_if,
    exp.Min: _kept("min"),
    exp.Max: _kept("max"),
    exp.AnyValue: _any("any_value"),
    exp.Mode: _any("mode"),
    exp.Median: _median,
    exp.ApproxDistinct: _approx_count,
    exp.Hll: _approx_count,
    exp.ApproxTopK: _most_frequent,
    exp.ArgMax: _by("arg_max"),
    exp.ArgMin: _by("arg_min"),
    exp.ArrayAgg: lambda translator, node: array_agg(translator, node, None),
    exp.ArrayUniqueAgg: lambda translator, node: array_agg(translator, exp.ArrayAgg(this=exp.Distinct(expressions=[node.this])), None),
    exp.ArrayUnionAgg: _array_union,
    exp.GroupConcat: lambda translator, node: listagg(translator, node, None),
    exp.ObjectAgg: _object_agg,
    exp.WithinGroup: _within_group,
    exp.ApproxQuantile: _approx_percentile,
    exp.LogicalAnd: _truth("bool_and"),
    exp.LogicalOr: _truth("bool_or"),
    exp.BoolxorAgg: _one_true,
    exp.BitwiseAndAgg: _bits("bit_and"),
    exp.BitwiseOrAgg: _bits("bit_or"),
    exp.BitwiseXorAgg: _bits("bit_xor"),
    exp.Grouping: _grouping,
    exp.GroupingId: _grouping,
}
