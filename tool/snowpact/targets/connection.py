"""How a Snowflake account is reached: the connector's arguments, gathered from three places.

A ``SNOWFLAKE_*`` variable beats the target's table in snowpact.toml, which beats its entry of connections.toml: what
is set for one run wins over what is kept in a file. The names of the variables are schemachange's, so that a project
that deploys with schemachange today needs no new ones; SNOWFLAKE_HOST, SNOWFLAKE_PORT and SNOWFLAKE_PROTOCOL address
the embedded server. Every other ``SNOWFLAKE_X`` is passed on when the connector has an argument ``x``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from snowpact.model.errors import InputError, InputFault

PREFIX = "SNOWFLAKE_"

_RENAMED = {
    "PRIVATE_KEY_PATH": "private_key_file",
    "PRIVATE_KEY_PASSPHRASE": "private_key_file_pwd",
    "CONNECTIONS_FILE_PATH": "connections_file",
    "DEFAULT_CONNECTION_NAME": "connection",
}
_THE_CONNECTORS_OWN = {"HOME", "CONNECTIONS"}
"""Read by the connector itself, when it looks for connections.toml."""

_NUMBERS = {"port", "login_timeout", "network_timeout", "socket_timeout"}
_SECRETS = {
    "password", "passcode", "token", "private_key", "private_key_file_pwd", "private_key_passphrase", "proxy_password",
    "oauth_client_secret", "master_token", "session_token",
}  # fmt: skip

LOGIN_SECONDS = 8
PATIENT_LOGIN_SECONDS = 120
"""Where a person has to act in a browser or on a phone, the connector's own limit for a browser."""

_PERSON = {"EXTERNALBROWSER", "USERNAME_PASSWORD_MFA", "OAUTH_AUTHORIZATION_CODE"}

_OURS = {"connection", "connections_file", "query_tag"}
_DEFAULTS: dict[str, Any] = {
    "paramstyle": "qmark",  # binds travel beside the statement: no text is interpolated, and a % needs no escape
    "platform_detection_timeout_seconds": 0,  # asks cloud metadata services which cloud this is, before each login
    "client_store_temporary_credential": True,  # one browser window a day instead of one a run
    "client_request_mfa_token": True,
    "network_timeout": 120,
}


def arguments(settings: Mapping[str, Any], environment: Mapping[str, str], known: set[str]) -> dict[str, Any]:
    """The connector's arguments for a target's ``settings``; ``known`` are the names it takes.

    Raises InputError where nothing says which account, or a value is of no use.
    """
    given = {**settings, **_from_environment(environment, known)}
    connection = given.get("connection")
    if connection is None and "account" not in given and "host" not in given:
        connection = "default"
    stored = _stored(str(connection), given.get("connections_file"), explicit="connection" in given) if connection else {}
    chosen = {**_DEFAULTS, **stored, **{key: value for key, value in given.items() if key not in _OURS}}
    if "account" not in chosen and "host" in chosen:
        chosen["account"] = str(chosen["host"]).split(".")[0]
    if "account" not in chosen:
        raise InputError("no account: set `connection` or `account` of the target in snowpact.toml, or SNOWFLAKE_ACCOUNT")
    patient = str(chosen.get("authenticator", "")).upper() in _PERSON
    chosen.setdefault("login_timeout", PATIENT_LOGIN_SECONDS if patient else LOGIN_SECONDS)
    parameters = {"QUERY_TAG": str(given.get("query_tag", "snowpact"))}
    chosen["session_parameters"] = {**parameters, **chosen.get("session_parameters", {})}
    return chosen


def _from_environment(environment: Mapping[str, str], known: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for variable, text in sorted(environment.items()):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in _THE_CONNECTORS_OWN or not text:
            continue
        key = _RENAMED.get(name, name.lower())
        if key in known | _OURS:
            found[key] = _value(variable, key, text)
    return found


def _value(variable: str, key: str, text: str) -> Any:
    try:
        if key == "session_parameters":
            return {str(name): value for name, value in dict(json.loads(text)).items()}
        return int(text) if key in _NUMBERS else text
    except (ValueError, TypeError) as error:
        wanted = "a JSON object" if key == "session_parameters" else "a whole number"
        raise InputError(f"{variable} must be {wanted}") from error


def _stored(name: str, file: str | None, explicit: bool) -> dict[str, Any]:
    """The entry ``name`` of connections.toml; nothing where there is none and nobody asked for one."""
    entries = _entries(file)
    if name in entries:
        return dict(entries[name])
    if not explicit:
        return {}
    listing = ", ".join(sorted(entries)) or "none"
    raise InputError(f"connections.toml has no connection {name!r}; it has: {listing}")


def _entries(file: str | None) -> Mapping[str, Any]:
    if file is not None:
        try:
            return tomllib.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(InputFault(f"can't be read as connections.toml: {type(error).__name__}", str(file))) from error
    from snowflake.connector.config_manager import CONFIG_MANAGER
    from snowflake.connector.errors import Error

    try:
        entries = CONFIG_MANAGER["connections"]
    except Error as error:
        raise InputError(f"connections.toml: {error.msg or error}") from error
    return entries.unwrap() if hasattr(entries, "unwrap") else entries


def redacted(text: str, arguments: Mapping[str, Any]) -> str:
    """``text`` without any secret of these arguments: a server may echo what it was sent."""
    for key in _SECRETS & set(arguments):
        secret = arguments[key]
        if isinstance(secret, str) and len(secret) > 2:
            text = text.replace(secret, "***")
    return text
