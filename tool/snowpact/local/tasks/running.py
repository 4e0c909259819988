"""What a task can ask while it runs, and the value it leaves to its successors.

https://docs.snowflake.com/en/sql-reference/functions/system_task_runtime_info and the pages of the other functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.tasks.history import TaskRun, identity, last_success
from snowpact.model.errors import StatementError
from snowpact.sql.statements.task_options import number_of

if TYPE_CHECKING:
    from snowpact.local.session import Session

MOST_BYTES = 10_000
"""A return value's size: https://docs.snowflake.com/en/sql-reference/functions/system_set_return_value."""


@dataclass(slots=True)
class Running:
    """The run that a session is carrying out. returned: the return values of the graph's tasks so far, by their names; ancestors: all
    enabled tasks before this one; parents: those right before it; written: whether its row of the history may be there."""

    run: TaskRun
    returned: Mapping[str, str | None] = field(default_factory=dict)
    ancestors: frozenset[str] = frozenset()
    parents: tuple[str, ...] = ()
    return_value: str | None = None
    written: bool = False

    @property
    def limit(self) -> float:
        """USER_TASK_TIMEOUT_MS in seconds of real time, 0 for none. A task that sets none has its graph's root's: on an account that is the
        limit of the whole graph [M], whose tasks run beside each other there."""
        tasks = (self.run.task.object, self.run.graph.root.object)
        given = (number_of(task, "user_task_timeout_ms", 0) for task in tasks if task.property("user_task_timeout_ms") is not None)
        return next(given, 0) / 1000


def running(session: Session, function: str) -> Running:
    if session.task is None:
        text = f"Function {function} must be called from within a task."
        raise StatementError(text, 91400, "22023")  # text and number [M]
    return session.task


def set_return_value(session: Session, value: Any) -> None:
    text = "" if value is None else str(value)
    if len(text.encode()) > MOST_BYTES:
        raise StatementError(f"The return value of a task is limited to {MOST_BYTES} bytes.", 91401, "22023")  # text and number [M]
    running(session, "SYSTEM$SET_RETURN_VALUE").return_value = text


def predecessor_return_value(session: Session, name: str | None) -> str | None:
    """Without a name that of the only enabled predecessor; with one that of a predecessor, or of an ancestor. Names are case-sensitive."""
    current = running(session, "SYSTEM$GET_PREDECESSOR_RETURN_VALUE")
    if name is None:
        if len(current.parents) != 1:
            text = f"Task {current.run.task.name} has {len(current.parents)} enabled predecessors: name one."
            raise StatementError(text, 91402, "22023")  # text and number [M]
        name = current.parents[0]
    if name not in current.ancestors:
        text = f"'{name}' is no enabled predecessor of task {current.run.task.name}."
        raise StatementError(text, 91403, "22023")  # text and number [M]
    return current.returned.get(name)


def graph_config(session: Session, path: str | None) -> str | None:
    """The value under a key or ``a.b`` path of the graph's CONFIG as text, NULL where there is none; without a path all of it."""
    current = running(session, "SYSTEM$GET_TASK_GRAPH_CONFIG")
    value: Any = json.loads(current.run.graph.config) if current.run.graph.config else None
    for key in (path or "").removeprefix("$.").split(".") if path else ():
        value = value.get(key.strip('"')) if isinstance(value, dict) else None
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def runtime_info(session: Session, property: str | None) -> str | None:
    current = running(session, "SYSTEM$TASK_RUNTIME_INFO")
    property = (property or "").upper()
    if property in _PREVIOUS:
        found = last_success(session.duck, current.run.graph)
        return found and _PREVIOUS[property](*found)
    answer = _INFO.get(property)
    if answer is None:
        raise compilation(f"Invalid argument '{property}' for function SYSTEM$TASK_RUNTIME_INFO.", 1015, "22023")  # number [M]
    return answer(current)


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


_INFO: dict[str, Callable[[Running], str | None]] = {
    "CURRENT_ROOT_TASK_UUID": lambda current: identity(current.run.graph.root.id),
    "CURRENT_ROOT_TASK_NAME": lambda current: current.run.graph.root.name.name,
    "CURRENT_TASK_NAME": lambda current: current.run.task.name.name,
    "CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": lambda current: _time(current.run.graph.scheduled),
    "CURRENT_TASK_GRAPH_RUN_GROUP_ID": lambda current: current.run.graph.group,
}
_PREVIOUS: dict[str, Callable[[str, datetime], str]] = {
    "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID": lambda group, at: group,
    "LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP": lambda group, at: _time(at),
}

ANSWERS: dict[str, Callable[[Session, str | None], str | None]] = {
    "SYSTEM$GET_PREDECESSOR_RETURN_VALUE": predecessor_return_value,
    "SYSTEM$GET_TASK_GRAPH_CONFIG": graph_config,
    "SYSTEM$TASK_RUNTIME_INFO": runtime_info,
}
"""The functions that only a running task may call, as a query's translation asks for them."""
