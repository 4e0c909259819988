"""The shipped JSON Schema: valid, described throughout, and of one mind with the code."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from snowpact.contracts.contract import Compatibility
from snowpact.contracts.quality import WORDS
from snowpact.contracts.validate import pact_schema
from snowpact.model.catalog import RELATIONS

SCHEMA = pact_schema()
PACT = SCHEMA["$defs"]["pact"]["properties"]


def keys_of(schema: Any, path: str = "$") -> list[tuple[str, dict[str, Any]]]:
    """Every key that a contract may have, with its schema."""
    found: list[tuple[str, dict[str, Any]]] = []
    if isinstance(schema, dict):
        for key, inner in schema.get("properties", {}).items():
            found.append((f"{path}.{key}", inner))
        for key, inner in schema.items():
            found += keys_of(inner, f"{path}.{key}")
    return found


def described(schema: dict[str, Any]) -> bool:
    target = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    return bool(schema.get("description") or target.get("description"))


def test_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_key_is_described() -> None:
    """An editor shows it beside the completion."""
    assert [path for path, schema in keys_of(SCHEMA) if not described(schema)] == []


def test_whatever_can_be_wrong_says_what_is_expected() -> None:
    """A fault quotes the title."""
    refusing = [(path, schema) for path, schema in keys_of(SCHEMA) if "$ref" not in schema and set(schema) - {"description"}]
    assert [path for path, schema in refusing if "title" not in schema] == []


def test_objects_of_the_pact_are_closed() -> None:
    """A slip of the pen in a key must not pass."""
    names = ("pact", "deprecated", "quality_rule")
    inner = [schema for name in names for _, schema in keys_of(SCHEMA["$defs"][name])]
    objects = [schema for schema in (*inner, *(SCHEMA["$defs"][name] for name in names)) if "properties" in schema]
    assert objects
    assert all(schema["additionalProperties"] is False for schema in objects)


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        (PACT["kind"]["enum"], [word for kind in RELATIONS for word in (kind.value.lower(), kind.value)]),
        (PACT["compatibility"]["enum"], [mode.value for mode in Compatibility]),
        (SCHEMA["$defs"]["quality_rule"]["properties"], list(WORDS)),
    ],
    ids=["kinds", "modes", "quality rules"],
)
def test_words_are_those_of_the_code(schema: Any, code: list[str]) -> None:
    assert sorted(schema) == sorted(code)
