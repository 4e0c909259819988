"""Views: their text is kept, and read anew for every query, so that they follow what happens to what they stand on.

The column list is frozen at creation. A query that no longer gives as many columns is Snowflake's 002057; a table that is gone,
an error of the expansion (https://docs.snowflake.com/en/sql-reference/sql/create-view#usage-notes).
"""

from __future__ import annotations

import duckdb
from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.errors import compilation, translated
from snowpact.local.materialized import require_valid, with_base_columns
from snowpact.local.metadata import reads_metadata
from snowpact.local.objects import Record
from snowpact.local.recursive import itself_in, unrolled
from snowpact.local.relation import described, duckdb_sql, translate
from snowpact.local.scope import NESTING, Scope
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name


def expand(scope: Scope, record: Record) -> exp.Expression:
    """The view as a subquery with its frozen column names."""
    session = scope.session
    if record.object.kind is Kind.MATERIALIZED_VIEW:
        require_valid(session.engine.state, record)
    if scope.depth >= NESTING:
        raise compilation(f"View '{record.name}' is nested more than {NESTING} deep.", 2054, "42601")  # number [M]
    moment = session.engine.state.version, session.temporary_version
    cached = None if scope.laterals else session.view_cache.get(record.id)
    if cached is None or cached[0] != moment or cached[1] is not record:
        asked = session.asked
        cached = moment, record, _expand(scope.inside(record), record)
        if not scope.laterals and not reads_metadata(cached[2]) and session.asked == asked:
            session.view_cache[record.id] = cached
    return cached[2].copy()


def _expand(scope: Scope, record: Record) -> exp.Expression:
    try:
        query = scope.session.parse(record.object.definition or "")
        if record.object.kind is Kind.MATERIALIZED_VIEW:
            query = with_base_columns(query, record)
        elif record.object.property("recursive") and itself_in(scope, query, record.name):
            query = unrolled(scope, query, record.name, [column.name for column in record.object.columns])
        tree, _ = translate(query, scope)
        produced = len(described(scope.session, duckdb_sql(tree)))
    except UnsupportedFeature:
        raise
    except (StatementError, duckdb.Error) as caught:
        error = translated(caught) if isinstance(caught, duckdb.Error) else caught
        if error.errno in (2037, 2057):
            raise
        text = error.message.removeprefix("SQL compilation error:\n")
        text = f"Failure during expansion of view '{record.name.name}': SQL compilation error:\n{text}"
        raise compilation(text, 2037, "42601") from caught  # text and number [M]
    check_count(record.name, len(record.object.columns), produced)
    columns = [exp.to_identifier(encode(column.name), quoted=True) for column in record.object.columns]
    inner = exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("_view"), columns=columns))
    return exp.Subquery(this=exp.select("*").from_(inner))


def check_count(name: Name, declared: int, produced: int) -> None:
    if declared != produced:
        text = f"View definition for '{name}' declared {declared} column(s), but view query produces {produced} column(s)."
        raise compilation(text, 2057, "42601")
