"""SHOW ROLES, DATABASE ROLES, USERS.

https://docs.snowflake.com/en/sql-reference/sql/show-roles, show-database-roles, show-users
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowpact.local import frame
from snowpact.local.facts import SessionFacts
from snowpact.local.governance.access import primary
from snowpact.local.governance.held import grants
from snowpact.local.information_schema.fields import TEXT, Field
from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    CURRENT,
    NAME,
    OWNER,
    ROLE_TYPE,
    Item,
    Listing,
    constant,
    letter,
    numeric,
    objects,
    prop,
    text,
)
from snowpact.model.catalog import Kind
from snowpact.model.names import Name, spell
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session


def _is_default(item: Item) -> bool:
    user = item.session.find(Kind.USER, Name.of(item.session.user))
    return user is not None and user.object.property("default_role") == item.record.name.name


def _is_inherited(item: Item) -> bool:
    return str(item.record.name) in primary(item.session) - {spell(item.session.role)}


def _count(to: str) -> Callable[[Item], int]:
    return lambda item: sum(held.to == to for held in grants(item.record))


def _granted(kind: Kind) -> Callable[[Item], int]:
    """How many roles of a kind are granted to this one."""

    def count(item: Item) -> int:
        state = item.session.engine.state
        names = state.hierarchy.granted_to(str(item.record.name))
        return sum(state.get(kind.value, Name.parse(name)) is not None for name in names)

    return count


def _flag(name: str, key: str) -> Field:
    return letter(name, lambda item: item.record.object.property(key), ("true", "false"))


def _setting(key: str, default: Any = "") -> Field:
    return prop(key, key, default)


_USER = (
    NAME, CREATED,
    text("login_name", lambda item: item.record.object.property("login_name", item.record.name.name)),
    text("display_name", lambda item: item.record.object.property("display_name", item.record.name.name)),
    _setting("first_name"), _setting("last_name"), _setting("email"), _setting("mins_to_unlock"), _setting("days_to_expiry"), COMMENT,
    _flag("disabled", "disabled"), _flag("must_change_password", "must_change_password"), constant("snowflake_lock", "false"),
    _setting("default_warehouse"), _setting("default_namespace"), _setting("default_role"), _setting("default_secondary_roles", '["ALL"]'),
    constant("ext_authn_duo", "false"), constant("ext_authn_uid", ""), _setting("mins_to_bypass_mfa"), OWNER,
    constant("last_success_login", None), constant("expires_at_time", None), constant("locked_until_time", None),
    _flag("has_password", "has_password"), _flag("has_rsa_public_key", "has_rsa_public_key"),
    _setting("type"), constant("has_mfa", "false"),
)  # fmt: skip

LISTINGS: dict[Kind | str, Listing] = {
    Kind.ROLE: Listing(
        objects(Kind.ROLE),
        (
            CREATED, NAME, letter("is_default", _is_default), CURRENT, letter("is_inherited", _is_inherited),
            numeric("assigned_to_users", _count("USER")), numeric("granted_to_roles", _count("ROLE")),
            numeric("granted_roles", _granted(Kind.ROLE)), OWNER, COMMENT,
        ),
        account_wide=True,
    ),
    Kind.DATABASE_ROLE: Listing(
        objects(Kind.DATABASE_ROLE),
        (
            CREATED, NAME, letter("is_default", lambda item: False), letter("is_current", lambda item: False),
            letter("is_inherited", _is_inherited), numeric("granted_to_roles", _count("ROLE")),
            numeric("granted_to_database_roles", _count("DATABASE ROLE")), numeric("granted_database_roles", _granted(Kind.DATABASE_ROLE)),
            OWNER, COMMENT, ROLE_TYPE,
        ),
        bare_scope=Kind.DATABASE,
    ),
    Kind.USER: Listing(
        objects(Kind.USER), _USER, terse=("name", "created_on", "display_name", "first_name", "last_name", "email"), account_wide=True
    ),
}  # fmt: skip


_DEFAULTS = {"default_secondary_roles": '["ALL"]', "disabled": "false", "must_change_password": "false"}


def described_user(statement: Classified, session: Session) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """property, value, default, description of what SHOW USERS knows (https://docs.snowflake.com/en/sql-reference/sql/desc-user)."""
    record = frame.found(session, Kind.USER, statement.name, False)
    assert record is not None
    item = Item(record, session, SessionFacts(session))
    columns = [(column, TEXT) for column in ("property", "value", "default", "description")]
    told = [field for field in _USER if field.name not in {"created_on", "owner"}]
    rows = [(field.name.upper(), str(field.value(item) or "null"), _DEFAULTS.get(field.name, "null"), "") for field in told]
    return columns, rows
