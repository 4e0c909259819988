"""A client inside the engine: the connector that a Python procedure's session speaks with (``routines/snowpark.py``).

Its requests reach the engine over a worker's pipe, and are answered on the session that called the procedure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from snowpact.local.server import queries
from snowpact.local.server.login import login_data
from snowpact.local.server.sessions import ClientSession
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import NameSyntaxError

if TYPE_CHECKING:
    from snowpact.local.session import Session


def asked_by(session: Session) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers a worker's questions for a procedure that ``session`` runs. What only this engine lacks is raised: it ends the
    procedure, and no handler hides it."""
    client = ClientSession(session, reads_arrow=True)

    def answered(question: dict[str, Any]) -> dict[str, Any]:
        if "frame" in question:
            return _stored(session, question)
        path, body = urlsplit(question["path"]).path, question["body"]
        if path == "/session/v1/login-request":
            return {**queries.done(), "data": login_data(client)}
        if path == "/queries/v1/query-request":
            return _query(client, body)
        what, _, query_id = path.strip("/").rpartition("/")
        if what == "monitoring/queries":
            return {**queries.done(), "data": {"queries": queries.status(client, query_id)}}
        if path.startswith("/queries/") and query_id == "result":
            return client.answered(path.split("/")[2]) or queries.failure(StatementError("Statement not found", 612, "02000"))
        return queries.done()

    return answered


def _query(client: ClientSession, body: dict[str, Any]) -> dict[str, Any]:
    """A statement; one that its sender does not wait for has ended too when it is answered."""
    if not body.get("asyncExec"):
        return queries.answer(client, body, fatal=UnsupportedFeature)
    query_id = client.session.engine.query_id()
    client.remember(query_id, queries.answer(client, body, query_id, fatal=UnsupportedFeature))
    return queries.in_progress(query_id)


def _stored(session: Session, question: dict[str, Any]) -> dict[str, Any]:
    from snowpact.local.routines.frames import store

    try:
        store(session, question)
    except UnsupportedFeature:
        raise
    except StatementError as error:
        return {"error": {"msg": error.message, "errno": error.errno, "sqlstate": error.sqlstate}}
    except NameSyntaxError as error:
        return {"error": {"msg": str(error), "errno": 1003, "sqlstate": "42000"}}
    return {}
