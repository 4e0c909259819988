"""Who handles which statement.

A handler is a function ``(session, statement: Classified) -> EngineResult`` under ``@handles(verb, kind)``; a handler without a kind
takes every kind of its verb that has none of its own. What has no handler is refused: a statement is never skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from snowpact.model.errors import UnsupportedFeature

Handler = Callable[..., Any]

FAMILIES = (
    "query",
    "context",
    "databases",
    "tables",
    "views",
    "alter",
    "drop",
    "account",
    "comment",
    "insert",
    "dml",
    "dynamic_tables",
    "routines",
    "show",
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
    if not _handlers:
        for family in FAMILIES:
            import_module(f"snowpact.local.handlers.{family}")
    kind = _word(statement.kind)
    found = _handlers.get((statement.verb, kind)) or _handlers.get((statement.verb, None))
    if found is None:
        raise UnsupportedFeature(" ".join(word for word in (statement.verb, kind) if word))
    return found


def _word(kind: Any) -> str | None:
    return getattr(kind, "value", kind)
