"""SELECT, VALUES and what else is a query."""

from __future__ import annotations

from snowpact.local import types
from snowpact.local.registry import handles
from snowpact.local.relation import Query, query_of
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.session import Session
from snowpact.local.system_functions import selected
from snowpact.sql.classify import Classified


@handles("SELECT")
@handles("VALUES")
def select(session: Session, statement: Classified) -> EngineResult:
    text = statement.text
    if statement.tokens[0].word == "TABLE" and len(statement.tokens) > 1:  # TABLE t
        text = f"SELECT * FROM {text[statement.tokens[0].end :]}"
    return selected(session, statement) or run(session, query_of(session, text))


def run(session: Session, query: Query) -> EngineResult:
    """Run a query and fetch all of it."""
    columns = tuple(ColumnMeta(item.name, item.type, item.nullable, item.certainty, item.reason) for item in query.columns)
    rows = session.duck.execute(query.sql).fetchall()
    return EngineResult(columns, types.converted(rows, (column.type for column in columns)), len(rows), statement_type="SELECT")
