"""INSERT: VALUES, a query, column lists, OVERWRITE, DEFAULT."""

from __future__ import annotations

from sqlglot import exp

from snowpact.local import defaults, dml, multi_insert, tables
from snowpact.local.errors import compilation, invalid_identifier
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.relation import compiled
from snowpact.local.result import EngineResult, counts
from snowpact.local.session import Session
from snowpact.local.streams import log
from snowpact.model.catalog import Kind
from snowpact.sql.classify import Classified
from snowpact.sql.statements.clauses import read_names


@handles("INSERT")
def insert(session: Session, statement: Classified) -> EngineResult:
    if {"all", "first"} & statement.modifiers:
        return multi_insert.insert(session, session.parse(statement.text), "overwrite" in statement.modifiers)
    record = dml.writable(session.require(Kind.TABLE, session.name(statement.name)))
    cursor = statement.cursor()
    columns = [column.name for column in record.object.columns]
    if cursor.peek() == "(" and cursor.peek(1) not in {"SELECT", "WITH", "("}:
        columns = list(read_names(cursor))
    _check(record, columns)
    columns, tree = _with_defaults(session, record, columns, session.parse(cursor.rest()))
    sql, types = compiled(session, tree, session.scope)
    if len(types) != len(columns):
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {len(types)}", 2020, "21S01")
    left_out = defaults.evaluated(session, record, columns)
    overwrites = "overwrite" in statement.modifiers
    with log.recorded(session, record, log.every_row(record) if overwrites else None):
        done = session.transaction.write(tables.insert(record, columns, sql, types, left_out)).fetchone()[0]
        if overwrites:
            # the query may read the table itself, so the rows that were there go last: ids only grow, and the new ones are the highest
            newest = f"SELECT {tables.ROW_ID} FROM {record.table} ORDER BY 1 DESC LIMIT {done}"
            session.transaction.write(f"DELETE FROM {record.table} WHERE {tables.ROW_ID} NOT IN ({newest})")
    return counts(inserted=done)


def _check(record: Record, columns: list[str]) -> None:
    for column in columns:
        if record.object.column(column) is None:
            raise invalid_identifier(column)
    if len(set(columns)) != len(columns):
        raise compilation(f"duplicate column name '{max(columns, key=columns.count)}'", 2025, "42S21")


def _with_defaults(session: Session, record: Record, columns: list[str], tree: exp.Expression) -> tuple[list[str], exp.Expression]:
    """``DEFAULT`` in VALUES replaced by what it stands for. A column that is DEFAULT in every row is left out instead, as an identity must
    be: its numbers come from DuckDB."""
    values = tree if isinstance(tree, exp.Values) else tree.find(exp.Values) if isinstance(tree, exp.Select) else None
    if values is None or not any(dml.is_default(cell) for row in values.expressions for cell in _cells(row)):
        return columns, tree
    rows = [_cells(row) for row in values.expressions]
    if any(len(row) != len(columns) for row in rows):
        got = next(len(row) for row in rows if len(row) != len(columns))
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {got}", 2020, "21S01")
    whole = [index for index in range(len(columns)) if len(columns) > 1 and all(dml.is_default(row[index]) for row in rows)]
    for row in rows:
        for index, cell in enumerate(row):
            if index not in whole and dml.is_default(cell):
                column = record.object.column(columns[index])
                cell.replace(dml.default_value(column, session.parse))
    kept = [index for index in range(len(columns)) if index not in whole]
    for row in values.expressions:
        cells = _cells(row)
        row.set("expressions", [cells[index] for index in kept])
    return [columns[index] for index in kept], tree


def _cells(row: exp.Expression) -> list[exp.Expression]:
    return row.expressions if isinstance(row, exp.Tuple) else [row]
