"""ROLES, USERS, GRANTS_TO_ROLES, GRANTS_TO_USERS.

https://docs.snowflake.com/en/sql-reference/account-usage/roles, …/users, …/grants_to_roles, …/grants_to_users. A grant that was taken back
is not kept, so that these list what is granted now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from snowpact.local.account_usage.facts import AccountFacts, deleted, identity
from snowpact.local.governance.held import Held, account_grants, grants, owner
from snowpact.local.information_schema.fields import TIME, Field, View, constant, text
from snowpact.local.objects import Record
from snowpact.local.show.grants import ACCOUNT, word_of
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import BOOLEAN


@dataclass(frozen=True, slots=True)
class _Grant:
    """on: None for a privilege on the account."""

    on: Record | None
    held: Held


def _everyone(facts: AccountFacts) -> Iterator[Record]:
    """With the roles that every account has."""
    yield from facts.session.engine.state
    yield from facts.session.engine.state.dropped


def _roles(facts: Any) -> list[Record]:
    return sorted((one for one in _everyone(facts) if one.object.kind in (Kind.ROLE, Kind.DATABASE_ROLE)), key=lambda one: one.name.parts)


def _users(facts: Any) -> list[Record]:
    return sorted((one for one in _everyone(facts) if one.object.kind is Kind.USER), key=lambda one: one.name.parts)


def _granted(facts: Any, *to: str) -> Iterator[_Grant]:
    for record in sorted(facts.session.engine.state, key=lambda one: (one.object.kind.value, one.name.parts)):
        if record.owner and record.extra.get("owner_kind", "ROLE") in to:
            kind = record.extra.get("owner_kind", "ROLE")
            yield _Grant(record, Held("OWNERSHIP", kind, owner(record), True, owner(record), record.created_on))
        yield from (_Grant(record, held) for held in grants(record) if held.to in to)
        yield from (_Grant(None, held) for held in account_grants(record) if held.to in to)


def _to_roles(facts: Any) -> list[_Grant]:
    return list(_granted(facts, "ROLE", "DATABASE ROLE"))


def _to_users(facts: Any) -> list[_Grant]:
    return [one for one in _granted(facts, "USER") if one.on is not None and one.on.object.kind is Kind.ROLE]


def _part(place: int) -> Any:
    """The database or schema that the object lies in."""
    return lambda one: one.on.name.parts[place] if one.on is not None and len(one.on.name.parts) > place + 1 else None


def _setting(name: str) -> Field:
    return text(name, lambda record: record.object.property(name.lower()))


def _flag(name: str) -> Field:
    return Field(name, BOOLEAN, lambda record: bool(record.object.property(name.lower())))


_GRANTEE = text("GRANTEE_NAME", lambda one: Name.parse(one.held.grantee).name)
_BY = text("GRANTED_BY", lambda one: one.held.by)
_ON = Field("CREATED_ON", TIME, lambda one: one.held.on)
_TO = text("GRANTED_TO", lambda one: one.held.to.replace(" ", "_"))
_NEVER = Field("DELETED_ON", TIME, lambda one: None)

VIEWS = {
    "ROLES": (
        "SECURITY_VIEWER",
        View(
            _roles,
            (
                identity("ROLE_ID"), Field("CREATED_ON", TIME, lambda record: record.created_on), deleted("DELETED_ON"),
                text("NAME", lambda record: record.name.name), text("COMMENT", lambda record: record.object.comment),
                text("OWNER", lambda record: record.owner), text("ROLE_TYPE", lambda record: word_of(record.object.kind)),
                text("ROLE_DATABASE_NAME", lambda record: record.name.parts[0] if len(record.name.parts) > 1 else None),
                constant("OWNER_ROLE_TYPE", "ROLE"),
            ),
        ),
    ),
    "USERS": (
        "SECURITY_VIEWER",
        View(
            _users,
            (
                identity("USER_ID"), text("NAME", lambda record: record.name.name),
                Field("CREATED_ON", TIME, lambda record: record.created_on), deleted("DELETED_ON"),
                text("LOGIN_NAME", lambda record: record.object.property("login_name", record.name.name)),
                text("DISPLAY_NAME", lambda record: record.object.property("display_name", record.name.name)),
                *map(_setting, ("FIRST_NAME", "LAST_NAME", "EMAIL")), _flag("MUST_CHANGE_PASSWORD"), _flag("HAS_PASSWORD"),
                text("COMMENT", lambda record: record.object.comment), _flag("DISABLED"),
                *map(_setting, ("DEFAULT_WAREHOUSE", "DEFAULT_NAMESPACE", "DEFAULT_ROLE")), _flag("HAS_RSA_PUBLIC_KEY"),
                text("OWNER", lambda record: record.owner), _setting("DEFAULT_SECONDARY_ROLES"), _setting("TYPE"),
            ),
        ),
    ),
    "GRANTS_TO_ROLES": (
        "SECURITY_VIEWER",
        View(
            _to_roles,
            (
                _ON, Field("MODIFIED_ON", TIME, lambda one: one.held.on), text("PRIVILEGE", lambda one: one.held.privilege),
                text("GRANTED_ON", lambda one: word_of(one.on.object.kind) if one.on else "ACCOUNT"),
                text("NAME", lambda one: one.on.name.name if one.on else ACCOUNT),
                text("TABLE_CATALOG", _part(0)), text("TABLE_SCHEMA", _part(1)), _TO, _GRANTEE,
                Field("GRANT_OPTION", BOOLEAN, lambda one: one.held.option), _BY, _NEVER,
            ),
        ),
    ),
    "GRANTS_TO_USERS": (
        "SECURITY_VIEWER", View(_to_users, (_ON, _NEVER, text("ROLE", lambda one: one.on.name.name), _TO, _GRANTEE, _BY)),
    ),
}  # fmt: skip
