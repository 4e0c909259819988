"""Tasks in a drift report: what migrations made is what is there, and what somebody changed by hand is told."""

from __future__ import annotations

import pytest
from tests.cli.drifting import applied, told

SCRIPT = """CREATE DATABASE D; CREATE SCHEMA D.S; CREATE WAREHOUSE W; USE SCHEMA D.S;
CREATE TABLE T (A NUMBER(9,0));
CREATE TASK ROOT WAREHOUSE = W SCHEDULE = '5 minute' AS INSERT INTO T VALUES (1);
CREATE TASK NEXT WAREHOUSE = W AFTER ROOT WHEN 1 = 1 AS INSERT INTO T
  SELECT 2;
ALTER TASK NEXT RESUME;
ALTER TASK ROOT RESUME;
"""


@pytest.fixture
def tasks(tmp_path, project_in):
    return applied(project_in(tmp_path), SCRIPT)


def test_what_migrations_made(tasks):
    assert told(tasks) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("ALTER TASK D.S.ROOT SUSPEND", ("definition-changed", "warning", "D.S.ROOT")),
        ("DROP TASK D.S.NEXT", ("object-removed", "error", "D.S.NEXT")),
        ("CREATE OR REPLACE TASK D.S.ROOT WAREHOUSE = W SCHEDULE = '5 minute' AS SELECT 1", ("definition-changed", "error", "D.S.ROOT")),
    ],
)
def test_what_somebody_did(tasks, statement, finding):
    if "SUSPEND" not in statement:
        tasks.sql("ALTER TASK D.S.ROOT SUSPEND")
    tasks.sql(statement)
    assert finding in told(tasks)
