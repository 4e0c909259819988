"""Refreshing dynamic tables.

A refresh brings a dynamic table, and first those it reads, to what their queries answer now. Each is a transaction of its own
with its line of history in it: what a table below has reached stays when one above fails. The query is run in full and applied
as a delta (``delta``), so INCREMENTAL and FULL differ here in what the history calls them, not in cost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.dynamic import history
from snowpact.local.dynamic.delta import Delta, apply_delta
from snowpact.local.dynamic.graph import upstream
from snowpact.local.dynamic.history import Refresh
from snowpact.local.errors import compilation, invalid_identifier, translated
from snowpact.local.objects import Record
from snowpact.local.relation import Query, query_of
from snowpact.local.tables import assigned
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.session import Session

SUSPEND_AFTER = 5
"""Failures in a row that suspend a dynamic table (https://docs.snowflake.com/en/user-guide/dynamic-tables-suspend-resume)."""


def refresh(session: Session, record: Record, trigger: str) -> list[Refresh]:
    """Refresh what the table reads, in dependency order, then the table. Raises StatementError at the first that fails."""
    session.commit()
    return [refresh_one(session, item, trigger) for item in upstream(session, record)]


def refresh_one(session: Session, record: Record, trigger: str) -> Refresh:
    """One table alone. A failure is written to the history before it is raised."""
    started = datetime.now(UTC)
    try:
        with ddl(session) as change:
            delta = fill(change, record)
            done = outcome(session, record, started, trigger, action_of(record, delta), delta)
            history.write(session.duck, done)
        return done
    except duckdb.Error as error:
        failure = translated(error)
        _note_failure(session, record, started, trigger, failure)
        raise failure from error
    except StatementError as error:
        _note_failure(session, record, started, trigger, error)
        raise


def action_of(record: Record, delta: Delta) -> str:
    if delta.empty:
        return "NO_DATA"
    return "INCREMENTAL" if record.extra.get("resolved_mode") == "INCREMENTAL" else "FULL"


def fill(change: Ddl, record: Record) -> Delta:
    """Bring the physical table to what the query answers, in the statement's transaction."""
    session = change.session
    query = query_of(session, record.object.definition or "", session.scope.inside(record))
    _check_columns(record, query)
    return apply_delta(session.duck, record.table, record.physical, _fitted(record, query))


def _fitted(record: Record, query: Query) -> str:
    """The query with each value made fit for its column."""
    names = [f"x{index}" for index in range(1, len(query.columns) + 1)]
    columns = zip(names, query.types, record.object.columns, strict=True)
    return f"SELECT {', '.join(assigned(name, type_, column) for name, type_, column in columns)} FROM ({query.sql}) AS s({', '.join(names)})"


def _check_columns(record: Record, query: Query) -> None:
    """A query over ``*`` that answers other columns than it did: Snowflake would evolve the table; here it is refused."""
    before = [column.name for column in record.object.columns]
    now = [column.name for column in query.columns]
    if record.extra.get("named"):
        if len(before) != len(now):
            raise compilation("Invalid column definition list", 2026, "42601")
        return
    gone = next((name for name in before if name not in now), None)
    if gone is not None:
        raise invalid_identifier(gone)
    if before != now:
        raise StatementError("Unsupported feature 'dynamic table whose columns change with its source'.", 2, "0A000")


def outcome(session: Session, record: Record, started: datetime, trigger: str, action: str, delta: Delta) -> Refresh:
    return Refresh(
        record, "SUCCEEDED", action, trigger, started, datetime.now(UTC), session.engine.query_id(),
        inserted=delta.inserted, deleted=delta.deleted, lag_seconds=history.lag_seconds_of(record),
    )  # fmt: skip


def _note_failure(session: Session, record: Record, started: datetime, trigger: str, error: StatementError) -> None:
    """The failure's line of history; the fifth in a row suspends the table."""
    with ddl(session) as change:
        failed = Refresh(
            record, "FAILED", action_of(record, Delta(1, 0)), trigger, started, datetime.now(UTC), session.engine.query_id(),
            message=error.message, code=f"{error.errno:06d}" if error.errno is not None else None, lag_seconds=history.lag_seconds_of(record),
        )  # fmt: skip
        history.write(session.duck, failed)
        current = session.find("TABLE", record.name)
        if current is not None and current.id == record.id and history.failures(session.duck, record) >= SUSPEND_AFTER:
            change.put(replace(current, object=current.object.with_properties(scheduling_state="SUSPENDED")))
