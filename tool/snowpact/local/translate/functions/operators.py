"""Operators: arithmetic, comparison, logic, LIKE, IN, BETWEEN, concatenation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import arithmetic
from snowpact.local.translate.coerce import TEXT, TRUTH, coerce, text
from snowpact.local.translate.functions.intervals import shifted
from snowpact.local.translate.functions.simple import as_text
from snowpact.local.translate.query import renamed_subquery
from snowpact.local.translate.typed import NULL, Typed, call, refuse
from snowpact.local.translate.unify import comparable

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator


def _arithmetic(translator: Translator, node: exp.Expression) -> Typed:
    if isinstance(node.expression, exp.Interval):
        return shifted(translator.value(node.this), node.expression, negative=isinstance(node, exp.Sub))
    return arithmetic.BINARY[type(node)](translator.value(node.this), translator.value(node.expression))


def _comparison(translator: Translator, node: exp.Expression) -> Typed:
    right = node.expression
    if isinstance(right, (exp.Any, exp.All)):
        return _quantified(translator, node)
    if isinstance(node.this, exp.Tuple) and isinstance(right, exp.Tuple):
        pairs = zip(node.this.expressions, right.expressions, strict=True)
        sides = [comparable([translator.value(a), translator.value(b)]) for a, b in pairs]
        node.set("this", exp.Tuple(expressions=[side[0].sql for side in sides]))
        node.set("expression", exp.Tuple(expressions=[side[1].sql for side in sides]))
        return Typed(exp.Paren(this=node), TRUTH)
    a, b = comparable([translator.value(node.this), translator.value(right)])
    return Typed(exp.Paren(this=type(node)(this=a.sql, expression=b.sql)), TRUTH)


def _quantified(translator: Translator, node: exp.Expression) -> Typed:
    inner = node.expression.this
    query = inner.this if isinstance(inner, exp.Subquery) else inner
    if not isinstance(query, exp.Query):
        refuse("ANY or ALL over a list")
    operand = translator.value(node.this)
    tree, _ = translator.query(query, translator.environment)
    node.set("this", operand.sql)
    node.set("expression", type(node.expression)(this=exp.Subquery(this=tree)))
    return Typed(exp.Paren(this=node), TRUTH)


def _logic(translator: Translator, node: exp.Expression) -> Typed:
    sides = [coerce(translator.value(side), TRUTH).sql for side in (node.this, node.expression)]
    return Typed(exp.Paren(this=type(node)(this=sides[0], expression=sides[1])), TRUTH)


def _not(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(exp.Paren(this=exp.Not(this=coerce(translator.value(node.this), TRUTH).sql)), TRUTH)


def _is(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    if isinstance(node.expression, exp.Boolean):
        value = coerce(value, TRUTH)
    elif not isinstance(node.expression, exp.Null):
        refuse(f"IS {node.expression.sql()}")
    return Typed(exp.Paren(this=exp.Is(this=exp.Paren(this=value.sql), expression=node.expression.copy())), TRUTH)


def _in(translator: Translator, node: exp.Expression) -> Typed:
    if node.args.get("query") is not None or node.args.get("unnest") is not None:
        return _in_query(translator, node)
    if isinstance(node.this, exp.Tuple):
        return _in_tuples(translator, node)
    values = comparable([translator.value(node.this), *translator.values(node.expressions)])
    return Typed(exp.Paren(this=exp.In(this=exp.Paren(this=values[0].sql), expressions=[value.sql for value in values[1:]])), TRUTH)


def _in_tuples(translator: Translator, node: exp.Expression) -> Typed:
    tests = [_comparison(translator, exp.EQ(this=node.this.copy(), expression=row)).sql for row in node.expressions]
    return Typed(exp.Paren(this=exp.or_(*tests, copy=False)), TRUTH)


def _in_query(translator: Translator, node: exp.Expression) -> Typed:
    query = node.args["query"]
    query = query.this if isinstance(query, exp.Subquery) else query
    tree, columns = translator.query(query, translator.environment)
    if isinstance(node.this, exp.Tuple):
        operand: exp.Expression = exp.Tuple(expressions=[value.sql for value in translator.values(node.this.expressions)])
    else:
        value = translator.value(node.this)
        types = list((columns or {}).values())
        if len(types) == 1:
            name = translator.identifier("COLUMN1")
            other = Typed(exp.Column(this=name.copy()), types[0])
            value, cast_other = comparable([value, other])
            if cast_other is not other:
                tree = exp.select(cast_other.sql).from_(renamed_subquery(tree, [name]))
        operand = exp.Paren(this=value.sql)
    return Typed(exp.Paren(this=exp.In(this=operand, query=exp.Subquery(this=tree))), TRUTH)


def _between(translator: Translator, node: exp.Expression) -> Typed:
    if node.args.get("symmetric"):
        refuse("BETWEEN SYMMETRIC")
    value, low, high = comparable([translator.value(node.args[part]) for part in ("this", "low", "high")])
    return Typed(exp.Paren(this=exp.Between(this=exp.Paren(this=value.sql), low=low.sql, high=high.sql)), TRUTH)


def _like(translator: Translator, node: exp.Expression, escape: exp.Expression | None = None) -> Typed:
    """LIKE, ILIKE, also over ANY or ALL of a list: https://docs.snowflake.com/en/sql-reference/functions/like_any."""
    operand = text(translator.value(node.this))
    right = node.expression
    if not isinstance(right, (exp.Any, exp.All)):
        return Typed(_one_like(node, operand, as_text(translator.value(right)).sql, escape), TRUTH)
    inner = right.this.this if isinstance(right.this, exp.Paren) else right.this
    patterns = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
    tests = [_one_like(node, operand.copy(), as_text(translator.value(pattern)).sql, escape) for pattern in patterns]
    combine = exp.or_ if isinstance(right, exp.Any) else exp.and_
    return Typed(exp.Paren(this=combine(*tests, copy=False)), TRUTH)


def _one_like(node: exp.Expression, operand: exp.Expression, pattern: exp.Expression, escape: exp.Expression | None) -> exp.Expression:
    name = "ilike_escape" if isinstance(node, exp.ILike) else "like_escape"
    return call(name, operand, pattern, escape.copy() if escape is not None else exp.Literal.string(""))


def _escape(translator: Translator, node: exp.Expression) -> Typed:
    return _like(translator, node.this, as_text(translator.value(node.expression)).sql)


def _concat(translator: Translator, node: exp.Expression) -> Typed:
    """NULL if any part is NULL: https://docs.snowflake.com/en/sql-reference/functions/concat."""
    values = (
        translator.values(node.expressions)
        if isinstance(node, exp.Concat)
        else [translator.value(node.this), translator.value(node.expression)]
    )
    if all(value.base == "BINARY" for value in values):
        refuse("concatenation of BINARY")
    if any(value.base == "NULL" for value in values):
        return Typed(exp.Null(), NULL)
    node_sql = text(values[0])
    for value in values[1:]:
        node_sql = exp.Paren(this=exp.DPipe(this=node_sql, expression=text(value)))
    return Typed(node_sql, TEXT)


def _paren(translator: Translator, node: exp.Expression) -> Typed:
    value = translator.value(node.this)
    return value if isinstance(value.sql, (exp.Literal, exp.Paren)) else Typed(exp.Paren(this=value.sql), value.type)


def _rounded_truth(translator: Translator, node: exp.Expression) -> exp.Expression:
    """What BOOLAND, BOOLOR, BOOLXOR and BOOLNOT take for true: a number that does not round to nought
    (https://docs.snowflake.com/en/sql-reference/functions/booland)."""
    value = translator.value(node)
    if value.base == "FLOAT" or (value.type is not None and value.type.scale):
        value = Typed(call("round", value.sql), value.type)
    return coerce(value, TRUTH).sql


def _of_truths(combine: Callable[..., exp.Expression]) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        sides = [node.this] if node.args.get("expression") is None else [node.this, node.expression]
        return Typed(exp.Paren(this=combine(*(_rounded_truth(translator, side) for side in sides))), TRUTH)

    return rule


RULES = {
    **dict.fromkeys(arithmetic.BINARY, _arithmetic),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.EqualNull), _comparison),
    exp.EqualNull: lambda translator, node: _comparison(translator, exp.NullSafeEQ(this=node.this, expression=node.expression)),
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: _not,
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Escape: _escape,
    exp.Concat: _concat,
    exp.DPipe: _concat,
    exp.Paren: _paren,
    exp.Neg: lambda translator, node: arithmetic.negate(translator.value(node.this)),
    exp.Booland: _of_truths(lambda a, b: exp.And(this=a, expression=b)),
    exp.Boolor: _of_truths(lambda a, b: exp.Or(this=a, expression=b)),
    exp.Xor: _of_truths(lambda a, b: exp.NEQ(this=a, expression=b)),
    exp.Boolnot: _of_truths(lambda a: exp.Not(this=exp.Paren(this=a))),
}
