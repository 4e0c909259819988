"""The statements that an engine has run since it was opened, those of procedures and tasks among them: QUERY_HISTORY and its kin.

https://docs.snowflake.com/en/sql-reference/functions/query_history, …/account-usage/query_history. What an account measures beside the
time (bytes, credits, queues) nobody measures here: NULL.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.governance import access
from snowpact.local.result import EngineResult
from snowpact.local.table_function import Rows, TableFunction, limit_of, moment
from snowpact.model.catalog import Kind
from snowpact.model.errors import SnowpactError
from snowpact.model.names import Name, fold
from snowpact.model.types import SnowflakeType, number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

MOST, MOST_TEXT = 100_000, 50_000_000
"""Statements that are remembered, and the characters that they may have together; the account forgets after a time."""
_LONGEST = 100_000
_KEPT = timedelta(days=7)


@dataclass(slots=True)
class Ran:
    """One statement and the context that it began in. ended: None while it runs."""

    query_id: str
    text: str
    session: str
    user: str
    role: str
    warehouse: str | None
    database: str | None
    schema: str | None
    tag: str
    begun: datetime
    ended: datetime | None = None
    type: str | None = None
    rows: int | None = None
    error: SnowpactError | None = None

    def answered(self, result: EngineResult) -> EngineResult:
        self.type = _type(result, self.text)
        self.rows = result.rowcount if self.type in _PRODUCING else None
        return result

    @property
    def elapsed(self) -> int | None:
        """In milliseconds."""
        return None if self.ended is None else round((self.ended - self.begun).total_seconds() * 1000)


class QueryHistory:
    """By query id, in the order in which they began. Of all sessions, each in a thread of its own."""

    def __init__(self) -> None:
        self._ran: OrderedDict[str, Ran] = OrderedDict()
        self._characters = 0
        self._lock = threading.RLock()

    @contextmanager
    def recorded(self, session: Session, query_id: str, text: str) -> Iterator[Ran]:
        """Around a statement of the session, which has begun ``now``."""
        ran = Ran(
            query_id, text[:_LONGEST], str(session.id), "SYSTEM" if session.task or session.alert else session.user, session.role,
            session.warehouse, session.database, session.schema, str(session.parameters["QUERY_TAG"]), session.now,
        )  # fmt: skip
        self._add(ran)
        try:
            yield ran
        except SnowpactError as error:
            ran.error = error
            raise
        finally:
            ran.ended = session.engine.clock.glance()

    def _add(self, ran: Ran) -> None:
        with self._lock:
            self.forget(ran.query_id)  # a client may send one id twice
            self._ran[ran.query_id] = ran
            self._characters += len(ran.text)
            while len(self._ran) > MOST or self._characters > MOST_TEXT:
                self.forget(next(iter(self._ran)))

    def forget(self, query_id: str) -> None:
        with self._lock:
            gone = self._ran.pop(query_id, None)
            self._characters -= len(gone.text) if gone else 0

    def __iter__(self) -> Iterator[Ran]:
        """The latest first: what still runs, then by its end."""
        with self._lock:
            known = list(self._ran.values())
        running = [ran for ran in reversed(known) if ran.ended is None]
        over = [ran for ran in known if ran.ended is not None]
        return iter([*running, *sorted(over, key=lambda ran: ran.ended or ran.begun, reverse=True)])


_TYPES = {
    "ALTER_SESSION", "CALL", "CREATE_TABLE", "CREATE_VIEW", "DELETE", "DESCRIBE", "GRANT", "INSERT", "MERGE", "REVOKE", "SELECT", "SET",
    "SHOW", "TRUNCATE_TABLE", "UPDATE", "USE", "COPY", "COMMIT", "ROLLBACK",
}  # fmt: skip


_PRODUCING = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"}


def _type(result: EngineResult, text: str) -> str | None:
    """QUERY_TYPE where it is known how Snowflake spells it [M]."""
    kind = result.statement_type
    if kind == "CREATE_TABLE" and result.rows and "AS" in text.upper().split():
        return "CREATE_TABLE_AS_SELECT"
    return "DROP" if kind.startswith("DROP_") else kind if kind in _TYPES else None


_TEXT, _NUMBER, _TIME = varchar(), number(), timestamp("LTZ")

_SHARED: tuple[tuple[str, SnowflakeType, Any], ...] = (
    ("QUERY_ID", _TEXT, lambda ran: ran.query_id),
    ("QUERY_TEXT", _TEXT, lambda ran: ran.text),
    ("DATABASE_NAME", _TEXT, lambda ran: ran.database),
    ("SCHEMA_NAME", _TEXT, lambda ran: ran.schema),
    ("QUERY_TYPE", _TEXT, lambda ran: ran.type),
    ("SESSION_ID", _NUMBER, lambda ran: ran.session),
    ("USER_NAME", _TEXT, lambda ran: ran.user),
    ("ROLE_NAME", _TEXT, lambda ran: ran.role),
    ("WAREHOUSE_NAME", _TEXT, lambda ran: ran.warehouse),
    *((name, _TEXT, lambda ran: None) for name in ("WAREHOUSE_SIZE", "WAREHOUSE_TYPE")),
    ("CLUSTER_NUMBER", _NUMBER, lambda ran: None),
    ("QUERY_TAG", _TEXT, lambda ran: ran.tag),
    ("EXECUTION_STATUS", _TEXT, lambda ran: _status(ran, "RUNNING", "FAILED_WITH_ERROR")),
    ("ERROR_CODE", _NUMBER, lambda ran: getattr(ran.error, "errno", None)),
    ("ERROR_MESSAGE", _TEXT, lambda ran: getattr(ran.error, "message", None)),
    ("START_TIME", _TIME, lambda ran: ran.begun),
    ("END_TIME", _TIME, lambda ran: ran.ended),
    ("TOTAL_ELAPSED_TIME", _NUMBER, lambda ran: ran.elapsed),
    ("BYTES_SCANNED", _NUMBER, lambda ran: None),
    ("ROWS_PRODUCED", _NUMBER, lambda ran: ran.rows),
    *(
        (name, _NUMBER, lambda ran: None)
        for name in (
            "COMPILATION_TIME", "EXECUTION_TIME", "QUEUED_PROVISIONING_TIME", "QUEUED_REPAIR_TIME", "QUEUED_OVERLOAD_TIME",
            "TRANSACTION_BLOCKED_TIME", "CREDITS_USED_CLOUD_SERVICES",
        )
    ),
)  # fmt: skip
"""What both the functions and the view of ACCOUNT_USAGE have, as far as it is told here."""

VIEW = tuple(
    (name, _TEXT if name == "ERROR_CODE" else type_, (lambda ran: _status(ran, None, "FAIL")) if name == "EXECUTION_STATUS" else value)
    for name, type_, value in _SHARED
)
"""The view's: a statement is there when it is over."""


def _status(ran: Ran, running: str | None, failed: str) -> str | None:
    return running if ran.ended is None else failed if ran.error is not None else "SUCCESS"


def _visible(session: Session, ran: Ran) -> bool:
    """The user's own, and what ran on warehouses that the session may watch."""
    if ran.user == session.user:
        return True
    warehouse = session.find(Kind.WAREHOUSE, Name.of(ran.warehouse)) if ran.warehouse else None
    return warehouse is not None and access.has(access.active(session), warehouse, "MONITOR", "OPERATE")


def _history(session: Session, given: Mapping[str, Any], wanted: tuple[str, str] | None) -> Rows:
    since, until = (given.get(f"END_TIME_RANGE_{end}") for end in ("START", "END"))
    since, until = (None if value is None else moment(session, value) for value in (since, until))
    if since is not None and since < session.now - _KEPT - timedelta(minutes=1):
        raise compilation("Cannot retrieve data from more than 7 days ago.", 1018, "22023")  # text and number [M]
    found = [ran for ran in session.engine.history if _visible(session, ran) and (wanted is None or getattr(ran, wanted[0]) == wanted[1])]
    if since is not None:
        found = [ran for ran in found if ran.ended is None or ran.ended >= since]
    if until is not None:
        found = [ran for ran in found if ran.ended is not None and ran.ended <= until]
    return [tuple(value(ran) for _, _, value in _SHARED) for ran in found[: limit_of(given)]]


def _function(attribute: str | None = None, parameter: str = "", current: str = "") -> TableFunction:
    """attribute, parameter, current: which statements, and the context function that tells it where the parameter is not given."""

    def rows(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
        if attribute is None:
            return _history(session, given, None)
        named = given.get(parameter)
        value = session.context_value(current) if named is None else str(named) if attribute == "session" else fold(str(named))
        return _history(session, given, (attribute, value))

    taken = {"END_TIME_RANGE_START", "END_TIME_RANGE_END", "RESULT_LIMIT", "INCLUDE_CLIENT_GENERATED_STATEMENT"}
    return TableFunction(tuple((name, type_) for name, type_, _ in _SHARED), rows, frozenset(taken | ({parameter} if parameter else set())))


FUNCTIONS: dict[str, TableFunction] = {
    "QUERY_HISTORY": _function(),
    "QUERY_HISTORY_BY_SESSION": _function("session", "SESSION_ID", "CURRENT_SESSION"),
    "QUERY_HISTORY_BY_USER": _function("user", "USER_NAME", "CURRENT_USER"),
    "QUERY_HISTORY_BY_WAREHOUSE": _function("warehouse", "WAREHOUSE_NAME", "CURRENT_WAREHOUSE"),
}
