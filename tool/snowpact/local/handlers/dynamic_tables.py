"""CREATE and ALTER DYNAMIC TABLE. DROP and UNDROP are those of tables.

https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table, alter-dynamic-table
"""

from __future__ import annotations

from collections.abc import Callable

from snowpact.local import alter, tables
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.dynamic import alter_to, cloning
from snowpact.local.dynamic.definition import check_lag, check_upstream_lag, object_of, refuse_unknown, sources_below, warehouse_named
from snowpact.local.dynamic.graph import upstream
from snowpact.local.dynamic.refresh import Attempt, fill, hide, refresh, refresh_one
from snowpact.local.dynamic.suspension import BY_USER, resume, suspend
from snowpact.local.errors import missing
from snowpact.local.existing import existing
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.dynamic_table import parse_create_dynamic_table

DONE = message("Statement executed successfully.")


@handles("CREATE", Kind.DYNAMIC_TABLE)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_dynamic_table(statement.text)
    refuse_unknown(parsed)
    name = session.name(parsed.name)
    found = existing(session, Kind.DYNAMIC_TABLE, name, parsed.modifiers)
    copied = "copy grants" in dict(parsed.options)
    if parsed.clone is not None:
        return _clone(session, *cloning.clone(session, parsed, name), found, copied)
    item, extra = object_of(session, parsed, name, statement.text)
    at_once, at = parsed.initialize != "ON_SCHEDULE", session.engine.clock.now()
    sources = sources_below(session, item, found)
    if found is not None and "or_alter" in parsed.modifiers:
        with ddl(session) as change:
            alter_to.alter_to(change, found, item, extra)
        return message(f"{name.name} successfully altered.")
    for source in sources if at_once else ():
        refresh_one(session, Attempt.now(session, source, "CREATION", at))  # what it reads comes up to date first, as with a manual refresh
    with ddl(session) as change:
        if found:
            change.replace(found, copied)
        record = tables.make(change, item, extra={key: value for key, value in extra.items() if value is not None})
        if at_once:
            fill(change, Attempt.now(session, record, "CREATION", at))
        else:
            hide(change, record)
    return message(f"Dynamic table {name.name} successfully created.")


def _clone(session: Session, item: CatalogObject, source: Record, found: Record | None, copied: bool) -> EngineResult:
    with ddl(session) as change:
        if found:
            change.replace(found, copied)
        cloning.make_clone(change, source, item)
    return message(f"Dynamic table {item.name.name} successfully created.")


@handles("ALTER", Kind.DYNAMIC_TABLE)
def alter_dynamic_table(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_alter(statement.text)
    name = session.name(parsed.name)
    record = session.find(Kind.DYNAMIC_TABLE, name)
    if record is None or record.object.kind is not Kind.DYNAMIC_TABLE:
        if parsed.if_exists and record is None:
            return DONE
        raise missing(name, "Dynamic table")
    if len(parsed.actions) == 1 and isinstance(parsed.actions[0], actions.Command) and parsed.actions[0].word in _COMMANDS:
        return _COMMANDS[parsed.actions[0].word](session, record)
    with ddl(session) as change:
        for action in parsed.actions:
            record = _apply(change, record, action)
    return DONE


def _refresh(session: Session, record: Record) -> EngineResult:
    """One row for each table refreshed. Refused inside an explicit transaction."""
    if session.transaction.open:
        raise StatementError("Manual refresh of a dynamic table can't be part of a transaction.", 2743, "0A000")
    done = refresh(session, record, "MANUAL")
    columns = (ColumnMeta("name", varchar()), ColumnMeta("statistics", varchar()))
    rows = tuple((str(item.record.name), f"{item.action}: {item.inserted} rows inserted, {item.deleted} deleted") for item in done)
    return EngineResult(columns, rows, len(rows))


def _suspend(session: Session, record: Record) -> EngineResult:
    with ddl(session) as change:
        suspend(change, record, BY_USER)
    return DONE


def _resume(session: Session, record: Record) -> EngineResult:
    with ddl(session) as change:
        resume(change, record)
    return DONE


_COMMANDS: dict[str, Callable[[Session, Record], EngineResult]] = {
    "REFRESH": _refresh,
    "SUSPEND": _suspend,
    "RESUME": _resume,
}


_SHARED = (
    actions.RenameTo, actions.SwapWith, actions.ClusterBy, actions.UnsetProperties, actions.SetColumnComment, *alter.GOVERNING,
)  # fmt: skip


def _apply(change: Ddl, record: Record, action: actions.Action) -> Record:
    """What is a dynamic table's own; the rest is ALTER TABLE's."""
    if isinstance(action, actions.SetProperties):
        return _set(change, record, action)
    if isinstance(action, _SHARED):
        return alter.apply(change, record, action)
    raise UnsupportedFeature(f"ALTER DYNAMIC TABLE … {type(action).__name__}")


def _set(change: Ddl, record: Record, action: actions.SetProperties) -> Record:
    rest = []
    for key, value in action.values:
        if key == "target_lag":
            check_lag(value)
            item = record.object.with_properties(target_lag=value)
            check_upstream_lag(item, [below for below in upstream(change.session, record) if below.id != record.id])
            record = change.alter(record, item)
        elif key == "warehouse":
            record = change.alter(record, record.object.with_properties(warehouse=warehouse_named(change.session, value)))
        else:
            rest.append((key, value))
    return alter.apply(change, record, actions.SetProperties(tuple(rest))) if rest else record
