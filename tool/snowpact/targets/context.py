"""A session's context: what may have moved it, and the statements that bring it back."""

from __future__ import annotations

from collections.abc import Callable

from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import quote
from snowpact.sql.classify import classify
from snowpact.sql.tokens import SqlInputError
from snowpact.targets.protocol import Context

_CONTAINERS = {Kind.DATABASE, Kind.SCHEMA}
_DDL = {"CREATE", "ALTER", "DROP", "UNDROP"}
_ANYTHING = {"USE", "CALL", "BLOCK", "EXECUTE IMMEDIATE", "UNKNOWN"}
_ABSENT = {2003, 2043}
"""Object does not exist or not authorized; object does not exist, or operation cannot be performed."""


def may_move(sql: str) -> bool:
    """Whether a statement may leave the session somewhere else: USE, a new or dropped database or schema, a body of any sort."""
    try:
        statement = classify(sql)
    except SqlInputError:
        return True
    return statement.verb in _ANYTHING or (statement.verb in _DDL and statement.kind in _CONTAINERS)


def go_back(execute: Callable[[str], object], now: Context, wanted: Context) -> None:
    """From ``now`` to ``wanted``. A database or schema that is gone since leaves the session where the server left it."""
    for statement in way_back(now, wanted):
        try:
            execute(statement)
        except StatementError as error:
            if error.errno not in _ABSENT or statement.startswith(("USE ROLE", "USE WAREHOUSE")):
                raise


def way_back(now: Context, wanted: Context) -> list[str]:
    """The USE statements from ``now`` to ``wanted``, only what differs.

    Snowflake has no statement that leaves a database, so a context without one keeps the one there is.
    """
    found = []
    if wanted.role not in (None, now.role):
        found.append(f"USE ROLE {quote(wanted.role)}")
    if wanted.warehouse not in (None, now.warehouse):
        found.append(f"USE WAREHOUSE {quote(wanted.warehouse)}")
    if wanted.database is None or (now.database, now.schema) == (wanted.database, wanted.schema):
        return found
    if wanted.schema is not None:
        found.append(f"USE SCHEMA {quote(wanted.database)}.{quote(wanted.schema)}")
    elif now.database != wanted.database:
        found.append(f"USE DATABASE {quote(wanted.database)}")
    return found
