"""Task graphs: who follows whom, who is the root, what may be changed.

All tasks of a graph are in one schema (https://docs.snowflake.com/en/user-guide/tasks-graphs), so within it they are known by their last
name, whatever the schema is called by now. A task is any object that tells its name and its properties: the engine's, or a catalog's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Generic, Protocol, TypeVar

from snowpact.model.catalog import Key, Kind
from snowpact.model.errors import StatementError, compilation
from snowpact.model.names import Name


class Task(Protocol):
    @property
    def key(self) -> Key: ...

    @property
    def name(self) -> Name: ...

    def property(self, key: str, default: Any = None) -> Any: ...


T = TypeVar("T", bound=Task)

MOST_TASKS, MOST_NEIGHBOURS = 1000, 100
"""https://docs.snowflake.com/en/user-guide/tasks-graphs#task-graph-considerations"""


@dataclass(frozen=True, slots=True)
class Graph(Generic[T]):
    """children: all tasks but the root and the finalizer, each after its predecessors."""

    root: T
    children: tuple[T, ...]
    finalizer: T | None = None

    def __iter__(self):
        yield self.root
        yield from self.children
        if self.finalizer is not None:
            yield self.finalizer


def tasks_beside(records: Iterable[T], schema: Name | None) -> dict[str, T]:
    """The tasks of one schema by their last names."""
    return {record.name.name: record for record in records if record.key[0] == Kind.TASK.domain and record.name.parent == schema}


def predecessors(record: Task) -> tuple[str, ...]:
    return tuple(name.name for name in record.property("after", ()))


def finalized(record: Task) -> str | None:
    """The root that a task finalizes."""
    root = record.property("finalize")
    return root.name if root is not None else None


def is_started(record: Task) -> bool:
    return record.property("state") == "started"


def is_root(record: Task) -> bool:
    """Whether it starts a graph, or stands alone."""
    return not predecessors(record) and finalized(record) is None


def roots(tasks: Mapping[str, T], record: T) -> list[T]:
    """The roots of the graph that a task is in, by name: one, unless the graph is wrong."""
    seen: set[str] = set()
    found: dict[str, T] = {}
    waiting = [record]
    while waiting:
        current = waiting.pop()
        if current.name.name in seen:
            continue
        seen.add(current.name.name)
        above = [*predecessors(current), *filter(None, [finalized(current)])]
        if not above:
            found[current.name.name] = current
        waiting.extend(tasks[name] for name in above if name in tasks)
    return [found[name] for name in sorted(found)]


def graph_of(tasks: Mapping[str, T], root: T) -> Graph[T]:
    """Everything that runs after ``root``. Raises for a cycle."""
    found = {root.name.name}
    grown = True
    while grown:
        more = {name for name, task in tasks.items() if name not in found and found & set(predecessors(task))}
        found, grown = found | more, bool(more)
    try:
        order = tuple(TopologicalSorter({name: sorted(set(predecessors(tasks[name])) & found) for name in sorted(found)}).static_order())
    except CycleError as error:
        text = f"Graph has at least one cycle containing task {tasks[error.args[1][0]].name}."  # text: Snowflake's; number [M]
        raise StatementError(text, 91408, "42601") from error
    finalizers = [task for task in tasks.values() if finalized(task) == root.name.name]
    children = tuple(tasks[name] for name in order if name != root.name.name)
    return Graph(root, children, finalizers[0] if finalizers else None)


def require_suspended_root(tasks: Mapping[str, T], record: T) -> None:
    """Nothing of a graph may be changed while its root is started. Number and text as an account answers them."""
    for root in roots(tasks, record):
        if is_started(root):
            text = f"Unable to update graph with root task {root.name} since that root task is not suspended."
            raise StatementError(text, 91421, "22000")


def check(tasks: Mapping[str, T], record: T) -> None:
    """Whether a task as it is to be fits into its graph; ``tasks`` holds it already. Numbers [M], texts of cycles and roots Snowflake's."""
    above = predecessors(record)
    if finalized(record) is not None:
        _check_finalizer(tasks, record)
    if (above or finalized(record)) and record.property("schedule") is not None:
        raise compilation(f"Task {record.name} can't have both a schedule and a predecessor or root task to finalize.", 91405, "42601")
    for name in above:
        if finalized(tasks[name]) is not None:
            raise compilation(f"Finalizer task {tasks[name].name} can't have child tasks.", 91406, "42601")
    if len(above) > MOST_NEIGHBOURS:
        raise compilation(f"Task {record.name} has more than {MOST_NEIGHBOURS} predecessors.", 91407, "42601")
    found = roots(tasks, record)
    if not found:
        raise StatementError(f"Graph has at least one cycle containing task {record.name}.", 91408, "42601")
    if len(found) > 1:
        raise StatementError("The graph has more than one root task (one without predecessors).", 91409, "42601")
    if len(list(graph_of(tasks, found[0]))) > MOST_TASKS:
        raise compilation(f"The graph of {found[0].name} has more than {MOST_TASKS} tasks.", 91410, "42601")


def _check_finalizer(tasks: Mapping[str, T], record: T) -> None:
    root = tasks[finalized(record) or ""]
    if predecessors(record) or any(record.name.name in predecessors(task) for task in tasks.values()):
        raise compilation(f"Finalizer task {record.name} can't have predecessors or child tasks.", 91406, "42601")
    if not is_root(root):
        raise compilation(f"Task {record.name} cannot finalize a non-root task.", 91411, "42601")
    others = [task for task in tasks.values() if finalized(task) == root.name.name and task.name != record.name]
    if others:
        raise compilation(f"Root task {root.name} has a finalizer task already: {others[0].name}.", 91412, "42601")
