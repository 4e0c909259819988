"""The history of task runs, one row for each run of each task, written with what the run wrote.

Columns as TASK_HISTORY has them (https://docs.snowflake.com/en/sql-reference/functions/task_history).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

import duckdb

from snowpact.local.objects import Record

EXECUTING, SUCCEEDED, FAILED, SKIPPED, CANCELLED = "EXECUTING", "SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED"
AUTO_SUSPENDED = "FAILED_AND_AUTO_SUSPENDED"
FAILURES = (FAILED, AUTO_SUSPENDED, CANCELLED)

SETUP = """
CREATE SEQUENCE _snow.run_number;
CREATE TABLE _snow.task_runs (
    number BIGINT, task BIGINT, root BIGINT, run_group VARCHAR, run_id BIGINT, attempt INTEGER, graph_version BIGINT, source VARCHAR,
    config VARCHAR, database_name VARCHAR, schema_name VARCHAR, name VARCHAR, root_name VARCHAR, query_id VARCHAR, query_text VARCHAR,
    condition_text VARCHAR, state VARCHAR, error_code BIGINT, error_message VARCHAR, return_value VARCHAR, scheduled_time TIMESTAMPTZ,
    query_start_time TIMESTAMPTZ, completed_time TIMESTAMPTZ, recorded_on TIMESTAMPTZ
);
CREATE TABLE _snow.simulation (start TIMESTAMPTZ, until TIMESTAMPTZ, finished BOOLEAN)
"""
"""run_group: one for all tasks and attempts of a graph's run; number: the order of the runs; recorded_on: by the machine's clock, where the
other times may be simulated. simulation: the last one that was started."""


_SPACE = uuid.UUID("8d7a0d5e-2f0b-4a6e-9c61-5d1f6a1c7b11")


def identity(task: int) -> str:
    """What SHOW TASKS and the histories call a task: the same for the same object, as long as it lives."""
    return str(uuid.uuid5(_SPACE, f"task {task}"))


@dataclass(frozen=True, slots=True)
class GraphRun:
    """One attempt at a graph. scheduled: the time it was due, the same for all its attempts; source: SCHEDULE or EXECUTE TASK."""

    root: Record
    group: str
    scheduled: datetime
    source: str
    version: int
    config: str | None = None
    attempt: int = 1

    @property
    def run_id(self) -> int:
        """The time when the graph was due, in milliseconds since 1970."""
        return round(self.scheduled.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One run of one task."""

    number: int
    task: Record
    graph: GraphRun
    scheduled: datetime
    state: str = EXECUTING
    query_id: str | None = None
    started: datetime | None = None
    completed: datetime | None = None
    error_code: int | None = None
    error_message: str | None = None
    return_value: str | None = None

    def ended(self, state: str, at: datetime, **more: Any) -> TaskRun:
        return replace(self, state=state, completed=at, **more)


def new_group(root: Record, number: int) -> str:
    """The id of a graph's run, from the number of its first task run: a simulation repeated has the same ids."""
    return str(uuid.uuid5(_SPACE, f"run {root.id} {number}"))


def next_number(duck: duckdb.DuckDBPyConnection) -> int:
    return duck.execute("SELECT nextval('_snow.run_number')").fetchone()[0]


def write(duck: duckdb.DuckDBPyConnection, run: TaskRun, again: bool = True) -> None:
    """Write a run's row, in place of one that it may have (``again``); in the connection's transaction."""
    graph, task = run.graph, run.task
    if again:
        duck.execute("DELETE FROM _snow.task_runs WHERE number = ?", [run.number])
    duck.execute(
        f"INSERT INTO _snow.task_runs VALUES ({', '.join('?' * 24)})",
        [
            run.number, task.id, graph.root.id, graph.group, graph.run_id, graph.attempt, graph.version, graph.source, graph.config,
            *task.name.parts, graph.root.name.name, run.query_id, task.object.definition, task.object.property("when"), run.state,
            run.error_code, run.error_message, run.return_value, run.scheduled, run.started, run.completed, datetime.now(UTC),
        ],
    )  # fmt: skip


def abandon(connection: duckdb.DuckDBPyConnection) -> None:
    """When the file is opened: a run that never ended died with its process, after it had committed something; it is not run again."""
    connection.execute(
        f"UPDATE _snow.task_runs SET state = '{FAILED}', completed_time = query_start_time, "
        f"error_message = 'The process that ran the task ended before the task did.' WHERE state = '{EXECUTING}'"
    )


def rows(duck: duckdb.DuckDBPyConnection, columns: str, where: str = "TRUE", params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Runs, the latest first."""
    sql = f"SELECT {columns} FROM _snow.task_runs WHERE {where} ORDER BY scheduled_time DESC, number DESC"
    return duck.execute(sql, params or []).fetchall()


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a graph. tasks: how each task ended at last: (task, number, state, return value)."""

    group: str
    scheduled: datetime
    source: str
    version: int
    config: str | None
    attempt: int
    tasks: tuple[tuple[int, int, str, str | None], ...]


def last_run(duck: duckdb.DuckDBPyConnection, root: Record) -> LastRun | None:
    head = duck.execute(
        "SELECT run_group, make_timestamptz(run_id * 1000), source, graph_version, config, attempt FROM _snow.task_runs WHERE root = ? "
        "ORDER BY number DESC LIMIT 1",
        [root.id],
    ).fetchone()
    if head is None:
        return None
    tasks = duck.execute(
        "SELECT task, max(number), arg_max(state, number), arg_max(coalesce(return_value, ''), number) FROM _snow.task_runs "
        "WHERE run_group = ? GROUP BY task ORDER BY task",
        [head[0]],
    ).fetchall()
    return LastRun(*head, tuple((task, number, state, value or None) for task, number, state, value in tasks))


def last_success(duck: duckdb.DuckDBPyConnection, graph: GraphRun) -> tuple[str, datetime] | None:
    """The group and the due time of the last run of a graph, before this one, in which nothing failed."""
    return duck.execute(
        "SELECT run_group, make_timestamptz(any_value(run_id) * 1000) FROM (SELECT run_group, run_id, task, max(number) AS number, "
        "arg_max(state, number) AS state FROM _snow.task_runs WHERE root = ? AND run_group <> ? GROUP BY ALL) GROUP BY run_group "
        "HAVING bool_and(state = 'SUCCEEDED') ORDER BY max(number) DESC LIMIT 1",
        [graph.root.id, graph.group],
    ).fetchone()


def has_run(duck: duckdb.DuckDBPyConnection, root: Record, at: datetime, source: str) -> bool:
    """Whether a graph was run already as due at that time."""
    sql = "SELECT count(*) FROM _snow.task_runs WHERE root = ? AND run_id = ? AND source = ?"
    return duck.execute(sql, [root.id, round(at.timestamp() * 1000), source]).fetchone()[0] > 0


def failures(duck: duckdb.DuckDBPyConnection, root: Record) -> int:
    """How many runs of the graph in a row have failed, up to the last one; those before it was last resumed don't count."""
    found = duck.execute(
        f"SELECT bool_or(state IN {FAILURES}) FROM (SELECT run_group, task, max(number) AS number, arg_max(state, number) AS state "
        "FROM _snow.task_runs WHERE root = ? AND number > ? GROUP BY ALL) GROUP BY run_group ORDER BY max(number) DESC",
        [root.id, root.extra.get("resumed_at_run", 0)],
    ).fetchall()
    return sum(1 for _ in takewhile(lambda row: row[0], found))
