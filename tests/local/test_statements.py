"""Scripts as data: statements in order, with what Snowflake answers and where that is known from.

A step is a statement with any of ``rows``, ``columns``, ``types`` (of the result), ``error`` (Snowflake's number, or
``unsupported``) and ``says`` (part of the error's text). ``pick``: the columns that ``rows`` is about. A step without any must
succeed. ``as`` names the session that runs it: the first is ``main``. A case's ``untold`` says why replay can't foretell it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.local.foretold import Foretold

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError, UnsupportedFeature

CASES = Path(__file__).parent / "cases"
KNOWN = {"sql", "rows", "columns", "types", "error", "says", "as", "params", "why", "pick", "here"}


def _cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text()):
            found.append(pytest.param(case, id=f"{path.stem}: {case['case']}"))
    return found


def _plain(value: Any) -> Any:
    """A value as YAML would write it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()
    return value


def _steps(case: dict) -> list[dict]:
    return [{"sql": step} if isinstance(step, str) else step for step in case["steps"]]


@pytest.mark.parametrize("case", _cases())
def test_case(case):
    """As the source says; and prediction ends where the engine does, unless no text tells what happens (``untold``: why)."""
    with Engine() as engine:
        sessions = {"main": engine.connect("DB", "PUBLIC", create=True)}
        plain = not any("as" in step or "params" in step for step in _steps(case))
        foretold = Foretold(engine, sessions["main"], plain and "untold" not in case)
        for step in _steps(case):
            assert step.keys() <= KNOWN, f"unknown key in {step}"
            name = step.get("as", "main")
            session = sessions.setdefault(name, engine.connect("DB", "PUBLIC") if name not in sessions else sessions[name])
            _run(session, step)
            if "error" not in step:
                foretold.ran(step["sql"])
        foretold.holds()


def _run(session, step: dict) -> None:
    sql = step["sql"]
    if "error" in step:
        with pytest.raises(StatementError) as caught:
            session.execute(sql, step.get("params", ()))
        expected = 2 if step["error"] == "unsupported" else step["error"]
        assert caught.value.errno == expected, f"{sql}: {caught.value}"
        assert isinstance(caught.value, UnsupportedFeature) == (step["error"] == "unsupported"), str(caught.value)
        assert step.get("says", "").lower() in str(caught.value).lower(), f"{sql}: {caught.value}"
        return
    result = session.execute(sql, step.get("params", ()))
    if "rows" in step:
        names = [column.name for column in result.columns]
        places = [names.index(name) for name in step["pick"]] if "pick" in step else range(len(names))
        assert [[_plain(row[place]) for place in places] for row in result.rows] == step["rows"], sql
    if "columns" in step:
        assert [column.name for column in result.columns] == step["columns"], sql
    if "types" in step:
        assert [str(column.type) for column in result.columns] == step["types"], sql


def test_every_case_says_where_its_expectation_comes_from():
    missing = [case.id for case in _cases() if not case.values[0].get("source")]
    assert missing == []
