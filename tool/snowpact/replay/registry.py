"""Which family replays which statement: ``@replays(verb, kinds…)`` on a function ``(state, statement) -> None``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import MappingProxyType

from snowpact.model.catalog import Kind
from snowpact.replay.state import State
from snowpact.sql.classify import Classified

Family = Callable[[State, Classified], None]

FAMILIES = (
    "account",
    "alter_object",
    "alter_table",
    "calls",
    "comment",
    "containers",
    "dml",
    "drop",
    "dynamic_table",
    "grants",
    "metric",
    "other_tables",
    "pipe",
    "policy",
    "routine",
    "sequence",
    "session",
    "settings",
    "stream",
    "table",
    "task",
    "variables",
    "view",
)
"""The modules of this folder that hold families; a new one is one file and one word here."""

_families: dict[tuple[str, str | None], Family] = {}


def replays(verb: str, *kinds: Kind | str) -> Callable[[Family], Family]:
    """Register a family for a verb and kinds; without kinds for all the rest of the verb. A second one for the same is a defect."""

    def register(family: Family) -> Family:
        for kind in kinds or (None,):
            key = verb, _word(kind)
            if key in _families:
                raise ValueError(f"two families for {key}: {_families[key].__module__} and {family.__module__}")
            _families[key] = family
        return family

    return register


@cache
def families() -> MappingProxyType[tuple[str, str | None], Family]:
    for name in FAMILIES:
        import_module(f"snowpact.replay.{name}")
    return MappingProxyType(_families)


def family_of(statement: Classified) -> Family | None:
    """The family of a statement; None where nobody models it."""
    known = families()
    return known.get((statement.verb, _word(statement.kind))) or known.get((statement.verb, None))


def _word(kind: Kind | str | None) -> str | None:
    return kind.value if isinstance(kind, Kind) else kind
