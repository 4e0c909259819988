"""Users' settings, and what happens elsewhere when a role or user is renamed or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.governance import held
from snowpact.local.objects import Record
from snowpact.local.parameters import NAMES, checked
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, NameSyntaxError, fold

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl

_TEXTS = frozenset(
    {
        "login_name", "display_name", "first_name", "middle_name", "last_name", "email", "days_to_expiry", "mins_to_unlock",
        "mins_to_bypass_mfa",
    }
)  # fmt: skip
_NAMES = frozenset({"default_role", "default_warehouse"})
_FLAGS = frozenset({"disabled", "must_change_password"})
_SECRETS = {"password": "has_password", "rsa_public_key": "has_rsa_public_key", "rsa_public_key_2": "has_rsa_public_key_2"}
"""Settings of which only the fact that they were given is kept."""
_TYPES = ("PERSON", "SERVICE", "LEGACY_SERVICE", "SNOWFLAKE_SERVICE")


def user(item: CatalogObject, settings: dict[str, str | None]) -> CatalogObject:
    """A user with more settings; None unsets one. Raises for what is no setting of a user's, or has an effect that the engine lacks.

    https://docs.snowflake.com/en/sql-reference/sql/create-user
    """
    values: dict[str, object] = {}
    for key, value in settings.items():
        if key in _SECRETS:
            values[_SECRETS[key]] = True if value else None
        elif key in _TEXTS or value is None:
            values[key] = value
        elif key in _NAMES:
            values[key] = _folded(value)
        elif key == "default_namespace":
            values[key] = str(Name.parse(value))
        elif key in _FLAGS:
            values[key] = True if value.upper() == "TRUE" else None
        elif key == "default_secondary_roles":
            values[key] = '["ALL"]' if "ALL" in value.upper() else "[]"
        elif key == "type" and value.upper() in _TYPES:
            values[key] = value.upper()
        elif key == "type":
            raise compilation(f"invalid value [{value}] for parameter 'TYPE'", 1008, "22023")
        elif key.upper() in NAMES:
            values[key] = checked(key.upper(), value)
        else:
            raise UnsupportedFeature(f"{key.upper()} of a user")
    return item.with_properties(**values)


def _folded(value: str) -> str:
    """A role or warehouse, given as a name or as a string."""
    try:
        return fold(value)
    except NameSyntaxError as error:
        raise compilation(str(error), 1003, "42000") from error


def follow(change: Ddl, record: Record, to: Name | None) -> None:
    """Everything that names a role or user says its new name; with None it no longer does, and what the role owned and granted passes to
    the session's role."""
    old, word, heir = str(record.name), record.object.kind.value, str(to or Name.of(change.session.role))
    for item in change.session.engine.state:
        item = change.records.get(item.id, item)
        if item.dropped_on is not None or not (item.extra or item.owner):
            continue
        after = held.renamed(item, word, old, str(to) if to else None, heir)
        if record.object.kind is not Kind.USER and held.owner(item) == old:
            after = held.owned_by(after, word if to else "ROLE", heir)
        if (after.extra, after.owner) != (item.extra, item.owner):
            change.put(after)
    change.after_commit(lambda: _leave(change, record, to))


def _leave(change: Ddl, record: Record, to: Name | None) -> None:
    """Sessions in a role that was renamed follow; in one that is gone they go on as PUBLIC [M]."""
    for session in change.session.engine.sessions:
        if record.object.kind is Kind.ROLE and session.role == record.name.name:
            session.role = to.name if to else "PUBLIC"
        if record.object.kind is Kind.USER and session.user == record.name.name and to:
            session.user = to.name
