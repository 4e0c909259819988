"""GRANT OWNERSHIP: https://docs.snowflake.com/en/sql-reference/sql/grant-ownership. It is transferred, never revoked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.governance import authority
from snowpact.local.governance.held import grants, owned_by, owner, with_grants
from snowpact.local.objects import Record
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.statements.grant import Grant

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.governance.granting import Grantee


def transfer(change: Ddl, record: Record, to: Grantee, parsed: Grant) -> None:
    """Give an object to another role. What others were granted is copied or revoked; where neither is said, it is in the way."""
    if parsed.revoke:
        raise compilation("OWNERSHIP privilege can't be revoked: it can only be transferred.", 3043, "42601")  # text and number [M]
    if len(parsed.privileges) > 1:
        raise compilation("OWNERSHIP can't be granted together with other privileges.", 3042, "42601")  # text and number [M]
    if to.to not in ("ROLE", "DATABASE ROLE"):
        raise UnsupportedFeature(f"ownership by a {to.to.lower()}")
    authority.owner_in_charge(change.session, record)
    record = change.records.get(record.id, record)
    held = grants(record)
    outbound = [item for item in held if item.by == owner(record) and item.grantee != to.name]
    if outbound and not parsed.current_grants:
        raise _dependent(record, outbound[0].privilege, outbound[0].grantee)
    if parsed.current_grants == "REVOKE":
        held = []
    else:
        held = [replace(item, by=to.name if item.by == owner(record) else item.by) for item in held if item.grantee != to.name]
    change.put(owned_by(with_grants(record, held), to.to, to.name))


def _dependent(record: Record, privilege: str, role: str) -> StatementError:
    text = (
        f"SQL execution error: Dependent grant of privilege '{privilege}' on securable '{record.name}' to role '{role}' exists. "
        "It must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them. To revoke all "
        "dependent grants while transferring object ownership, use convenience command 'GRANT OWNERSHIP ON <target_objects> TO "
        "<target_role> REVOKE CURRENT GRANTS'."
    )
    return StatementError(text, 3036, "23001")
