"""What the engine's metadata is made of: SHOW, DESCRIBE and INFORMATION_SCHEMA ask this and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from snowpact.local.governance import access, shares
from snowpact.local.objects import Record, State
from snowpact.local.retention import days
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

STORED = {Kind.TABLE, Kind.DYNAMIC_TABLE}
"""What has rows of its own."""


class Facts(Protocol):
    """The objects a session sees, with what only the running engine knows of them."""

    def records(self) -> Iterable[Record]:
        """Every object, a temporary one instead of the permanent one that it hides."""

    def dropped(self) -> Iterable[Record]:
        """What was dropped or replaced by itself and can still come back, in containers that are there."""

    def available_roles(self) -> Collection[str]:
        """The roles that the user may take on."""

    def enabled_roles(self) -> Collection[str]:
        """The roles whose privileges the session has."""

    def row_count(self, record: Record) -> int | None:
        """The rows of a table; None for what stores none."""

    def file_loads(self) -> Iterable[tuple]:
        """What COPY INTO loaded, a row a file: ``stages/loads.py``."""

    def altered(self, record: Record) -> datetime:
        """When a table or its rows last changed."""

    def retention(self, record: Record) -> int:
        """The days for which an object is kept once it is dropped."""

    def data_timestamp(self, record: Record) -> datetime | None:
        """How recent a dynamic table's rows are; None before its first refresh."""


class SessionFacts:
    """Facts as one session sees them: what its roles have some privilege on.

    all_with_manage_grants: MANAGE GRANTS shows everything, as it does in SHOW and not in INFORMATION_SCHEMA
    (https://docs.snowflake.com/en/sql-reference/info-schema/tables#usage-notes).
    """

    def __init__(self, session: Session, all_with_manage_grants: bool = False):
        self.session = session
        self.everything = all_with_manage_grants and access.on_account(session, "MANAGE GRANTS")

    def records(self) -> Iterable[Record]:
        state = self.session.engine.state
        found = [*{**state.by_key, **self.session.temporary}.values(), *(shares.imported(state) if state.imported else ())]
        roles = access.active(self.session)
        return [access.told(roles, record) for record in found if not _is_provided(record) and self._shows(roles, record)]

    def dropped(self) -> Iterable[Record]:
        state, roles = self.session.engine.state, access.active(self.session)
        own = [record for record in state.dropped if record.dropped_with == record.id and _held(state, record)]
        return [access.told(roles, record) for record in own if self._shows(roles, record)]

    def _shows(self, roles: access.Roles, record: Record) -> bool:
        return self.everything or access.visible(self.session, roles, record)

    def available_roles(self) -> Collection[str]:
        return access.available(self.session)

    def enabled_roles(self) -> Collection[str]:
        return access.active(self.session)

    def row_count(self, record: Record) -> int | None:
        if record.object.kind not in STORED:
            return None
        return self.session.duck.execute(f"SELECT count(*) FROM {record.table}").fetchone()[0]

    def file_loads(self) -> Iterable[tuple]:
        return self.session.duck.execute("SELECT * FROM _snow.loads ORDER BY loaded_on").fetchall()

    def altered(self, record: Record) -> datetime:
        return self.session.engine.writes.altered(record)

    def retention(self, record: Record) -> int:
        return days(self.session.engine.state, record)

    def data_timestamp(self, record: Record) -> datetime | None:
        from snowpact.local.dynamic.history import latest

        return latest(self.session.duck, record)


def _is_provided(record: Record) -> bool:
    """Whether it is the database SNOWFLAKE, which lists leave out."""
    return record.id < 0 and record.object.kind is Kind.DATABASE


def _held(state: State, record: Record) -> bool:
    kinds = {1: Kind.DATABASE, 2: Kind.SCHEMA}
    return all(state.get(kinds[depth].domain, Name(record.name.parts[:depth])) for depth in range(1, len(record.name.parts)))


def of_kind(facts: Facts, kinds: Iterable[Kind], database: str | None = None) -> list[Record]:
    """Objects of these kinds, of one database where it is given, by name: the order in which SHOW lists and pages."""
    wanted = frozenset(kinds)
    found = [record for record in facts.records() if record.object.kind in wanted and database in (None, record.name.parts[0])]
    return sorted(found, key=lambda record: (record.name.name, record.name.parts))


def schemas(facts: Facts, database: str | None = None) -> list[Record]:
    """The schemas of a database, or of all, with the INFORMATION_SCHEMA that each has and nobody made."""
    own = of_kind(facts, {Kind.SCHEMA}, database)
    comment = "Views describing the contents of schemas in this database"
    built_in = [
        Record(-record.id, CatalogObject(Kind.SCHEMA, record.name.child("INFORMATION_SCHEMA"), comment=comment), record.created_on)
        for record in of_kind(facts, {Kind.DATABASE}, database)
    ]
    return sorted([*own, *built_in], key=lambda record: (record.name.name, record.name.parts))
