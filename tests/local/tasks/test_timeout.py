"""USER_TASK_TIMEOUT_MS: the limit of one run (https://docs.snowflake.com/en/sql-reference/sql/create-task). Real time counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine
from snowpact.local.session import Session

HISTORY = "SELECT name, state, error_code, error_message FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY()) ORDER BY name"
FOREVER = {
    "a block": "BEGIN INSERT INTO t VALUES (1); WHILE (TRUE) DO LET x := 1; END WHILE; END",
    "a query": "INSERT INTO t SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 10000000)) a, TABLE(GENERATOR(ROWCOUNT => 10000000)) b",
    "a procedure": "CALL forever()",
}
PROCEDURE = (
    "CREATE PROCEDURE forever() RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') "
    "HANDLER = 'f' AS $$\ndef f(session):\n    while True: pass\n$$"
)


def timed_out(seconds: str) -> str:
    return f"Statement reached its statement or warehouse timeout of {seconds} second(s) and was canceled."


@pytest.fixture
def session():
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        session.execute("CREATE TABLE t (n INT)")
        yield session


def rows(session: Session, sql: str) -> list[tuple]:
    return list(session.execute(sql).rows)


@pytest.mark.parametrize("body", FOREVER.values(), ids=FOREVER)
def test_a_run_that_takes_longer_fails_and_what_follows_does_not_run(session, body):
    session.execute(PROCEDURE)
    session.execute(f"CREATE TASK a USER_TASK_TIMEOUT_MS = 500 AS {body}")
    session.execute("CREATE TASK b AFTER a AS INSERT INTO t VALUES (2)")
    session.execute("ALTER TASK b RESUME")
    session.execute("EXECUTE TASK a")
    assert rows(session, HISTORY) == [("A", "FAILED", 630, timed_out("0.5"))]
    assert rows(session, "SELECT COUNT(*) FROM t WHERE n <> 1") == [(0,)]
    session.execute("INSERT INTO t VALUES (3)")  # nothing of the run holds the table


def test_the_lower_of_both_limits_counts(session):
    session.execute(f"CREATE TASK a USER_TASK_TIMEOUT_MS = 60000 STATEMENT_TIMEOUT_IN_SECONDS = 1 AS {FOREVER['a block']}")
    session.execute("EXECUTE TASK a")
    assert [row[3] for row in rows(session, HISTORY)] == [timed_out("1")]


def test_a_child_without_a_limit_has_its_root_s(session):
    session.execute("CREATE TASK a USER_TASK_TIMEOUT_MS = 500 AS SELECT 1")
    session.execute(f"CREATE TASK b AFTER a AS {FOREVER['a block']}")
    session.execute("ALTER TASK b RESUME")
    session.execute("EXECUTE TASK a")
    assert [row[:3] for row in rows(session, HISTORY)] == [("A", "SUCCEEDED", None), ("B", "FAILED", 630)]


def test_on_a_simulated_clock_too(session):
    session.execute(f"CREATE TASK a SCHEDULE = '60 MINUTES' USER_TASK_TIMEOUT_MS = 300 AS {FOREVER['a block']}")
    session.execute("ALTER TASK a RESUME")
    start = datetime(2026, 3, 7, 12, tzinfo=UTC)
    ran = list(scheduler.run(session.engine, SimulatedClock(start), start, start + timedelta(minutes=90)))
    assert [one.outcome for one in ran] == ["failed"]
