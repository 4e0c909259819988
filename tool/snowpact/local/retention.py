"""What was dropped goes for good once its retention has passed: then UNDROP no longer finds it.

DATA_RETENTION_TIME_IN_DAYS is one day by default (https://docs.snowflake.com/en/user-guide/data-time-travel#data-retention-period); the
engine looks when it is opened, so that a file does not grow for ever. What sets none has its schema's, else its database's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from snowpact.local.errors import compilation
from snowpact.local.objects import Record, State
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name

PROPERTY = "data_retention_time_in_days"
DEFAULT_DAYS, MOST_DAYS = 1, 90


def purge(connection: duckdb.DuckDBPyConnection, state: State) -> State:
    """Remove what can't come back, data and all."""
    now = datetime.now(UTC)
    expired = [record for record in state.dropped if _ends(state, record) < now]
    if not expired:
        return state
    connection.execute("BEGIN TRANSACTION")
    for record in expired:
        connection.execute(f'DROP VIEW IF EXISTS _data."{record.relation}"')
        connection.execute(f"DROP TABLE IF EXISTS {record.table}")
        connection.execute(f'DROP SEQUENCE IF EXISTS _data."s{record.id}"')
        for physical in record.physical:
            connection.execute(f'DROP SEQUENCE IF EXISTS _data."i{record.id}_{physical}"')
    connection.execute(f"DELETE FROM _snow.objects WHERE id IN ({', '.join(str(record.id) for record in expired)})")
    connection.execute("COMMIT")
    return state.without({record.id for record in expired})


def days(state: State, record: Record) -> int:
    """How long an object is kept once it is dropped. With a database or schema goes all inside, for as long as that is kept
    (https://docs.snowflake.com/en/sql-reference/sql/drop-database#usage-notes)."""
    record = state.by_id.get(record.dropped_with, record) if record.dropped_with else record
    for item in (record, *_containers(state, record)):
        given = item.object.property(PROPERTY)
        if given is not None:
            return int(given)
    return DEFAULT_DAYS


def check(item: CatalogObject) -> CatalogObject:
    """Raise where the days are out of range: 0 to 90, for what is transient or temporary 0 or 1."""
    given = item.property(PROPERTY)
    most = 1 if item.property("transient") or item.property("temporary") else MOST_DAYS
    if given is not None and not (str(given).isdigit() and int(given) <= most):
        raise compilation(f"invalid value [{given}] for parameter '{PROPERTY.upper()}'", 1008, "22023")
    return item


def _containers(state: State, record: Record) -> Iterator[Record]:
    """Schema and database of an object, also where they were dropped themselves."""
    kinds = (Kind.DATABASE, Kind.SCHEMA)
    for depth in range(min(len(record.name.parts) - 1, 2), 0, -1):
        name = Name(record.name.parts[:depth])
        gone = [item for item in state.dropped if item.object.kind is kinds[depth - 1] and item.name == name]
        found = state.get(kinds[depth - 1].domain, name) or (max(gone, key=lambda item: item.id) if gone else None)
        if found is not None:
            yield found


def _ends(state: State, record: Record) -> datetime:
    assert record.dropped_on is not None
    return record.dropped_on + timedelta(days=days(state, record))
