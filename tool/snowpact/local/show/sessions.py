"""SHOW VARIABLES of the session, TRANSACTIONS and LOCKS of the account's sessions.

https://docs.snowflake.com/en/sql-reference/sql/show-variables, show-transactions, show-locks
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.governance import access
from snowpact.local.information_schema.fields import TEXT, TIME
from snowpact.local.show.request import pattern
from snowpact.model.types import SnowflakeType, number
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]

_WORDS = {"NUMBER": "fixed", "VARCHAR": "text", "FLOAT": "real"}
"""What a variable's type is called; any other by its own name."""

_ID = number(38, 0)
_VARIABLES = [
    ("session_id", _ID), ("created_on", TIME), ("updated_on", TIME), ("name", TEXT), ("value", TEXT), ("type", TEXT), ("comment", TEXT),
]  # fmt: skip
_TRANSACTIONS = [
    ("id", _ID), ("user", TEXT), ("session", _ID), ("name", TEXT), ("started_on", TIME), ("state", TEXT), ("scope", _ID),
]  # fmt: skip
_LOCKS = [
    ("resource", TEXT), ("type", TEXT), ("transaction", _ID), ("transaction_started_on", TIME), ("status", TEXT), ("acquired_on", TIME),
    ("query_id", TEXT), ("session", _ID),
]  # fmt: skip


def variables(cursor: Cursor, session: Session) -> Answer:
    like = pattern(cursor.string()) if cursor.accept("LIKE") else None
    _finish(cursor)
    found = []
    for name, value in sorted(session.variables.items()):
        if like is None or like.match(name):
            set_ = session.set_on[name]
            word = _WORDS.get(set_.type.base, str(set_.type.base).lower())
            found.append((session.id, set_.created, set_.updated, name, _shown(value), word, ""))
    return _VARIABLES, found


def _shown(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def transactions(cursor: Cursor, session: Session) -> Answer:
    """Those that are open: the session's user's, or all with IN ACCOUNT. A transaction without a name has its number for one [M]."""
    rows = []
    for other in _sessions(cursor, session):
        transaction = other.transaction
        rows.append((transaction.number, other.user, other.id, str(transaction.number), transaction.started, "running", 0))
    return _TRANSACTIONS, rows


def locks(cursor: Cursor, session: Session) -> Answer:
    """A table that an open transaction has written is locked: no other session writes until it ends."""
    rows = []
    for other in _sessions(cursor, session):
        transaction = other.transaction
        tables = sorted(str(session.engine.state.by_id[id_].name) for id_ in transaction.touched if id_ in session.engine.state.by_id)
        since = transaction.started
        rows += [(table, "PARTITIONS", transaction.number, since, "HOLDING", since, other.last_query_id, other.id) for table in tables]
    return _LOCKS, rows


def _sessions(cursor: Cursor, session: Session) -> list[Session]:
    """The sessions with an open transaction that the statement asks about."""
    everybody = bool(cursor.accept("IN ACCOUNT"))
    _finish(cursor)
    if everybody and "ACCOUNTADMIN" not in access.active(session):
        raise access.refused("Insufficient privileges to operate on account 'SNOWPACT'.")
    opened = [other for other in session.engine.sessions if other.transaction.open]
    return [other for other in opened if everybody or other.user == session.user]


def _finish(cursor: Cursor) -> None:
    cursor.accept(";")
    cursor.finish()
