"""What those objects name: network rules, secrets and integrations must be there, and are not dropped while they are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, missing
from snowpact.local.external.forms import KINDS, Value
from snowpact.local.governance import access
from snowpact.local.objects import DEPTH, Record, State
from snowpact.model.catalog import Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

_NAMES: dict[str, Kind] = {
    "allowed_network_rules": Kind.NETWORK_RULE,
    "allowed_network_rule_list": Kind.NETWORK_RULE,
    "blocked_network_rule_list": Kind.NETWORK_RULE,
    "allowed_authentication_secrets": Kind.SECRET,
    "allowed_api_authentication_integrations": Kind.SECURITY_INTEGRATION,
    "webhook_secret": Kind.SECRET,
    "api_authentication": Kind.SECURITY_INTEGRATION,
}
_ANY = {"ALL", "NONE"}


def completed(session: Session, settings: Mapping[str, Value]) -> dict[str, Value]:
    """The settings with the full names of what they name. Raises "does not exist or not authorized"."""
    return {key: _completed(session, _NAMES[key], value) if key in _NAMES else value for key, value in settings.items()}


def _completed(session: Session, kind: Kind, value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(str(_completed(session, kind, name)) for name in value)
    if value.upper() in _ANY:
        return value.upper()
    name = session.name(value, DEPTH.get(kind, 3))
    record = session.find(kind, name)
    if record is None or not access.sees(session, record):
        raise missing(name, kind.value.capitalize())
    return str(name)


def refuse_named(state: State, record: Record) -> None:
    """Snowflake drops no network rule that a policy or an integration has; of the others it is taken to be so [M]."""
    user = next(_users(state, record), None)
    if user is not None:
        text = f"{record.object.kind.value.capitalize()} '{record.name}' can't be dropped: {user.object} is associated with it."
        raise compilation(text, 3545, "42601")  # text and number [M]


def _users(state: State, record: Record) -> Iterator[Record]:
    for other in state:
        if other.object.kind in KINDS:
            for key, kind in _NAMES.items():
                value = other.object.property(key) if kind.domain == record.object.kind.domain else None
                if value and record.name in [Name.parse(name) for name in ((value,) if isinstance(value, str) else value)]:
                    yield other
