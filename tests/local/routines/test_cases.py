"""Procedures, functions and scripts, by the cases in ``cases/``: statements, and what each answers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from snowpact.local.engine import Engine
from snowpact.model.errors import StatementError

CASES = [
    pytest.param(case["steps"], id=f"{file.stem}: {case['case']}")
    for file in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for case in yaml.safe_load(file.read_text())
]


@pytest.fixture(scope="module")
def engine():
    with Engine() as made:
        yield made


@pytest.fixture
def session(engine):
    with engine.connect() as made:
        made.execute("CREATE OR REPLACE DATABASE CASES")
        yield made


def plain(value):
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("steps", CASES)
def test_case(session, steps):
    for step in steps:
        if "error" in step:
            errno, text = step["error"]
            with pytest.raises(StatementError) as failure:
                session.execute(step["sql"])
            assert failure.value.errno == errno, failure.value
            assert text in failure.value.message
            continue
        result = session.execute(step["sql"])
        if "rows" in step:
            assert [[plain(value) for value in row] for row in result.rows] == step["rows"], step["sql"]
        if "columns" in step:
            assert [column.name for column in result.columns] == step["columns"]
