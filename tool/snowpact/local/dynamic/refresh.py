"""Refreshing dynamic tables.

A refresh brings a dynamic table, and first those it reads, to what their queries answer now. Each is a transaction of its own
with its line of history in it: what a table below has reached stays when one above fails. Where the changes of what it reads suffice they
are taken in (``maintain``), else the query is run in full; either way as an edit that leaves alone what did not change (``delta``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.dynamic import changes, history, known, maintain
from snowpact.local.dynamic.changes import digest, follow
from snowpact.local.dynamic.delta import Delta, Edit, anew, is_another, put_beside, towards_answer
from snowpact.local.dynamic.evolution import evolve
from snowpact.local.dynamic.graph import upstream
from snowpact.local.dynamic.history import Refresh
from snowpact.local.dynamic.sources import Sources, replaced, sources_of
from snowpact.local.dynamic.suspension import BY_ERRORS, suspend
from snowpact.local.encoding import quoted
from snowpact.local.errors import COMPILATION, translated
from snowpact.local.objects import Record
from snowpact.local.relation import Query
from snowpact.local.streams import log
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.session import Session

SUSPEND_AFTER = 5
"""Scheduled failures in a row that suspend a dynamic table; manual ones don't count, any success starts anew
(https://docs.snowflake.com/en/user-guide/dynamic-tables-suspend-resume)."""
SCHEDULED = "SCHEDULED"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A refresh to be tried. at: as of when the data are, one moment for all tables of one refresh; clock: when it ended."""

    record: Record
    trigger: str
    at: datetime
    started: datetime
    clock: Callable[[], datetime]

    @classmethod
    def now(cls, session: Session, record: Record, trigger: str, at: datetime) -> Attempt:
        """One that starts now, by the engine's clock."""
        return cls(record, trigger, at, session.engine.clock.now(), session.engine.clock.now)

    def ended(self, state: str, action: str | None, **more: Any) -> Refresh:
        lag = history.lag_seconds_of(self.record)
        return Refresh(self.record, state, action, self.trigger, self.at, self.started, self.clock(), lag_seconds=lag, **more)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of attempts: the history's lines, and the first error."""

    done: list[Refresh]
    error: StatementError | None = None


def refresh(session: Session, record: Record, trigger: str) -> list[Refresh]:
    """Refresh what the table reads, in dependency order, then the table. Raises the first StatementError once all were tried."""
    session.commit()
    at = session.engine.clock.now()
    outcome = run(session, [Attempt.now(session, item, trigger, at) for item in upstream(session, record)])
    if outcome.error is not None:
        raise outcome.error
    return outcome.done


def run(session: Session, attempts: Iterable[Attempt]) -> Outcome:
    """Try them in their order; what reads a table that failed is noted and not tried. Lines of refreshes that had nothing to do are written
    together."""
    done: list[Refresh] = []
    failed: dict[int, tuple[Record, StatementError]] = {}
    unchanged: list[Refresh] = []
    for attempt in attempts:
        culprit = next((failed[item.id] for item in upstream(session, attempt.record) if item.id in failed), None) if failed else None
        if culprit is None and known.is_unchanged(session, attempt.record):
            unchanged.append(attempt.ended("SUCCEEDED", "NO_DATA", query_id=session.engine.query_id()))
            continue
        done += _written(session, unchanged)
        if culprit is not None:
            done.append(_note_upstream_failure(session, attempt, *culprit))
            continue
        try:
            done.append(refresh_one(session, attempt))
        except StatementError as error:
            failed[attempt.record.id] = attempt.record, error
            done.append(attempt.ended("FAILED", None, message=error.message, code=error.errno))
    done += _written(session, unchanged)
    return Outcome(done, next((error for _, error in failed.values()), None))


def _written(session: Session, waiting: list[Refresh]) -> list[Refresh]:
    """Write these lines of history; none is waiting any more."""
    written = list(waiting)
    if written:
        with ddl(session):
            history.write(session.duck, *written)
        waiting.clear()
    return written


def refresh_one(session: Session, attempt: Attempt) -> Refresh:
    """One table alone. A failure is written to the history before it is raised."""
    try:
        with ddl(session) as change:
            return fill(change, attempt)
    except duckdb.Error as error:
        failure = translated(error)
        _note_failure(session, attempt, failure)
        raise failure from error
    except StatementError as error:
        _note_failure(session, attempt, error)
        raise


def fill(change: Ddl, attempt: Attempt) -> Refresh:
    """Bring the physical table to what the query answers, with its line of history, in the statement's transaction.

    Where something the query reads was replaced since the last refresh, all rows are new ones.
    """
    with change.session.parameters.of_nobody():
        return _fill(change, attempt)


def _fill(change: Ddl, attempt: Attempt) -> Refresh:
    session, record = change.session, attempt.record
    query, passing = known.query_now(session, record)
    before = record.extra.get("sources")
    now = before if before is not None and known.of_now(session, record) else sources_of(session, record)
    record, shifted = evolve(change, record, query.columns)
    reason = _why_again(record, before, now) or shifted if before is not None else None
    if reason is None and before == now and known.answers_alike(session, record, query):
        delta = Delta()
    elif reason is None and before == now and record.extra.get("query") == digest(session, query.sql) and record.extra.get("tables"):
        delta = _from_changes(change, record, query)
    else:
        delta = _in_full(change, record, query, reason is not None)
        record = _kept(change, record, query, now)
    if before is None:
        change.show(record)
    action = "INITIAL" if before is None else "REINITIALIZE" if reason else _action(record, delta)
    counts = {"inserted": delta.inserted, "deleted": delta.deleted}
    done = attempt.ended("SUCCEEDED", action, query_id=session.engine.query_id(), reinit_reason=reason, **counts)
    history.write(session.duck, done)
    change.after_commit(known.remembering(change, record, query, passing))
    return done


def _kept(change: Ddl, record: Record, query: Query, now: Sources) -> Record:
    """The record after its query was run in full: what it read, what it follows from now on."""
    ids = maintain.followable(change.session, record)
    after = record
    if ids or record.extra.get("tables") or not is_initialized(record):
        after = maintain.keep_state(change, follow(change, record, ids, query.sql))
    after = after.with_extra(sources=now, reinit=None)
    return record if after == record else change.put(after)


def _why_again(record: Record, before: Sources, now: Sources) -> str | None:
    """Why the table must be initialised anew; texts [M]."""
    if replaced(before, now):
        return "A table, column, view or function that the query reads was replaced."
    return record.extra.get("reinit")


def _from_changes(change: Ddl, record: Record, query: Query) -> Delta:
    """Take in what the sources have gone through since the last refresh. Fewer rows gone than should (a tie that was decided otherwise) put
    all of it in doubt: then the whole answer settles it."""
    span = changes.since_last(change, record)
    if not span.images:
        return Delta()
    edit = maintain.edit(change, record, query, span.changes())
    delta = Delta() if edit is None else _applied(change, record, edit)
    if edit is not None and edit.size not in (None, delta.deleted + delta.inserted):
        delta += _in_full(change, record, query, False)
    span.move()
    return delta


def _in_full(change: Ddl, record: Record, query: Query, again: bool) -> Delta:
    """Run the whole query; again: all rows are new ones."""
    with change.session.engine.store.one_thread():
        rows = put_beside(change.run, record.table, record.physical, maintain.fitted(record, query))
    again = again or (rows == 1 and is_another(change.run, record.table, record.physical))
    way = anew if again else towards_answer
    return _applied(change, record, way(record.table, record.physical))


def _applied(change: Ddl, record: Record, edit: Edit) -> Delta:
    """Carry an edit out; a stream on the table sees it."""
    with log.recorded(change.session, record, edit.gone, write=change.run) as rows:
        gone = change.run(f"DELETE FROM {record.table} WHERE _rid IN ({rows})").fetchone()[0]
        complete = edit.complete is not None and change.run(edit.complete).fetchone()[0]
        delta = Delta(gone, 0 if complete else change.run(edit.came).fetchone()[0])
    if delta.empty:
        change.session.transaction.touched.discard(record.id)
    return delta


def is_initialized(record: Record) -> bool:
    """Whether a refresh has filled it since it was created."""
    return "sources" in record.extra


def hide(change: Ddl, record: Record) -> None:
    """Until its first refresh a query on a dynamic table is an error, not an empty answer
    (https://docs.snowflake.com/en/user-guide/dynamic-tables-states#queries-executed-while-a-dynamic-table-is-initializing)."""
    pairs = zip(record.physical, record.object.columns, strict=True)
    columns = ", ".join(f"t.{name} AS {quoted(column.name)}" for name, column in pairs)
    hint = "Please run a manual refresh or wait for a scheduled refresh before querying."
    text = f"{COMPILATION}Dynamic Table '{record.name}' is not initialized. {hint}".replace("'", "''")
    nothing = f"(SELECT error('SNOW:2741:42601:{text}') AS e) LEFT JOIN {record.table} t ON e = 0"
    change.run(f'CREATE OR REPLACE VIEW _data."{record.relation}" AS SELECT {columns} FROM {nothing}')


def _action(record: Record, delta: Delta) -> str:
    if delta.empty:
        return "NO_DATA"
    return "INCREMENTAL" if record.extra.get("resolved_mode") == "INCREMENTAL" else "FULL"


def _note_failure(session: Session, attempt: Attempt, error: StatementError) -> None:
    """The failure's line of history; the fifth scheduled one in a row suspends the table."""
    record = attempt.record
    with ddl(session) as change:
        action = _action(record, Delta(1, 0)) if is_initialized(record) else "INITIAL"
        query_id = session.engine.query_id()
        history.write(session.duck, attempt.ended("FAILED", action, query_id=query_id, message=error.message, code=error.errno))
        current = session.find("TABLE", record.name)
        if attempt.trigger == SCHEDULED and current is not None and current.id == record.id:
            count = history.failures(session.duck, record)
            if count and count % SUSPEND_AFTER == 0:  # after a RESUME it takes five more
                suspend(change, current, BY_ERRORS)


def _note_upstream_failure(session: Session, attempt: Attempt, failed: Record, error: StatementError) -> Refresh:
    """What reads a table that failed was not refreshed, and its history names the culprit
    (https://docs.snowflake.com/en/user-guide/dynamic-tables/troubleshoot-refreshes)."""
    message = f"Upstream dynamic table '{failed.name}' failed to refresh: {error.message}"  # text [M]
    noted = attempt.ended("UPSTREAM_FAILED", None, message=message, code=error.errno)
    with ddl(session):
        history.write(session.duck, noted)
    return noted
