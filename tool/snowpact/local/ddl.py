"""One DDL statement: its changes to objects and to the data, in one DuckDB transaction of its own.

Every DDL statement commits what is open, runs alone and commits (https://docs.snowflake.com/en/sql-reference/transactions#ddl).
Memory follows only after DuckDB has committed, so a failed statement leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snowpact.local.dynamic import descriptions
from snowpact.local.encoding import quoted
from snowpact.local.governance import future, shares
from snowpact.local.governance.held import Held, grants, with_grants
from snowpact.local.objects import Record
from snowpact.local.store import save
from snowpact.local.streams import log
from snowpact.model.catalog import CatalogObject, Key, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session


_TRANSIENT_INSIDE = {Kind.SCHEMA, Kind.TABLE, Kind.DYNAMIC_TABLE}


class Ddl:
    """What a statement changes, collected; ``run`` changes data at once, in the transaction."""

    def __init__(self, session: Session):
        self.session = session
        self.now = session.engine.clock.now()
        self.records: dict[int, Record] = {}
        self._copied: dict[Key, list[Held]] = {}
        self._later: list[Callable[[], None]] = []

    def run(self, sql: str, params: Any = None) -> Any:
        """Run DuckDB SQL in the statement's transaction."""
        return self.session.duck.execute(sql, params) if params else self.session.duck.execute(sql)

    def new_id(self) -> int:
        return self.run("SELECT nextval('_snow.object_id')").fetchone()[0]

    def get(self, domain: str, name: Name) -> Record | None:
        """The object as this statement leaves it so far."""
        for record in reversed(self.records.values()):
            if record.key == (domain, name) and record.dropped_on is None:
                return record
        found = self.session.find(domain, name)
        return found if found is None or found.id not in self.records else None

    def create(self, item: CatalogObject, **values: Any) -> Record:
        """A new object, owned by the session's role, with the grants that its schema or database has in store for it."""
        item = self.inherited(item)
        record = Record(self.new_id(), item, self.now, self.session.role, altered_on=self.now, **values)
        if record.key in self._copied:
            return self.put(with_grants(record, self._copied[record.key]))
        return self.put(record if record.temporary else future.applied(self, record))

    def inherited(self, item: CatalogObject) -> CatalogObject:
        """What is created in a transient database or schema is transient
        (https://docs.snowflake.com/en/sql-reference/sql/create-database#optional-parameters)."""
        if item.kind not in _TRANSIENT_INSIDE or item.property("temporary") or item.name.parent is None:
            return item
        container = self.get("SCHEMA" if len(item.name.parts) == 3 else "DATABASE", item.name.parent)
        return item.with_properties(transient=True) if container is not None and container.object.property("transient") else item

    def put(self, record: Record) -> Record:
        if "imported" in record.extra:
            raise shares.read_only(record.name)
        self.records.pop(record.id, None)
        self.records[record.id] = record
        return record

    def alter(self, record: Record, item: CatalogObject | None = None, **values: Any) -> Record:
        """The object in its new shape."""
        return self.put(replace(record, object=item or record.object, altered_on=self.now, **values))

    def drop(self, record: Record, dropped_with: int | None = None) -> None:
        """Drop an object; its data stays for UNDROP (temporary objects and their data go at once)."""
        if record.temporary:
            self.run(f'DROP VIEW IF EXISTS _data."{record.relation}"')
            self.run(f"DROP TABLE IF EXISTS {record.table}")
        if record.object.kind is Kind.DYNAMIC_TABLE:
            # it follows no changes any more; brought back, it is refreshed in full
            self.run(f'DROP TABLE IF EXISTS _data."a{record.id}"')
            record = record.with_extra(tables=None, state=None)
        self.put(replace(record, dropped_on=self.now, dropped_with=dropped_with or record.id))

    def replace(self, record: Record, copy_grants: bool = False) -> None:
        """Drop an object that another of its name is about to replace; what was granted on it is copied where the statement says so
        (https://docs.snowflake.com/en/sql-reference/sql/create-table)."""
        self.drop(record)
        if copy_grants:
            self.keep_grants(record)

    def keep_grants(self, record: Record, name: Name | None = None) -> None:
        """What was granted on an object goes to the next one of its name, or of another, that the statement makes."""
        self._copied[record.object.kind.domain, name or record.name] = grants(record)

    def show(self, record: Record) -> None:
        """(Re)make the DuckDB view that shows a physical table under its Snowflake column names."""
        pairs = zip(record.physical, record.object.columns, strict=True)
        columns = ", ".join(f"{physical} AS {quoted(column.name)}" for physical, column in pairs)
        self.run(f'CREATE OR REPLACE VIEW _data."{record.relation}" AS SELECT {columns} FROM {record.table}')

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run once the statement has committed: what a session remembers, such as its current schema."""
        self._later.append(action)

    def _keep_streams(self) -> None:
        """A stream is told its source's new name."""
        for stream in self.session.engine.state.streams:
            source = self.records.get(stream.extra["source"])
            if source is not None and source.dropped_on is None and stream.object.property("source") != source.name:
                stream = self.records.get(stream.id, stream)
                self.put(stream.with_object(stream.object.with_properties(source=source.name)))

    def finish(self) -> None:
        session = self.session
        if session.reads.windows:
            raise UnsupportedFeature("a stream in this statement")
        self._keep_streams()
        permanent = [record for record in self.records.values() if not record.temporary]
        save(session.duck, permanent)
        after = session.engine.state.after(permanent) if permanent else session.engine.state
        log.forget(self, session.engine.state, after)
        descriptions.note(self, session.engine.state)
        if session.on_commit is not None:
            session.on_commit()
        session.engine.writes.counted(session.transaction.touched)
        session.duck.execute("COMMIT")
        session.engine.state = after
        session.remember(record for record in self.records.values() if record.temporary)
        for action in self._later:
            action()


@contextmanager
def ddl(session: Session) -> Iterator[Ddl]:
    """The frame of a DDL statement: ``with ddl(session) as change: …``."""
    session.commit()
    with session.engine.lock.held(session):
        session.duck.execute("BEGIN TRANSACTION")
        change = Ddl(session)
        try:
            yield change
            change.finish()
        except BaseException:
            if session.in_duckdb_transaction():
                session.duck.execute("ROLLBACK")
            raise
