"""What the session's roles may do.

The roles in use are the primary role and, where secondary roles are in use, all others of the user, each with what it inherits; objects
are created by the primary role alone
(https://docs.snowflake.com/en/user-guide/security-access-control-overview#authorization-through-primary-role-and-secondary-roles).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.errors import missing
from snowpact.local.governance.held import owner
from snowpact.local.objects import Record
from snowpact.local.serialize import dumps
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name, spell

if TYPE_CHECKING:
    from snowpact.local.session import Session

Roles = frozenset[str]

TO_ROLES = ("ROLE", "DATABASE ROLE")
"""Grantees that are roles: a share or user of a role's name is another thing."""

SYSTEM_USER = "SNOWPACT"
"""The user that every account here has."""


def primary(session: Session) -> Roles:
    """The primary role and what it inherits."""
    return session.engine.state.hierarchy.inherited(spell(session.role))


def available(session: Session) -> Roles:
    """The roles that the session's user may take on. A login that no user was made for counts as the system's."""
    user = session.user if session.find(Kind.USER, Name.of(session.user)) else SYSTEM_USER
    return session.engine.state.hierarchy.of_user(spell(user))


def active(session: Session) -> Roles:
    """The roles whose privileges the session has."""
    mine = primary(session)
    return mine | available(session) if session.secondary_roles == "ALL" else mine


@contextmanager
def acting(session: Session, record: Record | None) -> Iterator[None]:
    """Run with the rights of an object's owner alone; None for what is the session's own. A USE ROLE inside does not outlast it."""
    if record is None:
        yield
        return
    if record.owner is None or "owner_kind" in record.extra:
        raise UnsupportedFeature("running with the rights of a database role")
    before = session.role, session.secondary_roles
    session.role, session.secondary_roles = record.owner, "NONE"
    try:
        yield
    finally:
        session.role, session.secondary_roles = before


def owns(roles: Roles, record: Record) -> bool:
    return owner(record) in roles


def keeps_its_text(roles: Roles, record: Record) -> bool:
    """Whether these roles may not read how a secure view or function is defined: only its owner's may
    (https://docs.snowflake.com/en/user-guide/views-secure#viewing-the-definition-for-secure-views,
    https://docs.snowflake.com/en/developer-guide/secure-udf-procedure)."""
    return bool(record.object.property("secure")) and not owns(roles, record)


def told(roles: Roles, record: Record) -> Record:
    """The record as lists show it: without its definition where that is kept from these roles."""
    if not keeps_its_text(roles, record):
        return record
    hidden = record.object.with_properties(handler=None, packages=None, imports=None)
    return replace(record, object=replace(hidden, definition=None)).with_extra(text=None)


def has(roles: Roles, record: Record, *privileges: str) -> bool:
    """Whether one of the roles owns the object or holds one of these privileges on it; without privileges, any at all."""
    if owner(record) in roles or record.temporary:
        return True
    for privilege, to, grantee, *_ in record.extra.get("grants", ()):
        if grantee in roles and to in TO_ROLES and (not privileges or privilege in privileges):
            return True
    return False


def may_call(session: Session, roles: Roles, routine: int) -> bool:
    """Whether the roles may use a routine; one that is temporary is its session's own."""
    record = session.engine.state.by_id.get(routine)
    return record is None or has(roles, record, "USAGE")


def reachable(session: Session, roles: Roles, name: Name) -> bool:
    """Whether the roles may go where an object is: it takes some privilege on its database and on its schema
    (https://docs.snowflake.com/en/sql-reference/sql/drop-dynamic-table#access-control-requirements)."""
    parts = name.parts
    for depth, kind in ((1, Kind.DATABASE), (2, Kind.SCHEMA)):
        if len(parts) > depth:
            container = session.find(kind, Name(parts[:depth]))
            if container is not None and not has(roles, container):
                return False
    return True


def visible(session: Session, roles: Roles, record: Record) -> bool:
    """Whether an object is there for the roles at all. A system role is for everyone; any role may be looked up."""
    if record.object.kind is Kind.ROLE or record.temporary:
        return True
    if record.object.kind is Kind.USER and record.name.name == session.user:
        return True
    return has(roles, record) and reachable(session, roles, record.name)


def sees(session: Session, record: Record) -> bool:
    """Whether an object is there for the session."""
    return visible(session, active(session), record)


def require(session: Session, record: Record, *privileges: str, roles: Roles | None = None, label: str = "Object") -> None:
    """Raise "does not exist or not authorized" for what the roles can't see, 003001 for what they see and may not do."""
    roles = active(session) if roles is None else roles
    if record.temporary:
        return
    if not reachable(session, roles, record.name):
        raise missing(record.name, label)
    if not has(roles, record, *privileges):
        raise insufficient(record) if has(roles, record) else missing(record.name, label)


def on_account(session: Session, privilege: str) -> bool:
    """Whether the session has a global privilege."""
    return privilege in session.engine.state.hierarchy.account_privileges(active(session))


def refused(text: str) -> StatementError:
    """003001: the object is known to the role, which lacks the privilege."""
    return StatementError(f"SQL access control error:\n{text}", 3001, "42501")


def insufficient(record: Record) -> StatementError:
    return refused(f"Insufficient privileges to operate on {record.object.kind} '{record.name.name}'.")


def enter(session: Session, role: str | None) -> None:
    """Begin as the session's user, in a role or else in the user's default role. Raises where the role is none of the user's."""
    user = session.find(Kind.USER, Name.of(session.user))
    if role is None and user is not None:
        role = user.object.property("default_role", "PUBLIC")
    session.role = role or session.role
    if user is not None and user.object.property("default_secondary_roles", '["ALL"]') != "[]":
        session.secondary_roles = "ALL"
    if spell(session.role) not in available(session):
        text = (
            f"Role '{session.role}' specified in the connect string does not exist or not authorized. Contact your local system "
            "administrator, or attempt to login with another role, e.g. PUBLIC."
        )
        raise StatementError(text, 390189, "08001")


def _account_roles(session: Session, roles: Roles) -> list[str]:
    found = (session.engine.state.get(Kind.ROLE.domain, Name.parse(role)) for role in sorted(roles))
    return [record.name.name for record in found if record is not None and len(record.name.parts) == 1]


def available_text(session: Session) -> str:
    """CURRENT_AVAILABLE_ROLES(): https://docs.snowflake.com/en/sql-reference/functions/current_available_roles"""
    return dumps(_account_roles(session, available(session)))


def secondary_text(session: Session) -> str:
    """CURRENT_SECONDARY_ROLES(): https://docs.snowflake.com/en/sql-reference/functions/current_secondary_roles"""
    if session.secondary_roles == "NONE":
        return dumps({"roles": "", "value": ""})
    others = [role for role in _account_roles(session, available(session)) if role != session.role]
    return dumps({"roles": ",".join(others), "value": "ALL"})
