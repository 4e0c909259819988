"""DROP and UNDROP. Dropping a database or schema drops what is in it, and UNDROP brings all of it back."""

from __future__ import annotations

from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.change import CreateObject
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified

DROPPED = tuple(kind for kind in Kind if kind not in (Kind.PROCEDURE, Kind.FUNCTION))


@replays("DROP", *DROPPED)
def drop(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    name = state.name(statement.name or "", kind)
    found = state.find(kind, name)
    if found is None:
        if "if_exists" in statement.modifiers:
            return
        if state.knows(name):
            raise Refused(f"002003 (42S02): {kind} {name} does not exist or not authorized")
        raise Opaque(f"{kind} {name} is dropped and was never created here", (name,))
    if not _fits(kind, found.kind):
        raise Refused(f"{name} is a {found.kind}, not a {kind}")
    state.drop(found)


def _fits(kind: Kind, found: Kind) -> bool:
    """DROP TABLE also drops a dynamic table (https://docs.snowflake.com/en/sql-reference/sql/drop-dynamic-table)."""
    return found is kind or kind not in RELATIONS or (kind is Kind.TABLE and found not in (Kind.VIEW, Kind.MATERIALIZED_VIEW))


@replays("UNDROP")
def undrop(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    name = state.name(statement.name or "", kind)
    if state.find(kind, name) is not None:
        raise Refused(f"002002 (42710): {kind} {name} already exists")
    gone = state.dropped.get((kind.domain, name))
    if not gone:
        raise Opaque(f"{kind} {name} is brought back and was not dropped here", (name,))
    for item in reversed(gone.pop()):
        state.emit(CreateObject(kind=item.kind, object=item.name, after=item))
