"""Materialized views: what their query may be, and whether they can still be read.

What is read through one is always current (https://docs.snowflake.com/en/user-guide/views-materialized), so it is kept as a view: its query
is run anew. ``extra['base']`` is ``[id, name, columns and their types]`` of the table that it stands on, as it was when the view was made.
"Effects of changes to base tables" on that page: where a column of the base table is altered or dropped, or the table is, the view is
invalid for good; new columns do no harm. A suspended view is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from snowpact.local.dynamic.modes import CLOCK, VOLATILE, function_name
from snowpact.local.errors import compilation, missing
from snowpact.local.governance.tag_masking import masks
from snowpact.local.objects import Record, State
from snowpact.local.scope import Scope
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name

BASES = (Kind.TABLE, Kind.EXTERNAL_TABLE, Kind.ICEBERG_TABLE)

_AGGREGATES = (
    exp.ApproxDistinct, exp.Hll, exp.Avg, exp.BitwiseAndAgg, exp.BitwiseOrAgg, exp.BitwiseXorAgg, exp.Count, exp.CountIf, exp.Min, exp.Max,
    exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Sum, exp.Variance, exp.VariancePop,
)  # fmt: skip
"""Those that a materialized view may have: "Limitations on creating materialized views" of the page."""

_SHAPES: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Window, "window functions"),
    (exp.Having, "HAVING"),
    (exp.Order, "ORDER BY"),
    (exp.Limit, "LIMIT"),
    (exp.Fetch, "LIMIT"),
    (exp.Cube, "GROUP BY CUBE"),
    (exp.Rollup, "GROUP BY ROLLUP"),
    (exp.GroupingSets, "GROUP BY GROUPING SETS"),
    (exp.Except, "MINUS or EXCEPT"),
    (exp.Intersect, "INTERSECT"),
)


def base_of(scope: Scope, tree: exp.Expression, find: Callable[[str, Name], Record | None]) -> list[Any]:
    """``extra['base']`` of a view with this query. Raises where Snowflake allows no materialized view of it."""
    fault = next(_faults(scope, tree), None)
    if fault is not None:
        raise compilation(f"Invalid materialized view definition. {fault}", 2210, "42601")  # number and most texts [M]
    name = scope.name_of(next(_tables(tree)))
    base = find("TABLE", name)
    if base is None:
        raise missing(name)
    if base.object.kind not in BASES:
        text = f"Invalid materialized view definition. '{name}' is a {base.object.kind.value}, not a table."
        raise compilation(text, 2210, "42601")  # text and number [M]
    if base.temporary:
        raise UnsupportedFeature("a materialized view of a temporary table")
    if masks(scope.session.engine.state, base):
        raise UnsupportedFeature("CREATE ON MASKED COLUMN")
    if base.extra.get("row_access"):
        raise UnsupportedFeature("CREATE ON TABLE WITH ROW ACCESS POLICY")
    return [base.id, list(name.parts), _columns(base)]


def _columns(base: Record) -> list[list[str]]:
    return [[column.name, str(column.type)] for column in base.object.columns]


def _tables(tree: exp.Expression) -> Iterator[exp.Table]:
    return (table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier))


def _faults(scope: Scope, tree: exp.Expression) -> Iterator[str]:
    tables = list(_tables(tree))
    if len(tables) > 1:
        yield "More than one table referenced in the view definition"
    if not tables or tree.find(exp.With):
        yield "A view of one table is expected, without common table expressions."  # [M]
    for kind, text in _SHAPES:
        if tree.find(kind):
            yield f"{text} cannot be used."
    for node in tree.walk():
        yield from _of_node(scope, node)


def _of_node(scope: Scope, node: exp.Expression) -> Iterator[str]:
    if isinstance(node, exp.AggFunc):
        if not isinstance(node, _AGGREGATES):
            yield f"The aggregate function {node.sql_name()} cannot be used."
        elif isinstance(node.this, exp.Distinct):
            yield "DISTINCT cannot be combined with an aggregate function."
        elif (around := node.find_ancestor(exp.Subquery)) is not None and isinstance(around.parent, exp.From):
            yield "An aggregate function cannot be used in a subquery."
    if isinstance(node, exp.Query) and not isinstance(node, exp.Subquery) and _depth(node) > 1:
        yield "Subqueries cannot be nested."
    if isinstance(node, exp.Anonymous) and scope.session.routine(Kind.FUNCTION, Name.of(node.name.upper()), len(node.expressions), scope):
        yield f"The user-defined function {node.name} cannot be used."
    if function_name(node) in VOLATILE | CLOCK:
        yield f"The function {function_name(node)} is not deterministic."
    if isinstance(node, exp.Group):
        select = node.find_ancestor(exp.Select)
        shown = {item.unalias().sql() for item in select.selects} | {item.alias for item in select.selects} if select else set()
        for key in node.expressions:
            if not key.is_int and key.sql() not in shown:
                yield f"The GROUP BY key {key.sql()} is not in the SELECT list."


def _depth(node: exp.Expression) -> int:
    """How many queries stand around a query; one that does not stand in FROM counts for two."""
    around = node.find_ancestor(exp.Query)
    while isinstance(around, (exp.Subquery, exp.SetOperation)):
        around = around.find_ancestor(exp.Query)
    if around is None:
        return 0
    in_from = isinstance(node.parent, exp.Subquery) and isinstance(node.parent.parent, exp.From)
    return _depth(around) + (1 if in_from else 2)


def with_base_columns(query: exp.Expression, record: Record) -> exp.Expression:
    """The query with ``*`` of the base table spelled out: columns that it was given later are none of the view's."""
    columns = [exp.column(exp.to_identifier(name, quoted=True)) for name, _ in record.extra["base"][2]]
    query = query.copy()
    for select in query.find_all(exp.Select):
        source = select.args.get("from_")
        if source is not None and isinstance(source.this, exp.Table) and not select.args.get("joins") and not select.args.get("laterals"):
            for item in [item for item in select.expressions if item.is_star and not item.find(exp.Alias) and not _narrowed(item)]:
                position = select.expressions.index(item)
                select.set("expressions", [*select.expressions[:position], *columns, *select.expressions[position + 1 :]])
    return query


def _narrowed(item: exp.Expression) -> bool:
    """``* EXCLUDE …`` and the like, which is left as it is."""
    star = item if isinstance(item, exp.Star) else item.find(exp.Star)
    return any(value for value in star.args.values())


def invalid_reason(state: State, record: Record) -> str | None:
    """Why a materialized view can't be read; None where it can."""
    if record.extra.get("suspended"):
        return "Materialized View is suspended."  # [M]
    id_, parts, columns = record.extra["base"]
    base = state.by_id.get(id_)
    if base is None or base.dropped_on is not None:
        return f"Base table '{Name(tuple(parts)).name}' was dropped."  # [M]
    if base.name.parts != tuple(parts) or _columns(base)[: len(columns)] != columns:
        text = f"DDL Statement was executed on the base table '{base.name.name}'."
        return f"{text} Marked Materialized View as invalid."  # text [M]
    return None


def require_valid(state: State, record: Record) -> None:
    reason = invalid_reason(state, record)
    if reason is not None:
        raise _invalid(record, reason)


def _invalid(record: Record, reason: str) -> StatementError:
    text = f"Failure during expansion of view '{record.name.name}': SQL compilation error:\n"
    return compilation(f"{text}Materialized View {record.name.name} is invalid. Invalidation reason: {reason}", 2037, "42601")


def refuse_over(state: State, table: Record) -> None:
    """No policy is set on a table that materialized views stand on
    (https://docs.snowflake.com/en/user-guide/security-column-advanced#materialized-views)."""
    views = [record for record in state if record.object.kind is Kind.MATERIALIZED_VIEW and record.extra["base"][0] == table.id]
    if views:
        text = "SQL execution error: One or more materialized views exist on the table."
        raise StatementError(f"{text} number of mvs={len(views)}, table name={table.name.name}.", 3530, "42601")  # number [M]
