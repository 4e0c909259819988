"""The history of alerts, one row for each time that one was due, written with what its action wrote.

States of https://docs.snowflake.com/en/sql-reference/functions/alert_history: FAILED is an alert that could not start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from snowpact.local.objects import Record

EXECUTING, TRIGGERED, CONDITION_FALSE = "EXECUTING", "TRIGGERED", "CONDITION_FALSE"
CONDITION_FAILED, ACTION_FAILED, FAILED = "CONDITION_FAILED", "ACTION_FAILED", "FAILED"
SCHEDULED, MANUAL = "SCHEDULE", "EXECUTE ALERT"

SETUP = """
CREATE TABLE _snow.alert_runs (
    number BIGINT, alert BIGINT, source VARCHAR, database_name VARCHAR, schema_name VARCHAR, name VARCHAR, condition VARCHAR,
    condition_query_id VARCHAR, action VARCHAR, action_query_id VARCHAR, state VARCHAR, error_code BIGINT, error_message VARCHAR,
    scheduled_time TIMESTAMPTZ, completed_time TIMESTAMPTZ
)
"""


@dataclass(frozen=True, slots=True)
class AlertRun:
    """One evaluation of an alert. scheduled: when it was due."""

    number: int
    alert: Record
    source: str
    scheduled: datetime
    state: str = EXECUTING
    condition_query_id: str | None = None
    action_query_id: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    completed: datetime | None = None


def write(duck: duckdb.DuckDBPyConnection, run: AlertRun) -> None:
    """Write a run's row, in place of one that it may have; in the connection's transaction."""
    item = run.alert.object
    duck.execute("DELETE FROM _snow.alert_runs WHERE number = ?", [run.number])
    duck.execute(
        f"INSERT INTO _snow.alert_runs VALUES ({', '.join('?' * 15)})",
        [
            run.number, run.alert.id, run.source, *run.alert.name.parts, item.property("condition"), run.condition_query_id,
            item.definition, run.action_query_id, run.state, run.error_code, run.error_message, run.scheduled, run.completed,
        ],
    )  # fmt: skip


def abandon(connection: duckdb.DuckDBPyConnection) -> None:
    """When the file is opened: a run that never ended died with its process, after its action had committed something."""
    connection.execute(
        f"UPDATE _snow.alert_runs SET state = '{FAILED}', completed_time = scheduled_time, "
        f"error_message = 'The process that ran the alert ended before the alert did.' WHERE state = '{EXECUTING}'"
    )


def has_run(duck: duckdb.DuckDBPyConnection, alert: Record, at: datetime) -> bool:
    """Whether an alert was evaluated already as due at that time."""
    sql = "SELECT count(*) FROM _snow.alert_runs WHERE alert = ? AND scheduled_time = ? AND source = ?"
    return duck.execute(sql, [alert.id, at, SCHEDULED]).fetchone()[0] > 0


def last_success(duck: duckdb.DuckDBPyConnection, alert: Record) -> datetime | None:
    """When the last evaluation was due that did not fail."""
    sql = f"SELECT max(scheduled_time) FROM _snow.alert_runs WHERE alert = ? AND state IN ('{TRIGGERED}', '{CONDITION_FALSE}')"
    return duck.execute(sql, [alert.id]).fetchone()[0]


def rows(duck: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    """Runs, the latest first."""
    return duck.execute(f"SELECT {columns} FROM _snow.alert_runs ORDER BY scheduled_time DESC, number DESC").fetchall()
