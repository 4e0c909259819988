"""What time it is for an engine: the machine's, or that of a simulation."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's time, in UTC. Every time that the engine shows or keeps is asked here."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def glance(self) -> datetime:
        """The same without the time that a question takes in a simulation."""
        return self.now()

    def reach(self, moment: datetime) -> None:
        """Wait for ``moment``; one that has passed is not waited for."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            time.sleep(min(left, 1.0))


class SimulatedClock(Clock):
    """Stands where it is put and moves a little with every question, so that what happens later has a later time.

    The same questions get the same answers: a simulation repeated is the same to the microsecond.
    """

    STEP = timedelta(milliseconds=1)

    def __init__(self, start: datetime):
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        self._now += self.STEP
        return self._now

    def glance(self) -> datetime:
        return self._now

    def reach(self, moment: datetime) -> None:
        """Go on to ``moment``; what lies behind already is not returned to."""
        self._now = max(self._now, moment.astimezone(UTC))
