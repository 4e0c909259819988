"""What others see of a dynamic table: SHOW, inspection, a copy of the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from snowpact.local.engine import Engine
from snowpact.local.target import LocalTarget
from snowpact.model.names import Name
from snowpact.targets.inspect import inspect
from snowpact.targets.inspect.visible import visible

SETUP = (
    "CREATE WAREHOUSE wh",
    "CREATE TABLE db.public.t (a INT, b VARCHAR)",
    "INSERT INTO db.public.t VALUES (1, 'x'), (2, 'y')",
    "CREATE DYNAMIC TABLE db.public.low TARGET_LAG = DOWNSTREAM WAREHOUSE = wh AS SELECT a, b FROM t",
    "CREATE DYNAMIC TABLE db.public.mid TARGET_LAG = '1 hour' WAREHOUSE = wh REFRESH_MODE = FULL COMMENT = 'm' AS SELECT a FROM low",
    "CREATE DYNAMIC TABLE db.public.top TARGET_LAG = '90 minutes' WAREHOUSE = wh AS SELECT a, CURRENT_DATE AS d FROM mid",
    "ALTER DYNAMIC TABLE db.public.top SUSPEND",
)


@pytest.fixture
def target() -> Iterator[LocalTarget]:
    with Engine() as engine, LocalTarget(engine, owned=False) as opened:
        opened.execute("CREATE DATABASE db")
        for statement in SETUP:
            opened.execute(statement)
        yield opened


def test_SHOW_has_the_resolved_mode_and_why(target: LocalTarget) -> None:
    """https://docs.snowflake.com/en/sql-reference/sql/show-dynamic-tables; the text has the mode that was asked for."""
    shown = {row["name"]: row for row in target.execute("SHOW DYNAMIC TABLES IN DATABASE db").dicts()}
    picked = ("target_lag", "refresh_mode", "warehouse", "scheduling_state", "rows", "comment")
    assert {name: tuple(row[key] for key in picked) for name, row in shown.items()} == {
        "LOW": ("DOWNSTREAM", "INCREMENTAL", "WH", "RUNNING", 2, ""),
        "MID": ("1 hour", "FULL", "WH", "RUNNING", 2, "m"),
        "TOP": ("90 minutes", "FULL", "WH", "SUSPENDED", 2, ""),
    }
    reasons = {name: row["refresh_mode_reason"] for name, row in shown.items()}
    assert reasons == {"LOW": None, "MID": "USER_SPECIFIED_FULL_REFRESH", "TOP": "QUERY_NOT_SUPPORTED_FOR_INCREMENTAL"}
    assert all(row["text"].startswith("CREATE DYNAMIC TABLE") and row["data_timestamp"] is not None for row in shown.values())


def test_inspection_finds_what_was_asked_for(target: LocalTarget) -> None:
    """AUTO is what was asked where nothing was: a difference between AUTO and what became of it would be drift for ever."""
    engine = visible(target.engine.catalog())
    found = visible(inspect(target, ["DB"]).catalog)
    names = [Name.of("DB", "PUBLIC", name) for name in ("LOW", "MID", "TOP")]
    assert [found.get("TABLE", name) for name in names] == [engine.get("TABLE", name) for name in names]
    assert [found.get("TABLE", name).property("refresh_mode") for name in names] == [None, "FULL", None]


def test_a_copy_has_the_rows_and_the_history_and_goes_its_own_way(target: LocalTarget) -> None:
    history = "SELECT name, refresh_action FROM TABLE(db.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) ORDER BY refresh_start_time"
    before = target.execute(history).rows
    with target.engine.fork() as copy:
        session = copy.connect("DB", "PUBLIC")
        assert session.execute(history).rows == list(before)
        session.execute("INSERT INTO t VALUES (3, 'z')")
        session.execute("ALTER DYNAMIC TABLE mid REFRESH")
        assert session.execute("SELECT COUNT(*) FROM mid").rows == [(3,)]
    assert target.execute("SELECT COUNT(*) FROM db.public.mid").rows == ((2,),)
    assert target.execute(history).rows == before
