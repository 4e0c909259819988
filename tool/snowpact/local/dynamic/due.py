"""Which dynamic tables are due, and refreshing them: what a scheduler asks, on whatever clock it runs.

``due(session, now)``, ``refresh_due(session, now)`` and ``next_due(session, now)`` are the whole seam: a scheduler calls ``refresh_due``
at a moment and sleeps, or moves its simulated clock, until ``next_due``. Nothing here looks at the machine's clock.

A refresh takes no time on such a clock, so a table is due once its data are as old as its lag allows
(https://docs.snowflake.com/en/user-guide/dynamic-tables/target-lag); Snowflake, whose refreshes take time, starts somewhat earlier.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from snowpact.local.dynamic import history
from snowpact.local.dynamic.graph import downstream, in_order
from snowpact.local.dynamic.history import Refresh
from snowpact.local.dynamic.refresh import SCHEDULED, Attempt, run
from snowpact.local.dynamic.suspension import is_suspended
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session


def due(session: Session, now: datetime) -> list[Record]:
    """The dynamic tables to refresh at ``now`` (with a time zone), those that are read before those that read them.

    A table with a lag of its own is due when its last refresh is that old, or where it was never refreshed; one that is due takes along all
    that it reads, so that one refresh shows one moment. A DOWNSTREAM table is due through its readers alone, a suspended one never.
    Raises 002718 where tables read each other in a circle.
    """
    return in_order(session, [record for record, at in _moments(session, now) if at <= now])


def refresh_due(session: Session, now: datetime) -> list[Refresh]:
    """Refresh what is due, all as of ``now``; every attempt, failed ones too, as the history has them.

    A table whose source failed is UPSTREAM_FAILED and not tried; the others go on. Commits what the session has open.
    """
    session.commit()
    before, session.now = session.now, now
    try:
        attempts = [Attempt(record, SCHEDULED, now, started=now, clock=lambda: now) for record in due(session, now)]
        return run(session, attempts).done
    finally:
        session.now = before


def next_due(session: Session, now: datetime) -> datetime | None:
    """When something is due next, ``now`` at the earliest; None where nothing ever is."""
    moments = [at for _, at in _moments(session, now)]
    return max(min(moments), now) if moments else None


def effective_lag(session: Session, record: Record) -> int | None:
    """The lag in seconds that counts for a table: its own, or the shortest of its readers' where it is DOWNSTREAM; None for one that
    nothing scheduled reads, which is never refreshed by itself."""
    own = history.lag_seconds_of(record)
    if own is not None:
        return own
    lags = [history.lag_seconds_of(reader) for reader in downstream(session, record) if not is_suspended(reader)]
    return min((lag for lag in lags if lag is not None), default=None)


def _scheduled(session: Session) -> list[Record]:
    """The tables that have a lag of their own and are not suspended."""
    return [
        record
        for record in session.engine.state
        if record.object.kind is Kind.DYNAMIC_TABLE and not is_suspended(record) and history.lag_seconds_of(record) is not None
    ]


def _moments(session: Session, now: datetime) -> list[tuple[Record, datetime]]:
    """When each scheduled table is due."""
    found = []
    attempted = history.attempted(session.duck, now)
    for record in _scheduled(session):
        last = attempted.get(record.id)
        lag = history.lag_seconds_of(record)
        found.append((record, now if last is None or lag is None else last + timedelta(seconds=lag)))
    return found
