"""What a session ran: the ids of its statements and, for RESULT_SCAN, what the latest of them answered.

https://docs.snowflake.com/en/sql-reference/functions/last_query_id, …/result_scan. An account keeps results for a day; here the
latest are kept, as far as their rows fit.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.arrow import engine_table
from snowpact.local.encoding import encode
from snowpact.local.result import EngineResult
from snowpact.local.translate import twins
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import cast, duck_type
from snowpact.model.errors import StatementError, UnsupportedFeature

if TYPE_CHECKING:
    from snowpact.local.query_history import QueryHistory
    from snowpact.local.session import Session

MOST_RESULTS = 100
MOST_ROWS = 1_000_000
"""Rows that the kept results may hold together; the last one is kept whatever its size."""


class QueryLog:
    """Statements in their order. A procedure's own are forgotten at its end, when the CALL takes their place."""

    def __init__(self, history: QueryHistory) -> None:
        self._history = history
        self._ids: list[str] = []
        self._results: OrderedDict[str, EngineResult] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids)

    def place(self, number: int) -> str | None:
        """LAST_QUERY_ID(number): counted from the last for a negative number, from the session's first for a positive one."""
        index = number if number < 0 else number - 1
        return self._ids[index] if -len(self._ids) <= index < len(self._ids) and number else None

    def ended(self, query_id: str, since: int) -> None:
        """A statement is over; ``since`` is how many there were when it began."""
        self._ids[since:] = [query_id]

    def forget(self, since: int) -> None:
        """Take out what ran since then: an expression of a script is no statement."""
        for query_id in self._ids[since:]:
            self._results.pop(query_id, None)
            self._history.forget(query_id)
        del self._ids[since:]

    def remember(self, result: EngineResult) -> None:
        self._results[str(result.query_id)] = result
        while len(self._results) > MOST_RESULTS or (len(self._results) > 1 and self._rows() > MOST_ROWS):
            self._results.popitem(last=False)

    def drop(self, query_id: str) -> None:
        """Forget what was remembered for one statement alone."""
        self._results.pop(query_id, None)

    def result(self, query_id: str) -> EngineResult | None:
        return self._results.get(query_id)

    def _rows(self) -> int:
        return sum(len(result.rows) for result in self._results.values())


def is_scan(call: exp.Expression) -> bool:
    return isinstance(call, exp.Anonymous) and call.name.upper() == "RESULT_SCAN"


def scan(session: Session, call: exp.Expression) -> tuple[exp.Expression, RelationColumns]:
    """The DuckDB relation of ``RESULT_SCAN('id')`` and its columns; the id is a constant, LAST_QUERY_ID() a constant by now."""
    given = call.expressions[0] if len(call.expressions) == 1 else None
    if not isinstance(given, exp.Literal) or not given.is_string:
        raise UnsupportedFeature("RESULT_SCAN of something that is no constant")
    return rows_relation(session, f"_result_{given.this}", remembered(session, given.this))


def remembered(session: Session, query_id: str) -> EngineResult:
    """What a statement answered. Raises "not found" for one that is not remembered."""
    found = session.queries.result(query_id)
    if found is None:
        raise StatementError(f"Statement {query_id} not found", 612, "02000")
    return found


def rows_relation(session: Session, name: str, result: EngineResult) -> tuple[exp.Expression, RelationColumns]:
    """A result as a relation: an arrow table that the session's DuckDB connection reads under ``name``."""
    columns = dict(zip(twins.keyed(column.name for column in result.columns), (column.type for column in result.columns), strict=True))
    session.transaction.register(name, engine_table(result.columns, result.rows))
    items = []
    for place, (column, type_) in enumerate(columns.items()):
        value = exp.column(f"c{place}")
        known = type_.base not in {"UNKNOWN", "NULL"}
        items.append(exp.alias_(cast(value, duck_type(type_)) if known else value, encode(column), quoted=True))
    return exp.Subquery(this=exp.select(*items).from_(exp.Table(this=exp.to_identifier(name, quoted=True)))), columns
