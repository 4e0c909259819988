"""A change three layers below a promise, offline: the right rule, line, promise and path; and what hurts nobody passes."""

from __future__ import annotations

import json

import pytest

MADE = "migrations/p/V1.0.0__made.sql"
CHANGE = "migrations/p/V2.0.0__change.sql"
SCHEMA = """\
CREATE DATABASE DB;
CREATE SCHEMA DB.S;
CREATE TABLE DB.S.INTERACTIONS (ID NUMBER(9,0), CHANNEL VARCHAR(16), SPARE NUMBER(9,0));
CREATE VIEW DB.S.STG AS SELECT ID, CHANNEL FROM DB.S.INTERACTIONS;
CREATE DYNAMIC TABLE DB.S.MID TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT ID, CHANNEL FROM DB.S.STG;
CREATE DYNAMIC TABLE DB.S.PRODUCT TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT ID, CHANNEL FROM DB.S.MID;
"""
TABLE = "DB.S.INTERACTIONS"
DOWN = [f"{TABLE}.CHANNEL", "DB.S.STG.CHANNEL", "DB.S.MID.CHANNEL", "DB.S.PRODUCT.CHANNEL"]
COLUMNS = {"ID": {"type": "NUMBER(9,0)"}, "CHANNEL": {"type": "VARCHAR(16)"}}


def contract(name: str, columns: tuple[str, ...], **pact) -> str:
    fields = [{"name": column, "type": ["null", "string"], "default": None, "snowflake": COLUMNS[column]} for column in columns]
    pact = {"version": "1.0.0", "owner": "Data", "consumers": ["Marketing"], "columns": "closed", **pact}
    return json.dumps({"type": "record", "namespace": "DB.S", "name": name, "pact": pact, "fields": fields})


@pytest.fixture
def built(tmp_path, project_in):
    """A pipeline with one promise, on PRODUCT; ``check(more of the schema, the change)`` gives its findings in short."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "snowpact.toml").write_text('[pipelines.p]\nmigrations = "migrations/p"\ncontracts = "contracts/p"\n')
    project = project_in(folder)
    project.write("contracts/p/product.avsc", contract("PRODUCT", ("ID", "CHANNEL")))
    return project


def check(project, change: str, more: str = ""):
    project.write(MADE, SCHEMA + more)
    project.write(CHANGE, "-- the first line says why\n" + change)
    answer = project.run("contracts check --format json")
    report = answer.json
    assert report["errors"] == [], report
    assert answer.code == (1 if any(one["severity"] == "error" for one in report["findings"]) else 0)
    return report["findings"]


def short(findings) -> set[tuple]:
    return {(one["rule"], one["object"], one["line"]) for one in findings if one["file"] == CHANGE}


BLOCKED = [
    ("a drop", f"ALTER TABLE {TABLE} DROP COLUMN CHANNEL;", "", DOWN),
    ("a rename of the column", f"ALTER TABLE {TABLE} RENAME COLUMN CHANNEL TO KANAL;", "", DOWN),
    ("a replacement without the column", f"CREATE OR REPLACE TABLE {TABLE} (ID NUMBER(9,0), SPARE NUMBER(9,0));", "", DOWN),
    ("CREATE OR ALTER that omits it", f"CREATE OR ALTER TABLE {TABLE} (ID NUMBER(9,0), SPARE NUMBER(9,0));", "", DOWN),
    ("a swap", f"ALTER TABLE {TABLE} SWAP WITH DB.S.OTHER;", "CREATE TABLE DB.S.OTHER (ID NUMBER(9,0));", DOWN),
    ("a rename of the table", f"ALTER TABLE {TABLE} RENAME TO DB.S.EVENTS;", "", [TABLE, "DB.S.STG", "DB.S.MID", "DB.S.PRODUCT"]),
    ("a drop of the view between", "DROP VIEW DB.S.STG;", "", ["DB.S.STG", "DB.S.MID", "DB.S.PRODUCT"]),
]


@pytest.mark.parametrize(("change", "more", "path"), [case[1:] for case in BLOCKED], ids=[case[0] for case in BLOCKED])
def test_what_is_promised_three_layers_above_is_named(built, change, more, path):
    findings = check(built, change, more)
    [promised] = [one for one in findings if one["object"] == "DB.S.PRODUCT" and one["severity"] == "error"]
    assert (promised["rule"], promised["file"], promised["line"]) == ("dynamic-table-broken", CHANGE, 2)
    assert promised["path"] == path
    assert (promised["contract"], promised["consumers"]) == ("contracts/p/product.avsc", ["Marketing"])
    below = {one["rule"] for one in findings if one["object"] in ("DB.S.STG", "DB.S.MID") and one["severity"] == "error"}
    assert below == ({"dynamic-table-broken"} if change.startswith("DROP VIEW") else {"view-broken"})


PASSES = {
    "a column that nobody reads": f"ALTER TABLE {TABLE} DROP COLUMN SPARE;",
    "a column more": f"ALTER TABLE {TABLE} ADD COLUMN MORE DATE;",
    "created and dropped in one run": f"ALTER TABLE {TABLE} ADD COLUMN X DATE;\nALTER TABLE {TABLE} DROP COLUMN X;",
    "renamed there and back": f"ALTER TABLE {TABLE} RENAME COLUMN CHANNEL TO X;\nALTER TABLE {TABLE} RENAME COLUMN X TO CHANNEL;",
    "everything above is made anew": f"""\
ALTER TABLE {TABLE} RENAME COLUMN CHANNEL TO KANAL;
CREATE OR REPLACE VIEW DB.S.STG AS SELECT ID, KANAL AS CHANNEL FROM {TABLE};
CREATE OR REPLACE DYNAMIC TABLE DB.S.MID TARGET_LAG = '2 minutes' WAREHOUSE = WH AS SELECT ID, CHANNEL FROM DB.S.STG;
CREATE OR REPLACE DYNAMIC TABLE DB.S.PRODUCT TARGET_LAG = '2 minutes' WAREHOUSE = WH AS SELECT ID, CHANNEL FROM DB.S.MID;
""",
}


@pytest.mark.parametrize("change", PASSES.values(), ids=PASSES)
def test_what_hurts_nobody_passes(built, change):
    assert check(built, change) == []


def test_a_column_more_breaks_a_view_of_everything(built):
    star = f"CREATE VIEW DB.S.STAR AS SELECT * FROM {TABLE};"
    [finding] = check(built, f"ALTER TABLE {TABLE} ADD COLUMN X DATE;", star)
    assert (finding["rule"], finding["object"], finding["line"]) == ("view-broken", "DB.S.STAR", 2)
    assert "002057" in finding["message"]
    assert finding["path"] == [f"{TABLE}.X", "DB.S.STAR"]


def test_a_column_more_goes_up_into_a_closed_dynamic_table(built):
    star = f"CREATE OR REPLACE DYNAMIC TABLE DB.S.{{}} TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * EXCLUDE SPARE FROM {TABLE};"
    follow = "CREATE OR REPLACE DYNAMIC TABLE DB.S.PRODUCT TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM DB.S.MID;"
    [finding] = check(built, f"ALTER TABLE {TABLE} ADD COLUMN X DATE;", star.format("MID") + follow)
    assert (finding["rule"], finding["object"], finding["column"], finding["line"]) == ("column-undeclared", "DB.S.PRODUCT", "X", 2)
    assert finding["path"] == [f"{TABLE}.X", "DB.S.MID.X", "DB.S.PRODUCT.X"]


def test_a_column_less_goes_up_too(built):
    follow = "".join(
        f"CREATE OR REPLACE DYNAMIC TABLE DB.S.{name} TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM {source};"
        for name, source in (("MID", "DB.S.BASE"), ("PRODUCT", "DB.S.MID"))
    )
    base = "CREATE TABLE DB.S.BASE (ID NUMBER(9,0), CHANNEL VARCHAR(16));"
    findings = check(built, "ALTER TABLE DB.S.BASE DROP COLUMN CHANNEL;", base + follow)
    assert short(findings) == {("column-removed", "DB.S.PRODUCT", 2)}
    assert findings[0]["path"] == ["DB.S.BASE.CHANNEL", "DB.S.MID.CHANNEL", "DB.S.PRODUCT.CHANNEL"]


def test_a_streams_table_replaced(built):
    stream = f"CREATE STREAM DB.S.ST ON TABLE {TABLE};"
    same = f"CREATE OR REPLACE TABLE {TABLE} (ID NUMBER(9,0), CHANNEL VARCHAR(16), SPARE NUMBER(9,0));"
    findings = check(built, same, stream)
    assert short(findings) == {("stream-offset-lost", "DB.S.ST", 2), ("dynamic-table-reinitialized", "DB.S.MID", 2)}
    assert {one["rule"]: one["severity"] for one in findings} == {"stream-offset-lost": "error", "dynamic-table-reinitialized": "warning"}


def test_a_tasks_table_dropped(built):
    log = "CREATE TABLE DB.S.LOG (C VARCHAR);"
    task = f"CREATE TASK DB.S.T WAREHOUSE = WH SCHEDULE = '1 minute' AS INSERT INTO LOG SELECT CHANNEL FROM {TABLE};"
    assert short(check(built, "DROP TABLE DB.S.LOG;", log + task)) == {("task-or-pipe-broken", "DB.S.T", 2)}


def test_a_view_of_what_is_not_there_is_refused(built):
    [finding] = check(built, f"CREATE VIEW DB.S.W AS SELECT NOPE FROM {TABLE};")
    assert (finding["rule"], finding["line"]) == ("statement-refused-by-snowflake", 2)
    assert "invalid identifier 'NOPE'" in finding["message"]


def test_the_text_prints_the_path(built):
    check(built, f"ALTER TABLE {TABLE} DROP COLUMN CHANNEL;")
    answer = built.run("contracts check")
    assert answer.code == 1
    assert "path: INTERACTIONS.CHANNEL → STG.CHANNEL → MID.CHANNEL → PRODUCT.CHANNEL" in answer.out
    assert "and with it DB.S.PRODUCT (promised by contracts/p/product.avsc), DB.S.MID" in answer.out


def test_an_opaque_statement_may_have_mended_it(built):
    findings = check(built, f"ALTER TABLE {TABLE} DROP COLUMN CHANNEL;\nEXECUTE IMMEDIATE -- snowpact: touches DB.S\n  $ELSEWHERE;\n")
    assert {(one["rule"], one["severity"]) for one in findings} >= {("dynamic-table-broken", "warning"), ("opaque-statement", "warning")}


def test_the_projects_own_pipelines_and_a_drop_below_their_product(fresh):
    assert fresh.run("contracts check --format json").json["findings"] == []
    fresh.write("migrations/meetup/V9.0.0__x.sql", "ALTER TABLE RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS DROP COLUMN value;\n")
    findings = fresh.run("contracts check --format json").json["findings"]
    product = next(one for one in findings if one["object"] == "ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT")
    assert (product["rule"], len(product["path"])) == ("dynamic-table-broken", 3)
    assert product["consumers"] == ["Marketing Analytics", "Customer Success", "BI Teams"]
