"""The sessions of the server's clients: found by token, one statement at a time, answers remembered for a retry."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from snowpact.local.routines import python
from snowpact.local.session import Session

REMEMBERED = 64
"""Answers kept for each session: for a request that a client sends again, and for results asked for by query id."""

MOST_ROWS = 200_000
"""Rows that the kept answers may hold together; the last one is kept whatever its size."""

IDLE = 4 * 3600.0
"""Seconds after which a session that nobody uses is ended, and with it a transaction that it left open
(https://docs.snowflake.com/en/sql-reference/transactions#aborting-transactions)."""

Answer = dict[str, Any]


class ClientSession:
    """One client's login. reads_arrow: it takes results in the Arrow format where it does not ask for JSON."""

    def __init__(self, session: Session, reads_arrow: bool = False):
        self.session = session
        self.reads_arrow = reads_arrow
        session.moves_files = False
        self.token = secrets.token_urlsafe(32)
        self.master_token = secrets.token_urlsafe(32)
        self.lock = threading.Lock()
        self._by_request: OrderedDict[str, Answer] = OrderedDict()
        self._by_query: OrderedDict[str, Answer] = OrderedDict()
        self.running: str | None = None
        self.used = time.monotonic()
        self._background: dict[str, threading.Thread] = {}

    def once(self, request_id: str | None, answer: Callable[[], Answer]) -> Answer:
        """The answer to a request, computed once: a client repeats a request whose answer it did not receive, under the same id."""
        with self.lock:
            if request_id is not None and request_id in self._by_request:
                return self._by_request[request_id]
            self.running = request_id
            try:
                made = answer()
            finally:
                self.running, self.used = None, time.monotonic()
            if request_id is not None:
                _keep(self._by_request, request_id, made)
            return made

    def start(self, query_id: str, answer: Callable[[], Answer]) -> None:
        """Run a statement that its client does not wait for. As any other it waits for the session's statement before it."""

        def work() -> None:
            self.remember(query_id, self.once(query_id, answer))

        thread = self._background[query_id] = threading.Thread(target=work, name=f"query {query_id}", daemon=True)
        thread.start()

    def runs(self, query_id: str) -> bool:
        """Whether a statement of ``start`` has not ended."""
        thread = self._background.get(query_id)
        return thread is not None and thread.is_alive()

    def remember(self, query_id: str, answer: Answer) -> None:
        _keep(self._by_query, query_id, answer)

    def answered(self, query_id: str) -> Answer | None:
        """The answer to a statement, once it has ended; None where there is none of that id."""
        if query_id in self._background:
            self._background[query_id].join()
        return self._by_query.get(query_id)

    def abort(self, request_id: str | None) -> None:
        """Interrupt the statement of that request, if it is the one that runs."""
        if self.running is not None and request_id in (None, self.running):
            self.session.stop.cancel()

    @property
    def forgotten(self) -> bool:
        """Whether nobody has used it for so long that its client must be gone."""
        return not self.lock.locked() and time.monotonic() - self.used > IDLE

    def close(self) -> None:
        with self.lock:
            self.session.close()


def _keep(kept: OrderedDict[str, Answer], key: str, answer: Answer) -> None:
    kept[key] = answer
    while len(kept) > REMEMBERED or (len(kept) > 1 and sum(map(_rows, kept.values())) > MOST_ROWS):
        kept.popitem(last=False)


def _rows(answer: Answer) -> int:
    return (answer.get("data") or {}).get("total") or 0


class ClientSessions:
    """Every login by its token."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_token: dict[str, ClientSession] = {}

    def add(self, session: Session, reads_arrow: bool = False) -> ClientSession:
        """A new login. What clients that are gone have left behind is ended first."""
        for forgotten in [item for item in list(self._by_token.values()) if item.forgotten]:
            self.remove(forgotten)
        client = ClientSession(session, reads_arrow)
        with self._lock:
            self._by_token[client.token] = client
        return client

    def find(self, token: str | None) -> ClientSession | None:
        return self._by_token.get(token or "")

    def renew(self, master_token: str | None) -> ClientSession | None:
        """A new session token for the holder of the master token."""
        with self._lock:
            client = next((item for item in self._by_token.values() if secrets.compare_digest(item.master_token, master_token or "")), None)
            if client is not None:
                del self._by_token[client.token]
                client.token = secrets.token_urlsafe(32)
                self._by_token[client.token] = client
            return client

    def remove(self, client: ClientSession) -> None:
        with self._lock:
            self._by_token.pop(client.token, None)
        client.close()

    def close(self) -> None:
        """End every session: what it did not commit is rolled back."""
        self.interrupt()
        for client in list(self._by_token.values()):
            self.remove(client)

    def interrupt(self) -> None:
        """End what runs."""
        for client in list(self._by_token.values()):
            client.abort(None)
            python.interrupt_all(client.session.engine)
