"""Databases and schemas: what contains everything else. Every new database has a schema PUBLIC."""

from __future__ import annotations

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation, exists
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.sql.classify import Classified


@handles("CREATE", Kind.DATABASE)
def create_database(session: Session, statement: Classified) -> EngineResult:
    return _create(session, statement, Kind.DATABASE)


@handles("CREATE", Kind.SCHEMA)
def create_schema(session: Session, statement: Classified) -> EngineResult:
    return _create(session, statement, Kind.SCHEMA)


def _create(session: Session, statement: Classified, kind: Kind) -> EngineResult:
    name = session.name(statement.name, 1 if kind is Kind.DATABASE else 2)
    _not_reserved(name)
    if kind is Kind.SCHEMA:
        session.require(Kind.DATABASE, name.parent)
    found = session.find(kind, name)
    if found and "if not exists" in statement.modifiers:
        return message(f"{name.name} already exists, statement succeeded.")
    if found and "or replace" not in statement.modifiers:
        raise exists(name, str(kind).title())
    with ddl(session) as change:
        if found:
            drop_container(change, found)
        change.create(CatalogObject(kind, name))
        if kind is Kind.DATABASE:
            change.create(CatalogObject(Kind.SCHEMA, name.child("PUBLIC")))
        change.after_commit(lambda: _make_current(session, name))
    return message(f"{str(kind).title()} {name.name} successfully created.")


def _not_reserved(name: Name) -> None:
    if len(name.parts) == 2 and name.name == "INFORMATION_SCHEMA":
        raise compilation("Schema name 'INFORMATION_SCHEMA' is reserved.", 2002, "42710")  # number [M]


def _make_current(session: Session, name: Name) -> None:
    session.database, session.schema = name.parts[0], name.parts[1] if len(name.parts) > 1 else "PUBLIC"


def drop_container(change: Ddl, record: Record) -> None:
    """Drop a database or schema with everything in it, so that UNDROP brings all of it back."""
    session = change.session
    inside = session.engine.state.within(record.name) + [item for item in session.temporary.values() if item.name.within(record.name)]
    for item in inside:
        change.drop(item, dropped_with=record.id)
    change.drop(record)
