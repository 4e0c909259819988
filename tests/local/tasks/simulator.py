"""The program that is killed: simulates two hours of an engine's schedules, a line for each run.

    python simulator.py <file>
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine

START = datetime(2026, 3, 7, 12, tzinfo=UTC)
LENGTH = timedelta(hours=2)

if __name__ == "__main__":
    with Engine(sys.argv[1]) as engine:
        for ran in scheduler.run(engine, SimulatedClock(START), START, START + LENGTH):
            sys.stdout.write(f"{ran.name} {ran.at} {ran.outcome}\n")
            sys.stdout.flush()
    sys.stdout.write("done\n")
