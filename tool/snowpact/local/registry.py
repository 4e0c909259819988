"""Who handles which statement.

A handler is a function ``(session, statement: Classified) -> EngineResult`` under ``@handles(verb, kind)``; a handler without a kind
takes every kind of its verb that has none of its own. What has no handler is refused: a statement is never skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from snowpact.local.errors import syntax_error
from snowpact.model.errors import UnsupportedFeature

Handler = Callable[..., Any]

FAMILIES = (
    "query",
    "context",
    "databases",
    "tables",
    "views",
    "materialized_views",
    "alter",
    "drop",
    "account",
    "roles",
    "grants",
    "policies",
    "tags",
    "shares",
    "comment",
    "insert",
    "metrics",
    "dml",
    "dynamic_tables",
    "routines",
    "show",
    "stages",
    "staged_files",
    "copy",
    "pipes",
    "streams",
    "tasks",
    "alerts",
    "external",
    "streamlits",
)
"""The modules of ``local/handlers``; a new family of statements is one file and one line here."""

_handlers: dict[tuple[str, str | None], Handler] = {}


def handles(verb: str, *kinds: Any) -> Callable[[Handler], Handler]:
    """Register a handler for a verb and kinds (Kind members or their words); without kinds for all the rest of the verb."""

    def register(handler: Handler) -> Handler:
        for kind in kinds or (None,):
            key = verb, _word(kind)
            if key in _handlers:
                raise ValueError(f"two handlers for {key}: {_handlers[key].__module__} and {handler.__module__}")
            _handlers[key] = handler
        return handler

    return register


def handler_of(statement: Any) -> Handler:
    """The handler of a classified statement. Raises UnsupportedFeature naming the statement's first words."""
    _load()
    kind = _word(statement.kind)
    found = _handlers.get((statement.verb, kind)) or _handlers.get((statement.verb, None))
    if found is None:
        words = [token.text for token in statement.tokens]
        if statement.verb == "UNKNOWN" and words[0].upper() not in STARTERS:
            raise syntax_error(words[0])
        raise UnsupportedFeature(f"{statement.verb} {kind}" if kind else " ".join(words[:3]))
    return found


@cache
def _load() -> None:
    for family in FAMILIES:
        import_module(f"snowpact.local.handlers.{family}")


STARTERS = {"ASYNC", "AWAIT", "EXECUTE", "START", "WITH"}
"""Words that may start a statement though classify gives it no verb."""


def _word(kind: Any) -> str | None:
    return getattr(kind, "value", kind)
