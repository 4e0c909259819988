"""The shipped JSON Schema of the ``pact`` property, and its errors in words that say what was expected."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from snowpact.contracts.compiled import Check, compiled
from snowpact.contracts.document import Path
from snowpact.contracts.faults import Faults, did_you_mean, shown

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError


@cache
def pact_schema() -> dict[str, Any]:
    return json.loads(files("snowpact.contracts").joinpath("schema", "pact.schema.json").read_text("utf-8"))


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # 70 ms that a project without a fault does not pay

    return Draft202012Validator(pact_schema())


@cache
def _quickly() -> Check:
    return compiled(pact_schema())


def validate(value: Any, faults: Faults) -> None:
    """Add a fault for everything in ``value`` that the schema refuses."""
    if not _quickly()(value):
        for error in _validator().iter_errors(value):
            _report(error, faults)
    _misspelt(value, (), pact_schema()["properties"], faults)
    for index, field in enumerate(_list(value, "fields")):
        _misspelt(field, ("fields", index), pact_schema()["$defs"]["field"]["properties"], faults)


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _misspelt(value: Any, path: Path, known: dict[str, Any], faults: Faults) -> None:
    """Avro lets any attribute stand on a record or field, so only what looks like a slip of ours is a fault."""
    for key in value if isinstance(value, dict) else ():
        if key not in known and (hint := did_you_mean(key, known)):
            faults.add((*path, key), f"'{key}' is no attribute that Avro or snowpact knows{hint}")


def _report(error: ValidationError, faults: Faults) -> None:
    path = tuple(error.absolute_path)
    expected = error.schema.get("title", "another value") if isinstance(error.schema, dict) else "another value"
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                faults.add(path, f"'{key}' is missing: expected {_expected_of(error, key)}")
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in error.instance:
            if key not in known:
                faults.add((*path, key), f"unknown key '{key}': expected {' or '.join(known)}{did_you_mean(key, known)}")
    else:
        faults.add(path, f"expected {expected}{_choices(error)}, found {shown(error.instance)}")


def _expected_of(error: ValidationError, key: str) -> str:
    schema = error.schema.get("properties", {}).get(key, {})
    if "$ref" in schema:
        schema = pact_schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema.get("title", "it")


def _choices(error: ValidationError) -> str:
    """The words to choose from; those that differ in case alone once."""
    if error.validator != "enum" or len(error.validator_value) < 3:
        return ""
    words = {word.lower(): word for word in reversed(error.validator_value)}
    return f" ({', '.join(reversed(words.values()))})"

