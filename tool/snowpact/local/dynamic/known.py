"""What a refresh leaves behind to spare the next one: its query's translation, and the proof that nothing has changed since.

Where nothing that its query reads has changed, a dynamic table is not refreshed on Snowflake: its history shows NO_DATA and no warehouse
runs (https://docs.snowflake.com/en/user-guide/dynamic-tables-troubleshooting). The proof here: the query's text as DuckDB runs it is the
same, it answers the same each time, and no table that it names was written or altered. Kept in memory: an engine that has just been opened
runs each query once, with the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local.dynamic.blocks import table_of
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.relation import Query, duckdb_sql, query_of, translate
from snowpact.local.transactions import DRAWN
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

Moment = tuple[int, tuple[int, int] | None, dict[str, Any], dict[str, Any]]
Seen = tuple[tuple[Record, int], ...]
"""Tables as they were: each one's record, and how often it had been written."""

_OPEN = re.compile(r"\b(?:_hosted\d+|now)\w*\(")
"""What may answer otherwise although its arguments are the same, beside what draws."""


@dataclass(frozen=True, slots=True)
class Known:
    """moment: the account's objects and settings that ``query`` was translated for; passing: whether it also holds the time or a role;
    account: its parameters, by which casts go; record: the table after its last refresh; reads: the ids of the tables on whose rows alone
    its answer hangs, None where it hangs on more; seen: these and itself, at that time; latest: its translation at a later time, which the
    refresh may need again."""

    moment: Moment | None
    query: Query
    passing: bool
    account: dict[str, Any]
    record: Record
    reads: Sequence[int] | None
    seen: Seen
    latest: tuple[datetime, Query] | None = None


def query_now(session: Session, record: Record) -> tuple[Query, bool]:
    """The definition's translation, from the last refresh where that still holds, and whether it holds for a passing moment alone."""
    known = of_now(session, record)
    if known is not None and known.reads is not None:  # else its text may name what was made for it: rows of INFORMATION_SCHEMA, a file's
        return _translated(session, known) if known.passing else known.query, known.passing
    asked = session.asked
    with access.acting(session, record):
        query = query_of(session, record.object.definition or "", session.scope.followed(record))
    return query, session.asked != asked


def is_unchanged(session: Session, record: Record) -> bool:
    """Whether nothing in the account that may bear on the table is other than when it was last refreshed."""
    known = of_now(session, record)
    if known is None or known.record is not record or not _holds(session, known):
        return False
    try:
        return not known.passing or _translated(session, known) == known.query
    except StatementError:  # the refresh will fail of it, and its history say so
        return False


def answers_alike(session: Session, record: Record, query: Query) -> bool:
    """Whether the query, translated anew, would give the rows that the table has."""
    known = session.engine.refreshed.get(record.id)
    alike = known is not None and known.query == query and known.record == record and known.account == session.engine.account
    return known is not None and alike and _holds(session, known)


def remembering(change: Ddl, record: Record, query: Query, passing: bool) -> Callable[[], None]:
    """What to do once a refresh has committed."""
    session = change.session
    known = of_now(session, record)
    reads = _read_by(session, record, query) if known is None else known.reads
    alone = change.records.keys() <= {record.id}  # what else the statement changed may bear on the translation

    def remember() -> None:
        engine = session.engine
        after = engine.state.by_id[record.id]
        seen = tuple((engine.state.by_id[id_], engine.writes.count[id_]) for id_ in (*(reads or ()), record.id))
        engine.refreshed[record.id] = Known(_moment(session) if alone else None, query, passing, dict(engine.account), after, reads, seen)

    return remember


def of_now(session: Session, record: Record) -> Known | None:
    """What is known of the table, where it is known for the account and the session as they are."""
    known = session.engine.refreshed.get(record.id)
    return known if known is not None and known.moment == _moment(session) else None


def _translated(session: Session, known: Known) -> Query:
    """The query at another time: its columns are the same."""
    if known.latest is not None and known.latest[0] == session.now:
        return known.latest[1]
    record = known.record
    with session.parameters.of_nobody(), access.acting(session, record):
        tree, _ = translate(session.parse(record.object.definition or ""), session.scope.followed(record))
    query = replace(known.query, sql=duckdb_sql(tree, copy=False))
    session.engine.refreshed[record.id] = replace(known, latest=(session.now, query))
    return query


def _moment(session: Session) -> Moment:
    temporary = (session.id, session.temporary_version) if session.temporary_version else None  # its temporary tables may hide others
    return session.engine.state.version, temporary, dict(session.engine.account), dict(session.variables)


def _holds(session: Session, known: Known) -> bool:
    state, writes = session.engine.state, session.engine.writes
    return known.reads is not None and all(state.by_id.get(item.id) is item and writes.count[item.id] == n for item, n in known.seen)


def _read_by(session: Session, record: Record, query: Query) -> Sequence[int] | None:
    """The ids of the tables on whose rows alone the query's answer hangs; None where it hangs on more."""
    if DRAWN.search(query.sql) or _OPEN.search(query.sql):
        return None
    return record.extra.get("tables") or _named(session, record)


def _named(session: Session, record: Record) -> list[int] | None:
    """The ids of the permanent tables that the translated definition names; None where it also reads anything else."""
    with access.acting(session, record):
        tree, _ = translate(session.parse(record.object.definition or ""), session.scope.inside(record))
    within = {cte.alias for cte in tree.find_all(exp.CTE)}
    named = [node for node in tree.find_all(exp.Table) if isinstance(node.this, exp.Identifier)]
    found = [table_of(node) for node in named if node.db or node.name not in within]
    ids = {id_ for id_ in found if id_ in session.engine.state.by_id}
    return sorted(ids) if ids.issuperset(found) else None
