"""Target lags on a clock of the scheduler's own: what is due when, in which order, and what becomes of failures.

https://docs.snowflake.com/en/user-guide/dynamic-tables/target-lag, manage
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from snowpact.local.dynamic.due import due, effective_lag, next_due, refresh_due
from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.names import Name

LINES = "SELECT name, state, refresh_action, data_timestamp FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY({}))"


@pytest.fixture
def session() -> Iterator[Session]:
    with Engine() as engine:
        opened = engine.connect("DB", "PUBLIC", create=True)
        opened.execute("CREATE WAREHOUSE wh")
        opened.execute("CREATE TABLE t (a VARCHAR)")
        yield opened


def create(session: Session, name: str, lag: str, query: str, more: str = "INITIALIZE = ON_SCHEDULE") -> None:
    session.execute(f"CREATE DYNAMIC TABLE {name} TARGET_LAG = {lag} WAREHOUSE = wh {more} AS {query}")


def names(session: Session, now: datetime) -> list[str]:
    return [record.name.name for record in due(session, now)]


def after(start: datetime, minutes: float) -> datetime:
    return start + timedelta(minutes=minutes)


NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_a_table_is_due_when_its_data_are_as_old_as_its_lag(session: Session) -> None:
    create(session, "d", "'5 minutes'", "SELECT a FROM t")
    assert names(session, NOON) == ["D"] and next_due(session, NOON) == NOON
    refresh_due(session, NOON)
    assert names(session, after(NOON, 4.99)) == [] and next_due(session, after(NOON, 1)) == after(NOON, 5)
    assert names(session, after(NOON, 5)) == ["D"]


def test_what_is_due_takes_along_what_it_reads_in_order(session: Session) -> None:
    create(session, "z", "DOWNSTREAM", "SELECT a FROM t")
    create(session, "m", "'5 minutes'", "SELECT a FROM z")
    create(session, "a", "'10 minutes'", "SELECT m.a FROM m, z")
    create(session, "lonely", "DOWNSTREAM", "SELECT a FROM t")
    assert names(session, NOON) == ["Z", "M", "A"]
    refresh_due(session, NOON)
    assert names(session, after(NOON, 5)) == ["Z", "M"]
    refresh_due(session, after(NOON, 5))
    assert names(session, after(NOON, 10)) == ["Z", "M", "A"]
    lags = {name: effective_lag(session, session.find("TABLE", Name.of("DB", "PUBLIC", name))) for name in ("Z", "M", "A", "LONELY")}
    assert lags == {"Z": 300, "M": 300, "A": 600, "LONELY": None}


def test_a_day_of_lags_refreshes_as_often_as_they_ask(session: Session) -> None:
    create(session, "d", "'1 hour'", "SELECT a FROM t")
    create(session, "e", "'6 hours'", "SELECT a FROM d")
    now, counts = NOON, {"D": 0, "E": 0}
    while now < NOON + timedelta(days=1):
        for done in refresh_due(session, now):
            assert done.at == done.started == done.ended == now
            counts[done.record.name.name] += 1
        now = next_due(session, now + timedelta(seconds=1))
    assert counts == {"D": 24, "E": 4}


def test_suspended_tables_are_not_due(session: Session) -> None:
    create(session, "d", "'1 minute'", "SELECT a FROM t")
    create(session, "e", "'1 minute'", "SELECT a FROM d")
    session.execute("ALTER DYNAMIC TABLE d SUSPEND")
    assert names(session, NOON) == [] and next_due(session, NOON) is None
    session.execute("ALTER DYNAMIC TABLE d RESUME")
    assert names(session, NOON) == ["D", "E"]


def test_a_failure_is_tried_again_at_the_next_lag_and_five_suspend(session: Session) -> None:
    create(session, "d", "'1 minute'", "SELECT a::INT AS n FROM t")
    create(session, "e", "'1 minute'", "SELECT n FROM d")
    create(session, "f", "'1 minute'", "SELECT a FROM t")
    session.execute("INSERT INTO t VALUES ('x')")
    for minute in range(5):
        now = after(NOON, minute)
        done = {item.record.name.name: item.state for item in refresh_due(session, now)}
        assert done == {"D": "FAILED", "E": "UPSTREAM_FAILED", "F": "SUCCEEDED"}
        assert names(session, now) == []
    assert names(session, after(NOON, 5)) == ["F"]
    rows = session.execute(LINES.format("NAME => 'E', ERROR_ONLY => TRUE, RESULT_LIMIT => 1")).rows
    assert [row[:3] for row in rows] == [("E", "UPSTREAM_FAILED", None)]


def test_a_manual_refresh_puts_off_the_scheduled_one_and_a_manual_failure_does_not(session: Session) -> None:
    create(session, "d", "'1 hour'", "SELECT a::INT AS n FROM t")
    session.execute("ALTER DYNAMIC TABLE d REFRESH")
    now = datetime.now(UTC)
    assert names(session, now) == [] and names(session, after(now, 60)) == ["D"]
    session.execute("INSERT INTO t VALUES ('x')")
    with pytest.raises(Exception, match="not recognized"):
        session.execute("ALTER DYNAMIC TABLE d REFRESH")
    assert names(session, after(now, 60)) == ["D"]


def test_definitions_see_the_scheduler_s_clock(session: Session) -> None:
    create(session, "d", "'1 minute'", "SELECT CURRENT_DATE AS today")
    refresh_due(session, NOON)
    assert session.execute("SELECT today::VARCHAR FROM d").rows == [("2030-01-01",)]
    refresh_due(session, after(NOON, 24 * 60))
    assert session.execute("SELECT today::VARCHAR FROM d").rows == [("2030-01-02",)]
