"""Scripts over dynamic tables as data: statements in order, with what Snowflake answers and where that is known from.

A step is a statement with any of ``rows``, ``columns``, ``error`` (Snowflake's number, or ``unsupported``) and ``says``; or
``history``: what DYNAMIC_TABLE_REFRESH_HISTORY has gained since the step before, as ``table: action``, or ``table: STATE`` where
it did not succeed; or ``reopen``: the engine is closed and another opens its file; or ``scheduled``: a refresh of that table
as a scheduler would start it, with ``error`` where it fails.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from snowpact.local.dynamic.refresh import SCHEDULED, refresh
from snowpact.local.engine import Engine
from snowpact.local.session import Session
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name

CASES = Path(__file__).parent / "cases"
KNOWN = {"sql", "rows", "columns", "error", "says", "why", "history", "reopen", "scheduled", "as", "here"}
HISTORY = (
    "SELECT name, state, refresh_action FROM TABLE(DB.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY(RESULT_LIMIT => 10000)) "
    "ORDER BY refresh_start_time"
)


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(case, id=f"{path.stem}: {case['case']}"))
    return found


class Script:
    """An engine in a file, its session, and how much of the history was seen."""

    def __init__(self, path: Path):
        self.path = path
        self.engine = Engine(path)
        self.session: Session = self.engine.connect("DB", "PUBLIC", warehouse="WH", create=True)
        self.session.execute("CREATE WAREHOUSE wh")
        self.seen = 0

    def reopen(self) -> None:
        self.engine.close()
        self.engine = Engine(self.path)
        self.session = self.engine.connect("DB", "PUBLIC", warehouse="WH")

    def gained(self) -> list[str]:
        rows = self.session.execute(HISTORY).rows
        new, self.seen = rows[self.seen :], len(rows)
        return [f"{name}: {action if state == 'SUCCEEDED' else state}" for name, state, action in new]

    def run(self, step: dict) -> None:
        assert step.keys() <= KNOWN, f"unknown key in {step}"
        if "reopen" in step:
            return self.reopen()
        if "history" in step:
            assert self.gained() == step["history"]
            return None
        if "error" in step:
            with pytest.raises(StatementError) as caught:
                self.answer(step)
            return _refused(step, caught.value)
        rows, columns = self.answer(step)
        if "rows" in step:
            assert rows == step["rows"], step["sql"]
        if "columns" in step:
            assert columns == step["columns"], step["sql"]
        return None

    def answer(self, step: dict) -> tuple[list, list]:
        if "scheduled" in step:
            record = self.session.find("TABLE", Name.of("DB", "PUBLIC", step["scheduled"]))
            assert record is not None, step
            refresh(self.session, record, SCHEDULED)
            return [], []
        result = self.session.execute(step["sql"])
        return [[_plain(value) for value in row] for row in result.rows], [column.name for column in result.columns]


def _refused(step: dict, error: StatementError) -> None:
    unsupported = step["error"] == "unsupported"
    assert error.errno == (2 if unsupported else step["error"]), f"{step}: {error}"
    assert isinstance(error, UnsupportedFeature) == unsupported, str(error)
    assert step.get("says", "").lower() in str(error).lower(), f"{step}: {error}"


def _plain(value: Any) -> Any:
    """A value as YAML would write it."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, (dt.datetime, dt.date, dt.time)) else value


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict, tmp_path: Path) -> None:
    script = Script(tmp_path / "account.duckdb")
    try:
        for step in case["steps"]:
            script.run({"sql": step} if isinstance(step, str) else step)
    finally:
        script.engine.close()


def test_every_case_says_where_its_expectation_comes_from() -> None:
    assert [case.id for case in _cases() if not case.values[0].get("source")] == []
