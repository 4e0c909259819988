"""What a client is told when it logs in: its session, its context, its parameters."""

from __future__ import annotations

from typing import Any

from snowpact.local.server.sessions import ClientSession

SERVER_VERSION = "10.0.0"
SESSION_HOURS, MASTER_HOURS = 1, 4

PARAMETERS: dict[str, Any] = {
    "CLIENT_RESULT_CHUNK_SIZE": 160,
    "CLIENT_SESSION_KEEP_ALIVE": False,
    "CLIENT_TELEMETRY_ENABLED": False,  # there is nobody to send it to
    "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD": 0,  # array binds come with the request, not over a stage
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "ARROW",
}


def login_data(client: ClientSession) -> dict[str, Any]:
    session = client.session
    told = {key: session.parameters[key] for key in ("AUTOCOMMIT", "TIMEZONE")}
    parameters = {**PARAMETERS, **told, **{key: value for key, value in session.parameters.own.items() if key in PARAMETERS}}
    return {
        "token": client.token,
        "validityInSeconds": SESSION_HOURS * 3600,
        "masterToken": client.master_token,
        "masterValidityInSeconds": MASTER_HOURS * 3600,
        "sessionId": session.id,
        "displayUserName": session.user,
        "serverVersion": SERVER_VERSION,
        "firstLogin": False,
        "healthCheckInterval": 45,
        "parameters": [{"name": key, "value": value} for key, value in parameters.items()],
        "sessionInfo": {
            "databaseName": session.database,
            "schemaName": session.schema,
            "warehouseName": session.warehouse,
            "roleName": session.role,
        },
    }
