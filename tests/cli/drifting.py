"""A project of one script and one contract that was applied, and what `snowpact drift` tells of it."""

from __future__ import annotations

import json


def applied(project, script: str):
    """The project with the script and a contract of the table D.S.T that it makes."""
    project.write("snowpact.toml", '[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    project.write("m/V1.0.0__t.sql", script)
    field = {"name": "A", "type": ["null", "int"], "default": None}
    pact = {"version": "1.0.0", "owner": "Data"}
    project.write("c/t.avsc", json.dumps({"type": "record", "namespace": "D.S", "name": "T", "pact": pact, "fields": [field]}))
    answer = project.run("snowpact migrate apply")
    assert answer.code == 0, answer.out
    return project


def told(project) -> list[tuple]:
    answer = project.run("snowpact drift --format json")
    return [(one["rule"], one["severity"], one["object"]) for one in answer.json["findings"]]
