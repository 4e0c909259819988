"""query-request: one request's statements run on the session, and the answer in Snowflake's shape."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb

from snowpact.local import unfold
from snowpact.local.errors import compilation, translated
from snowpact.local.parameters import NAMES, checked
from snowpact.local.relation import query_of
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.server.arrow import rowset as arrow_rowset
from snowpact.local.server.sessions import ClientSession
from snowpact.local.server.transfer import transfer
from snowpact.local.server.values import bind_rows, rowset, rowtype
from snowpact.local.session import Session
from snowpact.local.substitute import substitute
from snowpact.model.errors import SnowpactError, StatementError, UnsupportedFeature
from snowpact.model.types import varchar
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError, significant

log = logging.getLogger("snowpact.server")

_SELECT, _DDL, _TCL, _MULTI = 0x1000, 0x6000, 0x5000, 0xA000
_STATEMENT_TYPES = {
    "SELECT": _SELECT,
    "VALUES": _SELECT,
    "INSERT": 0x3100,
    "UPDATE": 0x3200,
    "DELETE": 0x3300,
    "MERGE": 0x3400,
    "COPY": 0x3600,
    "ALTER_SESSION": 0x4100,
    "USE": 0x4300,
    "SHOW": 0x4400,
    "DESCRIBE": 0x4500,
    "BEGIN": _TCL,
    "COMMIT": _TCL,
    "ROLLBACK": _TCL,
}
"""statementTypeId, by which clients tell a result set from a count of rows (snowflake-connector-python, constants.py)."""

_DDL_VERBS = {"CREATE", "ALTER", "DROP", "UNDROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE"}
_ROWS = 500
"""of one INSERT … VALUES that repeats a client's"""
_COUNT, _FORMAT = "MULTI_STATEMENT_COUNT", "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT"


def answer(
    client: ClientSession, body: dict[str, Any], query_id: str | None = None, fatal: type[Exception] | tuple[()] = ()
) -> dict[str, Any]:
    """The answer to a query-request. What a statement does wrong is an answer too, never an exception but a ``fatal`` one."""
    session = client.session
    try:
        return run(client, body, query_id)
    except fatal:
        raise
    except StatementError as error:
        return failure(error)
    except duckdb.Error as error:
        return failure(translated(error))
    except SnowpactError as error:
        return failure(StatementError(str(error), 603, "XX000"))
    except Exception as error:
        log.exception("a statement of session %s failed inside the engine", session.id)
        text = f"SQL execution internal error:\nProcessing aborted by error {type(error).__name__}: {error}"
        return failure(StatementError(text, 603, "XX000", session.last_query_id))


def failure(error: StatementError) -> dict[str, Any]:
    """An error as Snowflake shapes it: ``code`` as six digits, ``sqlState``, the text."""
    code = f"{error.errno or 0:06d}"
    data = {"errorCode": code, "sqlState": error.sqlstate or "XX000", "queryId": error.query_id, "internalError": False}
    return {"data": data, "code": code, "message": error.message, "success": False, "headers": None}


def done() -> dict[str, Any]:
    """The answer to a request that asks for no data."""
    return {"data": None, "code": None, "message": None, "success": True}


def in_progress(query_id: str) -> dict[str, Any]:
    """The answer to a request that does not wait for its statement."""
    data = {"queryId": query_id, "getResultUrl": f"/queries/{query_id}/result", "queryAbortsAfterSecs": 300}
    return {"data": data, "code": "333334", "message": None, "success": True}


def status(client: ClientSession, query_id: str) -> list[dict[str, Any]]:
    """What monitoring tells of a statement; nothing of one that is not known."""
    if client.runs(query_id):
        return [{"id": query_id, "status": "RUNNING"}]
    found = client.answered(query_id)
    if found is None:
        return []
    if found["success"]:
        return [{"id": query_id, "status": "SUCCESS"}]
    return [{"id": query_id, "status": "FAILED_WITH_ERROR", "errorCode": found["code"], "errorMessage": found["message"]}]


def run(client: ClientSession, body: dict[str, Any], query_id: str | None = None) -> dict[str, Any]:
    """The answer to a query-request that succeeds. Raises what the statement raises."""
    with _parameters(client.session, body.get("parameters") or {}):
        return _run(client, body, query_id)


@contextmanager
def _parameters(session: Session, given: dict[str, Any]) -> Iterator[None]:
    """Parameters for one statement, such as QUERY_TAG. Raises UnsupportedFeature as ALTER SESSION does; what is no parameter of a session
    is between the client and an account's service."""
    known = {name.upper(): str(value) for name, value in given.items() if name.upper() in NAMES}
    wanted = {name: checked(name, value) for name, value in known.items()}
    with session.parameters.meanwhile(wanted):
        yield


def _run(client: ClientSession, body: dict[str, Any], query_id: str | None) -> dict[str, Any]:
    session, text = client.session, body["sqlText"]
    binds = bind_rows(body.get("bindings"))
    if body.get("describeOnly"):
        return _success(session, _described(session, text, binds))
    statements = _statements(session, text, body.get("parameters") or {})
    if len(statements) > 1:
        return _several(client, statements, _shared(statements, binds), _wants_arrow(client, body), query_id)
    if (moved := transfer(session, statements[0], binds[0] if binds else ())) is not None:
        return {"data": {**_success(session, EngineResult())["data"], **moved}, "code": None, "message": None, "success": True}
    if binds is not None and len(binds) != 1:
        result = replace(_array(session, text, binds), query_id=query_id or session.last_query_id)
    else:
        result = session.execute(text, binds[0] if binds else (), query_id)
    return _remembered(client, result, _wants_arrow(client, body))


def _wants_arrow(client: ClientSession, body: dict[str, Any]) -> bool:
    """Whether the client reads Arrow: the Python connector, unless this statement, or its session, asks for JSON."""
    asked = (body.get("parameters") or {}).get(_FORMAT, client.session.parameters[_FORMAT])
    return client.reads_arrow and str(asked).upper().startswith("ARROW")


def _statements(session: Session, text: str, parameters: dict[str, Any]) -> list[str]:
    """The statements of a request that may have several; one text where the engine itself says how many there are."""
    wanted = int(parameters.get(_COUNT, session.parameters[_COUNT]))
    if wanted == 1:
        return [text]
    try:
        found = [statement.text for statement in split(text)]
    except SqlInputError:
        return [text]
    if wanted not in (0, len(found)):
        raise StatementError(f"Actual statement count {len(found)} did not match the desired statement count {wanted}.", 8, "0A000")
    return found or [text]


def _shared(statements: Sequence[str], binds: list[tuple[Any, ...]] | None) -> list[tuple[Any, ...]]:
    """Each statement's own binds: they are given in a row for all of them."""
    wanted = [sum(token.kind == "op" and token.text == "?" for token in significant(statement)) for statement in statements]
    if binds is None:
        return [()] * len(statements)
    if len(binds) != 1:
        raise UnsupportedFeature("array binds in a request of several statements")
    if sum(wanted) != len(binds[0]):
        raise compilation(f"{sum(wanted)} bind values are needed, {len(binds[0])} were given", 2049, "42601")  # number [M]
    given = iter(binds[0])
    return [tuple(itertools.islice(given, count)) for count in wanted]


def _several(
    client: ClientSession, statements: Sequence[str], binds: list[tuple[Any, ...]], arrow: bool, query_id: str | None
) -> dict[str, Any]:
    """Each statement's own result is fetched by its id; the first failure stops."""
    results = [client.session.execute(statement, given) for statement, given in zip(statements, binds, strict=True)]
    for result in results:
        _remembered(client, result, arrow)
    done = ("Multiple statements executed successfully.",)
    columns = (ColumnMeta("multiple statement execution", varchar()),)
    status = EngineResult(columns, (done,), 1, query_id or client.session.engine.query_id())
    made = _success(client.session, status)
    made["data"].update(
        statementTypeId=_MULTI,
        resultIds=",".join(str(result.query_id) for result in results),
        resultTypes=",".join(str(statement_type(result)) for result in results),
    )
    client.remember(str(status.query_id), made)
    return made


def _remembered(client: ClientSession, result: EngineResult, arrow: bool = False) -> dict[str, Any]:
    made = _success(client.session, result, arrow)
    client.remember(str(result.query_id), made)
    return made


def _success(session: Session, result: EngineResult, arrow: bool = False) -> dict[str, Any]:
    """A result as Snowflake shapes it. Only queries are answered in Arrow, as on an account."""
    arrow = arrow and statement_type(result) == _SELECT
    rows = {"rowsetBase64": arrow_rowset(result.columns, result.rows)} if arrow else {"rowset": rowset(result.columns, result.rows)}
    data = {
        "parameters": [{"name": "TIMEZONE", "value": session.parameters["TIMEZONE"]}],
        "rowtype": [rowtype(column) for column in result.columns],
        **rows,
        "total": len(result.rows),
        "returned": len(result.rows),
        "queryId": result.query_id or session.engine.query_id(),
        "databaseProvider": None,
        "statementTypeId": statement_type(result),
        "version": 1,
        "queryResultFormat": "arrow" if arrow else "json",
        "numberOfBinds": 0,
        "arrayBindSupported": result.statement_type == "INSERT",
        "finalDatabaseName": session.database,
        "finalSchemaName": session.schema,
        "finalWarehouseName": session.warehouse,
        "finalRoleName": session.role,
    }
    return {"data": data, "code": None, "message": None, "success": True}


def statement_type(result: EngineResult) -> int:
    known = _STATEMENT_TYPES.get(result.statement_type)
    return known if known is not None else _DDL if result.statement_type.split("_")[0] in _DDL_VERBS else 0


def _described(session: Session, text: str, binds: list[tuple[Any, ...]] | None) -> EngineResult:
    """The columns of a query, without running it. Anything but a query is described as having none."""
    statement = classify(text)
    if statement.verb not in {"SELECT", "VALUES"}:
        return EngineResult(statement_type=statement.verb)
    query = query_of(session, substitute(text, session.variables, binds[0] if binds else ()))
    columns = tuple(ColumnMeta(column.name, column.type, column.nullable) for column in query.columns)
    return EngineResult(columns, statement_type="SELECT")


def _array(session: Session, text: str, rows: list[tuple[Any, ...]]) -> EngineResult:
    """An array bind: one INSERT for many rows, all or none."""
    statement = classify(text)
    if statement.verb != "INSERT":
        raise UnsupportedFeature(f"an array bind of {statement.verb}")
    into, values = _values_group(text)
    types = [unfold.type_of(column) for column in zip(*rows, strict=True)]
    if None not in types and set(values) <= set("(?, )"):
        return unfold.insert(session, into, [type_ for type_ in types if type_], rows)
    with _all_or_none(session):
        results = [_inserted(session, into, values, rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)]
    count = sum(result.rowcount or 0 for result in results)
    return replace(results[-1], rows=((count,),), rowcount=count)


def _inserted(session: Session, into: str, values: str, rows: list[tuple[Any, ...]]) -> EngineResult:
    return session.execute(f"{into} VALUES {', '.join([values] * len(rows))}", [value for row in rows for value in row])


@contextmanager
def _all_or_none(session: Session) -> Iterator[None]:
    """A transaction around several statements, where none is open."""
    if session.transaction.open or not session.autocommit:
        yield
        return
    session.execute("BEGIN TRANSACTION")
    try:
        yield
        session.execute("COMMIT")
    except BaseException:
        session.execute("ROLLBACK")
        raise


def _values_group(text: str) -> tuple[str, str]:
    """``INSERT INTO t (a, b)`` and ``(?, ?)``."""
    cursor = Cursor(text)
    while not cursor.done and cursor.peek() != "VALUES":
        cursor.at += 1
    start = cursor.offset
    if not cursor.accept("VALUES"):
        raise UnsupportedFeature("an array bind of INSERT … SELECT")
    values = f"({cursor.group_text()})"
    cursor.accept(";")
    cursor.finish()
    return text[:start], values
