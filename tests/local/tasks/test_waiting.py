"""A scheduled task that waits for a stream: skipped without asking while nothing has changed, and run as soon as something has.

https://docs.snowflake.com/en/user-guide/tasks-intro: with WHEN SYSTEM$STREAM_HAS_DATA a run without data is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from snowpact.local import scheduler
from snowpact.local.clock import SimulatedClock
from snowpact.local.engine import Engine
from snowpact.local.session import Session

START = datetime(2026, 3, 7, 12, tzinfo=UTC)
SETUP = """
CREATE WAREHOUSE wh; CREATE TABLE t (x INT); CREATE TABLE u (x INT); CREATE TABLE taken (x INT);
CREATE VIEW v AS SELECT x FROM u WHERE x > 0; CREATE STREAM st ON TABLE t; CREATE STREAM sv ON VIEW v;
CREATE TASK take SCHEDULE = '1 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('st') OR SYSTEM$STREAM_HAS_DATA('sv')
AS INSERT INTO taken SELECT x FROM st UNION ALL SELECT x FROM sv;
CREATE TASK rest SCHEDULE = '1 MINUTE' WHEN NOT SYSTEM$STREAM_HAS_DATA('st') AS SELECT 1;
ALTER TASK take RESUME
"""


class Account:
    """Three minutes at a time."""

    def __init__(self, engine: Engine, session: Session):
        self.engine, self.session, self.now = engine, session, START

    def outcomes(self) -> list[str]:
        start, self.now = self.now, self.now + timedelta(minutes=3)
        return [ran.outcome for ran in scheduler.run(self.engine, SimulatedClock(start), start, self.now)]


@pytest.fixture
def account() -> Iterator[Account]:
    with Engine() as engine:
        session = engine.connect("DB", "PUBLIC", create=True)
        session.execute_script(SETUP)
        yield Account(engine, session)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1)",
        "INSERT INTO u VALUES (1)",
        "BEGIN; INSERT INTO t VALUES (1); COMMIT",
        "INSERT INTO t VALUES (1); CREATE OR REPLACE STREAM st ON TABLE t SHOW_INITIAL_ROWS = TRUE",
    ],
)
def test_it_runs_once_there_are_data(account: Account, statement: str) -> None:
    assert set(account.outcomes()) == {"skipped"}
    account.session.execute_script(statement)
    found = account.outcomes()
    assert found[0] == "succeeded" and set(found[1:]) == {"skipped"}
    assert account.session.execute("SELECT x FROM taken").rows == [(1,)]


@pytest.mark.parametrize(
    "statement", ["BEGIN; INSERT INTO t VALUES (1); ROLLBACK", "INSERT INTO u VALUES (-1)", "INSERT INTO taken VALUES (1)"]
)
def test_what_the_stream_does_not_show_is_not_waited_for(account: Account, statement: str) -> None:
    account.outcomes()
    account.session.execute_script(statement)
    assert set(account.outcomes()) == {"skipped"}


def test_a_stream_that_went_stale_fails_the_task(account: Account) -> None:
    account.outcomes()
    account.session.execute("CREATE OR REPLACE TABLE t (x INT)")
    assert set(account.outcomes()) == {"failed"}


def test_a_condition_that_consuming_makes_true_is_asked_each_time(account: Account) -> None:
    account.session.execute_script("ALTER TASK take SUSPEND; ALTER TASK rest RESUME; INSERT INTO t VALUES (1)")
    assert set(account.outcomes()) == {"skipped"}
    account.session.execute("INSERT INTO taken SELECT x FROM st")
    assert set(account.outcomes()) == {"succeeded"}
