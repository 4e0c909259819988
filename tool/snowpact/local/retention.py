"""What was dropped goes for good once its retention has passed: then UNDROP no longer finds it.

DATA_RETENTION_TIME_IN_DAYS is one day by default (https://docs.snowflake.com/en/user-guide/data-time-travel#data-retention-period); the
engine looks when it is opened, so that a file does not grow for ever.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb

from snowpact.local.objects import Record, State

DEFAULT_DAYS = 1


def purge(connection: duckdb.DuckDBPyConnection, state: State) -> State:
    """Remove what can't come back, data and all."""
    now = datetime.now(UTC)
    expired = [record for record in state.dropped if _ends(record) < now]
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


def _ends(record: Record) -> datetime:
    days = record.object.property("data_retention_time_in_days")
    assert record.dropped_on is not None
    return record.dropped_on + timedelta(days=int(days) if days is not None else DEFAULT_DAYS)
