"""When alerts are due: what the scheduler asks. An alert is started like a task, and counts its interval from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from snowpact.local.agenda import Agenda
from snowpact.local.alerts import history
from snowpact.local.alerts.history import AlertRun
from snowpact.local.alerts.run import evaluate
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.task_graph import is_started
from snowpact.sql.schedule import parse_schedule

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session


@dataclass(slots=True)
class AlertPlan:
    """The started alerts, and when each is due next."""

    engine: Engine
    session: Session
    start: datetime
    _agenda: Agenda = field(init=False)

    def __post_init__(self) -> None:
        self._agenda = Agenda(self.start, self._following)

    def next(self, now: datetime) -> datetime | None:
        return min((self._at(record, now) for record in self._alerts()), default=None)

    def run(self, moment: datetime) -> Iterator[AlertRun]:
        """Evaluate what is due at a moment, by name."""
        for record in self._alerts():
            at = self._at(record, moment)
            if at <= moment:
                yield evaluate(self.engine, record, at, history.SCHEDULED)
                self._agenda.passed(record, at)

    def _alerts(self) -> list[Record]:
        alerts = (record for record in self.engine.state if record.object.kind is Kind.ALERT and is_started(record))
        return sorted(alerts, key=lambda record: record.name)

    def _at(self, record: Record, now: datetime) -> datetime:
        return self._agenda.at(record, record.object.property("schedule"), record.extra["resumed_on"], now)

    def _following(self, record: Record, moment: datetime) -> datetime:
        """The first time later than ``moment`` for which the alert was not evaluated yet."""
        base = self._agenda.base(datetime.fromisoformat(record.extra["resumed_on"]), moment)
        schedule = parse_schedule(record.object.property("schedule"))
        at = schedule.after(moment, base)
        while history.has_run(self.session.duck, record, at):
            at = schedule.after(at, base)
        return at
