"""Tokens: kinds and texts as cases/tokens.yml tables them; nothing of a text is lost; constants mean what Snowflake says."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snowpact.sql.literals import string_constant, string_value
from snowpact.sql.tokens import SqlInputError, tokenize

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "tokens.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] or "nothing" for row in TABLE])
def test_tokens(text, expected):
    assert [f"{token.kind} {token.text}" for token in tokenize(text)] == expected


@given(st.text())
def test_nothing_is_lost_but_white_space(text):
    try:
        tokens = tokenize(text)
    except SqlInputError:
        return
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert "".join(token.text for token in tokens) == "".join(_between(text, tokens))


def _between(text, tokens):
    """The text with what stands between two tokens stripped of white space: nothing else may stand there."""
    position = 0
    for token in tokens:
        yield text[position : token.start].strip(" \t\r\n\f")
        yield token.text
        position = token.end
    yield text[position:].strip(" \t\r\n\f")


# sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants
CONSTANTS = {
    r"'it''s'": "it's",
    r"'it\'s'": "it's",
    r"'a\\b'": "a\\b",
    r"'a\nb\tc'": "a\nb\tc",
    r"'\x41\u26c4\101\0'": "A⛄A\0",
    r"'\z'": "z",
    r"$$a\n''$$": r"a\n''",
}


@pytest.mark.parametrize(("spelled", "value"), CONSTANTS.items())
def test_constants(spelled, value):
    (token,) = tokenize(spelled)
    assert string_value(token) == value


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_a_constant_means_its_value(value):
    (token,) = tokenize(string_constant(value))
    assert string_value(token) == value
