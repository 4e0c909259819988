"""Which root tasks are due, and when the next one is: what the scheduler asks.

A root with a schedule is due at its schedule's times; one without, whose WHEN asks for a stream's data, whenever there are some, at most
once in USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS (https://docs.snowflake.com/en/user-guide/tasks-triggered).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from snowpact.local.agenda import Agenda
from snowpact.local.objects import Record
from snowpact.local.tasks import history
from snowpact.local.tasks.history import TaskRun
from snowpact.local.tasks.run import SCHEDULED, run_graph
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.task_graph import is_root, is_started
from snowpact.sql.schedule import parse_schedule
from snowpact.sql.statements.task_options import number_of, overlaps
from snowpact.sql.tokens import significant

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session

TRIGGER_INTERVAL = 30
"""Seconds between the runs of a triggered task, where it does not say otherwise."""


@dataclass(slots=True)
class TaskPlan:
    """The started root tasks, and when each is due next. start: when the scheduler began."""

    engine: Engine
    session: Session
    start: datetime
    _agenda: Agenda = field(init=False)
    _seen: dict[int, int] = field(default_factory=dict)
    _rested: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._agenda = Agenda(self.start, self._following)

    def next(self, now: datetime) -> tuple[datetime, Record] | None:
        """The root that is due first, by name among several, and when; None where none ever is."""
        found = [(at, record) for record in self._roots() if (at := self._at(record, now)) is not None]
        return min(found, key=lambda pair: (pair[0], pair[1].name), default=None)

    def run(self, root: Record, at: datetime) -> list[TaskRun]:
        """Run the graph that is due at ``at``, and plan its next time. Without overlap, times at which it still runs are left out."""
        done = run_graph(self.engine, root, at, SCHEDULED)
        ended = self.engine.clock.now()
        rest = number_of(root.object, "user_task_minimum_trigger_interval_in_seconds", TRIGGER_INTERVAL)
        self._rested[root.id] = at + timedelta(seconds=rest)
        self._agenda.passed(root, at if overlaps(root.object) else max(at, ended))
        return done

    def _roots(self) -> list[Record]:
        tasks = (record for record in self.engine.state if record.object.kind is Kind.TASK)
        return [record for record in tasks if is_started(record) and is_root(record)]

    def _at(self, record: Record, now: datetime) -> datetime | None:
        schedule = record.object.property("schedule")
        if schedule is None:
            return self._triggered(record, now)
        return self._agenda.at(record, schedule, record.extra["resumed_on"], now)

    def _following(self, record: Record, moment: datetime) -> datetime:
        """The first time later than ``moment`` for which the graph has not run yet."""
        base = self._agenda.base(datetime.fromisoformat(record.extra["resumed_on"]), moment)
        schedule = parse_schedule(record.object.property("schedule"))
        at = schedule.after(moment, base)
        while history.has_run(self.session.duck, record, at, SCHEDULED):
            at = schedule.after(at, base)
        return at

    def _triggered(self, record: Record, now: datetime) -> datetime | None:
        """``now``, or when it may run again, where its condition holds; asked once for each change that streams can see."""
        when = record.object.property("when")
        if when is None or not any(token.word == "SYSTEM$STREAM_HAS_DATA" for token in significant(when)):
            return None
        rested = self._rested.get(record.id, now)
        changes = self.session.duck.execute("SELECT seq FROM _snow.clock").fetchone()[0]
        if self._seen.get(record.id) == changes and rested <= now:
            return None
        if not self._holds(record, when):
            self._seen[record.id] = changes
            return None
        return max(now, rested)

    def _holds(self, record: Record, when: str) -> bool:
        self.session.database, self.session.schema = record.name.parts[:2]
        self.session.role = record.owner or self.session.role
        try:
            return self.session.execute(f"SELECT ({when})").rows[0][0] is True
        except StatementError:  # the run will fail of it, and its history say so
            return True
