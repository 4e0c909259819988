"""The embedded Snowflake account: one file, its objects in memory, one writer at a time, any number of sessions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from snowpact.local.alerts import history as alerts
from snowpact.local.clock import Clock
from snowpact.local.governance.shown import shown
from snowpact.local.lock import WriteLock
from snowpact.local.objects import State
from snowpact.local.query_history import QueryHistory
from snowpact.local.retention import purge
from snowpact.local.session import Session
from snowpact.local.settings import of_account
from snowpact.local.stages.external import Locations
from snowpact.local.stages.files import sweep
from snowpact.local.store import Store
from snowpact.local.streams.log import tidy
from snowpact.local.tasks.history import abandon
from snowpact.local.writes import Writes
from snowpact.model.catalog import Catalog, Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.dynamic.known import Known


class Engine:
    """An account kept in ``path``; in a private temporary file where path is None.

    locations: folders that stand for external locations. ``account``: its parameters that are set.

    ``state`` is what is committed; it is replaced, never changed, so that readers need no lock.
    """

    def __init__(self, path: Path | str | None = None, lasting: bool = True, locations: Locations | None = None):
        self.locations: Locations = locations or {}
        self.path = Path(path) if path is not None else None
        self.store = Store(self.path, lasting=lasting)
        self.state: State = purge(self.store.connection, self.store.load())
        tidy(self.store.connection, self.state)
        abandon(self.store.connection)
        alerts.abandon(self.store.connection)
        self.account = of_account(self.store.connection)
        self.clock = Clock()
        sweep(self.store.stages, self.state)
        self.lock = WriteLock()
        self.writes = Writes()
        self.history = QueryHistory()
        self.refreshed: dict[int, Known] = {}
        self.waiting: dict[int, tuple[int, int]] = {}  # tasks whose streams had no data, and when that was: tasks/body.py
        self.on_close: list[Callable[[], None]] = []
        self.sessions: list[Session] = []
        self._session_ids = itertools.count(1)
        self._forks = itertools.count(1)
        self._transactions = 0
        self._catalog: tuple[State, Catalog] | None = None

    def connect(
        self,
        database: str | None = None,
        schema: str | None = None,
        role: str | None = None,
        warehouse: str | None = None,
        create: bool = False,
    ) -> Session:
        """A session. Stored names. Like Snowflake, a database, schema or warehouse that does not exist leaves the session without one;
        with ``create`` a missing database and schema are made."""
        session = Session(self, next(self._session_ids), role)
        self.sessions.append(session)
        if create:
            for kind, parts in (("DATABASE", (database,)), ("SCHEMA", (database, schema))):
                if all(parts):
                    session.execute(f"CREATE {kind} IF NOT EXISTS {Name(parts).sql}")  # type: ignore[arg-type]
            session.queries.forget(0)
        if database and self.state.get("DATABASE", Name.of(database)):
            chosen = schema or "PUBLIC"
            session.database = database
            session.schema = chosen if self.state.get("SCHEMA", Name.of(database, chosen)) else None
        if warehouse and self.state.get("WAREHOUSE", Name.of(warehouse)):
            session.warehouse = warehouse
        return session

    def catalog(self) -> Catalog:
        """Everything permanent, as the model's Catalog. Warehouses and roles are in it too."""
        state = self.state
        if self._catalog is None or self._catalog[0] is not state:
            self._catalog = state, Catalog({key: shown(state, record) for key, record in state.by_key.items() if record.id > 0})
        return self._catalog[1]

    def databases(self) -> list[str]:
        return [record.name.name for record in self.state if record.object.kind is Kind.DATABASE and record.id > 0]

    def fork(self) -> Engine:
        """A throw-away copy of what is committed; this engine stays open, and the copy is gone at the latest when it closes."""
        return Engine(self.store.copy_to(f"fork-{next(self._forks)}"), lasting=False, locations=self.locations)

    def transaction_number(self, started: datetime) -> int:
        """CURRENT_TRANSACTION of one that starts: the time in milliseconds, or the next number where another had that."""
        self._transactions = max(self._transactions + 1, int(started.timestamp() * 1000))
        return self._transactions

    def query_id(self) -> str:
        return self.clock.query_id()

    def close(self) -> None:
        for session in list(self.sessions):
            session.close()
        for action in self.on_close:
            action()
        self.writes.keep(self.store.connection)
        self.store.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
