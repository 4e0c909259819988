"""The scheduler on a simulated clock: the right times, the same each time, nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError
from snowpact.sql.schedule import Cron, parse_schedule

START = datetime(2026, 3, 7, 12, tzinfo=UTC)


def made(*statements: str, path=None) -> Engine:
    engine = Engine(path)
    session = engine.connect("DB", "PUBLIC", create=True)
    for statement in ("CREATE WAREHOUSE wh", "CREATE TABLE log (task VARCHAR, at TIMESTAMP_LTZ)", *statements):
        session.execute(statement)
    return engine


def task(name: str, clauses: str = "", body: str = "") -> tuple[str, str]:
    body = body or f"INSERT INTO log SELECT '{name}', CURRENT_TIMESTAMP()"
    return f"CREATE TASK {name} {clauses} AS {body}", f"ALTER TASK {name} RESUME"


def simulated(engine: Engine, length: timedelta, start: datetime = START) -> Counter:
    ran = scheduler.run(engine, SimulatedClock(start), start, start + length)
    return Counter((one.name.rsplit(".", 1)[-1], one.outcome) for one in ran)


def rows(engine: Engine, sql: str) -> list[tuple]:
    return list(engine.connect("DB", "PUBLIC").execute(sql).rows)


def history(engine: Engine) -> list[tuple]:
    """All that a run leaves but the machine's time."""
    with engine.connect() as session:
        runs = session.duck.execute("SELECT * EXCLUDE (recorded_on) FROM _snow.task_runs ORDER BY number").fetchall()
        refreshes = session.duck.execute("SELECT * FROM _snow.refreshes WHERE refresh_trigger = 'SCHEDULED'").fetchall()
        return [*runs, *refreshes]


def test_minutes_count_from_when_the_task_was_resumed():
    """https://docs.snowflake.com/en/sql-reference/sql/alter-task: resumed at 9:03, an interval of 10 minutes runs at 9:13, 9:23, …"""
    every = parse_schedule("10 MINUTES")
    resumed = datetime(2026, 3, 7, 9, 3, tzinfo=UTC)
    assert every.after(resumed, resumed) == datetime(2026, 3, 7, 9, 13, tzinfo=UTC)
    assert every.after(datetime(2026, 3, 7, 9, 13, tzinfo=UTC), resumed) == datetime(2026, 3, 7, 9, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "runs"),
    [
        ((2026, 3, 8), 2, 0),  # 2 AM does not exist on that day
        ((2026, 3, 8), 3, 1),
        ((2026, 11, 1), 1, 2),  # 1 AM comes twice
        ((2026, 11, 1), 2, 1),
        ((2026, 6, 1), 2, 1),
    ],
)
def test_cron_when_the_clocks_change(day, hour, runs):
    """https://docs.snowflake.com/en/sql-reference/sql/create-task#optional-parameters: the two examples of America/Los_Angeles."""
    zone = ZoneInfo("America/Los_Angeles")
    at, end = (datetime(*day, tzinfo=zone) + timedelta(days=later) for later in (0, 1))
    cron, found = Cron(f"0 {hour} * * *", "America/Los_Angeles"), 0
    moment = at.astimezone(UTC) - timedelta(microseconds=1)
    while (moment := cron.after(moment, START)) < end.astimezone(UTC):
        found += 1
    assert found == runs


def test_a_day_of_a_minute_task_and_a_cron_task_across_the_change_to_daylight_saving_time():
    with made(
        *task("minute", "SCHEDULE = '1 MINUTE'", "SELECT 1"),
        *task("nightly", "SCHEDULE = 'USING CRON 0 2 * * * America/Los_Angeles'"),
        *task("morning", "SCHEDULE = 'USING CRON 30 3 * * * America/Los_Angeles'"),
    ) as engine:
        ran = simulated(engine, timedelta(hours=24))
        assert ran["MINUTE", "succeeded"] == 24 * 60 - 1  # from the first minute after the start to the last before the end
        assert ran["NIGHTLY", "succeeded"] == 0
        assert ran["MORNING", "succeeded"] == 1
        assert rows(engine, "SELECT TO_CHAR(DATE_TRUNC('minute', at), 'YYYY-MM-DD HH24:MI') FROM log") == [("2026-03-08 10:30",)]


def test_the_time_of_statements_is_the_simulated_one():
    with made(*task("hourly", "SCHEDULE = '60 MINUTES'")) as engine:
        simulated(engine, timedelta(hours=3))
        hours = "SELECT TO_CHAR(at, 'YYYY-MM-DD HH24') FROM log ORDER BY at"
        assert rows(engine, hours) == [("2026-03-07 13",), ("2026-03-07 14",)]
        assert rows(engine, "SELECT scheduled_time FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())")[0][0] == START + timedelta(hours=2)


def test_dynamic_tables_keep_their_lag_and_downstream_ones_follow_their_readers():
    with made(
        *task("minute", "SCHEDULE = '1 MINUTE'"),
        "CREATE DYNAMIC TABLE below TARGET_LAG = DOWNSTREAM WAREHOUSE = wh AS SELECT task, COUNT(*) AS n FROM log GROUP BY task",
        "CREATE DYNAMIC TABLE above TARGET_LAG = '10 minutes' WAREHOUSE = wh AS SELECT SUM(n) AS n FROM below",
        "CREATE DYNAMIC TABLE unread TARGET_LAG = DOWNSTREAM WAREHOUSE = wh AS SELECT COUNT(*) AS n FROM log",
    ) as engine:
        ran = simulated(engine, timedelta(hours=1))
        assert (ran["ABOVE", "succeeded"], ran["BELOW", "succeeded"], ran["UNREAD", "succeeded"]) == (6, 6, 0)
        assert rows(engine, "SELECT n FROM above") == [(49,)]  # as of 12:50, before that minute's run
        assert rows(engine, "SELECT n FROM unread") == [(0,)]


def test_a_run_that_lasts_longer_than_its_interval_is_not_overlapped():
    slow = f"BEGIN {' '.join(f'SELECT {number};' for number in range(8))} END"
    with made(*task("slow", "SCHEDULE = '10 SECONDS'", slow)) as engine:
        clock = SimulatedClock(START)
        clock.STEP = timedelta(seconds=1)  # each statement lasts a second
        ran = list(scheduler.run(engine, clock, START, START + timedelta(seconds=31)))
        due = [(one.at - START).total_seconds() for one in ran]
        assert due == [10, 30]  # at 20 the first still ran


def test_triggered_tasks_run_when_their_stream_has_data():
    """https://docs.snowflake.com/en/user-guide/tasks-triggered: no schedule, at most once in 30 seconds."""
    with made(
        "CREATE TABLE seen (n INT)",
        "CREATE STREAM s ON TABLE log",
        *task("feed", "SCHEDULE = '10 MINUTES'"),
        *task("eats", "WHEN SYSTEM$STREAM_HAS_DATA('s')", "INSERT INTO seen SELECT COUNT(*) FROM s"),
    ) as engine:
        ran = simulated(engine, timedelta(minutes=35))
        assert ran == {("FEED", "succeeded"): 3, ("EATS", "succeeded"): 3}
        assert rows(engine, "SELECT SUM(n) FROM seen") == [(3,)]


def test_a_second_simulation_of_the_same_time_runs_nothing_again():
    with made(*task("hourly", "SCHEDULE = '60 MINUTES'")) as engine:
        assert simulated(engine, timedelta(hours=5))["HOURLY", "succeeded"] == 4
        assert simulated(engine, timedelta(hours=7))["HOURLY", "succeeded"] == 2
        assert rows(engine, "SELECT COUNT(*), COUNT(DISTINCT DATE_TRUNC('hour', at)) FROM log") == [(6, 6)]


def test_one_that_was_interrupted_goes_on_where_it_was(tmp_path):
    statements = (
        *task("root", "SCHEDULE = '10 MINUTES'"),
        "ALTER TASK root SUSPEND",
        *task("child", "AFTER root"),
        *task("last", "FINALIZE = root"),
        "ALTER TASK root RESUME",
        "CREATE DYNAMIC TABLE d TARGET_LAG = '20 minutes' WAREHOUSE = wh AS SELECT task, COUNT(*) AS n FROM log GROUP BY task",
    )
    engine = made(*statements, path=tmp_path / "engine")
    ran = scheduler.run(engine, SimulatedClock(START), START, START + timedelta(hours=2))
    for _ in range(11):
        next(ran)
    ran.close()
    engine.close()
    with Engine(tmp_path / "engine") as engine, made(*statements) as whole:
        simulated(engine, timedelta(hours=2))
        simulated(whole, timedelta(hours=2))
        counted = "SELECT task, COUNT(*), COUNT(DISTINCT DATE_TRUNC('minute', at)) FROM log GROUP BY task ORDER BY task"
        assert rows(engine, counted) == rows(whole, counted) == [("child", 11, 11), ("last", 11, 11), ("root", 11, 11)]
        assert rows(engine, "SELECT * FROM d ORDER BY task") == rows(whole, "SELECT * FROM d ORDER BY task")


def test_a_task_can_change_what_is_due():
    with made(
        *task("stops", "SCHEDULE = '10 MINUTES'", "ALTER TASK stops SUSPEND"),
        *task("starts", "SCHEDULE = '10 MINUTES'", "ALTER TASK later RESUME"),
        "CREATE TASK later SCHEDULE = '15 MINUTES' AS SELECT 1",
    ) as engine:
        ran = simulated(engine, timedelta(minutes=26))
        assert ran == {("STOPS", "succeeded"): 1, ("STARTS", "succeeded"): 2, ("LATER", "succeeded"): 1}


SCHEDULES = st.sampled_from(["'7 MINUTES'", "'20 MINUTES'", "'USING CRON */9 * * * * Asia/Kolkata'", "'USING CRON 0 * * * * UTC'"])
BODIES = st.sampled_from(["", "SELECT 1/0", "BEGIN INSERT INTO log VALUES ('x', NULL); INSERT INTO log SELECT 1/0, NULL; END"])


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(SCHEDULES, BODIES, st.integers(0, 2)), min_size=1, max_size=3))
def test_two_simulations_of_one_account_have_equal_histories(plans):
    statements: list[str] = []
    for number, (schedule, body, children) in enumerate(plans):
        statements += [task(f"t{number}", f"SCHEDULE = {schedule} TASK_AUTO_RETRY_ATTEMPTS = {number}", body)[0]]
        for child in range(children):
            statements += task(f"t{number}_{child}", f"AFTER t{number}" + (f", t{number}_0" if child else ""))
        statements += [f"ALTER TASK t{number} RESUME"]
    statements.append("CREATE DYNAMIC TABLE d TARGET_LAG = '8 minutes' WAREHOUSE = wh AS SELECT task, COUNT(*) AS n FROM log GROUP BY task")
    found = []
    for _ in range(2):
        with made(*statements) as engine:
            ran = simulated(engine, timedelta(hours=1))
            left = [rows(engine, f"SELECT * FROM {table} ORDER BY ALL") for table in ("log", "d")]
            found.append((ran, history(engine), left))
    assert found[0] == found[1]


def test_no_schedule_is_no_schedule():
    with pytest.raises(StatementError):
        parse_schedule("USING CRON 61 * * * * UTC")


ALERT = (
    "CREATE TABLE gauge AS SELECT 0 AS value",
    "CREATE ALERT a WAREHOUSE = wh SCHEDULE = '10 minutes' IF (EXISTS (SELECT 1 FROM gauge WHERE value > 2)) "
    "THEN INSERT INTO log SELECT 'a', SNOWFLAKE.ALERT.SCHEDULED_TIME()",
    "ALTER ALERT a RESUME",
)


def test_an_alert_is_evaluated_by_its_schedule_and_acts_where_its_condition_holds():
    with made(*ALERT, *task("t", "SCHEDULE = '10 minutes'", "UPDATE gauge SET value = value + 1")) as engine:
        assert simulated(engine, timedelta(hours=1)) == {("T", "succeeded"): 5, ("A", "succeeded"): 3, ("A", "skipped"): 2}
        times = [at.astimezone(UTC) for (at,) in rows(engine, "SELECT at FROM log ORDER BY at")]
        assert times == [START + timedelta(minutes=minutes) for minutes in (30, 40, 50)]


def test_an_alert_is_not_evaluated_twice_for_one_time():
    with made(*ALERT) as engine:
        simulated(engine, timedelta(hours=1))
        assert simulated(engine, timedelta(hours=1)) == {}
        assert simulated(engine, timedelta(minutes=30), START + timedelta(hours=1)) == {("A", "skipped"): 2}
