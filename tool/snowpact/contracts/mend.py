"""What is sound of a faulty contract: so that its other faults show at the same time, and not one after the other."""

from __future__ import annotations

from typing import Any

from snowpact.contracts.document import Path
from snowpact.contracts.faults import Faults

_SOUND_RULE = {"row_count": {"min": 0}}
_SOUND_VERSION = "0.0.0"


def sound(value: dict[str, Any], faults: Faults) -> dict[str, Any] | None:
    """The contract without what is at fault, fit to be built in order to find more; None where nothing can be made of it.

    Types are left out, since one may refer to another: names of columns, and what speaks of them, remain.
    """
    paths = [path for path, _ in faults.placed]
    if not all((path and path[0] in ("pact", "fields") and len(path) > 1) or path == ("pact",) for path in paths):
        return None
    fields, pact = value["fields"], value["pact"]
    spoilt = [path for path in paths if path[0] == "fields" and (len(path) < 3 or path[2] == "name")]
    if spoilt or not isinstance(pact, dict):
        return None
    return {**value, "fields": [_field(item, index, paths) for index, item in enumerate(fields)], "pact": _pact(pact, paths)}


def _field(item: dict[str, Any], index: int, paths: list[Path]) -> dict[str, Any]:
    faulty = {path[2] for path in paths if path[:2] == ("fields", index)}
    kept = {key: value for key, value in item.items() if key not in faulty and key not in ("type", "default")}
    return {**kept, "type": "null"}


def _pact(pact: dict[str, Any], paths: list[Path]) -> dict[str, Any]:
    faulty = {path[1] for path in paths if path[0] == "pact" and len(path) > 1}
    kept = {key: value for key, value in pact.items() if key not in faulty}
    rules = pact.get("quality")
    if isinstance(rules, list) and ("pact", "quality") not in paths:
        wrong = {path[2] for path in paths if path[:2] == ("pact", "quality")}
        kept["quality"] = [_SOUND_RULE if index in wrong else rule for index, rule in enumerate(rules)]
    return {**kept, "version": kept.get("version", _SOUND_VERSION)}
