"""Transactions as Snowflake has them, on DuckDB's.

- READ COMMITTED: DuckDB's transaction starts with the first write, not with BEGIN. Until then every statement sees what is committed;
  from then on the session holds the write lock, so nothing else is committed
  (https://docs.snowflake.com/en/sql-reference/transactions#read-committed-isolation).
- A statement that fails does not end the transaction. DuckDB's is aborted by any error and it has no savepoints, so the writes done so
  far are kept as a list and run again in a new one. Where they would not write the same again (RANDOM, a sequence, an identity), the
  transaction is rolled back, and the error says so.
- A transaction that a procedure begins is its own and must end in it; it cannot end its caller's
  (https://docs.snowflake.com/en/sql-reference/transactions#scoped-transactions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb

from snowpact.local.errors import translated
from snowpact.local.settings import in_zone
from snowpact.model.errors import StatementError, UnsupportedFeature

if TYPE_CHECKING:
    import pyarrow

    from snowpact.local.session import Session
    from snowpact.local.streams.offsets import Window

DRAWN = re.compile(r"\b(?:random|uuid|_snow\.(?:uniform_whole|uniform_real|normal|randstr))\(|\bnextval\('(?!_snow\.)", re.IGNORECASE)
"""DuckDB text that gives another value each time: RANDOM and its kin, UUID_STRING, a sequence of the account's."""


@dataclass(frozen=True, slots=True)
class _Suspended:
    """A caller's transaction while a procedure's own is open; it has written nothing so far."""

    begun_at: int
    number: int | None
    clock: int | None
    windows: dict[int, Window]


class Transaction:
    """A session's transaction. ``open``: BEGIN was said, or autocommit is off and something was written.

    clock: the number of the last write that was committed when it began; windows: what it sees in the streams it has read;
    touched: the ids of the tables it wrote.
    """

    def __init__(self, session: Session):
        self.session = session
        self.open = False
        self.number: int | None = None
        self.started: datetime | None = None
        self.clock: int | None = None
        self.windows: dict[int, Window] = {}
        self.touched: set[int] = set()
        self._writing = False
        self._log: list[tuple[str, Any, str]] = []  # each with the time zone that it was run in
        self._depth = 0  # procedures that run, one in the other
        self._begun_at = 0  # the depth at which the open transaction was begun
        self._suspended: list[_Suspended] = []
        self._registered: dict[str, pyarrow.Table] = {}

    @property
    def id(self) -> str | None:
        """CURRENT_TRANSACTION()."""
        return str(self.number) if self.open else None

    def begin(self) -> None:
        """BEGIN; inside an open transaction it changes nothing, but in a procedure the caller's waits while the procedure's own is open."""
        if self.open and self._begun_at < self._depth:
            if self._writing:
                raise UnsupportedFeature("a procedure's own transaction while its caller's holds writes")
            self._suspended.append(_Suspended(self._begun_at, self.number, self.clock, self.windows))
            self.open, self.windows = False, {}
        if not self.open:
            self._begun_at = self._depth
            self._open()

    def _open(self) -> None:
        self.open, self.started = True, self.session.engine.clock.now()
        self.number = self.session.engine.transaction_number(self.started)
        self.clock = self.session.duck.execute("SELECT seq FROM _snow.clock").fetchone()[0]

    def end(self, word: str) -> None:
        """The statement COMMIT or ROLLBACK. Raises StatementError in a procedure whose caller began the transaction."""
        if self.open and self._begun_at < self._depth:
            text = "Modifying a transaction that has started at a different scope is not allowed."
            raise StatementError(text, 90234, "25000")  # number [M]
        self._end(word)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Around a procedure's body: what it began and left open is rolled back, and is an error."""
        self._depth += 1
        try:
            yield
        except BaseException:
            self._leave()
            raise
        if self._leave():
            text = "Scoped transaction started in stored procedure is incomplete and it was rolled back."
            raise StatementError(text, 90232, "25000")  # number [M]

    def _leave(self) -> bool:
        """Leave a procedure; whether a transaction of its own had to be rolled back."""
        incomplete = self.open and self._begun_at == self._depth
        if incomplete:
            self.rollback()
        self._depth -= 1
        return incomplete

    def write(self, sql: str, params: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a write of DuckDB: it commits with its statement where autocommit is on, else with the transaction."""
        if not self.session.autocommit and not self.open:
            self._begun_at = 0
            self._open()
        self.start()
        result = self.session.duck.execute(sql, params) if params else self.session.duck.execute(sql)
        self._log.append((sql, params, self.session.parameters.zone))
        return result

    def register(self, name: str, table: pyarrow.Table) -> None:
        """Let DuckDB read an arrow table under a name, up to the end of the statement, or of its transaction."""
        self.session.duck.execute("SELECT 1").fetchall()  # register refuses while an earlier answer was not read to its end
        self.session.duck.register(name, table)
        self._registered[name] = table

    def release(self) -> None:
        """Forget the arrow tables, unless a write of the open transaction may have to be run again from them."""
        if not self.open:
            for name in self._registered:
                self.session.duck.unregister(name)
            self._registered.clear()

    def start(self) -> None:
        """Take the write lock and begin DuckDB's transaction; where that is done already it changes nothing."""
        if not self._writing:
            self.session.engine.lock.acquire(self.session)
            self.session.duck.execute("BEGIN TRANSACTION")
            self._writing = True

    @contextmanager
    def guard(self, whole: bool = True) -> Iterator[None]:
        """Around a statement: commits what autocommits, restores an explicit transaction that DuckDB aborted. A statement that runs
        others is not ``whole``: each of those has a guard of its own, and what one wrote stays when a later one fails."""
        before = len(self._log)
        try:
            yield
            if not self.open:
                self.commit()
        except BaseException as error:
            if not self.open:
                self.rollback()
            elif self._writing and whole:
                self._restore(before, error)
            raise

    def _restore(self, count: int, cause: BaseException) -> None:
        """Bring back the first ``count`` writes after an error."""
        duck = self.session.duck
        del self._log[count:]
        if self._draws():
            self._give_up(cause)
        duck.execute("ROLLBACK")
        duck.execute("BEGIN TRANSACTION")
        try:
            for name, table in self._registered.items():
                duck.register(name, table)
            for sql, params, zone in self._log:
                duck.execute(in_zone(zone))
                duck.execute(sql, params) if params else duck.execute(sql)
            duck.execute(in_zone(self.session.parameters.zone))
        except duckdb.Error as error:
            self._give_up(error)

    def _draws(self) -> bool:
        """Whether a write, run again, would give other values than those that the session may have seen. (The hidden row ids, which also
        come from a sequence, nobody has seen.)"""
        touched = (self.session.engine.state.by_id.get(id_) for id_ in self.touched)
        numbered = [record.table for record in touched if record is not None and any(column.identity for column in record.object.columns)]
        return any(
            DRAWN.search(sql) or (sql.startswith(("INSERT", "MERGE")) and any(table in sql for table in numbered)) for sql, *_ in self._log
        )

    def _give_up(self, cause: BaseException) -> NoReturn:
        self.rollback()
        cause = translated(cause) if isinstance(cause, duckdb.Error) else cause
        text = f"The transaction was rolled back, since its earlier statements could not be restored after a failure: {cause}"
        raise StatementError(text, 90232, "25000") from cause  # text and number [M]

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, word: str) -> None:
        writing, touched = self._writing, self.touched
        self.clock, self.windows = None, {}
        self.open, self.number, self._writing, self._log = False, None, False, []
        self.touched = set()
        if writing:
            try:
                if word == "COMMIT" and self.session.on_commit is not None:
                    self.session.on_commit()
                if word == "COMMIT":
                    self.session.engine.writes.note(self.session.duck, touched, self.session.engine.clock.now())
                self.session.duck.execute(word)
            finally:
                self.session.engine.lock.release(self.session)
        if self._suspended:
            before = self._suspended.pop()
            self.open, self._begun_at = True, before.begun_at
            self.number, self.clock, self.windows = before.number, before.clock, before.windows
