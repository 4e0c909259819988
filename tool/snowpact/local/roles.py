"""The roles, the user and the database SNOWFLAKE that every account has. They are records like any other, with ids below zero, kept in
the file once they change. Nobody owns the database, which lists leave out; what its roles open here is ACCOUNT_USAGE.

https://docs.snowflake.com/en/user-guide/security-access-control-overview#system-defined-roles,
https://docs.snowflake.com/en/sql-reference/snowflake-db-roles
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from snowpact.local.governance.access import SYSTEM_USER
from snowpact.local.governance.held import Held, with_account, with_grants
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.model.privileges import ACCOUNT

_ROLES: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "ACCOUNTADMIN": ("Account administrator can manage all aspects of the account.", None, tuple(sorted(ACCOUNT))),
    "ORGADMIN": ("Organization administrator can manage organization objects.", None, ()),
    "PUBLIC": ("Public role is automatically available to every user in the account.", None, ()),
    "SECURITYADMIN": ("Security administrator can manage security aspects", "ACCOUNTADMIN", ("MANAGE GRANTS", "CREATE NETWORK POLICY")),
    "SYSADMIN": ("System administrator can create databases, warehouses", "ACCOUNTADMIN", ("CREATE DATABASE", "CREATE WAREHOUSE")),
    "USERADMIN": ("User administrator can create and manage users and roles", "SECURITYADMIN", ("CREATE ROLE", "CREATE USER")),
}  # fmt: skip
"""By name: comment, the role it is granted to, its privileges on the account."""

BUILT_IN = tuple(_ROLES)

PROVIDED = Name.of("SNOWFLAKE")
_PUBLICLY = ("CORE_VIEWER", "CORTEX_USER")
"""The database roles that PUBLIC has from the start."""
_DATABASE_ROLES = (
    "OBJECT_VIEWER", "USAGE_VIEWER", "GOVERNANCE_VIEWER", "SECURITY_VIEWER", *_PUBLICLY, "ALERT_VIEWER", "CLASSIFICATION_ADMIN",
    "COPILOT_USER", "CORTEX_EMBED_USER", "DATA_METRIC_USER", "DATA_QUALITY_MONITORING_ADMIN", "DATA_QUALITY_MONITORING_LOOKUP",
    "DATA_QUALITY_MONITORING_VIEWER", "DOCUMENT_INTELLIGENCE_CREATOR", "EVENTS_ADMIN", "EVENTS_VIEWER", "ML_USER", "MONITORING_VIEWER",
    "ORGANIZATION_ACCOUNTS_VIEWER", "ORGANIZATION_BILLING_VIEWER", "ORGANIZATION_USAGE_VIEWER", "READER_USAGE_VIEWER",
)  # fmt: skip
"""In the order of their ids, to whose end new ones come."""


def system_records(now: datetime) -> list[Record]:
    """What is there before anybody makes anything."""
    records = [_role(-number, name, now) for number, name in enumerate(BUILT_IN, start=1)]
    settings = properties(login_name=SYSTEM_USER, display_name=SYSTEM_USER, default_role="ACCOUNTADMIN", default_secondary_roles="[]")
    user = Record(-1 - len(records), CatalogObject(Kind.USER, Name.of(SYSTEM_USER), properties=settings), now, "ACCOUNTADMIN")
    return [*records, user, *_provided(user.id - 1, now)]


def _provided(id_: int, now: datetime) -> Iterator[Record]:
    database = Record(id_, CatalogObject(Kind.DATABASE, PROVIDED), now)
    yield with_grants(database, [Held("IMPORTED PRIVILEGES", "ROLE", "ACCOUNTADMIN", True, "", now)])
    for number, name in enumerate(_DATABASE_ROLES, start=1):
        role = Record(id_ - number, CatalogObject(Kind.DATABASE_ROLE, PROVIDED.child(name)), now)
        yield with_grants(role, [Held("USAGE", "ROLE", "PUBLIC", False, "", now)] if name in _PUBLICLY else [])


def _role(id_: int, name: str, now: datetime) -> Record:
    comment, above, privileges = _ROLES[name]
    record = Record(id_, CatalogObject(Kind.ROLE, Name.of(name), comment=comment), now)
    record = with_account(record, (Held(privilege, "ROLE", name, True, "", now) for privilege in privileges))
    granted = [Held("USAGE", "ROLE", above, False, "", now)] if above else []
    if name in ("ACCOUNTADMIN", "ORGADMIN"):
        granted.append(Held("USAGE", "USER", SYSTEM_USER, False, "", now))
    return with_grants(record, granted)
