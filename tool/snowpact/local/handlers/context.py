"""USE, SET, UNSET, ALTER SESSION, BEGIN, COMMIT, ROLLBACK: what belongs to the session alone."""

from __future__ import annotations

from snowpact.local.errors import compilation
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.sql.classify import Classified

DONE = "Statement executed successfully."


def _absent() -> StatementError:
    return compilation("Object does not exist, or operation cannot be performed.", 2043, "02000")


@handles("USE", Kind.DATABASE)
def use_database(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    if session.find(Kind.DATABASE, name) is None:
        raise _absent()
    session.database = name.name
    session.schema = "PUBLIC" if session.find(Kind.SCHEMA, name.child("PUBLIC")) else None
    return message(DONE)


@handles("USE", Kind.SCHEMA)
def use_schema(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 2)
    if name.name != "INFORMATION_SCHEMA" and session.find(Kind.SCHEMA, name) is None:
        raise _absent()
    session.database, session.schema = name.parts
    return message(DONE)


@handles("USE", Kind.WAREHOUSE)
def use_warehouse(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    if session.find(Kind.WAREHOUSE, name) is None:
        raise _absent()
    session.warehouse = name.name
    return message(DONE)


@handles("USE", Kind.ROLE)
def use_role(session: Session, statement: Classified) -> EngineResult:
    session.role = session.name(statement.name, 1).name
    return message(DONE)


@handles("BEGIN")
def begin(session: Session, statement: Classified) -> EngineResult:
    session.transaction.begin()
    return message(DONE)


@handles("COMMIT")
def commit(session: Session, statement: Classified) -> EngineResult:
    session.transaction.commit()
    return message(DONE)


@handles("ROLLBACK")
def rollback(session: Session, statement: Classified) -> EngineResult:
    session.transaction.rollback()
    return message(DONE)
