"""What a session's parameters are set to: its own values, else its user's, the account's, the defaults.

https://docs.snowflake.com/en/sql-reference/parameters#parameter-hierarchy-and-types. The account's lie in the file, and hold for sessions
that are open too. TIMEZONE is told to DuckDB, whose casts to and from TIMESTAMPTZ go by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from snowpact.local.parameters import NAMES, default
from snowpact.model.catalog import Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    import duckdb

    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

SETUP = "CREATE TABLE _snow.account_parameters (name VARCHAR, value JSON)"


def of_account(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What the account has set."""
    return {name: json.loads(value) for name, value in connection.execute("SELECT name, value FROM _snow.account_parameters").fetchall()}


def set_account(change: Ddl, values: Mapping[str, Any]) -> None:
    """Set parameters of the account, those with None back to their defaults."""
    engine = change.session.engine
    for name, value in values.items():
        change.run("DELETE FROM _snow.account_parameters WHERE name = ?", [name])
        if value is not None:
            change.run("INSERT INTO _snow.account_parameters VALUES (?, ?)", [name, json.dumps(value)])
    kept = {name: value for name, value in {**engine.account, **values}.items() if value is not None}
    change.after_commit(lambda: setattr(engine, "account", kept))


def in_zone(zone: str) -> str:
    """What gives DuckDB's casts to TIMESTAMPTZ and back a time zone."""
    return f"SET SESSION TimeZone = '{zone}'"


class Settings:
    """A session's parameters. ``own``: what ALTER SESSION, a login or a task set; ``zone``: DuckDB's."""

    def __init__(self, session: Session):
        self._session = session
        self._own: Mapping[str, Any] = {}
        self._inherits = True
        self.zone = "UTC"

    def __getitem__(self, name: str) -> Any:
        """A parameter's value. Raises Snowflake's invalid parameter."""
        return self.found(name)[0]

    def found(self, name: str) -> tuple[Any, str]:
        """The value, and the level that it was set on: SESSION, USER, ACCOUNT or nothing for a default."""
        for level, values in (("SESSION", self._own), ("USER", self._user()), ("ACCOUNT", self._session.engine.account)):
            if name in values:
                return values[name], level
        return default(name), ""

    @property
    def own(self) -> Mapping[str, Any]:
        return self._own

    def set(self, values: Mapping[str, Any]) -> None:
        self._keep({**self._own, **values})

    def unset(self, names: Iterable[str]) -> None:
        gone = set(names)
        self._keep({name: value for name, value in self._own.items() if name not in gone})

    @contextmanager
    def meanwhile(self, values: Mapping[str, Any]) -> Iterator[None]:
        """Set for some statements. Others that these set stay."""
        before = {name: self._own[name] for name in values if name in self._own}
        self.set(values)
        try:
            yield
        finally:
            self.unset(values)
            self.set(before)

    @contextmanager
    def of_nobody(self) -> Iterator[None]:
        """As for a session that nobody opened: what the account has set alone counts, as in the refresh of a dynamic table."""
        before, self._inherits = (self._own, self._inherits), False
        self._keep({})
        try:
            yield
        finally:
            own, self._inherits = before
            self._keep(own)

    def tell(self) -> None:
        """Bring DuckDB's time zone to the session's, which the account or the user may have changed."""
        zone = self["TIMEZONE"]
        if zone != self.zone:
            self._session.duck.execute(in_zone(zone))
            self.zone = zone

    def _keep(self, own: Mapping[str, Any]) -> None:
        self._own = own
        self.tell()

    def _user(self) -> Mapping[str, Any]:
        record = self._session.find(Kind.USER, Name.of(self._session.user)) if self._inherits else None
        properties = record.object.properties if record is not None else ()
        return {key.upper(): value for key, value in properties if key.upper() in NAMES}
