"""Warehouses, roles and other account objects, as far as migrations make them: the object, not its settings."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified


@replays("CREATE", Kind.WAREHOUSE, Kind.ROLE, Kind.SHARE)
def create(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    state.create(CatalogObject(kind, state.name(statement.name or "", kind)), statement.modifiers | {"if_not_exists"})


@replays("ALTER", Kind.WAREHOUSE, "SESSION")
def alter(state: State, statement: Classified) -> None:
    """Size, suspension and session parameters change no schema."""
