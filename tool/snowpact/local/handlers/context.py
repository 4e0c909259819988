"""USE, SET, UNSET, ALTER SESSION, BEGIN, COMMIT, ROLLBACK: what belongs to the session alone."""

from __future__ import annotations

from typing import Any

from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation
from snowpact.local.governance.access import active, available
from snowpact.local.parameters import NAMES, checked, default
from snowpact.local.registry import handles
from snowpact.local.relation import query_of
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.settings import set_account
from snowpact.local.substitute import SetOn
from snowpact.local.types import converted
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import fold
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_value

DONE = message("Statement executed successfully.")


def _absent() -> StatementError:
    return compilation("Object does not exist, or operation cannot be performed.", 2043, "02000")


@handles("USE", Kind.DATABASE)
def use_database(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    if session.find(Kind.DATABASE, name) is None:
        raise _absent()
    session.database = name.name
    session.schema = "PUBLIC" if session.find(Kind.SCHEMA, name.child("PUBLIC")) else None
    return DONE


@handles("USE", Kind.SCHEMA)
def use_schema(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 2)
    if session.find(Kind.DATABASE, name.parent) is None or (name.name != "INFORMATION_SCHEMA" and session.find(Kind.SCHEMA, name) is None):
        raise _absent()
    session.database, session.schema = name.parts
    return DONE


@handles("USE", Kind.WAREHOUSE)
def use_warehouse(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    if session.find(Kind.WAREHOUSE, name) is None:
        raise _absent()
    session.warehouse = name.name
    return DONE


@handles("USE", Kind.ROLE)
def use_role(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    if session.find(Kind.ROLE, name) is None:
        raise _absent()
    if str(name) not in available(session):
        text = f"Requested role '{name.name}' is not assigned to the executing user. Specify another role to activate."
        raise StatementError(f"SQL access control error:\n{text}", 3013, "42501")
    session.role = name.name
    return DONE


@handles("USE", "SECONDARY ROLES")
def use_secondary_roles(session: Session, statement: Classified) -> EngineResult:
    """ALL or NONE: whether the user's other roles count beside the primary one."""
    word = statement.cursor().rest().upper()
    if word not in {"ALL", "NONE"}:
        raise UnsupportedFeature("USE SECONDARY ROLES of named roles")
    session.secondary_roles = word
    return DONE


@handles("BEGIN")
def begin(session: Session, statement: Classified) -> EngineResult:
    session.transaction.begin()
    return DONE


@handles("COMMIT")
def commit(session: Session, statement: Classified) -> EngineResult:
    session.transaction.end("COMMIT")
    return DONE


@handles("ROLLBACK")
def rollback(session: Session, statement: Classified) -> EngineResult:
    session.transaction.end("ROLLBACK")
    return DONE


@handles("SET")
def set_variables(session: Session, statement: Classified) -> EngineResult:
    """``SET a = expression`` or ``SET (a, b) = (x, y)`` (https://docs.snowflake.com/en/sql-reference/sql/set)."""
    cursor = Cursor(statement.text, statement.tokens, 1)
    if cursor.peek() == "(":
        names = [fold(part.strip()) for part in cursor.group_text().split(",")]
        cursor.expect("=")
        text = cursor.rest()
        text = text[1:-1] if text.startswith("(") and not text[1:].lstrip().upper().startswith("SELECT") else text
    else:
        names = [cursor.identifier()]
        cursor.expect("=")
        text = cursor.rest()
    query = query_of(session, f"SELECT {text}")
    if len(query.columns) != len(names):
        text = f"Number of variables ({len(names)}) does not match number of values ({len(query.columns)})."
        raise compilation(text, 1061, "22023")  # text and number [M]
    row = session.duck.execute(query.sql).fetchone()
    values = converted([row], [column.type for column in query.columns])[0]
    for name, column in zip(names, query.columns, strict=True):
        before = session.set_on.get(name) if name in session.variables else None
        session.set_on[name] = SetOn(before.created if before else session.now, session.now, column.type)
    session.variables.update(zip(names, values, strict=True))
    return DONE


@handles("UNSET")
def unset_variables(session: Session, statement: Classified) -> EngineResult:
    cursor = Cursor(statement.text, statement.tokens, 1)
    names = [fold(part.strip()) for part in cursor.group_text().split(",")] if cursor.peek() == "(" else [cursor.identifier()]
    for name in names:
        session.variables.pop(name, None)
    return DONE


@handles("ALTER", "SESSION")
def alter_session(session: Session, statement: Classified) -> EngineResult:
    cursor = statement.cursor()
    if cursor.accept("UNSET"):
        session.parameters.unset(_names(cursor))
        return DONE
    cursor.expect("SET")
    changed = _values(cursor)
    if changed.get("AUTOCOMMIT") and session.transaction.open:
        session.commit()
    session.parameters.set(changed)
    return DONE


@handles("ALTER", "ACCOUNT")
def alter_account(session: Session, statement: Classified) -> EngineResult:
    """The session parameters of the account: what its sessions start with (https://docs.snowflake.com/en/sql-reference/sql/alter-account)."""
    if statement.name is not None:
        raise UnsupportedFeature("ALTER ACCOUNT of a named account")
    if "ACCOUNTADMIN" not in active(session):
        text = "SQL access control error:\nInsufficient privileges to operate on account 'SNOWPACT'."
        raise StatementError(text, 3001, "42501")
    cursor = statement.cursor()
    unset = cursor.accept("UNSET")
    if not unset:
        cursor.expect("SET")
    if (name := cursor.peek()) not in NAMES:
        raise UnsupportedFeature(f"{name} of the account")
    values = dict.fromkeys(_names(cursor)) if unset else _values(cursor)
    with ddl(session) as change:
        set_account(change, values)
    return DONE


def _names(cursor: Cursor) -> list[str]:
    names = []
    while not cursor.done:
        names.append(cursor.identifier())
        default(names[-1])
        cursor.accept(",")
    return names


def _values(cursor: Cursor) -> dict[str, Any]:
    changed = {}
    while not cursor.done:
        name = cursor.identifier()
        cursor.expect("=")
        changed[name] = checked(name, read_value(cursor))
        cursor.accept(",")
    return changed
