"""DROP and UNDROP of every kind. What is dropped keeps its data until the file is opened after its retention has passed."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.containers import drop_container, restore
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.objects import DEPTH, Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import Classified

DROPPABLE = (
    Kind.DATABASE, Kind.SCHEMA, Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE, Kind.SEQUENCE,
    Kind.WAREHOUSE,
)  # fmt: skip
UNDROPPABLE = (Kind.DATABASE, Kind.SCHEMA, Kind.TABLE, Kind.DYNAMIC_TABLE)


@handles("DROP", *DROPPABLE)
def drop(session: Session, statement: Classified) -> EngineResult:
    kind = Kind(statement.kind)
    name = session.name(statement.name, DEPTH.get(kind, 3))
    record = session.find(kind, name)
    if record is None or not _fits(record, kind):
        if record is None and "if_exists" in statement.modifiers:
            return message("Drop statement executed successfully.")
        if record is not None:
            text = f"Object found is of type '{record.object.kind.value}' specified type was '{kind.value}'."
            raise compilation(text, 2003, "42601")  # text and number [M]
        raise missing(name, kind.value.title())
    cursor = statement.cursor()
    cursor.accept("CASCADE", "RESTRICT")
    cursor.finish()
    with ddl(session) as change:
        drop_container(change, record)
    return message(f"{name.name} successfully dropped.")


def _fits(record: Record, kind: Kind) -> bool:
    """DROP TABLE also drops a dynamic table, DROP VIEW does not drop a table
    (https://docs.snowflake.com/en/sql-reference/sql/drop-dynamic-table)."""
    found = record.object.kind
    return found is kind or (kind is Kind.TABLE and found is Kind.DYNAMIC_TABLE)


@handles("UNDROP", *UNDROPPABLE)
def undrop(session: Session, statement: Classified) -> EngineResult:
    kind = Kind(statement.kind)
    name = session.name(statement.name, DEPTH.get(kind, 3))
    if session.find(kind, name):
        raise exists(name, kind.value.title())
    found = [
        record
        for record in session.engine.state.dropped
        if record.key == (kind.domain, name) and record.object.kind is kind and record.dropped_with == record.id
    ]
    if not found or (len(name.parts) == 3 and session.find(Kind.SCHEMA, Name(name.parts[:2])) is None):
        raise missing(name, kind.value.title())
    latest = max(found, key=lambda record: (record.dropped_on, record.id))
    with ddl(session) as change:
        restore(change, latest)
        change.put(replace(latest, dropped_on=None, dropped_with=None))
    return message(f"{kind.value.title()} {name.name} successfully restored.")
