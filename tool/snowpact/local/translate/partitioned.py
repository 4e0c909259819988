"""``TABLE(f(a, b) OVER (PARTITION BY g ORDER BY o))``: a table function over partitions of the rows before it.

It is rewritten, still as Snowflake's tree, into a query of one row per partition that holds the partition's arguments as an array, and
a call of the function with that array. Of the table before it, the partition's columns alone stay visible: Snowflake shows the others
of the row that made an output row, which a rewrite can't tell; using one is an error.
https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-tabular-functions#processing-partitions
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp

from snowpact.local.translate.typed import refuse

ROWS = " rows"
"""The column of a partition's arguments; no column of a user's starts with a space."""

_LABEL = re.compile(r" partition of (\d+)")


def arguments_in(label: str | None) -> int | None:
    """How many arguments the call had whose one, rewritten argument is called ``label``; None for an ordinary argument."""
    found = _LABEL.fullmatch(label or "")
    return int(found[1]) if found else None


def rewrite(tree: exp.Select) -> None:
    """Rewrite the partitioned call in FROM, if there is one, in place."""
    clause = tree.args.get("from_")
    joins = tree.args.get("joins") or []
    if clause is not None and _window(clause.this) is not None:  # constant arguments: one row, one partition
        clause.this.set("this", clause.this.this.this)
    for place, join in enumerate(joins):
        window = _window(join.this)
        if window is None:
            continue
        if place or len(joins) > 1 or join.args.get("on") or join.side:
            refuse("a partitioned table function among several joins")
        if any(item.is_star and not _is_star_of(item, join.this) for item in tree.expressions):
            refuse("SELECT * beside a partitioned table function")
        alias = clause.this.alias_or_name
        clause.set("this", _partitions(clause.this, window, alias))
        join.this.set("this", _call(window, alias))


def _window(source: exp.Expression) -> exp.Window | None:
    return source.this if isinstance(source, exp.TableFromRows) and isinstance(source.this, exp.Window) else None


def _is_star_of(item: exp.Expression, source: exp.Expression) -> bool:
    return isinstance(item, exp.Column) and item.table.upper() == source.alias.upper() != ""


def _partitions(source: exp.Expression, window: exp.Window, alias: str) -> exp.Subquery:
    keys = [key for key in window.args.get("partition_by") or [] if not isinstance(key, exp.Literal)]
    if not all(isinstance(key, exp.Column) for key in keys):
        refuse("PARTITION BY of a table function by an expression")
    arguments = ", ".join(_text(argument) for argument in _call_of(window).expressions)
    order = window.args.get("order")
    within = f" WITHIN GROUP ({_text(order)})" if order else ""
    listed = [*(_text(key) for key in keys), f'ARRAY_AGG(ARRAY_CONSTRUCT({arguments})){within} AS "{ROWS}"']
    grouped = f"GROUP BY {', '.join(_text(key) for key in keys)}" if keys else "HAVING COUNT(*) > 0"
    query = sqlglot.parse_one(f"SELECT {', '.join(listed)} FROM x {grouped}", dialect="snowflake")
    query.args["from_"].set("this", source.copy())
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _call(window: exp.Window, alias: str) -> exp.Expression:
    made = window.this.copy()
    call = made.find(exp.Anonymous)
    label = exp.to_identifier(f" partition of {len(call.expressions)}", quoted=True)
    rows = exp.column(exp.to_identifier(ROWS, quoted=True), table=exp.to_identifier(alias))
    call.set("expressions", [exp.Kwarg(this=label, expression=rows)])
    return made


def _call_of(window: exp.Window) -> exp.Anonymous:
    call = window.this
    while isinstance(call, exp.Dot):
        call = call.expression
    if not isinstance(call, exp.Anonymous) or any(isinstance(argument, exp.Kwarg) for argument in call.expressions):
        refuse("this call of a partitioned table function")
    return call


def _text(node: exp.Expression) -> str:
    return node.sql(dialect="snowflake", comments=False)
