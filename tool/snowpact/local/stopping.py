"""Ends what a session runs: because its client asked for it, or its time is over.

DuckDB is interrupted and a Python worker killed; a script, which may run for ever without either, asks before each step.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.session import Session

TIMEOUT = "STATEMENT_TIMEOUT_IN_SECONDS"
CANCELED, TIMED_OUT = 604, 630


def timeout_of(session: Session) -> float | None:
    """How many seconds a statement may run: STATEMENT_TIMEOUT_IN_SECONDS of the session and, where a task runs, USER_TASK_TIMEOUT_MS, the
    lower one of both (https://docs.snowflake.com/en/sql-reference/parameters#user-task-timeout-ms); None where neither is set, 0 is as good
    as that. Real time counts, on the simulated clock of ``local run`` too."""
    seconds, level = session.parameters.found(TIMEOUT)
    limits = float(seconds or 0) if level else 0.0, session.task.limit if session.task is not None else 0.0
    return min((limit for limit in limits if limit), default=None)


def timed_out(seconds: float) -> StatementError:
    text = f"Statement reached its statement or warehouse timeout of {seconds:g} second(s) and was canceled."
    return StatementError(text, TIMED_OUT, "57014")


class Stop:
    """Whether the statement that a session runs is to end, and why."""

    def __init__(self, session: Session):
        self._session = session
        self._asked = threading.Event()
        self._reason: StatementError | None = None

    def cancel(self) -> None:
        """End the statement that runs, from another thread."""
        self._now(StatementError("SQL execution canceled", CANCELED, "57014"))

    def check(self) -> None:
        """Raises why the statement is to end, if it is."""
        if self._reason is not None:
            raise StatementError(self._reason.message, self._reason.errno, self._reason.sqlstate)

    def wait(self, seconds: float) -> None:
        """Sleep, but not longer than the statement may run."""
        self._asked.wait(seconds)
        self.check()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around a statement that no other one runs: it ends at its time-out."""
        self._clear()  # what came too late for the statement before
        seconds = timeout_of(self._session)
        timer = threading.Timer(seconds, lambda: self._now(timed_out(seconds))) if seconds is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            yield
        except StatementError:
            self.check()  # what the end made of the statement is of no interest
            raise
        finally:
            if timer is not None:
                timer.cancel()
            self._clear()

    def _clear(self) -> None:
        self._reason = None
        self._asked.clear()

    def _now(self, reason: StatementError) -> None:
        from snowpact.local.routines import python

        self._reason = reason
        self._asked.set()
        self._session.duck.interrupt()
        python.interrupt(self._session)
