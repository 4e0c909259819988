"""JSON with places: the same values as the standard parser, and a line for each."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowpact.contracts.document import JsonSyntaxError, parse, parse_path, spell_path

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20)


@given(JSON, st.sampled_from([None, 0, 2]))
def test_same_values_as_the_standard_parser(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert parse(text).value == value
    assert parse(json.dumps(value, ensure_ascii=False)).value == value


@given(JSON)
def test_every_place_holds_its_value(value: object) -> None:
    """At the place of a path stands the value, or the key of the member."""
    document = parse(json.dumps(value, indent=1))
    lines = document.text.split("\n")
    for path in document.offsets:
        line, char = document.place(path)
        rest = lines[line - 1][char - 1 :]
        found = value
        for step in path:
            found = found[step]  # type: ignore[index]
        key = json.dumps(path[-1]) if path and isinstance(path[-1], str) else ""
        assert rest.startswith(key or json.dumps(found)[0])


@given(st.lists(TEXT | st.integers(0, 99)).map(tuple))
def test_paths_are_read_as_they_are_spelled(path: tuple[str | int, ...]) -> None:
    assert parse_path(spell_path(path)) == path


@pytest.mark.parametrize("path", ["fields", "$fields", "$[x]", "$.", "$[\"open]"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="is not a JSON path"):
        parse_path(path)


@given(st.text(max_size=30) | st.text('{}[]":,0123456789.eE+-tfn \n\\u', max_size=40))
def test_accepts_what_the_standard_parser_accepts(text: str) -> None:
    """And refuses what it refuses; beyond that only NaN, infinities, lone surrogates and what is too large."""
    try:
        expected = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        with pytest.raises(JsonSyntaxError):
            parse(text)
        return
    try:
        assert parse(text).value == expected
    except JsonSyntaxError as error:
        assert "surrogate" in error.message or "out of range" in error.message


def _refuse(name: str) -> None:
    raise ValueError(name)
