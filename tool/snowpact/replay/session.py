"""USE and transactions: what changes how later names resolve, and what changes no schema at all."""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, State, spelled_out
from snowpact.sql.classify import Classified


@replays("USE", Kind.DATABASE, Kind.SCHEMA)
def use(state: State, statement: Classified) -> None:
    """``USE db.schema`` names no kind. From a name that can't be told on, no unqualified name can be."""
    try:
        parts = Name.parse(spelled_out(statement.name or "")).parts
    except (Opaque, NameSyntaxError) as error:
        state.lost = True
        raise Opaque(f"where it leads can't be told: {error}", ()) from error
    if len(parts) == 2:
        state.use(*parts)
    elif statement.kind is Kind.DATABASE:
        state.use(parts[0], "PUBLIC")
    else:
        name = state.name(Name(parts), Kind.SCHEMA)
        state.use(*name.parts)


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
