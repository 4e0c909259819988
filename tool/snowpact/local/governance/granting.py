"""Granting and revoking privileges on one object.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege, revoke-privilege
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, missing
from snowpact.local.governance import authority, shares
from snowpact.local.governance.held import Held, added, grants, owner, with_grants
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.privileges import ACCOUNT, PRIVILEGES, SHARED_ONLY, applicable
from snowpact.sql.statements.grant import Grant

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

GRANTEES: dict[str, tuple[Kind, int]] = {
    "ROLE": (Kind.ROLE, 1),
    "DATABASE ROLE": (Kind.DATABASE_ROLE, 2),
    "USER": (Kind.USER, 1),
    "SHARE": (Kind.SHARE, 1),
}
_KNOWN = {privilege for privileges in (*PRIVILEGES.values(), *SHARED_ONLY.values()) for privilege in privileges} | ACCOUNT | {"OWNERSHIP"}


@dataclass(frozen=True, slots=True)
class Grantee:
    """to: ``ROLE``, ``DATABASE ROLE``, ``USER``, ``SHARE``; name as grants are kept with it."""

    to: str
    name: str
    record: Record


def grantee(session: Session, parsed: Grant) -> Grantee:
    """Whom a statement grants to or revokes from. Raises "does not exist or not authorized"."""
    if parsed.grantee_kind not in GRANTEES:
        raise UnsupportedFeature(f"grants to {parsed.grantee_kind}")
    kind, parts = GRANTEES[parsed.grantee_kind]
    name = session.name(parsed.grantee, parts)
    record = session.find(kind, name)
    if record is None:
        raise missing(name, kind.value.capitalize())
    return Grantee(parsed.grantee_kind, str(name), record)


def invalid(privilege: str, what: str) -> StatementError:
    return compilation(f"Invalid privilege '{privilege}' for {what}.", 3042, "42601")  # text and number [M]


def privileges(kind: Kind, parsed: Grant) -> tuple[str, ...]:
    """The privileges that a statement names, ALL spelled out. Raises for one that the kind does not have."""
    found: list[str] = []
    for privilege in parsed.privileges:
        if privilege == "ALL":
            found += PRIVILEGES.get(kind, ())
        elif applicable(kind, privilege):
            found.append(privilege)
        elif privilege in _KNOWN:
            raise invalid(privilege, kind.value)
        else:
            raise UnsupportedFeature(f"privilege {privilege} on {kind.value}")
    return tuple(dict.fromkeys(found))


def grant(change: Ddl, record: Record, parsed: Grant, to: Grantee) -> int:
    """Add a statement's privileges to an object's."""
    record = change.records.get(record.id, record)
    held = grants(record)
    given = privileges(record.object.kind, parsed)
    if to.to == "SHARE":
        shares.check_grant(change.session.engine.state, record, given, to.name)
    for privilege in given:
        by = authority.grantor(change.session, record, privilege)
        held = added(held, Held(privilege, to.to, to.name, parsed.option, by, change.now))
    change.put(with_grants(record, held))
    return 0


def revoke(change: Ddl, record: Record, parsed: Grant, to: Grantee) -> int:
    """Take a statement's privileges away, what was not granted left alone; how many stay because others stand on them."""
    record = change.records.get(record.id, record)
    held, skipped = grants(record), 0
    for privilege in privileges(record.object.kind, parsed):
        authority.grantor(change.session, record, privilege, "Revoke")
        dependent = _dependent(held, record, privilege, to.name)
        if dependent and not parsed.cascade:
            skipped += 1
            continue
        held = [item for item in held if item not in dependent]
        held = changed(held, Held(privilege, to.to, to.name, False, "", change.now), parsed)
    change.put(with_grants(record, held))
    return skipped


def changed(held: list[Held], item: Held, parsed: Grant) -> list[Held]:
    """The grants after a GRANT of one privilege, or its REVOKE, which may take the grant option alone."""
    if not parsed.revoke:
        return added(held, item)
    if parsed.option:
        return [replace(other, option=False) if other.key == item.key else other for other in held]
    return [other for other in held if other.key != item.key]


def _dependent(held: list[Held], record: Record, privilege: str, role: str) -> list[Held]:
    """What was granted on by a role, and by those it granted to, with the grant option that is being taken."""
    found: list[Held] = []
    waiting, seen = [role], {owner(record)}
    while waiting:
        by = waiting.pop()
        if by not in seen:
            seen.add(by)
            new = [item for item in held if item.by == by and item.privilege == privilege]
            found += new
            waiting += [item.grantee for item in new]
    return found


def dependents_left(count: int) -> StatementError:
    text = f"Revoke partially executed: 0 grant(s) revoked, {count} grant(s) skipped due to dependent grants and no CASCADE is specified."
    return StatementError(text, 3935, "23001")
