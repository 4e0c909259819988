"""Violating migrations as data: each is blocked offline with its rule, at its line, with the path to the promise."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

VIOLATIONS = yaml.safe_load((Path(__file__).parent / "violations.yml").read_text(encoding="utf-8"))
CASES = [pytest.param(pipeline, case, id=f"{pipeline}: {case['name']}") for pipeline, cases in VIOLATIONS.items() for case in cases]
FILE = "V9.0.0__violation.sql"
SAID = ("rule", "line", "object", "column", "consumers", "path")


@pytest.mark.parametrize(("pipeline", "case"), CASES)
def test_blocked_offline(of_repository, pipeline, case, tmp_path):
    project = of_repository(tmp_path / "project", pipeline)
    project.write(f"migrations/{pipeline}/{FILE}", case["sql"])
    answer = project.run("contracts check --format json")
    assert (answer.code, answer.json["verdict"]) == (1, "blocked"), answer.err
    blamed = [finding for finding in answer.json["findings"] if finding["file"] == f"migrations/{pipeline}/{FILE}"]
    wanted = {key: case[key] for key in SAID if key in case}
    assert wanted in [{key: finding[key] for key in wanted} for finding in blamed], blamed


def test_every_pipeline_has_three():
    assert {pipeline: len(cases) for pipeline, cases in VIOLATIONS.items() if len(cases) < 3} == {}
