"""What typing predicts of an expression is the type that the engine answers: exactly where it is sure, in its family where it is not.

Typing and the engine's translator are written apart, from the same pages. Where the two differ one of them is wrong; where no page tells,
typing says unknown and nothing is compared.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml

from snowpact.local.engine import Engine
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.types import Certainty
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Place, output_columns

ROOT = Path(__file__).resolve().parent.parent.parent
EXPRESSIONS = yaml.safe_load((ROOT / "tests/sql/cases/typing/expressions.yml").read_text(encoding="utf-8"))
REFUSED = {"X", "SA"}
"""Columns of types that the engine has not."""

OPERANDS = ("N", "I", "F", "S5", "B", "D", "T3", "V", "A", "1", "1.5", "'7'", "'x'", "1e2", "NULL")
PAIRS = (
    "CASE WHEN B THEN {} ELSE {} END", "COALESCE({}, {})", "IFF(B, {}, {})", "NVL({}, {})", "NVL2(B, {}, {})", "DECODE(I, 1, {}, {})",
    "GREATEST({}, {})", "LEAST({}, {})", "NULLIF({}, {})", "{} + {}", "{} - {}", "{} * {}", "{} / {}", "{} % {}", "DIV0({}, {})",
    "{} || {}", "LAG({}, 1, {}) OVER (ORDER BY I)", "{} FROM T UNION ALL SELECT {}",
)  # fmt: skip
ALONE = (
    "SUM({})", "AVG({})", "MIN({})", "MAX({})", "MEDIAN({})", "MODE({})", "COUNT({})", "VARIANCE({})", "VAR_POP({})", "STDDEV({})",
    "ABS({})", "CEIL({})",
    "FLOOR({}, 1)", "ROUND({})", "ROUND({}, 1)", "TRUNC({}, 1)", "SIGN({})", "MOD({}, 3)", "SQRT({})", "-{}", "TO_NUMBER({})",
    "TO_DECIMAL({}, 10, 2)", "TO_DOUBLE({})", "TO_CHAR({})", "TO_VARIANT({})", "TO_BOOLEAN({})", "ARRAY_AGG({})", "LISTAGG({})",
    "KURTOSIS({})", "ANY_VALUE({})", "SUM({}) OVER ()", "SUM(DISTINCT {})", "{}::VARCHAR(10)", "{}::NUMBER(12, 3)", "TRY_CAST({} AS INT)",
    "ZEROIFNULL({})", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {})", "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY {})",
)  # fmt: skip


@pytest.fixture(scope="module")
def asked():
    """Tells how the two differ over a query: nothing where they agree, where typing can't tell, or the engine refuses it."""
    columns = ", ".join(f"{name} {type_}" for name, type_ in EXPRESSIONS["table"].items() if name not in REFUSED)
    with Engine() as engine, engine.connect("DB", "S", create=True) as session:
        session.execute(f"CREATE TABLE T ({columns})")
        tables = {found.name: found for found in engine.catalog() if found.kind is Kind.TABLE}

        def differences(sql: str) -> list[str]:
            try:
                foretold = output_columns(sql, tables.get, Place("DB", "S"))
            except SqlInputError:
                return []
            if all(column.certainty is Certainty.UNKNOWN for column in foretold):
                return []
            try:
                found = session.execute(sql).columns
            except StatementError:
                return []
            pairs = zip(foretold, found, strict=True)
            return [f"{sql}: {one.certainty.value} {one.type}, the engine {other.type}" for one, other in pairs if not _holds(one, other)]

        yield differences


def _holds(foretold, found) -> bool:
    if foretold.certainty is Certainty.EXACT:
        return str(foretold.type) == str(found.type)
    return foretold.certainty is Certainty.UNKNOWN or foretold.type.base == found.type.base


def _fidelity():
    spec = importlib.util.spec_from_file_location("fidelity", ROOT / "tool/fidelity.py")
    module = sys.modules["fidelity"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _calls(page: str) -> Iterator[str]:
    fidelity = _fidelity()
    content = fidelity.read("functions")
    for written in content["pages"][page].split():
        name, _, table = written.partition("[")
        yield from fidelity.calls(name, bool(table), content["calls"].get(name), most=2)


@pytest.mark.parametrize("page", sorted(_fidelity().read("functions")["pages"]))
def test_functions_have_the_type_that_is_foretold(asked, page):
    assert [line for sql in _calls(page) for line in asked(sql)] == []


def test_expressions_have_the_type_that_is_foretold(asked):
    assert [line for row in EXPRESSIONS["expressions"] for line in asked(f"SELECT {row[0]} AS R FROM T")] == []


@pytest.mark.parametrize("form", PAIRS)
def test_two_operands_have_the_type_that_is_foretold(asked, form):
    queries = (f"SELECT {form.format(*pair)} AS R FROM T" for pair in product(OPERANDS, repeat=2))
    assert [line for sql in queries for line in asked(sql)] == []


@pytest.mark.parametrize("form", ALONE)
def test_one_operand_has_the_type_that_is_foretold(asked, form):
    assert [line for operand in OPERANDS for line in asked(f"SELECT {form.format(operand)} AS R FROM T")] == []
