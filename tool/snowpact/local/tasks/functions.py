"""TASK_HISTORY, TASK_DEPENDENTS, CURRENT_TASK_GRAPHS, COMPLETE_TASK_GRAPHS of INFORMATION_SCHEMA.

https://docs.snowflake.com/en/sql-reference/functions/task_history, task_dependents, current_task_graphs, complete_task_graphs. Histories
are the account's, whatever the database before INFORMATION_SCHEMA; what has not happened yet (runs that are due later) is not listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.table_function import Rows, TableFunction, limit_of, moment
from snowpact.local.tasks import history
from snowpact.local.tasks.history import FAILURES, identity
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.task_graph import finalized, graph_of, is_started, predecessors, tasks_beside
from snowpact.model.types import SnowflakeType, number, timestamp, varchar
from snowpact.sql.schedule import parse_schedule
from snowpact.sql.statements.task_options import overlaps

if TYPE_CHECKING:
    from snowpact.local.session import Session

_KEPT = timedelta(days=7)
_TEXT, _TIME, _NUMBER = varchar(), timestamp("LTZ"), number()


def _columns(texts: str, **others: SnowflakeType) -> tuple[tuple[str, SnowflakeType], ...]:
    return tuple((name, others.get(name, _TEXT)) for name in texts.split())


RUN_COLUMNS = _columns(
    "QUERY_ID NAME DATABASE_NAME SCHEMA_NAME QUERY_TEXT CONDITION_TEXT STATE ERROR_CODE ERROR_MESSAGE SCHEDULED_TIME QUERY_START_TIME "
    "NEXT_SCHEDULED_TIME COMPLETED_TIME ROOT_TASK_ID GRAPH_VERSION RUN_ID RETURN_VALUE SCHEDULED_FROM ATTEMPT_NUMBER CONFIG "
    "GRAPH_RUN_GROUP_ID",
    SCHEDULED_TIME=_TIME, QUERY_START_TIME=_TIME, NEXT_SCHEDULED_TIME=_TIME, COMPLETED_TIME=_TIME, GRAPH_VERSION=_NUMBER, RUN_ID=_NUMBER,
    ERROR_CODE=_NUMBER, ATTEMPT_NUMBER=_NUMBER,
)  # fmt: skip
_RUN = (
    "query_id, name, database_name, schema_name, query_text, condition_text, state, error_code, error_message, scheduled_time, "
    "query_start_time, NULL, completed_time, root, graph_version, run_id, return_value, source, attempt, config, run_group"
)
_NAME, _STATE, _SCHEDULED, _ROOT = 1, 6, 9, 13


def _task_history(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The latest runs first; the last seven days. Names are compared without regard to case."""
    since, until = (_moment(session, given, f"SCHEDULED_TIME_RANGE_{end}") for end in ("START", "END"))
    if since is not None and since < session.now - _KEPT - timedelta(minutes=1):
        raise compilation("Cannot retrieve data from more than 7 days ago.", 1018, "22023")  # text and number [M]
    rows = history.rows(session.duck, _RUN, "recorded_on >= ?", [datetime.now(UTC) - _KEPT])
    if since is not None:
        rows = [row for row in rows if row[_SCHEDULED] >= since]
    if until is not None:
        rows = [row for row in rows if row[_SCHEDULED] <= until]
    if given.get("TASK_NAME") is not None:
        name = str(given["TASK_NAME"]).upper()
        rows = [row for row in rows if row[_NAME].upper() == name]
    if given.get("ERROR_ONLY") is True:
        rows = [row for row in rows if row[_STATE] in FAILURES]
    rows = [_shown(row) for row in rows]
    if given.get("ROOT_TASK_ID") is not None:
        rows = [row for row in rows if row[_ROOT] == given["ROOT_TASK_ID"]]
    return rows[: limit_of(given)]


def runs(session: Session) -> Rows:
    """All that is kept of runs, the latest first."""
    return [_shown(row) for row in history.rows(session.duck, _RUN, "TRUE", [])]


def _shown(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:_ROOT], identity(row[_ROOT]), *row[_ROOT + 1 :])


def _moment(session: Session, given: Mapping[str, Any], key: str) -> datetime | None:
    return None if given.get(key) is None else moment(session, given[key])


_DEPENDENTS = _columns(
    "CREATED_ON NAME DATABASE_NAME SCHEMA_NAME OWNER COMMENT WAREHOUSE SCHEDULE PREDECESSORS STATE DEFINITION CONDITION "
    "ALLOW_OVERLAPPING_EXECUTION ERROR_INTEGRATION LAST_COMMITTED_ON LAST_SUSPENDED_ON",
    CREATED_ON=_TIME, LAST_COMMITTED_ON=_TIME, LAST_SUSPENDED_ON=_TIME,
)  # fmt: skip


def _task_dependents(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The task itself and what follows it; RECURSIVE => FALSE only what follows it at once."""
    if "TASK_NAME" not in given:
        raise compilation("Missing argument TASK_NAME for function TASK_DEPENDENTS", 938, "22023")  # number [M]
    name = Name.parse(str(given["TASK_NAME"]))
    found = session.find(Kind.TASK, session.complete(name))
    if found is None:
        raise missing(name, "Task")
    tasks = tasks_beside(session.engine.state, found.name.parent)
    if given.get("RECURSIVE") is False:
        records = [found, *(task for task in tasks.values() if found.name.name in predecessors(task))]
    else:
        graph = graph_of(tasks, found)
        records = list(graph)
    return [_dependent(record) for record in records]


def _dependent(record: Record) -> tuple[Any, ...]:
    item, extra = record.object, record.extra
    after = json.dumps([str(name) for name in item.property("after", ())])
    times = [datetime.fromisoformat(extra[key]) if extra.get(key) else None for key in ("resumed_on", "suspended_on")]
    return (
        record.created_on, record.name.name, *record.name.parts[:2], record.owner, item.comment or "", item.property("warehouse"),
        item.property("schedule"), after, item.property("state"), item.definition, item.property("when"),
        "true" if overlaps(item) else "false", item.property("error_integration"), *times,
    )  # fmt: skip


_GRAPHS = _columns(
    "ROOT_TASK_NAME DATABASE_NAME SCHEMA_NAME STATE SCHEDULED_FROM FIRST_ERROR_TASK_NAME FIRST_ERROR_CODE FIRST_ERROR_MESSAGE "
    "SCHEDULED_TIME QUERY_START_TIME NEXT_SCHEDULED_TIME COMPLETED_TIME ROOT_TASK_ID GRAPH_VERSION RUN_ID ATTEMPT_NUMBER CONFIG "
    "GRAPH_RUN_GROUP_ID",
    FIRST_ERROR_CODE=_NUMBER, SCHEDULED_TIME=_TIME, QUERY_START_TIME=_TIME, NEXT_SCHEDULED_TIME=_TIME, COMPLETED_TIME=_TIME,
    GRAPH_VERSION=_NUMBER, RUN_ID=_NUMBER, ATTEMPT_NUMBER=_NUMBER,
)  # fmt: skip
_GRAPH_ROWS = """
SELECT any_value(root_name), any_value(database_name), any_value(schema_name),
    CASE WHEN bool_or(state = 'EXECUTING') THEN 'EXECUTING' WHEN bool_or(state LIKE 'FAILED%') THEN 'FAILED'
        WHEN bool_or(state = 'CANCELLED') THEN 'CANCELLED' WHEN bool_or(task = root AND state = 'SKIPPED') THEN 'SKIPPED'
        ELSE 'SUCCEEDED' END,
    any_value(source), arg_min(name, number) FILTER (state LIKE 'FAILED%'), arg_min(error_code, number) FILTER (state LIKE 'FAILED%'),
    arg_min(error_message, number) FILTER (state LIKE 'FAILED%'), min(scheduled_time), min(query_start_time), NULL, max(completed_time),
    root, any_value(graph_version), run_id, attempt, any_value(config), run_group
FROM _snow.task_runs GROUP BY root, run_id, run_group, attempt ORDER BY max(number) DESC
"""
_GRAPH_STATE, _GRAPH_ENDED, _GRAPH_ROOT = 3, 11, 12


def _graphs(session: Session, given: Mapping[str, Any]) -> Rows:
    """One row for each attempt at a graph, the latest first."""
    rows = session.duck.execute(_GRAPH_ROWS).fetchall()
    if given.get("ROOT_TASK_NAME") is not None:
        rows = [row for row in rows if row[0].upper() == str(given["ROOT_TASK_NAME"]).upper()]
    return [(*row[:_GRAPH_ROOT], identity(row[_GRAPH_ROOT]), *row[_GRAPH_ROOT + 1 :]) for row in rows]


def _current_graphs(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """Those that run, and for each started root with a schedule the next that is due."""
    running = [row for row in _graphs(session, given) if row[_GRAPH_STATE] == "EXECUTING"]
    return [*running, *_due(session, given)][: limit_of(given, 1000)]


def _due(session: Session, given: Mapping[str, Any]) -> Rows:
    found = []
    for record in session.engine.state:
        schedule = record.object.property("schedule") if record.object.kind is Kind.TASK else None
        wanted = str(given.get("ROOT_TASK_NAME") or record.name.name).upper()
        if schedule is None or not is_started(record) or record.name.name.upper() != wanted or finalized(record):
            continue
        base = datetime.fromisoformat(record.extra["resumed_on"])
        at = parse_schedule(schedule).after(session.now, base)
        place = (record.name.name, *record.name.parts[:2], "SCHEDULED", "SCHEDULE", None, None, None, at, None, None, None)
        run_id = round(at.timestamp() * 1000)
        version = record.extra.get("graph_version", 1)
        found.append((*place, identity(record.id), version, run_id, 1, record.object.property("config"), None))
    return sorted(found, key=lambda row: (row[8], row[0]))


def _complete_graphs(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """Those of the last hour that ran to their end."""
    since = session.now - timedelta(minutes=60)
    ended = [row for row in _graphs(session, given) if row[_GRAPH_STATE] not in {"EXECUTING", "SKIPPED"} and row[_GRAPH_ENDED] >= since]
    if given.get("ERROR_ONLY") is True:
        ended = [row for row in ended if row[_GRAPH_STATE] != "SUCCEEDED"]
    return ended[: limit_of(given, 1000)]


FUNCTIONS: dict[str, TableFunction] = {
    "TASK_HISTORY": TableFunction(
        RUN_COLUMNS,
        _task_history,
        frozenset({"SCHEDULED_TIME_RANGE_START", "SCHEDULED_TIME_RANGE_END", "RESULT_LIMIT", "TASK_NAME", "ERROR_ONLY", "ROOT_TASK_ID"}),
    ),
    "TASK_DEPENDENTS": TableFunction(_DEPENDENTS, _task_dependents, frozenset({"TASK_NAME", "RECURSIVE"})),
    "CURRENT_TASK_GRAPHS": TableFunction(_GRAPHS, _current_graphs, frozenset({"RESULT_LIMIT", "ROOT_TASK_NAME"})),
    "COMPLETE_TASK_GRAPHS": TableFunction(_GRAPHS, _complete_graphs, frozenset({"RESULT_LIMIT", "ROOT_TASK_NAME", "ERROR_ONLY"})),
}
