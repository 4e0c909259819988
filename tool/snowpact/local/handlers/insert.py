"""INSERT: VALUES, a query, column lists, OVERWRITE, DEFAULT."""

from __future__ import annotations

from snowpact.local import tables
from snowpact.local.errors import compilation, invalid_identifier
from snowpact.local.registry import handles
from snowpact.local.relation import query_of
from snowpact.local.result import EngineResult, counts
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified


@handles("INSERT")
def insert(session: Session, statement: Classified) -> EngineResult:
    if {"all", "first"} & statement.modifiers:
        raise UnsupportedFeature("multi-table INSERT")
    record = session.require(Kind.TABLE, session.name(statement.name))
    cursor = statement.cursor()
    columns = [column.name for column in record.object.columns]
    if cursor.peek() == "(":
        from snowpact.sql.statements.clauses import read_names

        columns = list(read_names(cursor))
        for column in columns:
            if record.object.column(column) is None:
                raise invalid_identifier(column)
    query = query_of(session, cursor.rest())
    if len(query.columns) != len(columns):
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {len(query.columns)}", 2020, "21S01")
    if "overwrite" in statement.modifiers:
        session.transaction.write(f"DELETE FROM {record.table}")
    done = session.transaction.write(tables.insert(record, columns, query.sql, query.types)).fetchone()[0]
    return counts(number_of_rows_inserted=done)
