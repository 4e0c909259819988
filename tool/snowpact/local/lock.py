"""One writer at a time.

DuckDB answers a conflict at once where Snowflake lets the second writer wait, so writers queue here. The lock belongs to a
session, not to a thread: an HTTP server may run the statements of one transaction on several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from snowpact.model.errors import StatementError

WAIT = 60.0
"""Seconds; Snowflake's LOCK_TIMEOUT is 43200, too long to find out that one has locked oneself out."""


class WriteLock:
    """Held by a session from its first write to the end of its transaction; reentrant for that session."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._holder: object | None = None
        self._depth = 0

    def acquire(self, holder: object) -> None:
        with self._condition:
            if not self._condition.wait_for(lambda: self._holder in (None, holder), WAIT):
                text = "Another session's transaction has locked this engine for writing, and this lock has not yet been released."
                raise StatementError(text, 625, "57014")
            self._holder = holder
            self._depth += 1

    def release(self, holder: object) -> None:
        with self._condition:
            if self._holder is holder:
                self._depth -= 1
                if self._depth == 0:
                    self._holder = None
                    self._condition.notify_all()

    @contextmanager
    def held(self, holder: object) -> Iterator[None]:
        self.acquire(holder)
        try:
            yield
        finally:
            self.release(holder)
