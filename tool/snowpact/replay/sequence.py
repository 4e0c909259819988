"""CREATE SEQUENCE. Properties: ``start``, ``increment``, ``order``."""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.sequence import parse_create_sequence


@replays("CREATE", Kind.SEQUENCE)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_sequence(statement.text)
    name = state.name(parsed.name, Kind.SEQUENCE)
    if parsed.clone is not None:
        item = replace(state.require(Kind.SEQUENCE, state.name(parsed.clone, Kind.SEQUENCE)), name=name)
    else:
        settings = properties(start=parsed.start, increment=parsed.increment, order=parsed.order)
        item = CatalogObject(Kind.SEQUENCE, name, comment=parsed.comment, properties=settings)
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item)
