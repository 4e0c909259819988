"""What is pending is judged by its prediction from what is live; it is run on a throw-away engine only where the text does not tell."""

from __future__ import annotations

import json

import pytest

from snowpact.connect import open_target
from snowpact.judging import Judging
from snowpact.plan import plan
from snowpact.prepare import Rendering, prepare
from snowpact.project import load

BASE = """CREATE DATABASE D; CREATE SCHEMA D.S; CREATE TABLE D.S.T (A NUMBER(9,0), B VARCHAR(4));
CREATE PROCEDURE D.S.MAKE() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = '3.11'
PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session):
    session.sql("CREATE OR REPLACE TABLE D.S.T (A NUMBER(9,0), B VARCHAR(4), C DATE)").collect()
    return "made"
$$;
"""
CLOSED = {"version": "1.0.0", "owner": "Data", "consumers": ["BI"], "columns": "closed"}
FIELDS = [{"name": "A", "type": ["null", "int"], "default": None}, {"name": "B", "type": ["null", "string"], "default": None}]


@pytest.fixture
def project(tmp_path, project_in):
    """Applied: a table with a closed contract, and a procedure that would give it a column."""
    project = project_in(tmp_path)
    project.write("snowpact.toml", '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__base.sql", BASE)
    project.write("c/t.avsc", json.dumps({"type": "record", "namespace": "D.S", "name": "T", "pact": CLOSED, "fields": FIELDS}))
    assert project.run("snowpact migrate apply").code == 0
    return project


def planned(project, statements: str, command: str = "snowpact migrate plan") -> tuple[int, str | None, list[tuple]]:
    project.write("m/V2.0.0__x.sql", statements)
    report = project.run(f"{command} --format json")
    found = [(one["rule"], one["severity"], one["line"]) for one in report.json["findings"]]
    return report.code, report.json["summary"]["rehearsed"], found


def test_what_the_text_tells_is_not_run(project):
    """A row that does not fit is data: that it fails is told where it is run."""
    too_long = "CREATE TABLE D.S.U (A NUMBER);\nINSERT INTO D.S.T (B) VALUES ('too long');\n"
    assert planned(project, too_long) == (0, None, [])
    refused = [("statement-refused-by-snowflake", "error", 2)]
    assert planned(project, too_long, "snowpact rehearse") == (1, "as asked", refused)
    assert planned(project, too_long, "snowpact migrate plan --rehearse") == (1, "as asked", refused)
    assert planned(project, too_long, "snowpact migrate apply --rehearse")[0] == 1
    assert project.run("snowpact local sql", "SHOW TABLES LIKE 'U' IN SCHEMA D.S", "--format", "json").json == []


def test_what_is_opaque_is_run(project):
    code, why, found = planned(project, "-- a column by the back door\nCALL D.S.MAKE();\n")
    assert (code, found) == (1, [("column-undeclared", "error", 2)])
    assert why.startswith("since m/V2.0.0__x.sql:2:1 is opaque: CALL D.S.MAKE(): ")


def test_an_unknown_type_is_settled(project):
    """No text tells what a Python function's VARIANT holds; the engine tells the type that a table gets."""
    code, why, found = planned(project, "CREATE TABLE D.S.U AS SELECT $1 AS X FROM VALUES (1), (2.5);\n")
    assert (code, found) == (0, [])
    assert why is None or "is unknown" in why


def test_prediction_starts_from_what_is_live(project):
    """Not from what the ledger's scripts made: someone dropped a column, and what is pending builds on it."""
    project.run("snowpact local sql", "ALTER TABLE D.S.T DROP COLUMN B")
    code, why, found = planned(project, "\nALTER TABLE D.S.T RENAME COLUMN B TO C;\n")
    assert code == 1
    assert ("statement-refused-by-snowflake", "error", 2) in found
    assert why.startswith("since Snowflake would refuse m/V2.0.0__x.sql:2:1: ")


class Account:
    """A target that can't be copied, as an account can't."""

    def __init__(self, target):
        self._target = target

    def __getattr__(self, name):
        if name == "scratch":
            raise AttributeError(name)
        return getattr(self._target, name)


UNKNOWN_TO_THE_ENGINE = "CREATE EXTERNAL VOLUME LAKE STORAGE_LOCATIONS = ();\n"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("ALTER TABLE D.S.T ADD COLUMN C DATE;\n", [("column-undeclared", "error", 1)]),
        ("CREATE VIEW D.S.V AS SELECT A FROM D.S.T;\n", []),
        ("CALL D.S.MAKE();\n", [("opaque-statement", "error", 1)]),
    ],
)
def test_an_account_that_runs_what_the_engine_lacks(project, statements, expected):
    """The applied scripts can't be reproduced here: prediction stands on its own, and what is opaque to it is an error."""
    project.write("m/V1.5.0__lake.sql", UNKNOWN_TO_THE_ENGINE)
    assert project.run("snowpact migrate repair --mark-applied m/V1.5.0__lake.sql").code == 0
    project.write("m/V2.0.0__x.sql", statements)
    loaded = load(project.folder)
    config = loaded.target(None)
    prepared = prepare(loaded, loaded.pipelines, config, Rendering())
    with open_target(loaded, config) as target:
        report = plan(prepared, config, Account(target), Judging()).report
    assert [(one.rule, one.severity.value, one.source.line) for one in report.findings] == expected
    assert report.summary["rehearsed"] is None


def test_a_rehearsal_ends_where_prediction_does(project):
    """Else ``prediction-differs`` would say where not."""
    script = """USE SCHEMA D.S;
    CREATE TABLE U (ID NUMBER(18,0) IDENTITY, AT TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP(), V VARIANT NOT NULL, PRIMARY KEY (ID));
    CREATE DYNAMIC TABLE DT TARGET_LAG = '5 minutes' WAREHOUSE = W AS SELECT B, SUM(A) AS TOTAL, COUNT(*) AS N FROM T GROUP BY B;
    CREATE STREAM ST ON TABLE T;
    CREATE TASK TA SCHEDULE = '5 minutes' WHEN SYSTEM$STREAM_HAS_DATA('ST') AS INSERT INTO U (V) SELECT OBJECT_CONSTRUCT(*) FROM ST;
    ALTER TABLE T RENAME COLUMN B TO BB; ALTER TABLE T RENAME COLUMN BB TO B;
    """
    project.write("m/V2.0.0__x.sql", "CREATE WAREHOUSE W;\n" + script)
    report = project.run("snowpact rehearse --format json")
    assert (report.code, report.json["findings"], report.json["command"]) == (0, [], "rehearse")


def test_the_ledgers_of_other_pipelines_are_no_difference(project):
    """Prediction makes those ledgers alone that apply would write; the throw-away engine has them all."""
    toml = (project.folder / "snowpact.toml").read_text(encoding="utf-8")
    project.write("snowpact.toml", f'{toml}\n[pipelines.other]\nmigrations = "other"\n')
    project.write("other/V1__x.sql", "CREATE TABLE D.S.OTHER (A NUMBER(9,0));")
    assert project.run("snowpact migrate apply").code == 0
    project.write("m/V2.0.0__x.sql", "CREATE TABLE D.S.U (A NUMBER(9,0));")
    report = project.run("snowpact rehearse --format json")
    assert (report.code, report.json["findings"]) == (0, [])
