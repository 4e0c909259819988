"""USE and transactions: what changes how later names resolve, and what changes no schema at all."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State, spelled_out
from snowpact.sql.classify import Classified


@replays("USE", Kind.DATABASE, Kind.SCHEMA)
def use(state: State, statement: Classified) -> None:
    """``USE db.schema`` names no kind. From a name that can't be told on, no unqualified name can be."""
    try:
        parts = Name.parse(spelled_out(statement.name or "")).parts
    except (Opaque, NameSyntaxError) as error:
        state.lost = True
        raise Opaque(f"where it leads can't be told: {error}", ()) from error
    kind = Kind.DATABASE if statement.kind is Kind.DATABASE and len(parts) == 1 else Kind.SCHEMA
    name = state.name(Name(parts), kind)
    if _absent(state, Kind.DATABASE, Name(name.parts[:1])) or _absent(state, kind, name):
        raise Refused("002043 (02000): Object does not exist, or operation cannot be performed")
    public = name.child("PUBLIC") if kind is Kind.DATABASE else name
    state.use(name.parts[0], None if _absent(state, Kind.SCHEMA, public) else public.name)


def _absent(state: State, kind: Kind, name: Name) -> bool:
    return name.name != "INFORMATION_SCHEMA" and state.find(kind, name) is None and state.missing(kind, name)


def _nothing(state: State, statement: Classified) -> None:
    """Without an effect on any schema."""


NOTHING = (
    "BEGIN", "COMMIT", "ROLLBACK", "SHOW", "DESCRIBE", "EXPLAIN", "LIST", "PUT", "GET", "REMOVE", "VALUES",
)  # fmt: skip

for _verb, _kinds in {
    "USE": (Kind.ROLE, Kind.WAREHOUSE, "SECONDARY ROLES", Kind.DATABASE_ROLE),
    **dict.fromkeys(NOTHING, ()),
}.items():
    replays(_verb, *_kinds)(_nothing)
