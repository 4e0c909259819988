"""CREATE PIPE. The definition is its COPY statement; property ``target`` is the table that it loads."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.pipe import parse_create_pipe


@replays("CREATE", Kind.PIPE)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_pipe(statement.text)
    name = state.name(parsed.name, Kind.PIPE)
    target = state.inside(name).name(parsed.target) if parsed.target else None
    if target is not None and state.relation(target) is None and state.missing(Kind.TABLE, target):
        raise Refused(f"002003 (42S02): {target} does not exist or not authorized")
    settings = properties(**{**dict(parsed.settings), "target": target})
    item = CatalogObject(Kind.PIPE, name, definition=parsed.definition, comment=parsed.comment, properties=settings)
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item)
