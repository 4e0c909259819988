"""Transactions as Snowflake has them, on DuckDB's.

- READ COMMITTED: DuckDB's transaction starts with the first write, not with BEGIN. Until then every statement sees what is committed;
  from then on the session holds the write lock, so nothing else is committed
  (https://docs.snowflake.com/en/sql-reference/transactions#read-committed-isolation).
- A statement that fails does not end the transaction. DuckDB's is aborted by any error and it has no savepoints, so the writes done so
  far are kept as a list and run again in a new one.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.session import Session
    from snowpact.local.streams.offsets import Window

_numbers = itertools.count(time.time_ns() // 1_000_000)


class Transaction:
    """A session's transaction. ``open``: BEGIN was said, or autocommit is off and something was written.

    clock: the number of the last write that was committed when it began; windows: what it sees in the streams it has read;
    touched: the ids of the tables it wrote.
    """

    def __init__(self, session: Session):
        self.session = session
        self.open = False
        self.number: int | None = None
        self.clock: int | None = None
        self.windows: dict[int, Window] = {}
        self.touched: set[int] = set()
        self._writing = False
        self._log: list[tuple[str, Any]] = []

    @property
    def id(self) -> str | None:
        """CURRENT_TRANSACTION()."""
        return str(self.number) if self.open else None

    def begin(self) -> None:
        """BEGIN; inside an open transaction it changes nothing."""
        if not self.open:
            self.open, self.number = True, next(_numbers)
            self.clock = self.session.duck.execute("SELECT seq FROM _snow.clock").fetchone()[0]

    def write(self, sql: str, params: Any = None) -> duckdb.DuckDBPyConnection:
        """Run a write of DuckDB: it commits with its statement where autocommit is on, else with the transaction."""
        if not self.session.autocommit:
            self.begin()
        self.start()
        result = self.session.duck.execute(sql, params) if params else self.session.duck.execute(sql)
        self._log.append((sql, params))
        return result

    def start(self) -> None:
        """Take the write lock and begin DuckDB's transaction; where that is done already it changes nothing."""
        if not self._writing:
            self.session.engine.lock.acquire(self.session)
            self.session.duck.execute("BEGIN TRANSACTION")
            self._writing = True

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around a whole statement: commits what autocommits, restores an explicit transaction that DuckDB aborted."""
        before = len(self._log)
        try:
            yield
            if not self.open:
                self.commit()
        except BaseException:
            if not self.open:
                self.rollback()
            elif self._writing:
                self._restore(before)
            raise

    def _restore(self, count: int) -> None:
        """Bring back the first ``count`` writes after an error."""
        duck = self.session.duck
        duck.execute("ROLLBACK")
        duck.execute("BEGIN TRANSACTION")
        del self._log[count:]
        try:
            for sql, params in self._log:
                duck.execute(sql, params) if params else duck.execute(sql)
        except duckdb.Error as error:
            self.rollback()
            text = "The transaction was rolled back: its earlier statements could not be restored."
            raise StatementError(text, 90232, "25000") from error  # number [M]

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
