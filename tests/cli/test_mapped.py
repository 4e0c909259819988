"""A target that has the contracts' databases under other names: what reads SQL texts tells the same there."""

from __future__ import annotations

import json

import pytest

SCRIPT = """CREATE DATABASE {{ db }}; CREATE SCHEMA {{ db }}.S; CREATE WAREHOUSE IF NOT EXISTS W;
CREATE TABLE {{ db }}.S.T (A NUMBER(9,0));
CREATE DYNAMIC TABLE {{ db }}.S.MIDDLE TARGET_LAG = DOWNSTREAM WAREHOUSE = W AS SELECT A FROM {{ db }}.S.T;
CREATE DYNAMIC TABLE {{ db }}.S.TOP TARGET_LAG = '2 hours' WAREHOUSE = W AS SELECT A FROM {{ db }}.S.MIDDLE;
CREATE VIEW {{ db }}.S.V AS SELECT A FROM {{ db }}.S.TOP;
"""


@pytest.fixture(params=["D", "D_DEV"])
def project(request, tmp_path, project_in):
    project = project_in(tmp_path)
    mapped = f'databases = {{ D = "{request.param}" }}\n' if request.param != "D" else ""
    target = f'[targets.local]\ntype = "local"\n{mapped}[targets.local.vars]\ndb = "{request.param}"\n'
    project.write("snowpact.toml", f'[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n{target}')
    project.write("m/V1.0.0__base.sql", SCRIPT)
    for name in ("MIDDLE", "V"):
        pact = {"version": "1.0.0", "owner": "Data", "consumers": ["BI"], "freshness": {"target_lag": "1 hour"}}
        fields = [{"name": "A", "type": ["null", "int"], "default": None}]
        project.write(f"c/{name}.avsc", json.dumps({"type": "record", "namespace": "D.S", "name": name, "pact": pact, "fields": fields}))
    return project


LATE = [("target-lag-exceeds-sla", "D.S.MIDDLE")]


def found(answer) -> list[tuple]:
    return sorted((one["rule"], one["object"]) for one in answer.json["findings"] if one["severity"] == "error")


def test_a_lag_that_others_ask_for(project):
    """MIDDLE is refreshed when TOP asks for it, every two hours: offline, planned, live."""
    assert found(project.run("contracts check --format json")) == LATE
    assert found(project.run("snowpact migrate plan --format json")) == LATE
    project.write("c/MIDDLE.avsc", (project.folder / "c/MIDDLE.avsc").read_text().replace("1 hour", "2 hours"))
    assert project.run("snowpact migrate apply").code == 0
    project.write("c/MIDDLE.avsc", (project.folder / "c/MIDDLE.avsc").read_text().replace("2 hours", "1 hour"))
    assert found(project.run("snowpact drift --format json")) == LATE


def test_the_lineage_is_drawn_by_the_contracts_names(project):
    drawn = project.run("snowpact lineage").out
    assert drawn.count("-->") == 3 and "D_DEV" not in drawn


def test_how_old_the_data_are(project):
    """Of a view, by the dynamic tables that it shows."""
    project.write("c/MIDDLE.avsc", (project.folder / "c/MIDDLE.avsc").read_text().replace("1 hour", "2 hours"))
    assert project.run("snowpact migrate apply").code == 0
    assert found(project.run("contracts check --target local --data --format json")) == []
