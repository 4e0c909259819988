"""Which properties those objects have: a table of forms, by kind and by the values that tell a kind's forms apart.

From "Required parameters" and "Optional parameters" of the CREATE page of each, https://docs.snowflake.com/en/sql-reference/sql/create-<kind>.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from snowpact.local.errors import compilation
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.cursor import Cursor
from snowpact.sql.tokens import SqlInputError

Value = str | tuple[str, ...]

SENSITIVE = frozenset({"password", "secret_string", "oauth_refresh_token", "oauth_client_secret", "api_key", "scim_token"})
"""Values that nobody is shown, and that are not kept: nothing here could use them."""


@dataclass(frozen=True, slots=True)
class Form:
    """required and optional keys; prefixes: what other optional keys begin with."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def has(self, key: str) -> bool:
        return key in self.required or key in self.optional or key.startswith(self.prefixes)


_STORAGE = ("type", "storage_provider", "enabled", "storage_allowed_locations")
_BLOCKED = ("storage_blocked_locations", "use_privatelink_endpoint")
_S3 = Form((*_STORAGE, "storage_aws_role_arn"), (*_BLOCKED, "storage_aws_external_id", "storage_aws_object_acl"))
_API = ("api_provider", "api_allowed_prefixes", "enabled")
_API_OPTIONAL = ("api_blocked_prefixes", "api_key")
_AWS = Form((*_API, "api_aws_role_arn"), _API_OPTIONAL)
_QUEUE = ("type", "enabled", "notification_provider")
_NETWORK_RULE = Form(("type", "value_list"), ("mode",))

_PASSWORD = {
    "password_min_length": (8, 256), "password_max_length": (8, 256), "password_min_upper_case_chars": (0, 256),
    "password_min_lower_case_chars": (0, 256), "password_min_numeric_chars": (0, 256), "password_min_special_chars": (0, 256),
    "password_min_age_days": (0, 999), "password_max_age_days": (0, 999), "password_max_retries": (1, 10),
    "password_lockout_time_mins": (1, 999), "password_history": (0, 24),
}  # fmt: skip
"""The least and the most of each (https://docs.snowflake.com/en/sql-reference/sql/create-password-policy#optional-parameters)."""
_SESSION = ("session_idle_timeout_mins", "session_ui_idle_timeout_mins", "allowed_secondary_roles", "blocked_secondary_roles")
_AUTHENTICATION = (
    "authentication_methods", "mfa_authentication_methods", "mfa_enrollment", "mfa_policy", "client_types", "client_policy",
    "security_integrations", "pat_policy", "workload_identity_policy",
)  # fmt: skip

TOLD_BY: dict[Kind, tuple[str, ...]] = {
    Kind.STORAGE_INTEGRATION: ("storage_provider",),
    Kind.API_INTEGRATION: ("api_provider",),
    Kind.NOTIFICATION_INTEGRATION: ("type", "notification_provider"),
    Kind.SECURITY_INTEGRATION: ("type",),
    Kind.SECRET: ("type",),
    Kind.NETWORK_RULE: ("type",),
}
"""The keys whose values say which form of its kind an object has."""

FORMS: dict[Kind, dict[tuple[str, ...], Form]] = {
    Kind.STORAGE_INTEGRATION: {
        **dict.fromkeys((("S3",), ("S3GOV",), ("S3CHINA",)), _S3),
        ("GCS",): Form(_STORAGE, _BLOCKED),
        ("AZURE",): Form((*_STORAGE, "azure_tenant_id"), _BLOCKED),
    },
    Kind.API_INTEGRATION: {
        **dict.fromkeys(
            (("AWS_API_GATEWAY",), ("AWS_PRIVATE_API_GATEWAY",), ("AWS_GOV_API_GATEWAY",), ("AWS_GOV_PRIVATE_API_GATEWAY",)), _AWS
        ),
        ("AZURE_API_MANAGEMENT",): Form((*_API, "azure_tenant_id", "azure_ad_application_id"), _API_OPTIONAL),
        ("GOOGLE_API_GATEWAY",): Form((*_API, "google_audience"), _API_OPTIONAL),
        ("GIT_HTTPS_API",): Form(
            _API, ("api_blocked_prefixes", "allowed_authentication_secrets", "api_user_authentication", "use_privatelink_endpoint")
        ),
    },
    Kind.NOTIFICATION_INTEGRATION: {
        ("EMAIL",): Form(("type", "enabled"), ("allowed_recipients", "default_recipients", "default_subject")),
        ("WEBHOOK",): Form(("type", "enabled", "webhook_url"), ("webhook_secret", "webhook_body_template", "webhook_headers")),
        ("QUEUE", "AWS_SNS"): Form((*_QUEUE, "direction", "aws_sns_topic_arn", "aws_sns_role_arn")),
        ("QUEUE", "GCP_PUBSUB"): Form(_QUEUE, ("direction", "gcp_pubsub_subscription_name", "gcp_pubsub_topic_name")),
        ("QUEUE", "AZURE_STORAGE_QUEUE"): Form(
            (*_QUEUE, "azure_storage_queue_primary_uri", "azure_tenant_id"), ("direction", "use_privatelink_endpoint")
        ),
        ("QUEUE", "AZURE_EVENT_GRID"): Form((*_QUEUE, "direction", "azure_event_grid_topic_endpoint", "azure_tenant_id")),
    },
    Kind.SECURITY_INTEGRATION: {
        ("EXTERNAL_OAUTH",): Form(
            ("type", "enabled", "external_oauth_type", "external_oauth_issuer", "external_oauth_token_user_mapping_claim",
             "external_oauth_snowflake_user_mapping_attribute"), ("network_policy",), ("external_oauth_",)
        ),
        ("OAUTH",): Form(("type", "oauth_client"), ("enabled", "network_policy", "blocked_roles_list", "pre_authorized_roles_list",
                                                     "use_privatelink_for_authorization_endpoint"), ("oauth_",)),
        ("SAML2",): Form(("type", "enabled"), ("allowed_user_domains", "allowed_email_patterns"), ("saml2_",)),
        ("SCIM",): Form(("type", "scim_client", "run_as_role"), ("enabled", "network_policy", "sync_password")),
        ("API_AUTHENTICATION",): Form(("type", "auth_type", "enabled"), ("aws_role_arn", "google_audience"), ("oauth_", "azure_")),
    },
    Kind.EXTERNAL_ACCESS_INTEGRATION: {
        (): Form(
            ("allowed_network_rules", "enabled"), ("allowed_api_authentication_integrations", "allowed_authentication_secrets")
        ),
    },
    Kind.SECRET: {
        ("PASSWORD",): Form(("type", "username", "password")),
        ("GENERIC_STRING",): Form(("type", "secret_string")),
        ("OAUTH2",): Form(("type", "api_authentication"), ("oauth_scopes", "oauth_refresh_token", "oauth_refresh_token_expiry_time")),
        ("CLOUD_PROVIDER_TOKEN",): Form(("type", "api_authentication")),
        ("SYMMETRIC_KEY",): Form(("type", "algorithm")),
    },
    Kind.NETWORK_RULE: dict.fromkeys(
        (("IPV4",), ("AWSVPCEID",), ("AZURELINKID",), ("GCPPSCID",), ("HOST_PORT",), ("PRIVATE_HOST_PORT",)), _NETWORK_RULE
    ),
    Kind.NETWORK_POLICY: {
        (): Form((), ("allowed_network_rule_list", "blocked_network_rule_list", "allowed_ip_list", "blocked_ip_list")),
    },
    Kind.PASSWORD_POLICY: {(): Form((), tuple(_PASSWORD))},
    Kind.SESSION_POLICY: {(): Form((), _SESSION)},
    Kind.AUTHENTICATION_POLICY: {(): Form((), _AUTHENTICATION)},
    Kind.RESOURCE_MONITOR: {
        (): Form((), ("credit_quota", "frequency", "start_timestamp", "end_timestamp", "notify_users", "triggers")),
    },
}  # fmt: skip
KINDS = tuple(FORMS)
POLICIES = (Kind.PASSWORD_POLICY, Kind.SESSION_POLICY, Kind.AUTHENTICATION_POLICY)
"""What says how people log in, which nobody does here."""

LISTS = frozenset(
    {
        "storage_allowed_locations", "storage_blocked_locations", "api_allowed_prefixes", "api_blocked_prefixes", "allowed_recipients",
        "default_recipients", "allowed_network_rules", "allowed_api_authentication_integrations", "allowed_authentication_secrets",
        "allowed_network_rule_list", "blocked_network_rule_list", "allowed_ip_list", "blocked_ip_list", "value_list", "notify_users",
        "oauth_scopes", "allowed_secondary_roles", "blocked_secondary_roles", "authentication_methods", "mfa_authentication_methods",
        "client_types", "security_integrations",
    }
)  # fmt: skip
_WORDS = frozenset(
    {*(key for keys in TOLD_BY.values() for key in keys), "mode", "direction", "frequency", "enabled", "algorithm", "mfa_enrollment"}
)
"""Keys whose values are words, in any case."""

_ONE_OF: dict[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.STORAGE_INTEGRATION, "type"): ("EXTERNAL_STAGE",),
    (Kind.NETWORK_RULE, "mode"): ("INGRESS", "INTERNAL_STAGE", "EGRESS"),
    (Kind.RESOURCE_MONITOR, "frequency"): ("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"),
    (Kind.NOTIFICATION_INTEGRATION, "direction"): ("INBOUND", "OUTBOUND"),
    (Kind.SECRET, "algorithm"): ("GENERIC",),
    **{(kind, "enabled"): ("TRUE", "FALSE") for kind in KINDS},
}


def values(given: Mapping[str, str]) -> dict[str, Value]:
    """Settings as they are kept: lists as tuples, words upper-case; of what is sensitive, only that it was given."""
    found: dict[str, Value] = {}
    for key, text in given.items():
        if key in SENSITIVE:
            found[key] = "******"
        else:
            found[key] = _listed(text) if key in LISTS and text.startswith("(") else text.upper() if key in _WORDS else text
    return found


def _listed(text: str) -> tuple[str, ...]:
    cursor = Cursor(text)
    cursor.expect("(")
    found: list[str] = []
    while not cursor.accept(")"):
        found.append(cursor.string() if cursor.kind == "string" else cursor.name())
        cursor.accept(",")
    return tuple(found)


def check(kind: Kind, settings: Mapping[str, Value]) -> None:
    """Raise for a property that the object's form does not have or lacks, or for a value that it can't have. Numbers [M]."""
    told = tuple(str(settings[key]) for key in TOLD_BY.get(kind, ()) if key in settings)
    form = FORMS[kind].get(told)
    if form is None:
        key = TOLD_BY[kind][max(len(told) - 1, 0)]
        if not told:
            raise missing_property(kind, key)
        raise invalid(kind, key, str(settings[key]))
    for key in settings:
        if not form.has(key):
            raise compilation(f"invalid property '{key.upper()}' for '{kind.value}'", 1422, "22023")
    for key in form.required:
        if not settings.get(key):
            raise missing_property(kind, key)
    for key, value in settings.items():
        if (kind, key) in _ONE_OF and value not in _ONE_OF[kind, key]:
            raise invalid(kind, key, str(value))
    _CHECKS.get(kind, lambda settings: None)(settings)


def missing_property(kind: Kind, key: str):
    return compilation(f"Missing option(s): [{key.upper()}]", 2029, "42601")


def invalid(kind: Kind, key: str, value: str):
    return compilation(f"invalid value [{value}] for parameter '{key.upper()}'", 1008, "22023")


def _network_rule(settings: Mapping[str, Value]) -> None:
    """A host is gone out to; other types come in (https://docs.snowflake.com/en/sql-reference/sql/create-network-rule)."""
    type_, mode = settings["type"], settings.get("mode", "INGRESS")
    if (mode == "EGRESS") != (type_ in ("HOST_PORT", "PRIVATE_HOST_PORT")) and type_ != "IPV4":
        raise compilation(f"Network rules of type {type_} can't have the mode {mode}.", 1008, "22023")  # text [M]
    if type_ == "IPV4":
        _addresses(settings, "value_list")


def _addresses(settings: Mapping[str, Value], *keys: str) -> None:
    for key in keys:
        for address in settings.get(key, ()):
            try:
                ipaddress.ip_network(address, strict=False)
            except ValueError:
                raise invalid(Kind.NETWORK_POLICY, key, address) from None


def _network_policy(settings: Mapping[str, Value]) -> None:
    _addresses(settings, "allowed_ip_list", "blocked_ip_list")


def _password_policy(settings: Mapping[str, Value]) -> None:
    for key, (least, most) in _PASSWORD.items():
        value = settings.get(key, str(least))
        if not str(value).isdigit() or not least <= int(str(value)) <= most:
            raise invalid(Kind.PASSWORD_POLICY, key, str(value))


def _session_policy(settings: Mapping[str, Value]) -> None:
    for key in _SESSION[:2]:
        if not str(settings.get(key, "0")).isdigit():
            raise invalid(Kind.SESSION_POLICY, key, str(settings[key]))


def _resource_monitor(settings: Mapping[str, Value]) -> None:
    """FREQUENCY and START_TIMESTAMP go together (https://docs.snowflake.com/en/sql-reference/sql/create-resource-monitor)."""
    if ("frequency" in settings) != ("start_timestamp" in settings):
        raise compilation("FREQUENCY and START_TIMESTAMP must be set together.", 1420, "42601")  # text [M]
    if not str(settings.get("credit_quota", "0")).isdigit():
        raise invalid(Kind.RESOURCE_MONITOR, "credit_quota", str(settings["credit_quota"]))
    triggers(str(settings.get("triggers", "")))


def triggers(text: str) -> list[tuple[int, str]]:
    """``ON 75 PERCENT DO NOTIFY ON 100 PERCENT DO SUSPEND``: (percent, what is done)."""
    cursor = Cursor(text)
    found = []
    try:
        while not cursor.done:
            cursor.expect("ON")
            percent = cursor.integer()
            cursor.expect("PERCENT")
            cursor.expect("DO")
            found.append((percent, cursor.expect("SUSPEND_IMMEDIATE", "SUSPEND", "NOTIFY")))
    except SqlInputError:
        raise invalid(Kind.RESOURCE_MONITOR, "triggers", text) from None
    return found


_CHECKS: dict[Kind, Callable[[Mapping[str, Value]], None]] = {
    Kind.NETWORK_RULE: _network_rule,
    Kind.NETWORK_POLICY: _network_policy,
    Kind.RESOURCE_MONITOR: _resource_monitor,
    Kind.PASSWORD_POLICY: _password_policy,
    Kind.SESSION_POLICY: _session_policy,
}


def refuse_parts(kind: Kind, **parts: object) -> None:
    """Raise for parts of a CREATE that are not carried out."""
    for name, given in parts.items():
        if given:
            raise UnsupportedFeature(f"CREATE {kind.value} … {name.upper()}")
