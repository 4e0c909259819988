"""What is due when, for whatever runs on a schedule: tasks, alerts, metrics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from snowpact.local.objects import Record

After = Callable[[Record, datetime], datetime]
"""The first time later than a moment."""
_INSTANT = timedelta(microseconds=1)


@dataclass(slots=True)
class Agenda:
    """The next time of each object, by its id, kept while its schedule and its start stay the same.

    start: when the scheduler began: what was started later by another clock counts its interval from there.
    """

    start: datetime
    after: After
    _planned: dict[int, tuple[tuple[str, str], datetime]] = field(default_factory=dict)

    def at(self, record: Record, schedule: str, since: str, now: datetime) -> datetime:
        """schedule and since: what it is planned by; another one plans it anew."""
        kept = self._planned.get(record.id)
        if kept is None or kept[0] != (schedule, since):
            first = self.after(record, max(now, self.start) - _INSTANT)
            self._planned[record.id] = kept = (schedule, since), first
        return kept[1]

    def passed(self, record: Record, moment: datetime) -> None:
        """It ran: its next time is after the moment. Nothing for what was not planned."""
        kept = self._planned.get(record.id)
        if kept is not None:
            self._planned[record.id] = kept[0], self.after(record, moment)

    def base(self, since: datetime, moment: datetime) -> datetime:
        """Where an interval is counted from."""
        return self.start if since > max(moment, self.start) + _INSTANT else since
