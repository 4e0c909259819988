"""A simulated span is the same each time: what is printed, the rows, the histories with their query ids, in whatever process it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SETUP = """
CREATE DATABASE D; USE SCHEMA D.PUBLIC; CREATE WAREHOUSE W;
CREATE TABLE EVENTS (ID INT AUTOINCREMENT, KIND VARCHAR, DRAWN VARCHAR, NUMBER FLOAT, TRANSACTION_ID VARCHAR, AT TIMESTAMP_LTZ);
CREATE STREAM S ON TABLE EVENTS; CREATE TABLE COPIED (ID INT, AT TIMESTAMP_LTZ);
CREATE TASK PRODUCE SCHEDULE = '10 MINUTES' AS BEGIN
  INSERT INTO D.PUBLIC.EVENTS (KIND, DRAWN, NUMBER, AT) SELECT 'a', UUID_STRING(), RANDOM(), CURRENT_TIMESTAMP();
  BEGIN TRANSACTION;
  UPDATE D.PUBLIC.EVENTS SET TRANSACTION_ID = CURRENT_TRANSACTION(), KIND = 'b' WHERE MOD(ID, 2) = 0 AND KIND = 'a';
  COMMIT;
END;
CREATE TASK CONSUME SCHEDULE = '1 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('S') AS INSERT INTO D.PUBLIC.COPIED SELECT ID, AT FROM D.PUBLIC.S;
CREATE TASK BAD SCHEDULE = '30 MINUTES' AS SELECT 1/0;
CREATE TASK BY_HAND SCHEDULE = '45 MINUTES' AS ALTER DYNAMIC TABLE D.PUBLIC.KINDS REFRESH;
CREATE DYNAMIC TABLE KINDS TARGET_LAG = DOWNSTREAM WAREHOUSE = W AS SELECT KIND, COUNT(*) AS N FROM EVENTS GROUP BY KIND;
CREATE DYNAMIC TABLE MADE TARGET_LAG = '15 minutes' WAREHOUSE = W AS SELECT MAX(N) AS N, CURRENT_TIMESTAMP() AS AT FROM KINDS;
CREATE ALERT MANY SCHEDULE = '20 MINUTE' IF (EXISTS (SELECT 1 FROM D.PUBLIC.KINDS WHERE N > 2))
  THEN DELETE FROM D.PUBLIC.COPIED WHERE ID < 3;
ALTER TABLE EVENTS SET DATA_METRIC_SCHEDULE = '15 MINUTE';
ALTER TABLE EVENTS ADD DATA METRIC FUNCTION SNOWFLAKE.CORE.NULL_COUNT ON (TRANSACTION_ID);
ALTER TASK PRODUCE RESUME; ALTER TASK CONSUME RESUME; ALTER TASK BAD RESUME; ALTER TASK BY_HAND RESUME; ALTER ALERT MANY RESUME
"""
SHOWN = {
    "rows": "SELECT * FROM D.PUBLIC.EVENTS ORDER BY ID",
    "copied": "SELECT * FROM D.PUBLIC.COPIED ORDER BY ID",
    "kinds": "SELECT * FROM D.PUBLIC.KINDS ORDER BY KIND",
    "made": "SELECT * FROM D.PUBLIC.MADE",
    "tasks": "SELECT * FROM TABLE(D.INFORMATION_SCHEMA.TASK_HISTORY(RESULT_LIMIT => 1000))",
    "refreshes": "SELECT * FROM TABLE(D.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) WHERE refresh_trigger <> 'CREATION'",
    "alerts": "SELECT * FROM TABLE(D.INFORMATION_SCHEMA.ALERT_HISTORY(SCHEDULED_TIME_RANGE_START => '2026-01-01'::TIMESTAMP_LTZ))",
    "metrics": "SELECT * FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS ORDER BY MEASUREMENT_TIME",
}
PROGRAM = """
import sys
from snowpact.cli.failure import guarded
from snowpact.cli.main import snowpact
assert guarded(snowpact, ["local", "sql", sys.argv[1]]) == 0
print("===", flush=True)
assert guarded(snowpact, ["local", "run", "--from", "2026-01-01", "--for", "2h"]) == 0
for query in sys.argv[2:]:
    print("===", flush=True)
    assert guarded(snowpact, ["local", "sql", "--format", "json", query]) == 0
"""


def _simulated(folder: Path, seed: str) -> list[str]:
    (folder / "snowpact.toml").write_text('[targets.local]\ntype = "local"\n', encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, SETUP, *SHOWN.values()]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [*done.stdout.split("===\n")[1:], done.stderr]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    return [_simulated(tmp_path_factory.mktemp("simulated"), seed) for seed in ("1", "2")]


def test_what_is_printed_is_the_same(both: list[list[str]]) -> None:
    assert both[0][0] == both[1][0] and both[0][-1] == both[1][-1]
    assert "PRODUCE" in both[0][0] and "BAD failed" in both[0][-1]


@pytest.mark.parametrize("what", SHOWN)
def test_rows_and_histories_are_the_same(both: list[list[str]], what: str) -> None:
    place = list(SHOWN).index(what) + 1
    assert both[0][place] == both[1][place]
    assert json.loads(both[0][place]), "nothing to compare"
