"""schemachange's own command line deploys a project to the served engine, and finds its ledger again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = {
    "V1.0.0__start.sql": """
CREATE SCHEMA IF NOT EXISTS SHOP.SALES;
CREATE TABLE SHOP.SALES.ORDERS (ID NUMBER(38,0) NOT NULL, AMOUNT NUMBER(10,2), NOTE VARCHAR(20));
INSERT INTO SHOP.SALES.ORDERS VALUES (1, 9.99, 'it''s; one'), (2, 5, NULL);
""",
    "V1.1.0__channel.sql": "ALTER TABLE SHOP.SALES.ORDERS ADD COLUMN CHANNEL VARCHAR(10) DEFAULT '{{ channel }}';\n",
    "R__totals.sql": "CREATE OR REPLACE VIEW SHOP.SALES.TOTALS AS SELECT COUNT(*) AS N, SUM(AMOUNT) AS TOTAL FROM SHOP.SALES.ORDERS;\n",
    "A__always.sql": "INSERT INTO SHOP.SALES.ORDERS (ID, AMOUNT) SELECT MAX(ID) + 1, 1 FROM SHOP.SALES.ORDERS;\n",
}


@pytest.fixture
def project(tmp_path, connect):
    """A project's folder, and the database its scripts and ledger need."""
    for name, text in SCRIPTS.items():
        (tmp_path / name).write_text(text)
    connect().cursor().execute("CREATE OR REPLACE DATABASE SHOP")
    return tmp_path


@pytest.fixture
def deploy(project, port):
    program = Path(sys.executable).with_name("schemachange")
    where = {"SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": str(port), "SNOWFLAKE_PROTOCOL": "http", "SNOWFLAKE_PASSWORD": "any"}
    options = {
        "--root-folder": str(project),
        "--snowflake-account": "snowpact",
        "--snowflake-user": "deployer",
        "--snowflake-role": "ACCOUNTADMIN",
        "--snowflake-database": "SHOP",
        "--change-history-table": "SHOP.SCHEMACHANGE.CHANGE_HISTORY",
        "--query-tag": "release",
        "--vars": '{"channel": "web"}',
    }

    def run(*more):
        given = [word for option in options.items() for word in option]
        return subprocess.run(
            [program, "deploy", *given, "--create-change-history-table", *more],
            capture_output=True, text=True, timeout=60, cwd=project, env={**os.environ, **where},
        )  # fmt: skip

    return run


LEDGER = "SELECT VERSION, SCRIPT, SCRIPT_TYPE, STATUS FROM SHOP.SCHEMACHANGE.CHANGE_HISTORY ORDER BY INSTALLED_ON, SCRIPT"


@pytest.mark.parametrize("mode", [(), ("--autocommit",)], ids=["transactions", "autocommit"])
def test_a_project_is_deployed_and_found_up_to_date(deploy, connect, mode):
    first = deploy(*mode)
    assert first.returncode == 0, first.stdout + first.stderr
    cursor = connect().cursor()
    assert cursor.execute("SELECT N, TOTAL FROM SHOP.SALES.TOTALS").fetchone()[0] == 3
    assert cursor.execute("SELECT NOTE, CHANNEL FROM SHOP.SALES.ORDERS ORDER BY ID LIMIT 1").fetchall() == [("it's; one", "web")]
    assert sorted(cursor.execute(LEDGER).fetchall()) == [
        ("", "A__always.sql", "A", "Success"),
        ("", "R__totals.sql", "R", "Success"),
        ("1.0.0", "V1.0.0__start.sql", "V", "Success"),
        ("1.1.0", "V1.1.0__channel.sql", "V", "Success"),
    ]
    second = deploy(*mode)
    assert second.returncode == 0, second.stdout + second.stderr
    assert cursor.execute("SELECT COUNT(*) FROM SHOP.SCHEMACHANGE.CHANGE_HISTORY").fetchone() == (5,)  # A scripts run again


def test_a_failing_script_is_recorded_and_reported(deploy, project, connect):
    (project / "V1.2.0__broken.sql").write_text("SELECT * FROM SHOP.SALES.NOWHERE;\n")
    failed = deploy()
    assert failed.returncode != 0
    assert "SHOP.SALES.NOWHERE" in failed.stdout + failed.stderr
    cursor = connect().cursor()
    cursor.execute("SELECT STATUS FROM SHOP.SCHEMACHANGE.CHANGE_HISTORY WHERE SCRIPT = 'V1.2.0__broken.sql'")
    assert cursor.fetchall() == [("Failed",)]
