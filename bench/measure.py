"""What every benchmark gives: a Figure, taken beside its peer or floor in the same run, since machines differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """figure and peer in ``unit``; ratio is figure / peer, met whether it keeps ``goal`` (a ratio at most)."""

    name: str
    figure: float
    unit: str
    against: str
    peer: float
    goal: float

    @property
    def ratio(self) -> float:
        return self.figure / self.peer

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal

    def row(self) -> dict:
        return {
            "name": self.name,
            "figure": round(self.figure, 3),
            "unit": self.unit,
            "against": f"{self.against}: {self.peer:.3f} {self.unit}",
            "ratio": round(self.ratio, 2),
            "goal": f"at most {self.goal} times",
            "met": self.met,
        }


def best(action: Callable[[], object], times: int = 5, before: Callable[[], object] | None = None) -> float:
    """Milliseconds of the fastest of several runs: the least disturbed. ``before`` each runs what is not measured."""
    fastest = float("inf")
    for _ in range(times):
        if before is not None:
            before()
        started = time.perf_counter()
        action()
        fastest = min(fastest, time.perf_counter() - started)
    return fastest * 1000
