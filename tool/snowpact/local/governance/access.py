"""What the session's roles may do.

The roles in use are the primary role and, where secondary roles are in use, all others of the user, each with what it inherits; objects
are created by the primary role alone
(https://docs.snowflake.com/en/user-guide/security-access-control-overview#authorization-through-primary-role-and-secondary-roles).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.governance.held import owner
from snowpact.local.objects import Record
from snowpact.model.errors import StatementError
from snowpact.model.names import spell

if TYPE_CHECKING:
    from snowpact.local.session import Session

Roles = frozenset[str]


def primary(session: Session) -> Roles:
    """The primary role and what it inherits."""
    return session.engine.state.hierarchy.inherited(spell(session.role))


def active(session: Session) -> Roles:
    """The roles whose privileges the session has."""
    mine = primary(session)
    return mine | session.engine.state.hierarchy.of_user(spell(session.user)) if session.secondary_roles == "ALL" else mine


def owns(roles: Roles, record: Record) -> bool:
    return owner(record) in roles


def on_account(session: Session, privilege: str) -> bool:
    """Whether the session has a global privilege."""
    return privilege in session.engine.state.hierarchy.account_privileges(active(session))


def refused(text: str) -> StatementError:
    """003001: the object is known to the role, which lacks the privilege."""
    return StatementError(f"SQL access control error:\n{text}", 3001, "42501")


def insufficient(record: Record) -> StatementError:
    return refused(f"Insufficient privileges to operate on {record.object.kind} '{record.name.name}'.")
