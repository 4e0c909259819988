"""CREATE and ALTER DYNAMIC TABLE. DROP and UNDROP are those of tables.

https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table, alter-dynamic-table
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from snowpact.local import alter, tables
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.dynamic import history
from snowpact.local.dynamic.graph import read_by, upstream
from snowpact.local.dynamic.modes import resolve
from snowpact.local.dynamic.refresh import Attempt, fill, hide, refresh, refresh_one
from snowpact.local.dynamic.suspension import BY_USER, resume, suspend
from snowpact.local.errors import compilation, missing
from snowpact.local.existing import existing
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.relation import query_of
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.scope import Scope
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name, fold
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.dynamic_table import CreateDynamicTable, lag_seconds, parse_create_dynamic_table

DONE = message("Statement executed successfully.")
LEAST_LAG = 60
"""Seconds: the shortest target lag."""


@handles("CREATE", Kind.DYNAMIC_TABLE)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_dynamic_table(statement.text)
    _refuse(parsed)
    name = session.name(parsed.name)
    found = existing(session, Kind.DYNAMIC_TABLE, name, parsed.modifiers)
    item, extra = _object(session, parsed, name, statement.text)
    at_once, at = parsed.initialize != "ON_SCHEDULE", datetime.now(UTC)
    sources = _sources(session, item, found)
    for source in sources if at_once else ():
        refresh_one(session, Attempt(source, "CREATION", at))  # what it reads comes up to date first, as with a manual refresh
    with ddl(session) as change:
        if found:
            change.replace(found, "copy grants" in dict(parsed.options))
        record = tables.make(change, item, extra=extra)
        if at_once:
            fill(change, Attempt(record, "CREATION", at))
        else:
            hide(change, record)
    return message(f"Dynamic table {name.name} successfully created.")


def _refuse(parsed: CreateDynamicTable) -> None:
    if parsed.clone:
        raise UnsupportedFeature("CREATE DYNAMIC TABLE … CLONE")
    if "or_alter" in parsed.modifiers:
        raise UnsupportedFeature("CREATE OR ALTER DYNAMIC TABLE")
    if parsed.tags:
        raise UnsupportedFeature("tags in CREATE DYNAMIC TABLE")
    for key, _ in parsed.options:
        if key not in {"data_retention_time_in_days", "max_data_extension_time_in_days", "copy grants", "initialization_warehouse"}:
            raise UnsupportedFeature(f"CREATE DYNAMIC TABLE … {key.upper()}")
    if parsed.scheduler == "DISABLE" or parsed.refresh_mode in ("ADAPTIVE", "CUSTOM_INCREMENTAL"):
        raise UnsupportedFeature("SCHEDULER = DISABLE" if parsed.scheduler == "DISABLE" else f"REFRESH_MODE = {parsed.refresh_mode}")


def _object(session: Session, parsed: CreateDynamicTable, name: Name, text: str) -> tuple[CatalogObject, dict[str, Any]]:
    """The table as it will be, and what the engine keeps about it. Names in its query resolve in its own schema [M]."""
    if parsed.target_lag is None or parsed.warehouse is None:
        raise compilation(f"Missing option(s): {'TARGET_LAG' if parsed.target_lag is None else 'WAREHOUSE'}", 2029, "42601")
    _check_lag(parsed.target_lag)
    warehouse = _warehouse(session, parsed.warehouse)
    columns = query_of(session, parsed.query or "", Scope(session, name.parts[0], name.parts[1])).columns
    if parsed.columns:
        columns = _named(parsed, columns)
    asked = parsed.refresh_mode or "AUTO"
    kept = properties(
        target_lag=parsed.target_lag,
        warehouse=warehouse,
        refresh_mode=None if asked == "AUTO" else asked,
        cluster_by=parsed.cluster_by,
        transient=True if "transient" in parsed.modifiers else None,
    )
    columns = tables.distinct(columns)
    item = CatalogObject(Kind.DYNAMIC_TABLE, name, columns, definition=parsed.query, comment=parsed.comment, properties=kept)
    mode, reason = resolve(session, Record(-1, item, datetime.now(UTC)), asked)
    extra = {"text": text, "named": bool(parsed.columns) or None, "resolved_mode": mode, "mode_reason": reason}
    return item, {key: value for key, value in extra.items() if value is not None}


def _named(parsed: CreateDynamicTable, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """With a column list: names from the list, types where the list gives none from the query."""
    if len(parsed.columns) != len(columns):
        raise compilation("Invalid column definition list", 2026, "42601")
    return tuple(
        item.column
        if item.column.type.base != "UNKNOWN"
        else replace(item.column, type=found.type, certainty=found.certainty, reason=found.reason)
        for item, found in zip(parsed.columns, columns, strict=True)
    )


def _check_lag(lag: str) -> None:
    seconds = lag_seconds(lag)
    if seconds is not None and seconds < LEAST_LAG:
        raise compilation(f"Target lag {lag} is too short: the minimum is {LEAST_LAG} seconds.", 2717, "42601")  # number [M]


def _check_upstream_lag(item: CatalogObject, upstream: list[Record]) -> None:
    """A target lag may not be shorter than that of a dynamic table it reads
    (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table)."""
    own = lag_seconds(item.property("target_lag"))
    for record in upstream:
        lag = history.lag_seconds_of(record)
        if own is not None and lag is not None and own < lag:
            its = f"'{record.name}', {record.object.property('target_lag')}"
            raise compilation(f"Target lag {item.property('target_lag')} is shorter than that of {its}.", 2717, "42601")  # number [M]


def _warehouse(session: Session, written: str) -> str:
    warehouse = fold(written)
    if session.find(Kind.WAREHOUSE, Name.of(warehouse)) is None:
        raise missing(warehouse, "Warehouse")
    return warehouse


def _sources(session: Session, item: CatalogObject, replaced: Record | None) -> list[Record]:
    """The dynamic tables that a new one reads, in the order of their refreshes; what they must not be is refused."""
    session.commit()
    probe = Record(-1, item, datetime.now(UTC))
    for source in read_by(session, probe):
        if source.temporary:
            raise compilation(f"Dynamic table '{item.name.name}' can't read the temporary object '{source.name}'.", 2720, "42601")  # [M]
    found = [record for record in upstream(session, probe) if record.id != probe.id]
    _check_upstream_lag(item, found)
    if replaced and replaced.id in {record.id for record in found}:
        raise compilation(f"Dynamic table '{item.name.name}' can't read itself.", 2718, "42601")  # number [M]
    return found


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
            _check_lag(value)
            item = record.object.with_properties(target_lag=value)
            _check_upstream_lag(item, [below for below in upstream(change.session, record) if below.id != record.id])
            record = change.alter(record, item)
        elif key == "warehouse":
            record = change.alter(record, record.object.with_properties(warehouse=_warehouse(change.session, value)))
        else:
            rest.append((key, value))
    return alter.apply(change, record, actions.SetProperties(tuple(rest))) if rest else record
