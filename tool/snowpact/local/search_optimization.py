"""ADD and DROP SEARCH OPTIMIZATION: recorded and shown; nothing is searched faster."""

from __future__ import annotations

from snowpact.local.ddl import Ddl
from snowpact.local.errors import invalid_identifier
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements import actions


def altered(change: Ddl, record: Record, action: actions.Policy) -> Record:
    """``ON EQUALITY(a, b), SUBSTRING(*)``; DROP … ON leaves the rest
    (https://docs.snowflake.com/en/sql-reference/sql/alter-table#search-optimization-actions-searchoptimizationaction)."""
    if record.object.kind not in (Kind.TABLE, Kind.DYNAMIC_TABLE):
        raise UnsupportedFeature(f"search optimization of a {record.object.kind}")
    cursor = Cursor(action.text)
    if cursor.accept("ON"):
        for column in _optimized(cursor):
            if record.object.column(column) is None:
                raise invalid_identifier(column)
    cursor.finish()
    on = action.verb == "ADD" or bool(action.text)
    return change.alter(record, record.object.with_properties(search_optimization=True if on else None))


def _optimized(cursor: Cursor) -> list[str]:
    """The columns that are named; of a path its column."""
    found = []
    while not cursor.done:
        cursor.expect("EQUALITY", "SUBSTRING", "GEO", "FULL_TEXT")
        targets = Cursor(cursor.group_text())
        while not targets.done:
            if not targets.accept("*"):
                found.append(targets.identifier())
            while not targets.done and not targets.accept(","):  # of a path, what lies below its column
                targets.take()
        cursor.accept(",")
    return found
