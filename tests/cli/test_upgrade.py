"""Two paths lead to a schema: the gate judges the upgrade of what the base has, and tells where a fresh install would end elsewhere."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

IDENTITY = {f"GIT_{who}_{what}": "a@b.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
FIELDS = [{"name": "A", "type": ["null", "int"], "default": None}]
PACT = {"version": "1.0.0", "owner": "Data"}


@pytest.fixture
def project(tmp_path, project_in):
    """At the base: a table, and a repeatable view that shows all of it."""
    project = project_in(tmp_path)
    project.write("snowpact.toml", '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__t.sql", "CREATE DATABASE D; CREATE SCHEMA D.S; CREATE TABLE D.S.T (A NUMBER(9,0));\n")
    project.write("m/R__v.sql", "CREATE OR REPLACE VIEW D.S.V AS SELECT * FROM D.S.T;\n")
    contract = {"type": "record", "namespace": "D.S", "name": "V", "pact": PACT, "fields": FIELDS}
    project.write("c/v.avsc", json.dumps(contract))
    git(project, "init", "-q", "-b", "main", ".")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "x")
    return project


def git(project, *arguments: str) -> None:
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}
    subprocess.run(["git", *arguments], cwd=project.folder, env=environment, check=True, capture_output=True)


def told(project, command: str = "contracts check --base main") -> list[tuple]:
    answer = project.run(f"{command} --format json")
    return sorted((one["rule"], one["severity"], one["object"], one["file"]) for one in answer.json["findings"])


def test_nothing_new(project):
    assert told(project) == []


def test_a_view_that_is_not_made_again(project):
    """A fresh install makes it after the column came; where the base is installed it breaks."""
    project.write("m/V2.0.0__b.sql", "ALTER TABLE D.S.T ADD COLUMN B NUMBER(9,0);\n")
    assert told(project, "contracts check") == []
    assert told(project) == [
        ("fresh-install-differs", "warning", "D.S.V", "m/R__v.sql"),
        ("view-broken", "error", "D.S.V", "m/V2.0.0__b.sql"),
    ]


def test_a_view_that_is_made_again(project):
    project.write("m/V2.0.0__b.sql", "ALTER TABLE D.S.T ADD COLUMN B NUMBER(9,0);\n")
    project.write("m/R__v.sql", "-- again\nCREATE OR REPLACE VIEW D.S.V AS SELECT * FROM D.S.T;\n")
    assert told(project) == []


def test_an_edited_version_reaches_nobody_who_has_it(project):
    project.edit("m/V1.0.0__t.sql", "(A NUMBER(9,0))", "(A NUMBER(9,0), B VARCHAR)")
    found = told(project)
    assert ("fresh-install-differs", "warning", "D.S.T", "m/V1.0.0__t.sql") in found
    assert not [one for one in found if one[1] == "error"]


def test_a_target_knows_it_too(project):
    assert project.run("snowpact migrate apply").code == 0
    project.write("m/V2.0.0__b.sql", "ALTER TABLE D.S.T ADD COLUMN B NUMBER(9,0);\n")
    assert ("fresh-install-differs", "warning", "D.S.V", "m/R__v.sql") in told(project, "snowpact migrate plan")
