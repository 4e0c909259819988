"""USE, SET and transactions: what changes how later names resolve, and what changes no schema at all."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified


@replays("USE", Kind.DATABASE)
def use_database(state: State, statement: Classified) -> None:
    """Also ``USE db.schema``, which names no kind."""
    parts = Name.parse(statement.name or "").parts
    state.database, state.schema = parts[0], parts[1] if len(parts) > 1 else "PUBLIC"


@replays("USE", Kind.SCHEMA)
def use_schema(state: State, statement: Classified) -> None:
    name = state.name(statement.name or "", Kind.SCHEMA)
    state.database, state.schema = name.parts


def _nothing(state: State, statement: Classified) -> None:
    """Without an effect on any schema."""


for _verb, _kinds in {
    "USE": (Kind.ROLE, Kind.WAREHOUSE, "SECONDARY ROLES"),
    **dict.fromkeys(
        ("SET", "UNSET", "BEGIN", "COMMIT", "ROLLBACK", "SHOW", "DESCRIBE", "EXPLAIN", "LIST", "PUT", "GET", "REMOVE", "SELECT", "VALUES"),
        (),
    ),
}.items():
    replays(_verb, *_kinds)(_nothing)
