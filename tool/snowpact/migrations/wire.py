"""What goes between the program and the process that renders: a length, then JSON. Never pickle: the other side ran a stranger's template.

Variables come from YAML and TOML, which know dates and mappings with other keys than text; JSON does not, so values are tagged.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

HEADER = 4
MAX_VALUES = 100_000
"""A YAML file of a few lines can, by aliases, stand for billions of values."""


class NotPlain(ValueError):
    """A value that no template variable can hold."""


def frame(message: object) -> bytes:
    body = json.dumps(message).encode()
    return len(body).to_bytes(HEADER, "big") + body


def unframe(body: bytes) -> Any:
    return json.loads(body)


def encode(value: Any) -> Any:
    """A variable's value as JSON; raises NotPlain."""
    budget = [MAX_VALUES]
    try:
        return _encode(value, budget)
    except RecursionError:
        raise NotPlain("is nested too deeply") from None


def _encode(value: Any, budget: list[int]) -> Any:
    budget[0] -= 1
    if budget[0] < 0:
        raise NotPlain(f"holds more than {MAX_VALUES} values")
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return ["map", [[_encode(key, budget), _encode(item, budget)] for key, item in value.items()]]
    if isinstance(value, list | tuple):
        return ["list", [_encode(item, budget) for item in value]]
    for tag, kind in _ISO.items():
        if type(value) is kind:
            return [tag, value.isoformat()]
    raise NotPlain(f"is a {type(value).__name__}: text, numbers, true, false, dates, lists and mappings are possible")


_ISO: dict[str, Any] = {"date": date, "datetime": datetime, "time": time}


def decode(value: Any) -> Any:
    """A fresh copy at every call: a template that changes a list changes nobody else's."""
    if not isinstance(value, list):
        return value
    tag, inner = value
    if tag == "map":
        return {decode(key): decode(item) for key, item in inner}
    return [decode(item) for item in inner] if tag == "list" else _ISO[tag].fromisoformat(inner)
