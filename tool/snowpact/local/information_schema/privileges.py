"""OBJECT_PRIVILEGES, TABLE_PRIVILEGES, USAGE_PRIVILEGES, APPLICABLE_ROLES, ENABLED_ROLES.

https://docs.snowflake.com/en/sql-reference/info-schema/object_privileges, table_privileges, usage_privileges, applicable_roles,
enabled_roles
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from snowpact.local.facts import Facts, of_kind
from snowpact.local.governance.held import Held, grants, owner
from snowpact.local.information_schema.fields import TIME, Field, View, absent, flag, text
from snowpact.local.objects import Record
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.names import Name


@dataclass(frozen=True, slots=True)
class _Granted:
    record: Record
    held: Held

    def part(self, index: int) -> str | None:
        parts = self.record.name.parts
        return parts[index] if index < len(parts) - 1 else None


def owned(record: Record) -> Held:
    """The owner's OWNERSHIP as a grant."""
    return Held("OWNERSHIP", record.extra.get("owner_kind", "ROLE"), owner(record), True, owner(record), record.created_on)


_IN_DATABASE = frozenset(Kind) - {Kind.ROLE, Kind.USER, Kind.WAREHOUSE, Kind.SHARE}


def _granted(kinds: Collection[Kind], privileges: Collection[str] | None = None) -> Callable[[Facts, str], list[_Granted]]:
    """What is granted on the objects of a database that are of these kinds; of some privileges alone where they are given."""

    def items(facts: Facts, database: str) -> list[_Granted]:
        inside = of_kind(facts, kinds, database)
        found = [_Granted(record, held) for record in inside if record.owner for held in (owned(record), *grants(record))]
        return [item for item in found if privileges is None or item.held.privilege in privileges]

    return items


def _name(item: _Granted) -> str:
    return item.record.name.name


def _fields(prefix: str, *last: Field, typed: bool) -> tuple[Field, ...]:
    kind = (text("OBJECT_TYPE", lambda item: item.record.object.kind.value),) if typed else ()
    return (
        text("GRANTOR", lambda item: item.held.by),
        text("GRANTEE", lambda item: Name.parse(item.held.grantee).name),
        text("GRANTED_TO", lambda item: item.held.to.replace(" ", "_")),
        text(f"{prefix}_CATALOG", lambda item: item.part(0)),
        text(f"{prefix}_SCHEMA", lambda item: item.part(1)),
        text(f"{prefix}_NAME", _name),
        *kind,
        text("PRIVILEGE_TYPE", lambda item: item.held.privilege),
        flag("IS_GRANTABLE", lambda item: item.held.option),
        *last,
        Field("CREATED", TIME, lambda item: item.held.on),
    )


@dataclass(frozen=True, slots=True)
class _RoleGrant:
    grantee: str
    role: Record


def _applicable(facts: Facts, database: str) -> list[_RoleGrant]:
    """One row for each grant of a role that the user may take on."""
    roles = [record for record in of_kind(facts, {Kind.ROLE}) if str(record.name) in facts.available_roles()]
    return [_RoleGrant(held.grantee, role) for role in roles for held in grants(role)]


def _enabled(facts: Facts, database: str) -> list[Record]:
    return [record for record in of_kind(facts, {Kind.ROLE}) if str(record.name) in facts.enabled_roles()]


VIEWS = {
    "OBJECT_PRIVILEGES": View(_granted(_IN_DATABASE), _fields("OBJECT", typed=True)),
    "TABLE_PRIVILEGES": View(_granted(RELATIONS), _fields("TABLE", *absent("WITH_HIERARCHY"), typed=False)),
    "USAGE_PRIVILEGES": View(_granted(_IN_DATABASE, ("USAGE", "OWNERSHIP")), _fields("OBJECT", typed=True)),
    "APPLICABLE_ROLES": View(
        _applicable,
        (
            text("GRANTEE", lambda item: item.grantee),
            text("ROLE_NAME", lambda item: item.role.name.name),
            text("ROLE_OWNER", lambda item: item.role.owner),
            flag("IS_GRANTABLE", lambda item: False),
        ),
    ),
    "ENABLED_ROLES": View(
        _enabled, (text("ROLE_NAME", lambda record: record.name.name), text("ROLE_OWNER", lambda record: record.owner))
    ),
}
