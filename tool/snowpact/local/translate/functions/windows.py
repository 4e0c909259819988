"""Window functions: https://docs.snowflake.com/en/sql-reference/functions-window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TRUTH, coerce, numeric
from snowpact.local.translate.environment import Environment
from snowpact.local.translate.functions.simple import as_whole
from snowpact.local.translate.typed import Typed, aggregate, call, marked, refuse
from snowpact.local.translate.unify import unify
from snowpact.model.types import FLOAT, SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = ["_snow.changes(l) AS len(list_filter(l, lambda v, i: i > 1 AND v <> l[i - 1]))"]

_WINDOW_PARTS = frozenset({"this", "partition_by", "order", "spec", "over", "alias", "first"})


def over_clause(translator: Translator, window: exp.Window, environment: Environment) -> None:
    """PARTITION BY, ORDER BY and the frame, in place."""
    from snowpact.local.translate.query import ordered_by

    for part, value in window.args.items():
        if value and part not in _WINDOW_PARTS:
            refuse(f"window {part}")
    window.set("partition_by", [translator.expression(node, environment).sql for node in window.args.get("partition_by") or []])
    for ordered in window.args["order"].expressions if window.args.get("order") is not None else []:
        ordered_by(translator, ordered, environment)
    if window.args.get("alias") is not None:
        window.set("alias", translator.renamed(window.args["alias"]))


def _window(translator: Translator, node: exp.Expression) -> Typed:
    inner = node.this
    nulls = None
    if isinstance(inner, (exp.IgnoreNulls, exp.RespectNulls)):
        nulls, inner = type(inner), inner.this
        if nulls is exp.IgnoreNulls and not isinstance(inner, _NULLS_IGNORED):
            refuse(f"IGNORE NULLS of {inner.sql_name() if isinstance(inner, exp.Func) else type(inner).__name__}")
    own = _OWN.get(inner.name.upper()) if isinstance(inner, exp.Anonymous) else None
    value = own(translator, node) if own is not None else translator.value(inner)
    over_clause(translator, node, translator.environment)
    frame = {part: node.args.get(part) for part in ("partition_by", "order", "spec", "over", "alias", "first")}

    def wrap(part: exp.Expression) -> exp.Expression:
        if not part.meta.get("aggregate"):
            return part
        part.meta.pop("aggregate")
        copies = {
            key: [item.copy() for item in content]
            if isinstance(content, list)
            else content.copy()
            if isinstance(content, exp.Expression)
            else content
            for key, content in frame.items()
        }
        return exp.Window(this=nulls(this=part) if nulls is exp.IgnoreNulls else part, **copies)

    wrapped = _wrap(value.sql, wrap)
    if not wrapped.find(exp.Window):
        refuse(f"OVER for {inner.sql_name() if isinstance(inner, exp.Func) else type(inner).__name__}")
    return Typed(wrapped, value.type)


def _wrap(node: exp.Expression, wrap: Callable[[exp.Expression], exp.Expression]) -> exp.Expression:
    """Put OVER onto every marked aggregate in a rule's result."""
    marked = [found for found in node.find_all(exp.Expression) if found.meta.get("aggregate")]
    for found in marked:
        if found is node:
            return wrap(node)
        parent, key, index = found.parent, found.arg_key, found.index
        replacement = wrap(found)
        assert parent is not None and key is not None
        parent.set(key, replacement, index=index) if index is not None else parent.set(key, replacement)
    return node


def _ratio(translator: Translator, window: exp.Window) -> Typed:
    """RATIO_TO_REPORT: of the partition's sum, whatever its order; NULL where that is 0
    (https://docs.snowflake.com/en/sql-reference/functions/ratio_to_report)."""
    from snowpact.local.translate import arithmetic

    if window.args.get("spec") is not None:
        refuse("RATIO_TO_REPORT with a frame")
    window.set("order", None)
    inner = window.this.expressions[0]
    total = translator.value(exp.Sum(this=inner.copy()))
    return arithmetic.divide(numeric(translator.value(inner)), Typed(call("nullif", total.sql, 0), total.type))


def _true_event(translator: Translator, window: exp.Window) -> Typed:
    """CONDITIONAL_TRUE_EVENT: how many rows up to this one were true, in the order of the window
    (https://docs.snowflake.com/en/sql-reference/functions/conditional_true_event)."""
    if window.args.get("spec") is not None or window.args.get("order") is None:
        refuse("CONDITIONAL_TRUE_EVENT with a frame or without an order")
    frame = {"kind": "ROWS", "start": "UNBOUNDED", "start_side": "PRECEDING", "end": "CURRENT ROW"}
    window.set("spec", exp.WindowSpec(**frame))
    return Typed(aggregate("count_if", coerce(translator.value(window.this.expressions[0]), TRUTH).sql), INTEGER)


def _change_event(translator: Translator, window: exp.Window) -> Typed:
    """CONDITIONAL_CHANGE_EVENT: how many rows up to this one have another value than the row before; a NULL on either side is no change
    (https://docs.snowflake.com/en/sql-reference/functions/conditional_change_event). DuckDB takes no LAG inside another window, so each
    row looks through the rows up to it."""
    if window.args.get("spec") is not None or window.args.get("order") is None:
        refuse("CONDITIONAL_CHANGE_EVENT with a frame or without an order")
    window.set("spec", exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"))
    return Typed(call("_snow.changes", aggregate("list", translator.value(window.this.expressions[0]).sql)), INTEGER)


def _filled(translator: Translator, window: exp.Window) -> Typed:
    """INTERPOLATE_FFILL and INTERPOLATE_BFILL: the value, or the nearest one before or behind
    (https://docs.snowflake.com/en/sql-reference/functions/interpolate_bfill)."""
    inner = window.this
    if window.args.get("spec") is not None or window.args.get("order") is None or len(inner.expressions) != 1:
        refuse(f"{inner.name.upper()} with a frame, without an order, or of anything but one value")
    forward = inner.name.upper() == "INTERPOLATE_FFILL"
    edges = ("UNBOUNDED", "PRECEDING", "CURRENT ROW", None) if forward else ("CURRENT ROW", None, "UNBOUNDED", "FOLLOWING")
    window.set("spec", exp.WindowSpec(kind="ROWS", start=edges[0], start_side=edges[1], end=edges[2], end_side=edges[3]))
    value = translator.value(inner.expressions[0])
    nearest = exp.LastValue if forward else exp.FirstValue
    return Typed(marked(exp.IgnoreNulls(this=nearest(this=value.sql))), value.type)


_OWN = {
    "RATIO_TO_REPORT": _ratio,
    "CONDITIONAL_TRUE_EVENT": _true_event,
    "CONDITIONAL_CHANGE_EVENT": _change_event,
    "INTERPOLATE_FFILL": _filled,
    "INTERPOLATE_BFILL": _filled,
}
"""What is only a function with an OVER of its own making."""


def _rank(duck: str, result: SnowflakeType) -> Rule:
    return lambda translator, node: Typed(aggregate(duck), result)


def _ntile(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(aggregate("ntile", as_whole(translator.value(node.this)).sql), INTEGER)


def _shift(class_: type[exp.Func]) -> Rule:
    """LAG and LEAD. They and those below stay sqlglot's classes: it prints IGNORE NULLS for no others."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        value = translator.value(node.this)
        offset, default = node.args.get("offset"), node.args.get("default")
        parts = {"offset": as_whole(translator.value(offset)).sql} if offset is not None else {}
        type_ = value.type
        if default is not None:
            (value, other), type_ = unify([value, translator.value(default)])
            parts["default"] = other.sql
        return Typed(marked(class_(this=value.sql, **parts)), type_)

    return rule


def _edge(class_: type[exp.Func]) -> Rule:
    def rule(translator: Translator, node: exp.Expression) -> Typed:
        if node.args.get("from_first") is False:
            refuse("NTH_VALUE FROM LAST")
        value = translator.value(node.this)
        offset = node.args.get("offset")
        parts = {"offset": as_whole(translator.value(offset)).sql} if offset is not None else {}
        return Typed(marked(class_(this=value.sql, **parts)), value.type)

    return rule


_NULLS_IGNORED = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)

RULES = {
    exp.Window: _window,
    exp.RowNumber: _rank("row_number", INTEGER),
    exp.Rank: _rank("rank", INTEGER),
    exp.DenseRank: _rank("dense_rank", INTEGER),
    exp.PercentRank: _rank("percent_rank", FLOAT),
    exp.CumeDist: _rank("cume_dist", FLOAT),
    exp.Ntile: _ntile,
    exp.Lag: _shift(exp.Lag),
    exp.Lead: _shift(exp.Lead),
    exp.FirstValue: _edge(exp.FirstValue),
    exp.LastValue: _edge(exp.LastValue),
    exp.NthValue: _edge(exp.NthValue),
}
