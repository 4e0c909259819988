"""query-request: one request's statements run on the session, and the answer in Snowflake's shape."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import duckdb

from snowpact.local import unfold
from snowpact.local.errors import translated
from snowpact.local.relation import query_of
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.server.sessions import ClientSession
from snowpact.local.server.values import bind_rows, rowset, rowtype
from snowpact.local.session import Session
from snowpact.local.substitute import substitute
from snowpact.model.errors import SnowpactError, StatementError, UnsupportedFeature
from snowpact.model.types import number
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.split import split
from snowpact.sql.tokens import SqlInputError

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
_ROWS_A_STATEMENT = 500
_COUNT = "MULTI_STATEMENT_COUNT"


def answer(client: ClientSession, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a query-request. What a statement does wrong is an answer too, never an exception."""
    session = client.session
    try:
        return _run(client, body)
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


def _run(client: ClientSession, body: dict[str, Any]) -> dict[str, Any]:
    session, text = client.session, body["sqlText"]
    binds = bind_rows(body.get("bindings"))
    if body.get("describeOnly"):
        return _success(session, _described(session, text, binds))
    statements = _statements(session, text, body.get("parameters") or {})
    if len(statements) > 1:
        return _several(client, statements, binds)
    if binds is not None and len(binds) != 1:
        result = _array(session, text, binds)
    else:
        result = session.execute(text, binds[0] if binds else ())
    return _remembered(client, result)


def _statements(session: Session, text: str, parameters: dict[str, Any]) -> list[str]:
    """The statements of a request that may have several; one text where the engine itself says how many there are."""
    wanted = int(parameters.get(_COUNT, session.parameters.get(_COUNT, 1)))
    if wanted == 1:
        return [text]
    try:
        found = [statement.text for statement in split(text)]
    except SqlInputError:
        return [text]
    if wanted not in (0, len(found)):
        raise StatementError(f"Actual statement count {len(found)} did not match the desired statement count {wanted}.", 8, "0A000")
    return found or [text]


def _several(client: ClientSession, statements: Sequence[str], binds: list[tuple[Any, ...]] | None) -> dict[str, Any]:
    """Each statement's own result is fetched by its id; the first failure stops."""
    if binds is not None:
        raise UnsupportedFeature("binds in a request of several statements")
    results = [client.session.execute(statement) for statement in statements]
    for result in results:
        _remembered(client, result)
    status = EngineResult((ColumnMeta("multiple statement execution", number()),), (), 0, client.session.engine.query_id())
    made = _success(client.session, status)
    made["data"].update(
        statementTypeId=_MULTI,
        resultIds=",".join(str(result.query_id) for result in results),
        resultTypes=",".join(str(statement_type(result)) for result in results),
    )
    return made


def _remembered(client: ClientSession, result: EngineResult) -> dict[str, Any]:
    made = _success(client.session, result)
    client.remember(str(result.query_id), made)
    return made


def _success(session: Session, result: EngineResult) -> dict[str, Any]:
    rows = rowset(result.columns, result.rows)
    data = {
        "parameters": [{"name": "TIMEZONE", "value": session.parameters.get("TIMEZONE", "UTC")}],
        "rowtype": [rowtype(column) for column in result.columns],
        "rowset": rows,
        "total": len(rows),
        "returned": len(rows),
        "queryId": result.query_id or session.engine.query_id(),
        "databaseProvider": None,
        "statementTypeId": statement_type(result),
        "version": 1,
        "queryResultFormat": "json",
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
    own = not session.transaction.open and session.autocommit
    if own:
        session.execute("BEGIN TRANSACTION")
    try:
        result, count = _insert(session, into, values, rows)
        if own:
            session.execute("COMMIT")
    except BaseException:
        if own:
            session.execute("ROLLBACK")
        raise
    return EngineResult(result.columns, ((count,),), count, result.query_id, "INSERT")


def _insert(session: Session, into: str, values: str, rows: list[tuple[Any, ...]]) -> tuple[EngineResult, int]:
    """Rows of plain ``?`` whose columns are each of one type are unfolded; else ``VALUES (…)`` is repeated."""
    types = [unfold.type_of(column) for column in zip(*rows, strict=True)]
    if None not in types and set(values) <= set("(?, )"):
        return unfold.insert(session, into, [type_ for type_ in types if type_], rows)
    count, result = 0, EngineResult()
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        chunk = rows[start : start + _ROWS_A_STATEMENT]
        result = session.execute(f"{into} VALUES {', '.join([values] * len(chunk))}", [value for row in chunk for value in row])
        count += result.rowcount or 0
    return result, count


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
