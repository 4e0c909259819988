"""What CREATE DYNAMIC TABLE says, checked and put into the words of the catalog.

https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from snowpact.local import tables
from snowpact.local.dynamic import history
from snowpact.local.dynamic.graph import read_by, upstream
from snowpact.local.dynamic.modes import resolve
from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.relation import query_of
from snowpact.local.scope import Scope
from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, fold
from snowpact.sql.statements.dynamic_table import CreateDynamicTable, lag_seconds

if TYPE_CHECKING:
    from snowpact.local.session import Session

LEAST_LAG = 60
"""Seconds: the shortest target lag."""
_OPTIONS = {"data_retention_time_in_days", "max_data_extension_time_in_days", "copy grants", "initialization_warehouse"}


def refuse_unknown(parsed: CreateDynamicTable) -> None:
    """Raise for what the engine would have to ignore."""
    if parsed.tags:
        raise UnsupportedFeature("tags in CREATE DYNAMIC TABLE")
    for key, _ in parsed.options:
        if key not in _OPTIONS:
            raise UnsupportedFeature(f"CREATE DYNAMIC TABLE … {key.upper()}")
    if parsed.scheduler == "DISABLE" or parsed.refresh_mode in ("ADAPTIVE", "CUSTOM_INCREMENTAL"):
        raise UnsupportedFeature("SCHEDULER = DISABLE" if parsed.scheduler == "DISABLE" else f"REFRESH_MODE = {parsed.refresh_mode}")


def object_of(session: Session, parsed: CreateDynamicTable, name: Name, text: str) -> tuple[CatalogObject, dict[str, Any]]:
    """The table as it will be, and what the engine keeps about it. Names in its query resolve in its own schema [M]."""
    if parsed.target_lag is None or parsed.warehouse is None:
        raise compilation(f"Missing option(s): {'TARGET_LAG' if parsed.target_lag is None else 'WAREHOUSE'}", 2029, "42601")
    check_lag(parsed.target_lag)
    columns = query_of(session, parsed.query or "", Scope(session, name.parts[0], name.parts[1])).columns
    if parsed.columns:
        columns = _named(parsed, columns)
    asked = parsed.refresh_mode or "AUTO"
    kept = properties(
        target_lag=parsed.target_lag,
        warehouse=warehouse_named(session, parsed.warehouse),
        refresh_mode=None if asked == "AUTO" else asked,
        cluster_by=parsed.cluster_by,
        transient=True if "transient" in parsed.modifiers else None,
        data_retention_time_in_days=dict(parsed.options).get("data_retention_time_in_days"),
    )
    columns = tables.distinct(columns)
    item = CatalogObject(Kind.DYNAMIC_TABLE, name, columns, definition=parsed.query, comment=parsed.comment, properties=kept)
    mode, reason = resolve(session, Record(-1, item, datetime.now(UTC)), asked)
    extra = {"text": text, "named": bool(parsed.columns) or None, "resolved_mode": mode, "mode_reason": reason}
    return item, extra


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


def check_lag(lag: str) -> None:
    seconds = lag_seconds(lag)
    if seconds is not None and seconds < LEAST_LAG:
        raise compilation(f"Target lag {lag} is too short: the minimum is {LEAST_LAG} seconds.", 2717, "42601")  # number [M]


def check_upstream_lag(item: CatalogObject, below: list[Record]) -> None:
    """A target lag may not be shorter than that of a dynamic table it reads
    (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table)."""
    own = lag_seconds(item.property("target_lag"))
    for record in below:
        lag = history.lag_seconds_of(record)
        if own is not None and lag is not None and own < lag:
            its = f"'{record.name}', {record.object.property('target_lag')}"
            raise compilation(f"Target lag {item.property('target_lag')} is shorter than that of {its}.", 2717, "42601")  # number [M]


def warehouse_named(session: Session, written: str) -> str:
    warehouse = fold(written)
    if session.find(Kind.WAREHOUSE, Name.of(warehouse)) is None:
        raise missing(warehouse, "Warehouse")
    return warehouse


def sources_below(session: Session, item: CatalogObject, replaced: Record | None) -> list[Record]:
    """The dynamic tables that a definition reads, in the order of their refreshes; what they must not be is refused."""
    session.commit()
    probe = Record(-1, item, datetime.now(UTC))
    for source in read_by(session, probe):
        if source.object.kind is Kind.MATERIALIZED_VIEW:
            raise compilation(f"Dynamic table '{item.name.name}' can't read the materialized view '{source.name}'.", 2721, "42601")  # [M]
        if source.temporary:
            raise compilation(f"Dynamic table '{item.name.name}' can't read the temporary object '{source.name}'.", 2720, "42601")  # [M]
    found = [record for record in upstream(session, probe) if record.id != probe.id]
    check_upstream_lag(item, found)
    if replaced and replaced.id in {record.id for record in found}:
        raise compilation(f"Dynamic table '{item.name.name}' can't read itself.", 2718, "42601")  # number [M]
    return found
