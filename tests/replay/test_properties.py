"""What holds for every script: replay answers, its journal leads where it says, its cost is linear; and it says what the engine does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.connect import open_target
from snowpact.diff.compare import compare
from snowpact.model.apply import apply
from snowpact.model.catalog import Catalog
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.predict import predict
from snowpact.prepare import Rendering, prepare
from snowpact.project import load
from snowpact.replay.replay import Input, replay
from snowpact.standing import compared

FILES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
SCRIPTS = [case["sql"] for path in FILES for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
WORDS = sorted({word for script in SCRIPTS for word in script.replace("(", " ( ").replace(",", " , ").split()})


def replayed(*texts: str):
    given = ("CREATE DATABASE D", "CREATE SCHEMA D.S", *texts)
    return replay(Input(text, Source("case", line)) for line, text in enumerate(given, 1))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), max_size=4))
def test_any_words_are_answered(texts):
    replayed(*texts)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SCRIPTS), st.integers(0, 400), st.integers(0, 30), st.text(max_size=5))
def test_any_mutilated_script_is_answered(script, start, length, put_in):
    replayed(*(script[:start] + put_in + script[start + length :]).split(";"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([text.strip() for script in SCRIPTS for text in script.split(";\n") if text.strip()]), max_size=25))
def test_the_journal_leads_from_before_to_after(texts):
    found = replayed(*texts)
    assert apply(found.before, found.changes) == found.after


DEEP = ("(" * 5000, "EXECUTE IMMEDIATE " * 500, "BEGIN " * 3000 + "END;" * 3000, "CREATE VIEW v AS " + "(" * 3000)


@pytest.mark.parametrize("text", DEEP)
def test_deep_nesting_is_the_statements_own_fault(text):
    assert replayed(text, "CREATE TABLE t (a INT)").after.relation(Name.parse("D.S.T"))


def calls_of(count: int) -> int:
    """How many calls of Python functions it takes to replay so many tables, alterations, views and streams."""
    kinds = (
        "CREATE TABLE t{n} (a INT, b VARCHAR(5))", "ALTER TABLE t{n} ADD COLUMN c INT", "CREATE VIEW v{n} AS SELECT a, F(b) AS b FROM t{n}",
        "GRANT SELECT ON VIEW v{n} TO ROLE r", "CREATE STREAM s{n} ON TABLE t{n}", "DROP VIEW v{n}",
    )  # fmt: skip
    made = 0

    def count_one(frame, event, argument):
        nonlocal made
        made += event == "call"

    texts = [kind.format(n=n) for n in range(count) for kind in kinds]
    sys.setprofile(count_one)
    try:
        replayed(*texts)
    finally:
        sys.setprofile(None)
    return made


def test_twice_the_scripts_take_twice_the_work():
    calls_of(10)  # what is loaded and cached once
    assert calls_of(200) < 2.3 * calls_of(100)


@pytest.fixture
def live(applied, tmp_path):
    """What the engine holds once both pipelines were applied."""
    copy = load(applied.copy(tmp_path / "project").folder)
    with open_target(copy, copy.target(None)) as target:
        yield Catalog.of(item for item in target.engine.catalog() if item.name.parts[0] != "SNOWPACT")


def test_both_pipelines_are_predicted_as_the_engine_has_them(live, example):
    project = load(example.folder)
    prepared = prepare(project, project.pipelines, project.target(None), Rendering())
    predicted = predict((script for item in prepared.pipelines for script in item.scripts), prepared.contracts)
    assert not predicted.refusals
    assert compare(compared(predicted.after), compared(live)) == ()
