"""The routes: login, query, session, abort, monitoring.

Whoever reaches the port is let in: it is bound to this machine's loopback, and requests whose Host or content type a browser's page
could forge are refused.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from snowpact.local.engine import Engine
from snowpact.local.governance.access import enter
from snowpact.local.server import queries
from snowpact.local.server.login import MASTER_HOURS, SESSION_HOURS, login_data
from snowpact.local.server.sessions import ClientSession, ClientSessions
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import NameSyntaxError, fold
from snowpact.sql.literals import string_constant


class _Refused(Exception):
    """A request that is answered with an error of the protocol, not of a statement."""

    def __init__(self, status: int, code: str, message: str):
        self.status, self.code, self.message = status, code, message


def create_app(engine: Engine) -> Starlette:
    """The ASGI application; ``app.state.clients`` holds its sessions."""
    server = _Server(engine)
    routes = [
        Route("/session/v1/login-request", server.endpoint(server.login), methods=["POST"]),
        Route("/session/token-request", server.endpoint(server.renew), methods=["POST"]),
        Route("/session/heartbeat", server.endpoint(server.heartbeat), methods=["POST"]),
        Route("/session", server.endpoint(server.logout), methods=["POST"]),
        Route("/queries/v1/query-request", server.endpoint(server.query), methods=["POST"]),
        Route("/queries/v1/abort-request", server.endpoint(server.abort), methods=["POST"]),
        Route("/queries/{query_id}/result", server.endpoint(server.result), methods=["GET"]),
        Route("/queries/{query_id}/abort-request", server.endpoint(server.abort_query), methods=["POST"]),
        Route("/monitoring/queries/{query_id}", server.endpoint(server.monitor), methods=["GET"]),
        Route("/telemetry/send", server.endpoint(server.telemetry), methods=["POST"]),
        Route("/telemetry/send/sessionless", server.endpoint(server.telemetry), methods=["POST"]),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "[::1]"])
    app = Starlette(routes=routes, middleware=[hosts])
    app.state.clients = server.clients
    return app


class _Call:
    """A request as a handler needs it."""

    def __init__(self, request: Request, body: dict[str, Any]):
        self.query = request.query_params
        self.path = request.path_params
        self.body = body
        header = request.headers.get("authorization", "")
        self.token = header.partition('Token="')[2].rstrip('"') or None


class _Server:
    def __init__(self, engine: Engine):
        self.engine = engine
        self.clients = ClientSessions()
        self._connecting = threading.Lock()

    def endpoint(self, handle: Callable[[_Call], dict[str, Any]]) -> Callable[[Request], Any]:
        """A route's function: body read and checked, the work in a thread, errors in Snowflake's shape."""

        async def endpoint(request: Request) -> JSONResponse:
            try:
                call = _Call(request, await _body(request))
                return JSONResponse(await run_in_threadpool(handle, call))
            except _Refused as refused:
                body = {"data": None, "code": refused.code, "message": refused.message, "success": False, "headers": None}
                return JSONResponse(body, status_code=refused.status)

        return endpoint

    def client(self, call: _Call) -> ClientSession:
        if call.token is None:
            raise _Refused(401, "390103", "Session token not found in the request data.")
        found = self.clients.find(call.token)
        if found is None:
            raise _Refused(200, "390111", "Session no longer exists.  New login required to access the service.")
        return found

    def login(self, call: _Call) -> dict[str, Any]:
        data = call.body.get("data") or {}
        try:
            names = {key: _name(call.query.get(key)) for key in ("databaseName", "schemaName", "roleName", "warehouse")}
        except NameSyntaxError as error:
            return queries.failure(StatementError(str(error), 390201, "08004"))
        with self._connecting:
            session = self.engine.connect(names["databaseName"], names["schemaName"], names["roleName"], names["warehouse"])
        session.user = str(data.get("LOGIN_NAME") or session.user).upper()
        try:
            enter(session, names["roleName"])
        except StatementError as error:
            session.close()
            return queries.failure(error)
        client = self.clients.add(session, reads_arrow=data.get("CLIENT_APP_ID") == "PythonConnector")
        try:
            for key, value in (data.get("SESSION_PARAMETERS") or {}).items():
                _set_parameter(client, key, value)
        except StatementError as error:
            self.clients.remove(client)
            return queries.failure(error)
        return {**queries.done(), "data": login_data(client)}

    def renew(self, call: _Call) -> dict[str, Any]:
        client = self.clients.renew(call.token)
        if client is None:
            raise _Refused(200, "390115", "Master token is invalid.")
        data = {
            "sessionToken": client.token,
            "validityInSecondsST": SESSION_HOURS * 3600,
            "masterToken": client.master_token,
            "validityInSecondsMT": MASTER_HOURS * 3600,
            "sessionId": client.session.id,
        }
        return {**queries.done(), "data": data}

    def heartbeat(self, call: _Call) -> dict[str, Any]:
        self.client(call).used = time.monotonic()
        return queries.done()

    def logout(self, call: _Call) -> dict[str, Any]:
        client = self.client(call)
        if call.query.get("delete"):
            self.clients.remove(client)
        return queries.done()

    def query(self, call: _Call) -> dict[str, Any]:
        client = self.client(call)
        if not isinstance(call.body.get("sqlText"), str):
            raise _Refused(400, "390142", "The request has no sqlText.")
        if call.body.get("asyncExec"):
            query_id = self.engine.query_id()
            client.start(query_id, lambda: queries.answer(client, call.body, query_id))
            return queries.in_progress(query_id)
        return client.once(call.query.get("requestId"), lambda: queries.answer(client, call.body))

    def abort(self, call: _Call) -> dict[str, Any]:
        self.client(call).abort(call.body.get("requestId"))
        return queries.done()

    def abort_query(self, call: _Call) -> dict[str, Any]:
        self.client(call).abort(call.path["query_id"])
        return queries.done()

    def result(self, call: _Call) -> dict[str, Any]:
        found = self.client(call).answered(call.path["query_id"])
        if found is None:
            return queries.failure(StatementError(f"Statement {call.path['query_id']} not found", 612, "02000"))
        return found

    def monitor(self, call: _Call) -> dict[str, Any]:
        client, query_id = self.client(call), call.path["query_id"]
        return {**queries.done(), "data": {"queries": queries.status(client, query_id)}}

    def telemetry(self, call: _Call) -> dict[str, Any]:
        return queries.done()


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object of a POST. A page in a browser can't send this content type without asking first, and is not answered then."""
    raw = await request.body()
    if request.method != "POST" or not raw:
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise _Refused(415, "390142", "The request's content type must be application/json.")
    try:
        made = json.loads(gzip.decompress(raw) if request.headers.get("content-encoding") == "gzip" else raw)
    except (ValueError, OSError, EOFError) as error:
        raise _Refused(400, "390142", "The request's body is not JSON.") from error
    return made if isinstance(made, dict) else {}


def _name(given: str | None) -> str | None:
    return fold(given) if given else None


def _set_parameter(client: ClientSession, key: str, value: Any) -> None:
    """A session parameter of the login. What concerns the client alone (CLIENT_…) is the client's business."""
    spelled = string_constant(value) if isinstance(value, str) else str(value).upper()
    try:
        client.session.execute(f"ALTER SESSION SET {key} = {spelled}")
    except UnsupportedFeature:
        if not key.upper().startswith("CLIENT_"):
            raise
