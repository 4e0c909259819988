"""The compiled JSON Schema says what jsonschema says, of any value: jsonschema is the oracle."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from snowpact.contracts.compiled import compiled
from snowpact.contracts.validate import pact_schema

GOOD = [json.loads(path.read_text("utf-8")) for path in sorted((Path(__file__).parent / "cases" / "good").glob("*.avsc"))]
SCALARS = st.none() | st.booleans() | st.integers(-2, 60) | st.sampled_from([0.5, 2.0, "", "a", "1.0.0", "FULL", "5 minutes", "2026-01-01"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("a"), inner), max_leaves=4)
SCHEMA = compiled(pact_schema())
VALIDATOR = Draft202012Validator(pact_schema())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, item in items for place in ((*path, key), *places(item, (*path, key)))]


@pytest.mark.parametrize("index", range(len(GOOD)))
def test_good_contracts_are_valid(index):
    assert SCHEMA(GOOD[index])


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_as_jsonschema_says(data):
    """A good contract with a few values replaced or gone, or a key more."""
    value = copy.deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 2))):
        *way, last = data.draw(st.sampled_from(places(value)))
        holder = value
        for step in way:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[last] = data.draw(JSON)
        elif isinstance(holder, dict) and data.draw(st.booleans()):
            holder["unknown"] = data.draw(JSON)
        else:
            del holder[last]
    assert SCHEMA(value) == VALIDATOR.is_valid(value)


CASES = {
    "types": ({"type": ["integer", "null"]}, [1, 1.0, 1.5, True, None, "1"]),
    "numbers": ({"minimum": 2}, [1, 2, 2.5, True, "x"]),
    "truth is no number": ({"enum": [1, "a", None]}, [1, True, 1.0, "a", None, 0, False]),
    "lengths": ({"minLength": 1, "maxLength": 2}, ["", "a", "abc", []]),
    "sizes": ({"minItems": 1, "minProperties": 1, "maxProperties": 1}, [[], [1], {}, {"a": 1}, {"a": 1, "b": 2}, ""]),
    "each once": (
        {"uniqueItems": True},
        [["a"], ["a", "a"], [1, True], [1, 1.0], [["a"], ["a"]], [["a"], ["b"]], [{"a": 1}, {"a": 1}], 3, []],
    ),
    "members": ({"properties": {"a": {"type": "string"}}, "additionalProperties": False}, [{}, {"a": ""}, {"a": 1}, {"b": 1}, 4]),
    "itself": (
        {"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"},
        [{}, {"next": {"next": {}}}, {"next": {"next": 1}}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_keywords(case):
    schema, values = CASES[case]
    assert [compiled(schema)(value) for value in values] == [Draft202012Validator(schema).is_valid(value) for value in values]


def test_an_unknown_keyword_is_no_silent_pass():
    with pytest.raises(NotImplementedError, match="dependentRequired"):
        compiled({"dependentRequired": {}})
