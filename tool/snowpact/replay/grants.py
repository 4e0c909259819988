"""GRANT and REVOKE: property ``grants`` of an object is the set of (privilege, kind of grantee, grantee); ``future_grants`` of a schema or
database the same with the kind of object before it. A grant on what replay does not know changes no schema.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege, revoke-privilege
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.replay.account import UNKEPT
from snowpact.replay.properties import set_property
from snowpact.replay.registry import replays
from snowpact.replay.state import State, spelled_out
from snowpact.sql.classify import Classified
from snowpact.sql.statements.grant import Grant, parse_grant

ALL = {
    Kind.TABLE: ("APPLYBUDGET", "DELETE", "EVOLVE SCHEMA", "INSERT", "REFERENCES", "SELECT", "TRUNCATE", "UPDATE"),
    Kind.VIEW: ("REFERENCES", "SELECT"),
    Kind.DYNAMIC_TABLE: ("MONITOR", "OPERATE", "SELECT"),
}
"""What ALL means (https://docs.snowflake.com/en/user-guide/security-access-control-privileges); of other kinds it stays one word."""


@replays("GRANT")
@replays("REVOKE")
def grant(state: State, statement: Classified) -> None:
    parsed = parse_grant(statement.text)
    if parsed.scope == "account" or not isinstance(parsed.kind, Kind) or parsed.kind in UNKEPT:
        return
    if parsed.scope == "future":
        _future(state, parsed)
        return
    for item in list(_objects(state, parsed)):
        entries = {(privilege, *_grantee(state, parsed)) for privilege in _privileges(item.kind, parsed)}
        held = frozenset(item.property("grants") or ())
        set_property(state, item, "grants", _changed(held, entries, parsed, item) or None)


def _changed(held: frozenset, entries: set, parsed: Grant, item: CatalogObject) -> frozenset:
    if not parsed.revoke:
        if parsed.privileges == ("OWNERSHIP",):  # there is one owner
            held = frozenset(entry for entry in held if entry[0] != "OWNERSHIP")
        return held | entries
    if "ALL" in parsed.privileges:
        return frozenset(entry for entry in held if entry[0] == "OWNERSHIP" or entry[1:] not in {gone[1:] for gone in entries})
    return held - entries if not parsed.option else held


def _privileges(kind: Kind, parsed: Grant) -> tuple[str, ...]:
    return tuple(one for privilege in parsed.privileges for one in (ALL.get(kind, ("ALL",)) if privilege == "ALL" else (privilege,)))


def _grantee(state: State, parsed: Grant) -> tuple[str, str]:
    name = Name.parse(spelled_out(parsed.grantee))
    if parsed.grantee_kind == "DATABASE ROLE" and len(name.parts) == 1 and state.database:
        name = Name((state.database, *name.parts))
    return parsed.grantee_kind, str(name)


def _future(state: State, parsed: Grant) -> None:
    container = Kind(parsed.container) if isinstance(parsed.container, Kind) else Kind.SCHEMA
    name = state.name(parsed.name or "", container)
    item = state.find(container, name)
    if item is None or not isinstance(parsed.kind, Kind):
        return
    entries = {(parsed.kind.value, privilege, *_grantee(state, parsed)) for privilege in _privileges(parsed.kind, parsed)}
    held = frozenset(item.property("future_grants") or ())
    set_property(state, item, "future_grants", (held - entries if parsed.revoke else held | entries) or None)


def _objects(state: State, parsed: Grant) -> Iterator[CatalogObject]:
    """What is granted on, as far as it is known."""
    kind = Kind(parsed.kind)
    if parsed.scope == "all":
        container = Kind(parsed.container) if isinstance(parsed.container, Kind) else Kind.SCHEMA
        inside = state.draft.within(state.name(parsed.name or "", container))
        yield from (item for item in inside if item.kind is kind)
        return
    name = state.name(parsed.name or "", kind)
    if parsed.signature:
        name = name.with_signature(parsed.signature)
    found = state.find(kind, name)
    if found is not None:
        yield found
    elif kind is Kind.DATA_METRIC_FUNCTION:
        yield from state.draft.overloads(kind, name)
