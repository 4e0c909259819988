"""Which roles a role inherits and which a user may take on.

Privileges granted to a role are inherited by every role it is granted to; PUBLIC is everyone's
(https://docs.snowflake.com/en/user-guide/security-access-control-overview#role-hierarchy-and-privilege-inheritance).
"""

from __future__ import annotations

from collections.abc import Iterable

from snowpact.local.governance import held
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind

ROLES = (Kind.ROLE, Kind.DATABASE_ROLE)


class Hierarchy:
    """The grants of roles to roles and users, of one state. Roles are named as people write them: ``R``, ``DB.R``."""

    def __init__(self, records: Iterable[Record]):
        self._to_role: dict[str, set[str]] = {}
        self._to_user: dict[str, set[str]] = {}
        self._account: dict[str, frozenset[str]] = {}
        self._inherited: dict[str, frozenset[str]] = {}
        for record in records:
            if record.object.kind not in ROLES:
                continue
            name = str(record.name)
            self._account[name] = frozenset(item.privilege for item in held.account_grants(record))
            for item in held.grants(record):
                if item.privilege == "USAGE" and item.to != "SHARE":
                    table = self._to_user if item.to == "USER" else self._to_role
                    table.setdefault(item.grantee, set()).add(name)

    def inherited(self, role: str) -> frozenset[str]:
        """The role, all below it, and PUBLIC."""
        found = self._inherited.get(role)
        if found is None:
            seen, waiting = {role, "PUBLIC"}, [role]
            while waiting:
                new = self._to_role.get(waiting.pop(), set()) - seen
                seen |= new
                waiting += new
            found = self._inherited[role] = frozenset(seen)
        return found

    def of_user(self, user: str) -> frozenset[str]:
        """Every role that a user may use."""
        granted = self._to_user.get(user, set())
        return frozenset({"PUBLIC"}).union(*(self.inherited(role) for role in granted))

    def granted_to_user(self, user: str) -> frozenset[str]:
        return frozenset(self._to_user.get(user, ()))

    def granted_to(self, role: str) -> frozenset[str]:
        """The roles granted to a role directly."""
        return frozenset(self._to_role.get(role, ()))

    def account_privileges(self, roles: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._account.get(role, frozenset()) for role in roles))
