"""What a pull request's run leaves behind for those who read it, also when it could not judge anything."""

from __future__ import annotations

import json
import subprocess

import pytest

UNCLOSED = "ALTER TABLE SALES.MARTS.ORDERS\n  SET COMMENT = 'never closed;\n"
PLACED = {
    "github": "::error file=migrations/orders/V1.1.0__x.sql,line=2,title=input::a string is never closed",
    "sarif": '"uri": "migrations/orders/V1.1.0__x.sql"',
    "junit": '<error type="input" message="a string is never closed" />',
    "markdown": "- migrations/orders/V1.1.0&#95;&#95;x.sql&#58;2, a string is never closed",
    "html": "migrations/orders/V1.1.0__x.sql:2: a string is never closed",
    "json": '"message": "a string is never closed"',
}


@pytest.mark.parametrize("format", sorted(PLACED))
def test_input_that_can_t_be_read_is_reported_in_every_format(skeleton, format):
    skeleton.write("migrations/orders/V1.1.0__x.sql", UNCLOSED)
    shown = skeleton.run(f"contracts check --format={format}")
    written = skeleton.run(f"contracts check --format {format} --output report.out")
    report = (skeleton.folder / "report.out").read_text(encoding="utf-8")
    assert (shown.code, written.code) == (2, 2)
    assert PLACED[format] in report and report == shown.out
    assert written.out == ""
    assert "a string is never closed" in shown.err and "a string is never closed" in written.err


def test_a_report_that_can_t_be_written_is_printed(skeleton):
    answer = skeleton.run("contracts check --format json --output nowhere/report.json")
    assert answer.code == 2
    assert "can't be written" in answer.json["errors"][0]["message"]


def test_as_text_an_error_is_told_on_standard_error_alone(skeleton):
    skeleton.write("migrations/orders/V1.1.0__x.sql", UNCLOSED)
    assert skeleton.run("contracts check").out == ""


@pytest.fixture
def inside(tmp_path, project_in):
    """A project in a folder of a repository."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    folder = tmp_path / "warehouse"
    folder.mkdir()
    made = project_in(folder)
    assert made.run("snowpact init").code == 0
    made.write("migrations/orders/V1.1.0__x.sql", "\nALTER TABLE SALES.MARTS.ORDERS DROP COLUMN amount_usd;\n")
    return made


def test_annotations_and_code_scanning_know_a_file_by_its_path_from_the_top_of_the_repository(inside):
    """docs.github.com: an annotation's file is relative to the repository, and so are SARIF's URIs."""
    assert "::error file=warehouse/migrations/orders/V1.1.0__x.sql,line=2," in inside.run("contracts check --format github").out
    sarif = json.loads(inside.run("contracts check --format sarif").out)
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif["runs"][0]["results"]]
    assert "warehouse/migrations/orders/V1.1.0__x.sql" in places
    assert inside.run("contracts check --format json").json["findings"][0]["file"].startswith("migrations/")
    inside.write("migrations/orders/V1.1.0__x.sql", UNCLOSED)
    assert "::error file=warehouse/migrations/orders/V1.1.0__x.sql,line=2,title=input" in inside.run("contracts check --format github").out


TWO = '''
[pipelines.below]
migrations = "below"
[pipelines.above]
migrations = "above"
contracts = "contracts"
after = ["below"]
'''
PROMISE = {
    "type": "record", "namespace": "D.S", "name": "V", "pact": {"version": "1.0.0", "owner": "Finance", "kind": "view"},
    "fields": [{"name": "B", "type": ["null", "int"], "default": None}],
}  # fmt: skip


def test_a_pipeline_alone_also_hears_of_the_promises_of_others_that_it_breaks(tmp_path, project_in):
    made = project_in(tmp_path)
    made.write("snowpact.toml", TWO)
    made.write("below/V1__t.sql", "CREATE DATABASE D; CREATE SCHEMA D.S; CREATE TABLE D.S.T (a NUMBER(9,0), b NUMBER(9,0));")
    made.write("above/V1__v.sql", "CREATE VIEW D.S.V AS SELECT b FROM D.S.T;")
    made.write("contracts/v.avsc", json.dumps(PROMISE))
    assert made.run("contracts check --pipeline below --allow-empty").code == 0
    made.write("below/V2__drop.sql", "ALTER TABLE D.S.T RENAME COLUMN b TO c;")
    made.write("above/V1__v.sql", "CREATE VIEW D.S.V AS SELECT c FROM D.S.T;")
    assert made.run("contracts check --pipeline below --allow-empty --format json").json["findings"] == []
    made.write("below/V3__view.sql", "CREATE VIEW D.S.V AS SELECT a FROM D.S.T;")
    made.write("above/V1__v.sql", "CREATE VIEW D.S.W AS SELECT a FROM D.S.T;")
    (found,) = made.run("contracts check --pipeline below --allow-empty --format json").json["findings"]
    assert (found["rule"], found["contract"], found["file"]) == ("column-removed", "contracts/v.avsc", "below/V3__view.sql")
