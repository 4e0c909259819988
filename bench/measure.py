"""What every benchmark gives: a Figure, taken beside its peer or floor in the same run, since machines differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """figure and peer in ``unit``, beside each other. goal: how many times the peer's the figure may be at most; with ``faster``, how
    many times faster than its peer it must be at least.
    """

    name: str
    figure: float
    unit: str
    against: str
    peer: float
    goal: float
    faster: bool = False

    @property
    def ratio(self) -> float:
        return self.peer / self.figure if self.faster else self.figure / self.peer

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal if self.faster else self.ratio <= self.goal

    def row(self) -> dict:
        return {
            "name": self.name,
            "figure": round(self.figure, 3),
            "unit": self.unit,
            "against": f"{self.against}: {self.peer:.3f} {self.unit}",
            "ratio": round(self.ratio, 2),
            "goal": f"at least {self.goal:g} times faster" if self.faster else f"at most {self.goal:g} times",
            "met": self.met,
        }


@dataclass(frozen=True)
class Skipped:
    """A figure that could not be taken here, and why: never counted as met."""

    name: str
    why: str
    goal: str

    def row(self) -> dict:
        why = f"not measured: {self.why}"
        return {"name": self.name, "figure": None, "unit": None, "against": why, "ratio": None, "goal": self.goal, "met": False}


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
