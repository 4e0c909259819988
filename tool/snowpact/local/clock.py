"""What time it is for an engine, and what is drawn by lot there: the machine's, or that of a simulation."""

from __future__ import annotations

import random
import time
import uuid
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

    def query_id(self) -> str:
        """One that no statement has had."""
        return str(uuid.uuid4())

    def seed(self) -> float | None:
        """What a session's RANDOM and UUID_STRING start from, between 0 and 1; None for what can't be foretold."""
        return None


class SimulatedClock(Clock):
    """Stands where it is put and moves a little with every question, so that what happens later has a later time.

    The same questions get the same answers: a simulation repeated, with the same lot, is the same to the microsecond, query ids and random
    values too.
    """

    STEP = timedelta(milliseconds=1)

    def __init__(self, start: datetime):
        self._now = start.astimezone(UTC)
        self.draw_from(0)

    def draw_from(self, lot: int) -> None:
        """Another lot for each simulation of a file, so that no query id comes twice."""
        self._drawn = random.Random(f"{self._now.isoformat()} {lot}")

    def now(self) -> datetime:
        self._now += self.STEP
        return self._now

    def glance(self) -> datetime:
        return self._now

    def reach(self, moment: datetime) -> None:
        """Go on to ``moment``; what lies behind already is not returned to."""
        self._now = max(self._now, moment.astimezone(UTC))

    def query_id(self) -> str:
        return str(uuid.UUID(int=self._drawn.getrandbits(128), version=4))

    def seed(self) -> float | None:
        return self._drawn.random()
