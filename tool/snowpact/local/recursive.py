"""CREATE RECURSIVE VIEW: a view whose query reads the view is a common table expression of its own query.

https://docs.snowflake.com/en/sql-reference/sql/create-view#usage-notes: ``CREATE RECURSIVE VIEW v (n) AS …`` is
``CREATE VIEW v (n) AS WITH RECURSIVE v (n) AS (…) SELECT n FROM v``. The list of columns is required.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from snowpact.local.scope import Scope, stored
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name


def itself_in(scope: Scope, query: exp.Expression, name: Name) -> list[exp.Table]:
    """Where a view's query, whose names are complete in ``scope``, reads the view."""
    own = {stored(cte.args["alias"].this) for cte in query.find_all(exp.CTE)}
    tables = (table for table in query.find_all(exp.Table) if isinstance(table.this, exp.Identifier))
    return [table for table in tables if (table.db or stored(table.this) not in own) and scope.name_of(table) == name]


def unrolled(scope: Scope, query: exp.Expression, name: Name, columns: Sequence[str]) -> exp.Expression:
    """The query of a recursive view as one that does not name the view. Raises UnsupportedFeature for another shape than the page's."""
    query = query.copy()
    while isinstance(query, exp.Subquery) and not any(value for part, value in query.args.items() if part != "this"):
        query = query.this
    tables = itself_in(scope, query, name)
    body = query if isinstance(query, exp.Union) and not query.args.get("distinct") and not query.args.get("with_") else None
    if body is None or not columns or itself_in(scope, body.this, name):
        raise UnsupportedFeature("a view that names itself and is no RECURSIVE one of a list of columns and UNION ALL")
    for table in tables:
        table.set("db", None)
        table.set("catalog", None)
        table.set("this", exp.to_identifier(name.name, quoted=True))
    listed = [exp.to_identifier(column, quoted=True) for column in columns]
    alias = exp.TableAlias(this=exp.to_identifier(name.name, quoted=True), columns=listed)
    tree = exp.select(*[exp.Column(this=column.copy()) for column in listed]).from_(exp.Table(this=alias.this.copy()))
    tree.set("with_", exp.With(expressions=[exp.CTE(this=query, alias=alias)], recursive=True))
    return tree
