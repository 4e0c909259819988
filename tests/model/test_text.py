"""Texts of definitions: white space between tokens is no difference, everything else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowpact.model.text import normalised, same_text

SAME = [
    ("select 1", "select\n\t1"),
    ("select 1", " select 1 ; "),
    ("select 1", "select 1;;\n"),
    ("select a -- why\nfrom t", "select  a -- why\n  from t"),
    ("select 'it''s'", "select   'it''s'"),
]
DIFFERENT = [
    ("select 'a b'", "select 'a  b'"),
    ("select 'a\\' b'", "select 'a\\'  b'"),
    ('select "a b"', 'select "a  b"'),
    ("$$ a  b $$", "$$ a b $$"),
    ("select 1", "SELECT 1"),
    ("select 1", "select 1 -- one"),
    ("select a -- x\n, b", "select a -- x , b"),
    ("select 'never  closed", "select 'never closed"),
    ("a b", "ab"),
    ("x;y", "x ;y"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_texts_that_say_the_same(one, other):
    assert same_text(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_texts_that_may_say_something_else(one, other):
    assert not same_text(one, other)


def test_an_absent_text_equals_only_an_absent_one():
    assert same_text(None, None) and not same_text(None, "") and not same_text("", None)


@given(st.text(alphabet="ab'\"\\$-/*;\n \t", max_size=30))
def test_normalising_twice_changes_nothing_more(text):
    assert normalised(normalised(text)) == normalised(text)
