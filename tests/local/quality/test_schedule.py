"""Metrics on a simulated clock: measured when they are due, the results where Snowflake has them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine

START = datetime(2026, 3, 7, 12, tzinfo=UTC)
RESULTS = (
    "SELECT TO_CHAR(scheduled_time, 'HH24:MI'), metric_name, value::INT FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS "
    "ORDER BY scheduled_time, metric_name"
)


@pytest.fixture
def engine():
    with Engine() as engine:
        yield engine


def run(engine: Engine, *statements: str):
    session = engine.connect("DB", "PUBLIC", create=True)
    return [list(session.execute(statement).rows) for statement in statements][-1]


def simulated(engine: Engine, length: timedelta, start: datetime = START) -> Counter:
    ran = scheduler.run(engine, SimulatedClock(start), start, start + length)
    return Counter((one.name, one.outcome) for one in ran)


def test_by_the_minute_while_a_task_fills_the_table(engine):
    run(
        engine,
        "CREATE TABLE t (n INT)",
        "CREATE TASK fills SCHEDULE = '10 MINUTES' AS INSERT INTO t VALUES (NULL), (1)",
        "ALTER TASK fills RESUME",
        "ALTER TABLE t SET DATA_METRIC_SCHEDULE = '15 MINUTE'",
        "ALTER TABLE t ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.NULL_COUNT ON (n) EXPECTATION few (VALUE < 3), "
        "SNOWFLAKE.CORE.ROW_COUNT ON ()",
    )
    ran = simulated(engine, timedelta(minutes=50))
    assert ran["SNOWFLAKE.CORE.NULL_COUNT ON DB.PUBLIC.T(N)", "succeeded"] == 3
    assert run(engine, RESULTS) == [
        ("12:15", "NULL_COUNT", 1),
        ("12:15", "ROW_COUNT", 2),
        ("12:30", "NULL_COUNT", 3),  # the task of that moment comes first
        ("12:30", "ROW_COUNT", 6),
        ("12:45", "NULL_COUNT", 4),
        ("12:45", "ROW_COUNT", 8),
    ]
    violated = (
        "SELECT expectation_name, expectation_violated FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_EXPECTATION_STATUS "
        "ORDER BY scheduled_time"
    )
    assert run(engine, violated) == [("FEW", False), ("FEW", True), ("FEW", True)]
    of_one = "SELECT COUNT(*) FROM TABLE(SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS(REF_ENTITY_NAME => 'db.public.t', "
    assert run(engine, of_one + "REF_ENTITY_DOMAIN => 'table'))") == [(6,)]


def test_the_default_is_every_hour_and_cron_is_in_its_zone(engine):
    run(
        engine,
        "CREATE TABLE hourly (n INT)",
        "ALTER TABLE hourly ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()",
        "CREATE TABLE daily (n INT)",
        "ALTER TABLE daily SET DATA_METRIC_SCHEDULE = 'USING CRON 0 15 * * * Europe/Berlin'",
        "ALTER TABLE daily ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()",
    )
    ran = simulated(engine, timedelta(hours=4, minutes=30))
    assert ran == {
        ("SNOWFLAKE.CORE.ROW_COUNT ON DB.PUBLIC.HOURLY()", "succeeded"): 4,
        ("SNOWFLAKE.CORE.ROW_COUNT ON DB.PUBLIC.DAILY()", "succeeded"): 1,
    }
    at = "SELECT TO_CHAR(scheduled_time, 'HH24:MI') FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS WHERE table_name = 'DAILY'"
    assert run(engine, at) == [("14:00",)]


def test_on_changes_only_when_something_changed(engine):
    run(
        engine,
        "CREATE TABLE t (n INT)",
        "CREATE TASK ticks SCHEDULE = '10 MINUTES' AS SELECT 1",
        "CREATE TASK fills SCHEDULE = '30 MINUTES' AS INSERT INTO t VALUES (1)",
        "ALTER TASK ticks RESUME",
        "ALTER TASK fills RESUME",
        "ALTER TABLE t SET DATA_METRIC_SCHEDULE = 'TRIGGER_ON_CHANGES'",
        "ALTER TABLE t ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()",
    )
    simulated(engine, timedelta(minutes=70))
    assert run(engine, RESULTS) == [("12:30", "ROW_COUNT", 1), ("13:00", "ROW_COUNT", 2)]
    changed = "SELECT COUNT(*) FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS WHERE change_commit_time = scheduled_time"
    assert run(engine, changed) == [(2,)]


def on_changes(engine, *after: str) -> None:
    run(
        engine,
        "CREATE TABLE t (n INT)",
        "INSERT INTO t VALUES (0)",
        "ALTER TABLE t SET DATA_METRIC_SCHEDULE = 'TRIGGER_ON_CHANGES'",
        "ALTER TABLE t ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()",
        *after,
    )


def test_what_changed_before_the_scheduler_started_is_measured_once_it_does(engine):
    on_changes(engine, "INSERT INTO t VALUES (1)")
    simulated(engine, timedelta(minutes=10))
    assert run(engine, RESULTS) == [("12:00", "ROW_COUNT", 2)]


def test_what_was_there_before_the_metric_is_no_change(engine):
    on_changes(engine)
    assert simulated(engine, timedelta(minutes=10)) == {}


def test_what_changed_between_two_runs_of_the_scheduler_is_measured_once(tmp_path):
    path = tmp_path / "account"
    with Engine(path) as engine:
        on_changes(engine, "INSERT INTO t VALUES (1)")
        assert sum(simulated(engine, timedelta(minutes=10)).values()) == 1
    with Engine(path) as engine:
        run(engine, "ALTER TABLE t ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.NULL_COUNT ON (n)")
        assert simulated(engine, timedelta(minutes=10), START + timedelta(hours=1)) == {}
        run(engine, "INSERT INTO t VALUES (NULL)")
    with Engine(path) as engine:
        assert sum(simulated(engine, timedelta(minutes=10), START + timedelta(hours=2)).values()) == 2
        assert run(engine, RESULTS) == [("12:00", "ROW_COUNT", 2), ("14:00", "NULL_COUNT", 1), ("14:00", "ROW_COUNT", 3)]


def test_suspended_by_the_empty_schedule_or_one_by_one(engine):
    run(
        engine,
        "CREATE TABLE a (n INT)",
        "CREATE TABLE b (n INT)",
        *(f"ALTER TABLE {table} ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()" for table in "ab"),
        "ALTER TABLE a SET DATA_METRIC_SCHEDULE = ''",
        "ALTER TABLE b MODIFY DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON () SUSPEND",
    )
    assert simulated(engine, timedelta(hours=3)) == {}


def test_a_metric_that_fails_is_told_and_leaves_no_result(engine):
    run(
        engine,
        "CREATE TABLE t (n INT, m INT)",
        "INSERT INTO t VALUES (0, 0)",
        "CREATE DATA METRIC FUNCTION bad(x TABLE(n NUMBER)) RETURNS NUMBER AS 'SELECT SUM(1 / n) FROM x'",
        "ALTER TABLE t ADD DATA METRIC FUNCTION bad ON (n), SNOWFLAKE.CORE.NULL_COUNT ON (m)",
        "ALTER TABLE t DROP COLUMN m",
    )
    ran = simulated(engine, timedelta(hours=1, minutes=30))
    assert ran == {
        ("DB.PUBLIC.BAD ON DB.PUBLIC.T(N)", "failed"): 1,
        ("SNOWFLAKE.CORE.NULL_COUNT ON DB.PUBLIC.T(?)", "failed"): 1,
    }
    assert run(engine, RESULTS) == []


def test_a_second_simulation_measures_nothing_again(engine):
    run(engine, "CREATE TABLE t (n INT)", "ALTER TABLE t ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.ROW_COUNT ON ()")
    assert sum(simulated(engine, timedelta(hours=5)).values()) == 4
    assert sum(simulated(engine, timedelta(hours=7)).values()) == 2
