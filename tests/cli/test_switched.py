"""`snowpact init` beside a schemachange-config.yml: the project's scripts are a pipeline, and nothing of it changes."""

from __future__ import annotations

import pytest

CONFIG = "config-version: 1\nroot-folder: Data Warehouse\nchange-history-table: OPS.METADATA.CHANGE_HISTORY\nvars:\n  db: SALES\n"
SCRIPT = "CREATE SCHEMA {{ db }}.MARTS;\nCREATE TABLE {{ db }}.MARTS.ORDERS (ID NUMBER);\n"


@pytest.fixture
def switched(tmp_path, project_in):
    project = project_in(tmp_path)
    project.write("schemachange-config.yml", CONFIG)
    project.write("Data Warehouse/V1.0.0__orders.sql", SCRIPT)
    return project


def test_its_scripts_are_planned_and_applied(switched):
    assert "wrote snowpact.toml" in switched.run("snowpact init").out
    assert switched.run("contracts check --allow-empty").code == 0
    for statement in ("CREATE DATABASE OPS", "CREATE DATABASE SALES"):  # as schemachange, snowpact makes neither
        switched.run("snowpact local sql", statement)
    assert switched.run("snowpact migrate apply --pipeline data-warehouse --allow-empty").code == 0
    ledger = switched.run("snowpact local sql --format json", "SELECT SCRIPT, STATUS FROM OPS.METADATA.CHANGE_HISTORY").json
    assert ledger == [{"SCRIPT": "V1.0.0__orders.sql", "STATUS": "Success"}]


def test_a_root_folder_that_is_not_there_is_told_and_nothing_is_written(switched):
    switched.write("schemachange-config.yml", "root-folder: elsewhere\n")
    answer = switched.run("snowpact init")
    assert answer.code == 2
    assert "root-folder 'elsewhere' is no folder of the project" in answer.err
    assert not (switched.folder / "snowpact.toml").exists()
