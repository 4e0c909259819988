"""GRANT ROLE and GRANT DATABASE ROLE: to users, to roles.

https://docs.snowflake.com/en/sql-reference/sql/grant-role, grant-database-role
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.governance import authority, granting
from snowpact.local.governance.held import Held, grants, with_grants
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.statements.grant import Grant

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.governance.granting import Grantee

_MAY_HAVE = {Kind.ROLE: ("ROLE", "USER"), Kind.DATABASE_ROLE: ("ROLE", "DATABASE ROLE", "SHARE")}


def role(change: Ddl, record: Record, to: Grantee, parsed: Grant) -> int:
    """Give a role, or take it back."""
    _check(change, record, to, parsed)
    authority.owner_in_charge(change.session, record, "Revoke" if parsed.revoke else "Grant")
    by = change.session.role
    given = Held("USAGE", to.to, to.name, False, by, change.now)
    change.put(with_grants(record, granting.changed(grants(record), given, parsed)))
    return 0


def _check(change: Ddl, record: Record, to: Grantee, parsed: Grant) -> None:
    kind = record.object.kind
    if to.to not in _MAY_HAVE[kind]:
        raise compilation(f"A {kind} can't be granted to a {to.to.lower()}.", 3042, "42601")  # text and number [M]
    if to.to == "DATABASE ROLE" and Name.parse(to.name).parent != record.name.parent:
        raise compilation("Database roles of different databases can't be granted to each other.", 3042, "42601")  # text and number [M]
    below = change.session.engine.state.hierarchy.inherited(str(record.name))
    if not parsed.revoke and to.to != "USER" and to.name in below and to.name != "PUBLIC":
        raise compilation(f"Granting role '{record.name}' to role '{to.name}' would make a cycle.", 3028, "42601")  # text and number [M]
