"""Dropping, bringing back and renaming databases and schemas: what is inside goes along."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.ddl import Ddl
from snowpact.local.governance import parties
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

CONTAINERS = (Kind.DATABASE, Kind.SCHEMA)


def drop_container(change: Ddl, record: Record) -> None:
    """Drop an object; with a database or schema everything in it, so that UNDROP brings all of it back."""
    session = change.session
    if record.object.kind in CONTAINERS:
        inside = session.engine.state.within(record.name) + [item for item in session.temporary.values() if item.name.within(record.name)]
        for item in inside:
            change.drop(item, dropped_with=record.id)
        change.after_commit(lambda: _leave(change, record.name))
    change.drop(record)


def _leave(change: Ddl, name: Name) -> None:
    """A dropped database or schema is nobody's current one any more."""
    for session in change.session.engine.sessions:
        current = (session.database, session.schema)
        if len(name.parts) == 1 and current[0] == name.parts[0]:
            session.database = session.schema = None
        elif current == name.parts:
            session.schema = None


def restore(change: Ddl, record: Record) -> None:
    """Bring back what was dropped together with a record."""
    for item in change.session.engine.state.dropped:
        if item.dropped_with == record.id:
            change.put(replace(item, dropped_on=None, dropped_with=None))


def rename(change: Ddl, record: Record, to: Name) -> None:
    """Another name for an object, and for everything inside it."""
    depth = len(record.name.parts)
    if record.object.kind in CONTAINERS:
        for item in change.session.engine.state.within(record.name):
            change.alter(item, _at(item, Name((*to.parts, *item.name.parts[depth:]))))
        for role in [item for item in change.session.engine.state.within(record.name) if item.object.kind is Kind.DATABASE_ROLE]:
            parties.follow(change, role, change.records[role.id].name)
        change.after_commit(lambda: _follow(change, record.name, to))
    change.alter(record, replace(record.object, name=to))


def swap(change: Ddl, one: Record, other: Record) -> None:
    """Two databases or schemas under each other's name, with all that lies inside
    (https://docs.snowflake.com/en/sql-reference/sql/alter-schema)."""
    within = change.session.engine.state.within
    pairs = ((one, other.name), (other, one.name))
    if any(item.object.kind is Kind.DATABASE_ROLE for record, _ in pairs for item in within(record.name)):
        raise UnsupportedFeature("SWAP WITH of databases that hold database roles")
    for record, to in pairs:
        depth = len(record.name.parts)
        for item in [record, *within(record.name)]:
            change.alter(item, _at(item, Name((*to.parts, *item.name.parts[depth:]))))


def _at(record: Record, name: Name) -> CatalogObject:
    """The object under its new name. A graph's tasks lie in one schema, so they move together
    (https://docs.snowflake.com/en/user-guide/tasks-graphs)."""
    item = replace(record.object, name=name)
    after, root = item.property("after"), item.property("finalize")
    if after is not None:
        item = item.with_properties(after=tuple(sorted(name.beside(task.name) for task in after)))
    return item.with_properties(finalize=name.beside(root.name)) if root is not None else item


def _follow(change: Ddl, old: Name, new: Name) -> None:
    for session in change.session.engine.sessions:
        current = (session.database, session.schema)
        if len(old.parts) == 1 and current[0] == old.name:
            session.database = new.name
        elif current == old.parts:
            session.schema = new.name
