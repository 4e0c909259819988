"""docs/embedded-engine.md is found out by asking the engine; here: that the questions are whole, and what must never be lost."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parent.parent.parent / "tool"
SUPPORTED = (
    "create-stream: view", "create-task: finalize", "alter-dynamic-table: refresh", "create-masking-policy", "grant-privilege: future",
    "create-share", "insert-multi-table", "merge", "copy-into-table", "put", "create-clone: database", "undrop-schema", "execute-task",
    "snowflake-scripting/begin", "create-procedure: python", "create-function: table",
    "alter-table: data metric function", "show-grants: to",
)  # fmt: skip
REFUSED = ("create-external-table", "create-iceberg-table", "select: match recognize", "create-semantic-view", "create-function: java")


@pytest.fixture(scope="module")
def fidelity():
    spec = importlib.util.spec_from_file_location("fidelity", TOOL / "fidelity.py")
    module = sys.modules["fidelity"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def statements(fidelity):
    return {row.name: row for row in fidelity.statements()}


def test_what_pipelines_stand_on_runs(statements):
    assert {name: statements[name].how for name in SUPPORTED if statements[name].status == "refused"} == {}


def test_what_is_not_there_is_refused_by_name(statements):
    assert {name: statements[name].status for name in REFUSED} == dict.fromkeys(REFUSED, "refused")
    assert all(statements[name].how for name in REFUSED)


def test_every_difference_is_about_something_that_runs(fidelity, statements):
    told = fidelity.read("differences")
    differing = {name for row in statements.values() if row.status == "differs" for name in (row.name, row.name.split(":")[0])}
    assert set(told["statements"]) <= differing
    functions = {row.name: row.status for row in fidelity.functions()}
    assert {name for name in told["functions"] if functions[name] != "differs"} == set()
    assert len(functions) > 500 and sum(status == "supported" for status in functions.values()) > 300
