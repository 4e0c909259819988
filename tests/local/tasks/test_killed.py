"""A simulation that is killed and started again: every run is there once, and what it wrote with it."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from snowpact.local.engine import Engine

SIMULATOR = Path(__file__).parent / "simulator.py"
SETUP = (
    "CREATE WAREHOUSE wh",
    "CREATE TABLE raw (at TIMESTAMP_LTZ)",
    "CREATE TABLE loaded (at TIMESTAMP_LTZ, run VARCHAR)",
    "CREATE STREAM s ON TABLE raw",
    "CREATE DYNAMIC TABLE d TARGET_LAG = '10 minutes' WAREHOUSE = wh AS SELECT COUNT(*) AS n FROM loaded",
    "CREATE TASK root SCHEDULE = '5 MINUTES' AS INSERT INTO raw SELECT CURRENT_TIMESTAMP()",
    "CREATE TASK load AFTER root WHEN SYSTEM$STREAM_HAS_DATA('s') AS "
    "INSERT INTO loaded SELECT at, SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_GRAPH_RUN_GROUP_ID') FROM s",
    "SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('root')",
    "CREATE TABLE alerted (at TIMESTAMP_LTZ)",
    "CREATE ALERT a SCHEDULE = '10 MINUTES' IF (EXISTS (SELECT 1 FROM raw)) "
    "THEN INSERT INTO alerted SELECT SNOWFLAKE.ALERT.SCHEDULED_TIME()",
    "ALTER ALERT a RESUME",
)


def _simulate(path: Path, kill_after: int | None, pause: float) -> bool:
    """Whether it came to its end."""
    process = subprocess.Popen([sys.executable, str(SIMULATOR), str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    count = 0
    while kill_after is None or count < kill_after:
        line = process.stdout.readline()
        assert line, "the simulator failed by itself"
        if line.strip() == "done":
            process.wait()
            return True
        count += 1
    time.sleep(pause)
    process.kill()
    process.wait()
    return False


def test_killed_and_started_again_nothing_is_lost_and_nothing_twice(tmp_path):
    path, choose = tmp_path / "engine", random.Random(7)
    with Engine(path) as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        for statement in SETUP:
            session.execute(statement)
    for _ in range(4):
        _simulate(path, choose.randint(1, 12), choose.random() * 0.02)
    assert _simulate(path, None, 0)
    with Engine(path) as engine:
        session = engine.connect("DB", "PUBLIC")
        due = "SELECT COUNT(*), COUNT(DISTINCT DATE_TRUNC('minute', at)) FROM raw"
        assert list(session.execute(due).rows) == [(23, 23)]  # every five minutes of two hours
        assert list(session.execute("SELECT COUNT(*), COUNT(DISTINCT at) FROM loaded").rows) == [(23, 23)]
        runs = "SELECT name, COUNT(*), COUNT(DISTINCT run_id) FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY()) GROUP BY name ORDER BY name"
        assert list(session.execute(runs).rows) == [("LOAD", 23, 23), ("ROOT", 23, 23)]
        assert list(session.execute("SELECT COUNT(*), COUNT(DISTINCT at) FROM alerted").rows) == [(11, 11)]
        alerts = "SELECT COUNT(*), COUNT(DISTINCT scheduled_time), MIN(state) FROM TABLE(INFORMATION_SCHEMA.ALERT_HISTORY())"
        assert list(session.execute(alerts).rows) == [(11, 11, "TRIGGERED")]
        states = "SELECT DISTINCT state FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())"
        assert list(session.execute(states).rows) == [("SUCCEEDED",)]
