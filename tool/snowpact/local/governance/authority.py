"""Who may grant and revoke, and in whose name.

The owner; a role that holds the privilege WITH GRANT OPTION; or one with MANAGE GRANTS, which acts in the owner's name. In a schema WITH
MANAGED ACCESS the schema's owner decides instead of the objects' owners
(https://docs.snowflake.com/en/user-guide/security-access-control-overview#managed-access-schemas,
https://docs.snowflake.com/en/sql-reference/sql/grant-privilege#access-control-requirements).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.governance import access
from snowpact.local.governance.held import account_grants, grants, owner
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session


def grantor(session: Session, record: Record, privilege: str, word: str = "Grant") -> str:
    """The role that a grant of a privilege on the record comes from. Raises 003001 where the session may not give it."""
    roles = access.active(session)
    schema = _managed_schema(session, record)
    if access.owns(roles, schema or record) or access.on_account(session, "MANAGE GRANTS"):
        return owner(record)
    for held in grants(record):
        if held.option and held.to in access.TO_ROLES and held.grantee in roles and held.privilege == privilege and schema is None:
            return held.grantee
    raise _refused(word)


def owner_in_charge(session: Session, record: Record, word: str = "Grant") -> None:
    """Raise where the session may not give the object away."""
    in_charge = _managed_schema(session, record) or record
    if not access.owns(access.active(session), in_charge) and not access.on_account(session, "MANAGE GRANTS"):
        raise _refused(word)


def account_grantor(session: Session, privilege: str, word: str = "Grant") -> str:
    """The same for a privilege on the account: it takes MANAGE GRANTS, or the privilege with its grant option."""
    if access.on_account(session, "MANAGE GRANTS"):
        return "ACCOUNTADMIN"
    roles = access.active(session)
    for record in session.engine.state:
        mine = record.object.kind is Kind.ROLE and str(record.name) in roles
        if mine and any(held.option and held.privilege == privilege for held in account_grants(record)):
            return str(record.name)
    raise _refused(word)


def future_grantor(session: Session, container: Record, word: str = "Grant") -> str:
    """Future grants on a database take MANAGE GRANTS; on a schema also its ownership where it has managed access
    (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege#access-control-requirements)."""
    managed = container.object.kind is Kind.SCHEMA and container.object.property("managed_access")
    if access.on_account(session, "MANAGE GRANTS") or (managed and access.owns(access.active(session), container)):
        return owner(container)
    raise _refused(word)


def _managed_schema(session: Session, record: Record) -> Record | None:
    """The schema with managed access that holds an object."""
    if len(record.name.parts) < 3:
        return None
    schema = session.find(Kind.SCHEMA, Name(record.name.parts[:2]))
    return schema if schema is not None and schema.object.property("managed_access") else None


def _refused(word: str) -> StatementError:
    return access.refused(f"{word} not executed: Insufficient privileges.")
