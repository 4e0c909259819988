"""In which order scripts run: all V by version, then R, then A by file name.

schemachange orders V by *file name*, so on a fresh database V1.1__add runs before V1__init ('.' sorts before '_').
snowpact orders by version and says where the two differ: ``ambiguities``; the rule ``order-ambiguous`` prints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from snowpact.migrations.script import Script

Key = tuple[str | int, ...]


def alphanumeric_key(text: str) -> Key:
    """Digit runs as integers, the rest lower-case, alternating: schemachange's comparison of names and versions."""
    return tuple(int(part) if index % 2 else part.lower() for index, part in enumerate(re.split("([0-9]+)", text)))


def version_key(version: str) -> Key:
    """Versions as numbers: 1, 1.0 and 01 are one version, and 1_2 is 1.2."""
    key = alphanumeric_key(version.replace("_", "."))
    while len(key) > 3 and key[-3:] == (".", 0, ""):
        key = (*key[:-3], "")
    return key


def order(scripts: Iterable[Script]) -> list[Script]:
    return sorted(scripts, key=_order_key)


def _order_key(script: Script) -> tuple[int, Key, Key, str]:
    return "VRA".index(script.kind), version_key(script.version), alphanumeric_key(script.name), script.path


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Two scripts of which ``first`` runs before ``second`` here, and why another tool or reader may think otherwise.

    equal: their versions are one number, and the file name decided; else schemachange would run ``second`` first.
    """

    first: Script
    second: Script
    equal: bool

    @property
    def message(self) -> str:
        first, second = self.first, self.second
        if self.equal:
            return f"versions {first.version} and {second.version} are equal as numbers: {first.name} runs first, by file name"
        return f"{first.name} runs before {second.name}, by version; schemachange sorts by file name and runs them the other way round"


def ambiguities(scripts: Iterable[Script]) -> list[Ambiguity]:
    """Neighbours in our order that are equal as versions, or stand the other way round in the order of file names.

    Wherever the two orders differ at all, some neighbours do.
    """
    versioned = [script for script in order(scripts) if script.kind == "V"]
    found = []
    for first, second in pairwise(versioned):
        equal = version_key(first.version) == version_key(second.version)
        if equal or alphanumeric_key(first.name) > alphanumeric_key(second.name):
            found.append(Ambiguity(first, second, equal))
    return found
