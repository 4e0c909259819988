"""CREATE TASK. A task is made suspended [M]. Properties: ``warehouse``, ``schedule``, ``after`` (Names), ``finalize``, ``when``, ``state``
and every other setting by its lower-case name; the definition is the statement that it runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from snowpact.model import task_graph
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name, fold
from snowpact.replay.governance import full_tags
from snowpact.replay.properties import align, set_property
from snowpact.replay.registry import replays
from snowpact.replay.state import ATTACHED, Opaque, Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.task import CreateTask, parse_create_task
from snowpact.sql.statements.task_options import require_consistent, require_setting

UNSAID = frozenset({"state"})
"""What CREATE OR ALTER TASK leaves as it is."""


@replays("CREATE", Kind.TASK)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_task(statement.text)
    name = state.name(parsed.name, Kind.TASK)
    if parsed.clone is not None:
        source = state.require(Kind.TASK, state.name(parsed.clone, Kind.TASK))
        item = replace(source, name=name).with_properties(state="suspended", grants=None)
    else:
        item = _object(state, parsed, CatalogObject(Kind.TASK, name))
        _check(parsed, item)
    before = state.draft.find(Kind.TASK, name)
    if before is not None:
        require_suspended(state, before)
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item, ATTACHED | UNSAID)
    settled(state, name)


def _check(parsed: CreateTask, item: CatalogObject) -> None:
    """Raises StatementError for a value that a setting can't have, or settings that exclude each other."""
    for key, value in (*parsed.settings, *([("schedule", parsed.schedule)] if parsed.schedule else [])):
        require_setting(key, value)
    require_consistent(item)


def require_suspended(state: State, task: CatalogObject) -> None:
    """Raises StatementError while the root of the task's graph is started."""
    task_graph.require_suspended_root(_beside(state, task.name), task)


def settled(state: State, name: Name) -> None:
    """Raises StatementError where a task that was made or changed does not fit into its graph, as far as its neighbours are known."""
    task = state.draft[Kind.TASK.domain, name]
    beside = _beside(state, name)
    if {*task_graph.predecessors(task), *filter(None, [task_graph.finalized(task)])} <= beside.keys():
        task_graph.check(beside, task)
    task_graph.require_suspended_root(beside, task)


def _beside(state: State, name: Name) -> dict[str, CatalogObject]:
    return task_graph.tasks_beside(_tasks(state), name.parent)


@replays("SELECT")
def select(state: State, statement: Classified) -> None:
    """Of all that can be selected, what starts a graph of tasks: the root, its children and its finalizer
    (https://docs.snowflake.com/en/sql-reference/functions/system_task_dependents_enable)."""
    cursor = statement.cursor()
    cursor.accept("SELECT")
    if not cursor.accept(STARTS_ALL):
        if any(token.word == STARTS_ALL for token in cursor.tokens):
            raise Opaque("the tasks that it starts can't be told")
        return
    called = Cursor(cursor.group_text())
    if called.kind != "string":
        raise Opaque("the tasks that it starts can't be told")
    root = state.require(Kind.TASK, state.name(called.string(), Kind.TASK))
    graph, waiting = {root.name}, [root.name]
    while waiting:
        above = waiting.pop()
        below = {task.name for task in _tasks(state) if above in (*(task.property("after") or ()), task.property("finalize"))} - graph
        graph |= below
        waiting += below
    for task in [task for task in _tasks(state) if task.name in graph]:
        set_property(state, task, "state", "started")


STARTS_ALL = "SYSTEM$TASK_DEPENDENTS_ENABLE"


def neighbour(state: State, task: Name, written: str) -> Name:
    """Another task of the graph, by its name: a graph's tasks lie in one schema (https://docs.snowflake.com/en/user-guide/tasks-graphs)."""
    found = Name.parse(written)
    name = state.name(found, Kind.TASK) if len(found.parts) > 1 else task.beside(found.name)
    if name.parent != task.parent:
        raise Refused(f"091416 (42601): task {name} is not in the schema of task {task}: a task graph lies in one schema")
    if state.find(Kind.TASK, name) is None and state.missing(Kind.TASK, name):
        raise Refused(f"002003 (02000): task {name} does not exist or not authorized")
    return name


def without_predecessor(state: State, gone: Name) -> None:
    """What ran after a task that is dropped has one predecessor less
    (https://docs.snowflake.com/en/sql-reference/sql/drop-task#usage-notes)."""
    for task in list(_tasks(state)):
        after = task.property("after") or ()
        if gone in after:
            set_property(state, task, "after", tuple(name for name in after if name != gone) or None)


def _tasks(state: State) -> Iterable[CatalogObject]:
    return state.draft.of_domain(Kind.TASK.domain)


def _object(state: State, parsed: CreateTask, item: CatalogObject) -> CatalogObject:
    settings = {
        **dict(parsed.settings),
        "warehouse": fold(parsed.warehouse) if parsed.warehouse else None,
        "schedule": parsed.schedule,
        "after": tuple(sorted(neighbour(state, item.name, name) for name in parsed.after)) or None,
        "finalize": neighbour(state, item.name, parsed.finalize) if parsed.finalize else None,
        "when": parsed.when,
        "state": "suspended",
        "tags": full_tags(state, parsed.tags) or None,
    }
    return replace(item, definition=parsed.definition, comment=parsed.comment, properties=properties(**settings))
