"""The splitter: where statements start and end. Cases in cases/split; hostile input must not hang, recurse or crash."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError, locate

CASES = Path(__file__).parent / "cases" / "split"


def cases(*files):
    return [pytest.param(case, id=case["name"]) for file in files for case in yaml.safe_load((CASES / file).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", cases("bodies.yml", "statements.yml"))
def test_statements(case):
    found = split(case["sql"])
    expected = case["statements"]
    assert [f"{item.line}:{item.char}" for item in found] == [item["at"] for item in expected]
    for item, wanted in zip(found, expected, strict=True):
        assert case["sql"][item.start : item.end] == item.text
        assert item.text == wanted.get("text", item.text)
        assert item.text.startswith(wanted.get("starts", ""))
        assert item.text.endswith(wanted.get("ends", ""))


@pytest.mark.parametrize("case", cases("errors.yml"))
def test_input_errors(case):
    with pytest.raises(SqlInputError) as error:
        split(case["sql"])
    assert (error.value.message, error.value.offset) == (case["message"], case["offset"])


@pytest.mark.parametrize("text", ["'" * 100_001, "/*" * 50_000, "$" * 100_002, "BEGIN " * 20_000 + "x", '"' * 99_999])
def test_hostile_text_is_an_input_error(text):
    with pytest.raises(SqlInputError):
        split(text)


def test_deep_nesting_does_not_recurse():
    assert len(split("BEGIN " * 20_000 + "SELECT 1; " + "END; " * 20_000)) == 1
    assert len(split("SELECT " + "CASE WHEN " * 20_000 + "(" * 20_000)) == 1


FRAGMENTS = (
    "begin end case when then else if for do loop repeat until declare exception while ; ( ) ' \" $$ /* */ -- // a 1 . : as create task "
    "procedure execute immediate with alert @s/x $x || \\ ->> é"
)


@given(st.lists(st.sampled_from(["\n", *FRAGMENTS.split()]), max_size=40).map(" ".join) | st.text(max_size=60))
def test_any_text_splits_or_is_an_input_error(text):
    try:
        found = split(text)
    except SqlInputError as error:
        assert 0 <= error.offset < len(text)
        return
    for item in found:
        assert text[item.start : item.end] == item.text
        assert locate(text, item.start) == (item.line, item.char)
        assert [again.text for again in split(item.text)] == [item.text]
    assert all(before.end <= after.start for before, after in pairwise(found))
