"""Shares: what they may hold, and a consumer's database made from one.

Such a database holds nothing: its objects are the provider's, under the consumer's name, as far as they are granted to the share
(https://docs.snowflake.com/en/user-guide/data-sharing-provider, data-share-consumers). Here both live in one account. ``extra['share']`` of
the database is the share's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.governance.held import grants
from snowpact.local.objects import Record, State
from snowpact.model.catalog import Key, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

SHARABLE: dict[Kind, frozenset[str]] = {
    Kind.DATABASE: frozenset({"USAGE", "REFERENCE_USAGE"}),
    Kind.SCHEMA: frozenset({"USAGE"}),
    Kind.TABLE: frozenset({"SELECT"}),
    Kind.DYNAMIC_TABLE: frozenset({"SELECT"}),
    Kind.VIEW: frozenset({"SELECT"}),
    Kind.MATERIALIZED_VIEW: frozenset({"SELECT"}),
    Kind.FUNCTION: frozenset({"USAGE"}),
    Kind.TAG: frozenset({"READ"}),
}
"""What may be granted to a share: https://docs.snowflake.com/en/sql-reference/sql/grant-privilege-share."""


def check_grant(state: State, record: Record, privileges: tuple[str, ...], share: str) -> None:
    """Raise for what a share may not hold. The database comes first, and nothing of another one after it."""
    item = record.object
    if item.kind not in SHARABLE or not set(privileges) <= SHARABLE[item.kind]:
        raise compilation(f"{', '.join(privileges)} on a {item.kind} can't be granted to a share.", 3042, "42601")  # text and number [M]
    if item.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.FUNCTION) and not item.property("secure"):
        text = "Non-secure object can only be granted to shares with \"secure_objects_only\" property set to false."
        raise compilation(text, 3062, "42601")  # number [M]
    held = database_of(state, share)
    if item.kind is Kind.DATABASE:
        if held is not None and held.id != record.id and "USAGE" in privileges:
            raise compilation(f"Share '{share}' already has database '{held.name}'.", 3063, "42601")  # text and number [M]
    elif held is None or item.name.parts[0] != held.name.name:
        raise compilation("Object does not belong to the database that is being shared.", 3064, "42601")  # number [M]


def database_of(state: State, share: str) -> Record | None:
    """The database that a share gives USAGE on."""
    return next((record for record in state if record.object.kind is Kind.DATABASE and _holds(record, share, "USAGE")), None)


def _holds(record: Record, share: str, *privileges: str) -> bool:
    return any(held.to == "SHARE" and held.grantee == share and held.privilege in privileges for held in grants(record))


def content(state: State, share: str) -> list[Record]:
    """What is granted to a share."""
    found = [record for record in state if any(held.to == "SHARE" and held.grantee == share for held in grants(record))]
    return sorted(found, key=lambda record: (len(record.name.parts), record.name))


def found(state: State, key: Key) -> Record | None:
    """The object of that name in a database made from a share: the provider's, where the share has it and all it lies in."""
    domain, name = key
    database = state.by_key[Kind.DATABASE.domain, Name(name.parts[:1])]
    share = state.by_id.get(database.extra["share"])
    provider = database_of(state, str(share.name)) if share is not None and share.dropped_on is None else None
    if share is None or provider is None:
        return None
    original = Name((provider.name.name, *name.parts[1:]))
    schema = state.get(Kind.SCHEMA.domain, Name(original.parts[:2]))
    record = state.by_key.get((domain, original))
    if record is None or not _holds(record, str(share.name), "SELECT", "USAGE", "READ"):
        return None
    if len(original.parts) == 3 and (schema is None or not _holds(schema, str(share.name), "USAGE")):
        return None
    return _imported(database, record)


def _imported(database: Record, record: Record) -> Record:
    """The provider's object under the consumer's name. Its rights are the database's: IMPORTED PRIVILEGES opens all of it."""
    name = Name((database.name.name, *record.name.parts[1:]))
    privilege = "SELECT" if len(name.parts) == 3 and record.object.kind is not Kind.FUNCTION else "USAGE"
    opened = [[privilege, *entry[1:]] for entry in database.extra.get("grants", ()) if entry[0] == "IMPORTED PRIVILEGES"]
    return replace(record, object=replace(record.object, name=name), owner=database.owner, extra={"grants": opened, "imported": True})


def imported(state: State) -> Iterator[Record]:
    """Every object of every database made from a share."""
    for name in state.imported:
        database = state.by_key[Kind.DATABASE.domain, Name.of(name)]
        share = state.by_id.get(database.extra["share"])
        for record in content(state, str(share.name)) if share is not None else ():
            item = found(state, (record.object.kind.domain, Name((name, *record.name.parts[1:])))) if len(record.name.parts) > 1 else None
            if item is not None:
                yield item


def refuse_changes(session: Session, name: Name, verb: str) -> None:
    """A database made from a share is read only (https://docs.snowflake.com/en/user-guide/data-share-consumers#general-limitations)."""
    inside = len(name.parts) > 1 or verb not in ("DROP", "CREATE", "ALTER", "COMMENT")
    if inside and name.parts[0] in session.engine.state.imported:
        raise read_only(name)


def read_only(name: Name) -> StatementError:
    return compilation(f"Database '{name.parts[0]}' is made from a share: it is read only.", 3065, "42601")  # text and number [M]


def share_of(session: Session, written: str) -> Record:
    """``account.share`` or ``organization.account.share``: of this account, since no other is there."""
    name = Name.parse(written)
    if len(name.parts) < 2 or set(name.parts[:-1]) != {"SNOWPACT"}:
        raise UnsupportedFeature(f"shares of another account: {written}")
    return session.require(Kind.SHARE, Name.of(name.name))
