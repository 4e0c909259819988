"""Arrays as wholes: sorted, as sets, and by functions over their elements.

https://docs.snowflake.com/en/sql-reference/functions-semistructured#label-functions-array, and
https://docs.snowflake.com/en/user-guide/querying-semistructured#label-higher-order-functions for FILTER, TRANSFORM, REDUCE. An element is
a VARIANT; a NULL in an array is a JSON null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import TRUTH, coerce, convert, json
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.functions.simple import as_variant, as_whole, simple
from snowpact.local.translate.typed import NULL, Typed, call, cast, refuse
from snowpact.model.types import ARRAY, OBJECT, VARIANT, number, varchar

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    "_snow.given(a) AS list_filter(_snow.items(a), lambda v: json_type(v) <> 'NULL')",
    """_snow.sorted(a) AS list_transform(
        list_sort(list_transform(_snow.given(a), lambda v: {'k': _snow.sort_key(v), 'v': v})), lambda e: e.v)""",
    """_snow.array_sort(a, ascending, nulls_first) AS _snow.array(list_concat(
        CASE WHEN nulls_first THEN _snow.nulls(a) ELSE [] END,
        CASE WHEN ascending THEN _snow.sorted(a) ELSE list_reverse(_snow.sorted(a)) END,
        CASE WHEN nulls_first THEN [] ELSE _snow.nulls(a) END))""",
    "_snow.array_max(a) AS _snow.sorted(a)[-1]",
    "_snow.array_min(a) AS _snow.sorted(a)[1]",
    # a place before the beginning or after the end is reached through nulls
    """_snow.array_insert(a, p, v) AS _snow.array(list_concat(
        list_resize(_snow.items(a), _snow.place(a, p), CAST('null' AS JSON)), [v],
        list_slice(_snow.items(a), _snow.place(a, p) + 1, len(_snow.items(a)))))""",
    # multisets: as many of a value as the one has more than the other, or as both have
    "_snow.among(v, l) AS len(list_filter(l, lambda e: e = v))",
    """_snow.array_except(a, b) AS _snow.array(list_filter(_snow.items(a),
        lambda v, i: _snow.among(v, list_slice(_snow.items(a), 1, i)) > _snow.among(v, _snow.items(b))))""",
    """_snow.array_intersection(a, b) AS _snow.array(list_filter(_snow.items(a),
        lambda v, i: _snow.among(v, list_slice(_snow.items(a), 1, i)) <= _snow.among(v, _snow.items(b))))""",
    """_snow.arrays_to_object(k, v) AS _snow.object(
        list_transform(_snow.items(k), lambda e: json_extract_string(e, '$')), _snow.items(v))""",
    """_snow.arrays_zip(a, b) AS _snow.array(list_transform(list_zip(_snow.items(a), _snow.items(b)),
        lambda e: json_object('$1', e[1], '$2', e[2])))""",
    "_snow.array_reverse(a) AS _snow.array(list_reverse(_snow.items(a)))",
    # a place past either end removes nothing
    """_snow.array_remove_at(a, p) AS CASE WHEN p IS NOT NULL THEN _snow.array(list_filter(_snow.items(a),
        lambda v, i: i <> CASE WHEN p < 0 THEN len(_snow.items(a)) + p + 1 ELSE p + 1 END)) END""",
    "_snow.array_steps(f, t, s) AS to_json(range(CAST(f AS BIGINT), CAST(t AS BIGINT), CAST(s AS BIGINT)))",
]
MACROS.insert(1, "_snow.nulls(a) AS list_filter(_snow.items(a), lambda v: json_type(v) = 'NULL')")
MACROS.insert(2, "_snow.place(a, p) AS CASE WHEN p < 0 THEN greatest(len(_snow.items(a)) + p, 0) ELSE p END")


def _sort(translator: Translator, node: exp.Expression) -> Typed:
    """NULLs come last where the order ascends, first where it descends, unless it is said."""
    flags = []
    for name in ("asc", "nulls_first"):
        flag = node.args.get(name)
        if flag is not None and not isinstance(flag, exp.Boolean):
            refuse("ARRAY_SORT with a flag that is no literal")
        flags.append(None if flag is None else bool(flag.this))
    ascending = flags[0] is not False
    first = flags[1] if flags[1] is not None else not ascending
    value = as_variant(translator.value(node.this)).sql
    return Typed(call("_snow.array_sort", value, exp.Boolean(this=ascending), exp.Boolean(this=first)), ARRAY)


def _pair(macro: str) -> Rule:
    """A function of two arrays; sqlglot keeps some in ``expressions``."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        nodes = [node.this, node.expression] if node.args.get("this") and not isinstance(node.this, str) else node.expressions
        if len(nodes) != 2:
            refuse(f"{node.sql_name() if isinstance(node, exp.Func) else node.name} of {len(nodes)} arrays")
        return Typed(call(macro, *(as_variant(translator.value(item)).sql for item in nodes)), ARRAY)

    return rule


def _insert(translator: Translator, node: exp.Expression) -> Typed:
    place = as_whole(translator.value(node.args["position"])).sql
    value = translator.value(node.expression)
    new = cast(exp.Literal.string("null"), "JSON") if value.base == NULL.base else json(value)
    return Typed(call("_snow.array_insert", as_variant(translator.value(node.this)).sql, place, new), ARRAY)


def _to_object(translator: Translator, node: exp.Expression) -> Typed:
    keys, values = (as_variant(translator.value(item)).sql for item in node.expressions)
    return Typed(call("_snow.arrays_to_object", keys, values), OBJECT)


def _lambda(translator: Translator, node: exp.Expression) -> tuple[list[exp.Identifier], Typed]:
    """A lambda's parameters in DuckDB's spelling, and its body, in which they are VARIANTs."""
    if not isinstance(node, exp.Lambda):
        refuse("a higher-order function without a lambda")
    names = [stored(parameter) for parameter in node.expressions]
    inner = Environment(translator.environment, relations=[Relation(None, dict.fromkeys(names, VARIANT))])
    return [translator.identifier(name) for name in names], translator.expression(node.this, inner)


def _applied(duck: str, items: exp.Expression, parameters: list[exp.Identifier], body: exp.Expression) -> exp.Expression:
    return call(duck, call("_snow.items", items), exp.Lambda(this=body, expressions=parameters, colon=True))


def _transform(translator: Translator, node: exp.Expression) -> Typed:
    array = as_variant(translator.value(node.this)).sql
    parameters, body = _lambda(translator, node.expression)
    new = call("coalesce", json(body), cast(exp.Literal.string("null"), "JSON"))
    return Typed(call("_snow.array", _applied("list_transform", array, parameters, new)), ARRAY)


def _filter(translator: Translator, node: exp.Expression) -> Typed:
    array = as_variant(translator.value(node.this)).sql
    parameters, body = _lambda(translator, node.expression)
    return Typed(call("_snow.array", _applied("list_filter", array, parameters, coerce(body, TRUTH).sql)), ARRAY)


def _reduce(translator: Translator, node: exp.Expression) -> Typed:
    """The accumulator has the type of its first value, without its length or digits; where elements are VARIANTs that are computed with, it
    stays one."""
    array, first = as_variant(translator.value(node.this)).sql, translator.value(node.args["initial"])
    merge = node.args.get("merge")
    if first.type is None or first.type == NULL or not isinstance(merge, exp.Lambda) or len(merge.expressions) != 2:
        refuse("REDUCE without a typed first value and a lambda of two parameters")
    merge = merge.copy()
    accumulator = stored(merge.expressions[0])
    type_ = {"VARCHAR": varchar(), "NUMBER": number(38, first.type.scale or 0)}.get(first.type.base, first.type)
    wanted = exp.DataType.build(str(type_), dialect="snowflake")
    for found in list(merge.this.find_all(exp.Identifier)):
        if stored(found) == accumulator and not isinstance(found.parent, (exp.Cast, exp.Column, exp.Dot)):
            found.replace(exp.Cast(this=found.copy(), to=wanted.copy()))
    parameters, body = _lambda(translator, merge)
    loose = body.base == "FLOAT" and type_.base == "NUMBER"
    reduced = _applied("list_reduce", array, parameters, json(body if loose else convert(body, type_)))
    reduced.append("expressions", json(first))
    return Typed(reduced, VARIANT) if loose else Typed(convert(Typed(reduced, VARIANT), type_).sql, type_)


def _range(translator: Translator, node: exp.Expression) -> Typed:
    if not node.args.get("is_end_exclusive"):
        refuse("ARRAY_GENERATE_RANGE")
    values = [as_whole(translator.value(node.args[part])).sql for part in ("start", "end", "step") if node.args.get(part) is not None]
    return Typed(call("_snow.array_range" if len(values) == 2 else "_snow.array_steps", *values), ARRAY)


RULES = {
    exp.SortArray: _sort,
    exp.ArrayMax: simple("_snow.array_max", VARIANT, as_variant, most=1),
    exp.ArrayMin: simple("_snow.array_min", VARIANT, as_variant, most=1),
    exp.ArrayInsert: _insert,
    exp.ArrayExcept: _pair("_snow.array_except"),
    exp.ArrayIntersect: _pair("_snow.array_intersection"),
    exp.ArraysZip: _pair("_snow.arrays_zip"),
    exp.Transform: _transform,
    exp.ArrayFilter: _filter,
    exp.Reduce: _reduce,
    exp.GenerateSeries: _range,
    exp.ArrayReverse: simple("_snow.array_reverse", ARRAY, as_variant, most=1),
    exp.ArrayRemoveAt: simple("_snow.array_remove_at", ARRAY, as_variant, as_whole, least=2, most=2),
}
NAMED = {"ARRAYS_TO_OBJECT": _to_object}
