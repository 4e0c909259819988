"""SHOW and DESCRIBE of integrations, secrets, network rules and policies, and resource monitors.

https://docs.snowflake.com/en/sql-reference/sql/show-integrations, desc-integration, show-secrets, desc-secret, show-network-rules,
desc-network-rule, show-network-policies, desc-network-policy, show-resource-monitors. What is sensitive was never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local import frame
from snowpact.local.external.forms import LISTS, SENSITIVE, triggers
from snowpact.local.governance import access
from snowpact.local.information_schema.fields import NUMBER, TEXT, Field
from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    DATABASE,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA,
    Item,
    Listing,
    constant,
    objects,
    prop,
    text,
)
from snowpact.model.catalog import INTEGRATIONS, Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]

_TYPES = {Kind.API_INTEGRATION: "EXTERNAL_API", Kind.EXTERNAL_ACCESS_INTEGRATION: "EXTERNAL_ACCESS"}


def _type(item: Item) -> str:
    found = item.record.object
    provider = found.property("notification_provider")
    type_ = _TYPES.get(found.kind) or found.property("type")
    return f"{type_} - {provider}" if provider else type_


def _category(item: Item) -> str:
    return item.record.object.kind.value.removesuffix(" INTEGRATION").replace(" ", "_")


def _entries(name: str, key: str) -> Field:
    return Field(name, NUMBER, lambda item: len(item.record.object.property(key, ())))


def _percent(name: str, action: str) -> Field:
    def value(item: Item) -> str | None:
        found = [f"{percent}%" for percent, done in triggers(item.record.object.property("triggers", "")) if done == action]
        return ",".join(found) or None

    return text(name, value)


def _integrations(*kinds: Kind) -> Listing:
    fields = (
        NAME, text("type", _type), text("category", _category),
        text("enabled", lambda item: str(item.record.object.property("enabled", "TRUE")).lower()), COMMENT, CREATED,
    )  # fmt: skip
    return Listing(objects(*kinds), fields, None, account_wide=True)


_SCOPES = text("oauth_scopes", lambda item: ", ".join(item.record.object.property("oauth_scopes", ())) or None)
_PLACED = (CREATED, NAME, SCHEMA, DATABASE, OWNER, COMMENT)
_RULE = (CREATED, NAME, DATABASE, SCHEMA, OWNER, COMMENT, prop("type", "type"), prop("mode", "mode", "INGRESS"))

LISTINGS: dict[Kind | str, Listing] = {
    Kind.INTEGRATION: _integrations(*INTEGRATIONS),
    **{kind: _integrations(kind) for kind in INTEGRATIONS if kind is not Kind.INTEGRATION},
    Kind.SECRET: Listing(objects(Kind.SECRET), (*_PLACED, prop("secret_type", "type"), _SCOPES, ROLE_TYPE)),
    Kind.NETWORK_RULE: Listing(objects(Kind.NETWORK_RULE), (*_RULE, _entries("entries_in_valuelist", "value_list"), ROLE_TYPE)),
    Kind.NETWORK_POLICY: Listing(
        objects(Kind.NETWORK_POLICY),
        (
            CREATED, NAME, COMMENT, _entries("entries_in_allowed_ip_list", "allowed_ip_list"),
            _entries("entries_in_blocked_ip_list", "blocked_ip_list"),
            _entries("entries_in_allowed_network_rules", "allowed_network_rule_list"),
            _entries("entries_in_blocked_network_rules", "blocked_network_rule_list"),
        ),
        None,
        account_wide=True,
    ),
    Kind.RESOURCE_MONITOR: Listing(
        objects(Kind.RESOURCE_MONITOR),
        (
            NAME, prop("credit_quota", "credit_quota"), constant("used_credits", "0.00"), prop("remaining_credits", "credit_quota"),
            constant("level", None), prop("frequency", "frequency", "MONTHLY"), prop("start_time", "start_timestamp"),
            prop("end_time", "end_timestamp"), _percent("notify_at", "NOTIFY"), _percent("suspend_at", "SUSPEND"),
            _percent("suspend_immediately_at", "SUSPEND_IMMEDIATE"), CREATED, OWNER, COMMENT,
            text("notify_users", lambda item: ", ".join(item.record.object.property("notify_users", ()))),
        ),
        None,
        account_wide=True,
    ),
}  # fmt: skip

SECRET_FIELDS = (
    *_PLACED, prop("secret_type", "type"), prop("username", "username"), constant("oauth_access_token_expiry_time", None),
    prop("oauth_refresh_token_expiry_time", "oauth_refresh_token_expiry_time"), _SCOPES, prop("integration_name", "api_authentication"),
)  # fmt: skip
RULE_FIELDS = (*_RULE, text("value_list", lambda item: ",".join(item.record.object.property("value_list", ()))))


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def described_integration(statement: Classified, session: Session) -> Answer:
    """The properties that were given; those that an account adds of itself (its own user and external id) are not there."""
    record = frame.found(session, Kind(statement.kind), statement.name, False)
    assert record is not None
    access.require(session, record, label="Integration")
    rows = [(key.upper(), _type_of(key), _written(value), "") for key, value in record.object.properties if key not in SENSITIVE]
    columns = [(column, TEXT) for column in ("property", "property_type", "property_value", "property_default")]
    return columns, [*rows, ("COMMENT", "String", record.object.comment or "", "")]


def _type_of(key: str) -> str:
    return "Boolean" if key == "enabled" else "List" if key in LISTS else "String"


def described_network_policy(statement: Classified, session: Session) -> Answer:
    record = frame.found(session, Kind.NETWORK_POLICY, statement.name, False)
    assert record is not None
    rows = [(key.upper(), _written(value)) for key, value in record.object.properties]
    return [("name", TEXT), ("value", TEXT)], rows
