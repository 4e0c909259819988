"""Refresh history: written in the refresh's own transaction, so that it never tells of what did not happen.

Columns as DYNAMIC_TABLE_REFRESH_HISTORY has them
(https://docs.snowflake.com/en/sql-reference/functions/dynamic_table_refresh_history).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from snowpact.local.objects import Record
from snowpact.model.types import OBJECT, SnowflakeType, number, timestamp, varchar
from snowpact.sql.statements.dynamic_table import lag_seconds

SETUP = """
CREATE TABLE IF NOT EXISTS _snow.refreshes (
    object_id BIGINT, database_name VARCHAR, schema_name VARCHAR, name VARCHAR, state VARCHAR, state_code VARCHAR,
    state_message VARCHAR, query_id VARCHAR, data_timestamp TIMESTAMPTZ, refresh_start_time TIMESTAMPTZ,
    refresh_end_time TIMESTAMPTZ, refresh_action VARCHAR, refresh_trigger VARCHAR, target_lag_sec BIGINT, statistics VARCHAR,
    reinit_reason VARCHAR
)
"""

COLUMNS: tuple[tuple[str, SnowflakeType], ...] = (
    ("NAME", varchar()),
    ("SCHEMA_NAME", varchar()),
    ("DATABASE_NAME", varchar()),
    ("QUALIFIED_NAME", varchar()),
    ("STATE", varchar()),
    ("STATE_CODE", varchar()),
    ("STATE_MESSAGE", varchar()),
    ("QUERY_ID", varchar()),
    ("DATA_TIMESTAMP", timestamp("LTZ")),
    ("REFRESH_START_TIME", timestamp("LTZ")),
    ("REFRESH_END_TIME", timestamp("LTZ")),
    ("REFRESH_ACTION", varchar()),
    ("REFRESH_TRIGGER", varchar()),
    ("TARGET_LAG_SEC", number()),
    ("STATISTICS", OBJECT),
    ("REINIT_REASON", varchar()),
)


@dataclass(frozen=True, slots=True)
class Refresh:
    """One attempt. action: INITIAL, INCREMENTAL, FULL, NO_DATA or REINITIALIZE; trigger: CREATION, MANUAL or SCHEDULED; state:
    SUCCEEDED, FAILED or UPSTREAM_FAILED; at: as of when its data are; code: the error's number."""

    record: Record
    state: str
    action: str | None
    trigger: str
    at: datetime
    started: datetime
    ended: datetime
    query_id: str | None = None
    message: str | None = None
    code: int | None = None
    inserted: int = 0
    deleted: int = 0
    lag_seconds: int | None = None
    reinit_reason: str | None = None


def write(cursor: duckdb.DuckDBPyConnection, *refreshes: Refresh) -> None:
    lines = [_line(refresh) for refresh in refreshes]
    line = f"({', '.join('?' * len(lines[0]))})"
    cursor.execute(f"INSERT INTO _snow.refreshes VALUES {', '.join([line] * len(lines))}", [value for values in lines for value in values])


def _line(refresh: Refresh) -> list[Any]:
    statistics = json.dumps({"numInsertedRows": refresh.inserted, "numDeletedRows": refresh.deleted, "numCopiedRows": 0})
    code = refresh.state if refresh.code is None else f"{refresh.code:06d}"
    return [
        refresh.record.id, *refresh.record.name.parts, refresh.state, code, refresh.message, refresh.query_id, refresh.at, refresh.started,
        refresh.ended, refresh.action, refresh.trigger, refresh.lag_seconds, statistics, refresh.reinit_reason,
    ]  # fmt: skip


def rows(cursor: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """The account's history in the order of COLUMNS, newest last. The function forgets after a week; where days were simulated that are
    past, after a week of those."""
    return cursor.execute(
        "SELECT name, schema_name, database_name, database_name || '.' || schema_name || '.' || name, state, state_code, state_message, "
        "query_id, data_timestamp, refresh_start_time, refresh_end_time, refresh_action, refresh_trigger, target_lag_sec, statistics, "
        "reinit_reason FROM _snow.refreshes WHERE data_timestamp > "
        "least(now(), (SELECT max(until) FROM _snow.simulation)) - INTERVAL 7 DAY ORDER BY refresh_start_time, rowid"
    ).fetchall()


def lag_seconds_of(record: Record) -> int | None:
    """The target lag of a dynamic table in seconds; None for DOWNSTREAM."""
    lag = record.object.property("target_lag")
    return lag_seconds(lag) if lag else None


def failures(cursor: duckdb.DuckDBPyConnection, record: Record) -> int:
    """How many scheduled refreshes have failed since the last one of any kind that succeeded."""
    return cursor.execute(
        "SELECT count(*) FROM _snow.refreshes WHERE object_id = ? AND state = 'FAILED' AND refresh_trigger = 'SCHEDULED' AND rowid > "
        "coalesce((SELECT max(rowid) FROM _snow.refreshes WHERE object_id = ? AND state = 'SUCCEEDED'), -1)",
        [record.id, record.id],
    ).fetchone()[0]


def latest(cursor: duckdb.DuckDBPyConnection, record: Record) -> datetime | None:
    """The data timestamp of the last refresh that succeeded."""
    found = cursor.execute(
        "SELECT max(data_timestamp) FROM _snow.refreshes WHERE object_id = ? AND state = 'SUCCEEDED'", [record.id]
    ).fetchone()
    return found[0] if found else None


def attempted(cursor: duckdb.DuckDBPyConnection, now: datetime) -> dict[int, datetime]:
    """By the id of each table, when it was last brought up to date, or a scheduler last tried to: neither is tried again before its lag has
    passed. What a simulated clock did after ``now`` is left out."""
    found = cursor.execute(
        "SELECT object_id, max(data_timestamp) FROM _snow.refreshes WHERE data_timestamp <= ? "
        "AND (state = 'SUCCEEDED' OR refresh_trigger = 'SCHEDULED') GROUP BY object_id",
        [now],
    ).fetchall()
    return dict(found)
