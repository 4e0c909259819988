"""What a statement is, by its first tokens. The table in cases/classify.yml is the specification."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snowpact.model.catalog import Kind
from snowpact.sql.classify import classify

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "classify.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("sql", "verb", "kind", "name", "modifiers"), TABLE, ids=[row[0] or "nothing" for row in TABLE])
def test_classify(sql, verb, kind, name, modifiers):
    found = classify(sql)
    spelled = found.kind.value if isinstance(found.kind, Kind) else found.kind
    assert (found.verb, spelled, found.name, " ".join(sorted(found.modifiers))) == (verb, kind, name, modifiers)


def test_kinds_the_model_has_are_the_models():
    assert classify("CREATE DYNAMIC TABLE t AS SELECT 1").kind is Kind.DYNAMIC_TABLE


def test_a_parser_goes_on_right_after_the_name():
    found = classify('CREATE OR REPLACE TABLE a . "b" (c INT)')
    assert found.cursor().peek() == "("
    assert found.text[: found.name_end] == 'CREATE OR REPLACE TABLE a . "b"'


WORDS = (
    "create or replace alter table view if not exists drop use show insert into all with as procedure ( ) . , x \"y\" 'z' 1 @s $v "
    "select call begin name ; execute immediate comment on column identifier copy ->>"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join))
def test_whatever_can_be_tokenized_is_classified(text):
    found = classify(text)
    assert found.verb
    assert 0 <= found.next <= len(found.tokens)
