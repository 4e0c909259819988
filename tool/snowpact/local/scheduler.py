"""The scheduler: tasks, alerts and metrics by their schedules, dynamic tables by their lags, on the machine's clock or a simulated one.

One moment after another, and within a moment the dynamic tables first, then the tasks by name, then alerts, then metrics: on a simulated
clock the same account ends in the same state with the same histories. What a run has committed is never run again for the same time, so
that a simulation which was killed may be started again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from snowpact.local.alerts.due import AlertPlan
from snowpact.local.alerts.history import CONDITION_FALSE, TRIGGERED
from snowpact.local.clock import Clock, SimulatedClock
from snowpact.local.dynamic import due as tables
from snowpact.local.quality.measure import MetricPlan
from snowpact.local.tasks.due import TaskPlan
from snowpact.local.tasks.history import next_number
from snowpact.local.tasks.run import finish_last
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session

SUCCEEDED, SKIPPED, FAILED = "succeeded", "skipped", "failed"
_OUTCOMES = {"SUCCEEDED": SUCCEEDED, "SKIPPED": SKIPPED, TRIGGERED: SUCCEEDED, CONDITION_FALSE: SKIPPED}


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a task, or one refresh. at: when it was due; outcome: ``succeeded``, ``skipped`` or ``failed``."""

    kind: Kind
    name: str
    at: datetime
    outcome: str


def run(engine: Engine, clock: Clock, start: datetime, until: datetime | None) -> Iterator[Ran]:
    """Run all that is due from ``start`` on, and before ``until`` where it is given; each run is told when it has ended.

    The clock moves on to each moment: a simulated one at once, the machine's by waiting. A simulation of the same start that did not
    come to its end is continued.
    """
    if isinstance(clock, SimulatedClock):
        clock.draw_from(next_number(engine.store.connection))
    with _on(engine, clock), engine.connect() as session:
        reached = _begin(session, start, until)
        now = reached or start
        clock.reach(now)
        if reached is not None:
            yield from _finish_graphs(engine)
        plan, alerts, metrics = TaskPlan(engine, session, start), AlertPlan(engine, session, start), MetricPlan(engine, session, start)
        while True:
            moment = _next(session, plan, alerts, metrics, now)
            if moment is None or (until is not None and moment >= until):
                break
            clock.reach(moment)
            now = moment
            yield from _at(session, plan, alerts, metrics, moment)
        if until is not None:
            clock.reach(until)
            _note(session, start, until, finished=True)


@contextmanager
def _on(engine: Engine, clock: Clock) -> Iterator[None]:
    before, engine.clock = engine.clock, clock
    try:
        yield
    finally:
        engine.clock = before


def _next(session: Session, plan: TaskPlan, alerts: AlertPlan, metrics: MetricPlan, now: datetime) -> datetime | None:
    task = plan.next(now)
    moments = task[0] if task else None, tables.next_due(session, now), alerts.next(now), metrics.next(now)
    return min((moment for moment in moments if moment is not None), default=None)


def _at(session: Session, plan: TaskPlan, alerts: AlertPlan, metrics: MetricPlan, moment: datetime) -> Iterator[Ran]:
    """All that is due at a moment."""
    for refresh in tables.refresh_due(session, moment):
        yield Ran(Kind.DYNAMIC_TABLE, str(refresh.record.name), moment, _OUTCOMES.get(refresh.state, FAILED))
    while (found := plan.next(moment)) is not None and found[0] <= moment:
        for ended in plan.run(found[1], found[0]):
            yield Ran(Kind.TASK, str(ended.task.name), moment, _OUTCOMES.get(ended.state, FAILED))
    for evaluated in alerts.run(moment):
        yield Ran(Kind.ALERT, str(evaluated.alert.name), moment, _OUTCOMES.get(evaluated.state, FAILED))
    for one, state in metrics.run(moment):
        name = f"{one.called} ON {one.record.name}({', '.join(column or '?' for column in one.columns)})"
        yield Ran(Kind.DATA_METRIC_FUNCTION, name, moment, _OUTCOMES.get(state, FAILED))


def _begin(session: Session, start: datetime, until: datetime | None) -> datetime | None:
    """Note what is simulated; the moment that an unfinished simulation of the same start had reached, None where there is none."""
    if until is None:
        return None
    found = session.duck.execute("SELECT start FROM _snow.simulation WHERE NOT finished AND start = ?", [start]).fetchone()
    _note(session, start, until, finished=False)
    return _reached(session, start, until) if found else None


def _note(session: Session, start: datetime, until: datetime, finished: bool) -> None:
    with session.engine.lock.held(session):
        session.duck.execute("BEGIN TRANSACTION")
        session.duck.execute("DELETE FROM _snow.simulation")
        session.duck.execute("INSERT INTO _snow.simulation VALUES (?, ?, ?)", [start, until, finished])
        session.duck.execute("COMMIT")


def _reached(session: Session, start: datetime, until: datetime) -> datetime:
    """The last moment from ``start`` on, and before ``until``, for which something was run by schedule."""
    return session.duck.execute(
        "SELECT coalesce(max(due), ?) FROM (SELECT make_timestamptz(run_id * 1000) AS due FROM _snow.task_runs WHERE source = 'SCHEDULE' "
        "UNION ALL SELECT scheduled_time FROM _snow.alert_runs WHERE source = 'SCHEDULE' "
        "UNION ALL SELECT data_timestamp FROM _snow.refreshes WHERE refresh_trigger = 'SCHEDULED') WHERE due >= ? AND due < ?",
        [start, start, until],
    ).fetchone()[0]


def simulated_until(engine: Engine) -> datetime | None:
    """Where the next simulation goes on that is not told where to start: the start of an unfinished one, the end of the last."""
    with engine.connect() as session:
        found = session.duck.execute("SELECT CASE WHEN finished THEN until ELSE start END FROM _snow.simulation").fetchone()
        return found[0] if found else None


def _finish_graphs(engine: Engine) -> Iterator[Ran]:
    """Graphs that were under way when the process died."""
    roots = [record for record in engine.state if record.object.kind is Kind.TASK and "resumed_on" in record.extra]
    for root in sorted(roots, key=lambda record: record.name):
        for ended in finish_last(engine, root):
            yield Ran(Kind.TASK, str(ended.task.name), ended.graph.scheduled, _OUTCOMES.get(ended.state, FAILED))
