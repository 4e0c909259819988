"""Warehouses and sequences: objects that are their options."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import sequences
from snowpact.local.containers import rename
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.existing import existing
from snowpact.local.governance import tagging
from snowpact.local.handlers.alter import set_options
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.actions import Command, RenameTo, SetProperties, SetTags, UnsetProperties, UnsetTags
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.clauses import read_comment, read_value

DONE = message("Statement executed successfully.")

WAREHOUSE_OPTIONS = frozenset(
    {
        "auto_resume", "auto_suspend", "enable_query_acceleration", "generation", "initially_suspended", "max_cluster_count",
        "max_concurrency_level", "min_cluster_count", "query_acceleration_max_scale_factor", "resource_constraint", "resource_monitor",
        "scaling_policy", "statement_queued_timeout_in_seconds", "statement_timeout_in_seconds", "warehouse_size", "warehouse_type",
        "wait_for_completion",
    }
)  # fmt: skip
"""https://docs.snowflake.com/en/sql-reference/sql/create-warehouse. A warehouse here is its options: none makes anything faster."""


@handles("CREATE", Kind.WAREHOUSE)
def create_warehouse(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name, 1)
    found = existing(session, Kind.WAREHOUSE, name, statement.modifiers)
    cursor = statement.cursor()
    cursor.accept("WITH")
    item = CatalogObject(Kind.WAREHOUSE, name)
    while not cursor.done:
        key = cursor.take().word.lower()
        cursor.expect("=")
        value = read_value(cursor)
        if key == "comment":
            item = replace(item, comment=value)
        elif key in WAREHOUSE_OPTIONS:
            item = item.with_properties(**{key: value.upper()})
        else:
            raise compilation(f"invalid property '{key.upper()}' for 'WAREHOUSE'", 1422, "22023")
        cursor.accept(",")
    with ddl(session) as change:
        if found and "or_alter" in statement.modifiers:
            change.alter(found, item)
            return message(f"Warehouse {name.name} successfully altered.")
        if found:
            change.drop(found)
        change.create(item)
        change.after_commit(lambda: setattr(session, "warehouse", name.name))
    return message(f"Warehouse {name.name} successfully created.")


@handles("ALTER", Kind.WAREHOUSE)
def alter_warehouse(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_alter(statement.text)
    name = session.name(parsed.name or session.warehouse, 1)
    record = session.find(Kind.WAREHOUSE, name)
    if record is None:
        if parsed.if_exists:
            return DONE
        raise missing(name, "Warehouse")
    with ddl(session) as change:
        for action in parsed.actions:
            item = record.object
            if isinstance(action, RenameTo):
                to = session.name(action.name, 1)
                if session.find(Kind.WAREHOUSE, to):
                    raise exists(to, "Warehouse")
                rename(change, record, to)
                record = change.records[record.id]
                continue
            if isinstance(action, SetTags):
                record = tagging.set_tags(change, record, action)
            elif isinstance(action, UnsetTags):
                record = tagging.unset_tags(change, record, action)
            else:
                record = change.alter(record, _altered(item, action))
    return DONE


def _altered(item: CatalogObject, action: object) -> CatalogObject:
    if isinstance(action, Command):
        state = {"SUSPEND": "SUSPENDED", "RESUME": "STARTED", "RESUME IF SUSPENDED": "STARTED"}.get(action.word)
        return item.with_properties(state=state) if state else item
    if isinstance(action, SetProperties):
        pairs = dict(action.values)
    elif isinstance(action, UnsetProperties):
        pairs = dict.fromkeys(action.keys)
    else:
        raise compilation(f"ALTER WAREHOUSE has no {type(action).__name__}", 1003, "42000")
    for key, value in pairs.items():
        if key == "comment":
            item = replace(item, comment=value)
        elif key in WAREHOUSE_OPTIONS:
            item = item.with_properties(**{key: value.upper() if value else None})
        else:
            raise compilation(f"invalid property '{key.upper()}' for 'WAREHOUSE'", 1422, "22023")
    return item


@handles("CREATE", Kind.SEQUENCE)
def create_sequence(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name)
    found = existing(session, Kind.SEQUENCE, name, statement.modifiers)
    start, step, order, comment = _sequence_options(statement.cursor())
    item = CatalogObject(Kind.SEQUENCE, name, comment=comment, properties=properties(start=start, increment=step, ordered=order))
    with ddl(session) as change:
        if found:
            change.drop(found)
        sequences.make(change, item, start)
    return message(f"Sequence {name.name} successfully created.")


def _sequence_options(cursor: Cursor) -> tuple[int, int, bool | None, str | None]:
    start = step = 1
    order, comment = None, None
    cursor.accept("WITH")
    while not cursor.done:
        if cursor.accept("START WITH", "START"):
            cursor.accept("=")
            start = cursor.integer()
        elif cursor.accept("INCREMENT BY", "INCREMENT"):
            cursor.accept("=")
            step = cursor.integer()
        elif word := cursor.accept("ORDER", "NOORDER"):
            order = True if word == "ORDER" else None
        elif (found := read_comment(cursor)) is not None:
            comment = found
        else:
            cursor.fail("CREATE SEQUENCE has no such option")
    if step == 0:
        raise compilation("invalid value [0] for parameter 'INCREMENT'", 1008, "22023")
    return start, step, order, comment


@handles("ALTER", Kind.SEQUENCE)
def alter_sequence(session: Session, statement: Classified) -> EngineResult:
    """RENAME TO and comments. A sequence's increment can't change here: DuckDB's can't."""
    name = session.name(statement.name)
    record = session.find(Kind.SEQUENCE, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, "Sequence")
    cursor = statement.cursor()
    with ddl(session) as change:
        if cursor.accept("RENAME TO"):
            to = session.name(cursor.name())
            if session.find(Kind.SEQUENCE, to):
                raise exists(to, "Sequence")
            rename(change, record, to)
        elif cursor.peek() == "INCREMENT":
            raise UnsupportedFeature("ALTER SEQUENCE … SET INCREMENT")
        else:
            change.alter(record, set_options(record.object, cursor, frozenset()))
        cursor.finish()
    return DONE
