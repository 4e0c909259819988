"""GRANT and REVOKE: property ``grants`` of an object is the set of (privilege, kind of grantee, grantee); ``future_grants`` of a schema or
database the same with the kind of object before it. A grant on what replay does not know changes no schema.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege, revoke-privilege
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.model.privileges import PRIVILEGES, SYSTEM_ROLES, applicable
from snowpact.replay.account import UNKEPT
from snowpact.replay.properties import set_property
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State, fits, spelled_out
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
    if parsed.kind is Kind.ROLE and parsed.grantee_kind == "USER" and parsed.grantee.upper().startswith(("IDENTIFIER(", "$")):
        return  # who bears a role is no schema, whoever it is
    _refuse(state, parsed)
    if parsed.scope == "future":
        _future(state, parsed)
        return
    for item in list(_objects(state, parsed)):
        entries = {(privilege, *_grantee(state, parsed)) for privilege in _privileges(item.kind, parsed)}
        held = frozenset(item.property("grants") or ())
        set_property(state, item, "grants", _changed(held, entries, parsed, item) or None)


def _refuse(state: State, parsed: Grant) -> None:
    """A privilege that no object of the kind has, and an object or a role that is known not to exist."""
    kind = Kind(parsed.kind)
    for privilege in parsed.privileges:
        if parsed.grantee_kind != "SHARE" and privilege != "ALL" and kind in PRIVILEGES and not applicable(kind, privilege):
            raise Refused(f"003042 (42601): Invalid privilege '{privilege}' for {kind.value}")
    container = parsed.container if isinstance(parsed.container, Kind) else Kind.SCHEMA
    named = kind if parsed.scope == "object" else container
    if named not in _OVERLOADED:
        _require(state, named, state.name(parsed.name or "", named))
    if parsed.grantee_kind in ("ROLE", "SHARE"):
        _require(state, Kind(parsed.grantee_kind), state.name(parsed.grantee, Kind(parsed.grantee_kind)))


_OVERLOADED = (Kind.FUNCTION, Kind.PROCEDURE, Kind.DATA_METRIC_FUNCTION)


def _require(state: State, kind: Kind, name: Name) -> None:
    if kind is Kind.ROLE and name.name in SYSTEM_ROLES:
        return
    found = state.find(kind, name)
    on_any = kind is Kind.TABLE  # also a view [M]
    if found is not None and found.key not in state.supposed and not (on_any or fits(kind, found.kind)):
        raise Refused(f"002003 (42S02): {name} is a {found.kind}, not a {kind}")
    if name.parts[0] != "SNOWFLAKE" and found is None and state.missing(kind, name):
        raise Refused(f"002003 (02000): {kind} {name} does not exist or not authorized")


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
