"""The real client: snowflake-connector-python over HTTP to `snowpact local serve`, judged against the embedded target.

Plan, apply, check and drift on both pipelines give the same JSON through either; then schemachange's own command line deploys,
and snowpact reads its ledger and goes on.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
SECONDS = 90

TARGET = """
[targets.account]
type = "snowflake"
account = "snowpact"
user = "tester"
host = "127.0.0.1"
port = {port}
protocol = "http"
"""


@pytest.fixture(scope="module")
def served(example, tmp_path_factory):
    """Two copies of the project, nothing applied; one's engine is behind a server, and its target `account` leads there."""
    local = example.copy(tmp_path_factory.mktemp("local"))
    remote = example.copy(tmp_path_factory.mktemp("remote"))
    server = subprocess.Popen(
        [BIN / "snowpact", "local", "serve", "--port", "0"], cwd=remote.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    first = server.stdout.readline()
    found = re.fullmatch(r"serving on http://127\.0\.0\.1:(\d+) \(process (\d+)\); Ctrl-C stops\n", first)
    assert found and int(found[2]) == server.pid, first
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNOWFLAKE_PASSWORD", "any")
        remote.write("snowpact.toml", (remote.folder / "snowpact.toml").read_text() + TARGET.format(port=found[1]))
        yield local, remote
    server.send_signal(signal.SIGINT)
    assert server.wait(SECONDS) == 0


def told(project, line: str, target: str) -> tuple[int, dict]:
    answer = project.run(f"{line} --target {target} --format json")
    report = answer.json
    assert report["summary"].pop("target", target) == target
    return answer.code, report


def same(served, line: str) -> dict:
    """The report, which both targets gave."""
    local, remote = served
    here, there = told(local, line, "local"), told(remote, line, "account")
    assert there == here
    return there[1]


BREAK = "-- Nobody promised this.\nALTER TABLE ANALYTICS.MARTS.CHANNELS ADD COLUMN icon VARCHAR(8);\n"
BY_HAND = "ALTER TABLE ANALYTICS.MARTS.CHANNELS RENAME COLUMN label TO short_name"


def test_both_targets_tell_the_same(served):
    """One story, in order: from nothing to a schema that somebody altered by hand."""
    local, remote = served
    assert same(served, "snowpact migrate plan")["summary"]["pending"] == 14
    assert same(served, "snowpact migrate apply")["summary"]["applied"] == 14
    assert same(served, "snowpact migrate apply")["summary"]["applied"] == 0
    for line in ("contracts check", "snowpact drift"):
        report = same(served, line)
        assert (report["verdict"], report["findings"]) == ("passed", []), line

    for project in served:
        project.write("migrations/meetup/V1.5.0__icon.sql", BREAK)
    blocked = same(served, "snowpact migrate apply")
    assert [(item["rule"], item["line"]) for item in blocked["findings"]] == [("column-undeclared", 2)]
    for project in served:
        (project.folder / "migrations/meetup/V1.5.0__icon.sql").unlink()

    local.sql(BY_HAND)
    connected(remote, BY_HAND)
    found = same(served, "snowpact drift")
    assert {(item["comparison"], item["column"]) for item in found["findings"]} == {
        (comparison, column) for comparison in ("contract-drift", "schema-drift") for column in ("LABEL", "SHORT_NAME")
    }


def connected(project, *statements: str) -> list[tuple]:
    """Statements through a connection of the connector itself."""
    import snowflake.connector

    port = re.findall(r"^port = (\d+)$", (project.folder / "snowpact.toml").read_text(), re.MULTILINE)[-1]
    options = {"account": "snowpact", "user": "tester", "password": "any", "host": "127.0.0.1", "port": int(port), "protocol": "http"}
    with snowflake.connector.connect(**options) as connection:
        return [connection.cursor().execute(statement).fetchall() for statement in statements][-1]


def test_the_served_engine_is_held(served):
    _, remote = served
    answer = remote.run("snowpact migrate status --target local")
    assert answer.code == 5
    assert "snowpact local serve" in answer.err


CONFIG = """\
config-version: 1
change-history-table: SHOP.SCHEMACHANGE.CHANGE_HISTORY
create-change-history-table: true
snowflake-database: SHOP
vars:
  channel: web
"""
SCRIPTS = {
    "V1.0.0__start.sql": "CREATE SCHEMA IF NOT EXISTS SHOP.SALES;\n"
    "CREATE TABLE SHOP.SALES.ORDERS (ID NUMBER(38,0) NOT NULL, AMOUNT NUMBER(10,2));\n",
    "V1.1.0__channel.sql": "ALTER TABLE SHOP.SALES.ORDERS ADD COLUMN CHANNEL VARCHAR(10) DEFAULT '{{ channel }}';\n",
    "R__totals.sql": "CREATE OR REPLACE VIEW SHOP.SALES.TOTALS AS SELECT COUNT(*) AS N FROM SHOP.SALES.ORDERS;\n",
}
LEDGER = "SELECT VERSION, SCRIPT, SCRIPT_TYPE, STATUS FROM SHOP.SCHEMACHANGE.CHANGE_HISTORY ORDER BY INSTALLED_ON"


@pytest.fixture
def shop(served, tmp_path, project_in):
    """A project that schemachange deploys, on the same server; its database was made by an administrator."""
    _, remote = served
    toml = (remote.folder / "snowpact.toml").read_text()
    project = project_in(tmp_path)
    target = toml[toml.index("[targets.account]") :]
    project.write("snowpact.toml", f'default_target = "account"\n[pipelines.shop]\nmigrations = "migrations"\n{target}')
    project.write("migrations/schemachange-config.yml", CONFIG)
    for name, text in SCRIPTS.items():
        project.write(f"migrations/{name}", text)
    connected(project, "CREATE OR REPLACE DATABASE SHOP")
    return project


def deploy(project) -> None:
    port = re.findall(r"^port = (\d+)$", (project.folder / "snowpact.toml").read_text(), re.MULTILINE)[-1]
    where = {"SNOWFLAKE_HOST": "127.0.0.1", "SNOWFLAKE_PORT": port, "SNOWFLAKE_PROTOCOL": "http", "SNOWFLAKE_PASSWORD": "any"}
    account = ["--snowflake-account", "snowpact", "--snowflake-user", "deployer", "--snowflake-role", "ACCOUNTADMIN"]
    done = subprocess.run(
        [BIN / "schemachange", "deploy", "--config-folder", "migrations", "--root-folder", "migrations", *account],
        cwd=project.folder, env={**os.environ, **where}, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_snowpact_takes_over_from_schemachange_and_hands_back(shop):
    deploy(shop)
    status = shop.run("snowpact migrate status --allow-empty --format json")
    assert status.code == 0, status.err
    [pipeline] = status.json["summary"]["pipelines"]
    assert pipeline["ledger"] == "SHOP.SCHEMACHANGE.CHANGE_HISTORY"
    assert {script["file"]: script["state"] for script in pipeline["scripts"]} == {f"migrations/{name}": "applied" for name in SCRIPTS}
    nothing = shop.run("snowpact migrate apply --allow-empty --format json")
    assert (nothing.code, nothing.json["summary"]["applied"]) == (0, 0), nothing.err
    drift = shop.run("snowpact drift --allow-empty --format json")
    assert (drift.code, drift.json["findings"]) == (0, []), drift.out

    shop.write("migrations/V1.2.0__note.sql", "ALTER TABLE SHOP.SALES.ORDERS ADD COLUMN NOTE VARCHAR(20);\n")
    applied = shop.run("snowpact migrate apply --allow-empty --format json")
    assert (applied.code, applied.json["summary"]["applied"]) == (0, 1), applied.out + applied.err
    rows = connected(shop, LEDGER)
    assert rows[-1] == ("1.2.0", "V1.2.0__note.sql", "V", "Success")
    deploy(shop)
    assert connected(shop, LEDGER) == rows, "schemachange finds nothing to do"


def test_a_statement_that_fails_on_the_account_alone_is_exit_4(shop):
    """The rehearsal starts from the scripts, so it cannot know a row that somebody inserted by hand."""
    assert shop.run("snowpact migrate apply --allow-empty").code == 0
    connected(shop, "INSERT INTO SHOP.SALES.ORDERS (ID, AMOUNT) VALUES (7, NULL)")
    table = "CREATE TABLE SHOP.SALES.PAID (AMOUNT NUMBER(10,2) NOT NULL);\n\n"
    shop.write("migrations/V1.2.0__paid.sql", table + "INSERT INTO SHOP.SALES.PAID SELECT AMOUNT FROM SHOP.SALES.ORDERS;\n")
    answer = shop.run("snowpact migrate apply --allow-empty --format json")
    assert answer.code == 4, answer.out + answer.err
    [fault] = answer.json["errors"]
    assert (fault["file"], fault["line"]) == ("migrations/V1.2.0__paid.sql", 3)
    assert "100072 (22000)" in fault["message"] and "INSERT INTO SHOP.SALES.PAID" in fault["message"]
    assert connected(shop, LEDGER)[-1] == ("1.2.0", "V1.2.0__paid.sql", "V", "Failed")

    connected(shop, "DELETE FROM SHOP.SALES.ORDERS")
    shop.edit("migrations/V1.2.0__paid.sql", "CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
    again = shop.run("snowpact migrate apply --allow-empty --format json")
    assert (again.code, again.json["summary"]["applied"]) == (0, 1), again.out + again.err


def test_scripts_without_a_database_run_in_the_sessions(shop):
    """As with schemachange's snowflake-database: the target's `database` is where unqualified names lead, in the rehearsal too."""
    shop.edit("snowpact.toml", 'user = "tester"', 'user = "tester"\ndatabase = "SHOP"')
    shop.write("migrations/V1.2.0__bare.sql", "CREATE SCHEMA STOCK;\nCREATE TABLE STOCK.ITEMS (ID NUMBER);\n")
    shop.write("migrations/V1.3.0__bare.sql", "CREATE VIEW STOCK.ALL_ITEMS AS SELECT * FROM STOCK.ITEMS;\n")
    answer = shop.run("snowpact migrate apply --allow-empty --format json")
    assert answer.code == 0, answer.out + answer.err
    assert "SHOP.STOCK.ITEMS" in {change["object"] for change in answer.json["changes"]}
    drift = shop.run("snowpact drift --allow-empty --format json")
    assert (drift.code, drift.json["findings"]) == (0, []), drift.out
