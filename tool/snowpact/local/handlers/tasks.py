"""CREATE, ALTER, DROP and EXECUTE TASK.

https://docs.snowflake.com/en/sql-reference/sql/create-task, alter-task, drop-task, execute-task. EXECUTE TASK on an account only starts a
run; here the whole graph has run when the statement answers (docs/tasks.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation, missing
from snowpact.local.existing import existing
from snowpact.local.objects import Record
from snowpact.local.parameters import checked
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.tasks.body import statement_of
from snowpact.local.tasks.history import next_number
from snowpact.local.tasks.run import MANUAL, retry_last, run_graph
from snowpact.model import task_graph as graph
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name, fold
from snowpact.sql.classify import Classified, classify
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter_object import parse_alter_object
from snowpact.sql.statements.task import CreateTask, parse_create_task
from snowpact.sql.statements.task_options import require_condition, require_consistent, require_setting

DONE = message("Statement executed successfully.")


@handles("CREATE", Kind.TASK)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_task(statement.text)
    if parsed.tags:
        raise UnsupportedFeature("CREATE TASK … TAG")
    name = session.name(parsed.name)
    found = existing(session, Kind.TASK, name, parsed.modifiers)
    item = _clone(session, parsed, name) if parsed.clone else _object(session, parsed, name)
    with ddl(session) as change:
        if found is not None:
            _require_suspended(change, found)
        if found is not None and "or_alter" in parsed.modifiers:
            made = change.alter(found, item.with_properties(state=found.object.property("state")))
        else:
            if found is not None:
                change.drop(found)
            made = change.create(item)
        _settle(change, made)
    return message(f"Task {name.name} successfully created.")


def _clone(session: Session, parsed: CreateTask, name: Name) -> CatalogObject:
    """A clone is suspended; it follows no other task [M]."""
    source = session.require(Kind.TASK, session.name(parsed.clone)).object
    return replace(source, name=name).with_properties(state="suspended", after=None, finalize=None)


def _object(session: Session, parsed: CreateTask, name: Name) -> CatalogObject:
    for key, value in (*parsed.settings, *([("schedule", parsed.schedule)] if parsed.schedule else [])):
        _require_setting(key, value)
    settings: dict[str, Any] = {
        **dict(parsed.settings),
        "warehouse": _warehouse(session, parsed.warehouse) if parsed.warehouse else None,
        "schedule": parsed.schedule,
        "after": tuple(sorted(_beside(session, name, written) for written in parsed.after)) or None,
        "finalize": _beside(session, name, parsed.finalize) if parsed.finalize else None,
        "when": parsed.when,
        "state": "suspended",
    }
    require_condition(parsed.when or "")
    _check_body(parsed.definition or "")
    return CatalogObject(Kind.TASK, name, definition=parsed.definition, comment=parsed.comment, properties=properties(**settings))


def _require_setting(key: str, value: str) -> None:
    """One of a task's own, or a session parameter."""
    if key == "execute as user":
        raise UnsupportedFeature("EXECUTE AS USER of a task")
    if not require_setting(key, value):
        checked(key.upper(), value)


def _warehouse(session: Session, written: str) -> str:
    warehouse = fold(written)
    if session.find(Kind.WAREHOUSE, Name.of(warehouse)) is None:
        raise missing(warehouse, "Warehouse")
    return warehouse


def _beside(session: Session, name: Name, written: str) -> Name:
    """Another task of the graph: in the same schema, since a graph's tasks all are."""
    found = Name.parse(written)
    other = session.complete(found) if len(found.parts) > 1 else name.beside(found.name)
    if other.parent != name.parent:
        raise compilation(f"Task {other} is not in the schema of task {name}: a task graph lies in one schema.", 91416, "42601")  # [M]
    session.require(Kind.TASK, other)
    return other


def _check_body(definition: str) -> None:
    """A block that can't be parsed is found out now; what else a statement lacks is seen when it runs."""
    text = statement_of(definition)
    if classify(text).verb == "BLOCK":
        from snowpact.sql.scripting.parser import parse_script

        parse_script(text)


def _tasks(change: Ddl, name: Name) -> dict[str, Record]:
    """The tasks of a schema as the statement leaves them."""
    changed = change.records
    kept = (record for record in change.session.engine.state if record.id not in changed)
    present = (record for record in changed.values() if record.dropped_on is None)
    return graph.tasks_beside([*kept, *present], name.parent)


def _require_suspended(change: Ddl, record: Record) -> None:
    graph.require_suspended_root(_tasks(change, record.name), record)


def _settle(change: Ddl, record: Record) -> None:
    """What every change of a task ends with: does it fit, may the graph be changed, and the graph's next version."""
    tasks = _tasks(change, record.name)
    graph.check(tasks, record)
    require_consistent(record.object)
    graph.require_suspended_root(tasks, record)
    root = graph.roots(tasks, record)[0]
    change.put(root.with_extra(graph_version=root.extra.get("graph_version", 0) + 1))


@handles("DROP", Kind.TASK)
def drop(session: Session, statement: Classified) -> EngineResult:
    """What followed a dropped task follows it no more: a child without another predecessor is a root from then on."""
    name = session.name(statement.name)
    record = session.find(Kind.TASK, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return message("Drop statement executed successfully.")
        raise missing(name, "Task")
    statement.cursor().finish()
    with ddl(session) as change:
        if not graph.is_root(record):
            _require_suspended(change, record)
        change.drop(record)
        for task in _tasks(change, name).values():
            if name.name in graph.predecessors(task):
                after = tuple(other for other in task.object.property("after") if other.name != name.name)
                change.alter(task, task.object.with_properties(after=after or None))
            elif graph.finalized(task) == name.name:
                change.alter(task, task.object.with_properties(finalize=None))
    return message(f"{name.name} successfully dropped.")


@handles("ALTER", Kind.TASK)
def alter(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_alter_object(statement.text)
    name = session.name(parsed.name)
    record = session.find(Kind.TASK, name)
    if record is None:
        if parsed.if_exists:
            return DONE
        raise missing(name, "Task")
    with ddl(session) as change:
        for action in parsed.actions:
            record = _apply(change, record, action)
    return DONE


def _apply(change: Ddl, record: Record, action: actions.Action) -> Record:
    if isinstance(action, actions.Command) and action.word in _STATES:
        return _STATES[action.word](change, record)
    edit = _EDITS.get(type(action))
    if edit is None:
        raise UnsupportedFeature(f"ALTER TASK … {type(action).__name__}")
    _require_suspended(change, record)
    altered = change.alter(record, edit(change.session, record.object, action))
    _settle(change, altered)
    return change.records[record.id]


def resume(change: Ddl, record: Record) -> Record:
    """Start a task. Its interval counts from here; what failed before counts no more."""
    if not graph.is_root(record):
        _require_suspended(change, record)
    started = record.object.with_properties(state="started")
    number = next_number(change.session.duck)
    kept = {"resumed_on": change.now.isoformat(), "resumed_at_run": number, "suspended_on": None, "suspended_reason": None}
    return change.alter(record.with_extra(**kept), started)


def suspend(change: Ddl, record: Record) -> Record:
    """A root may be suspended at any time; a child while its root is."""
    if not graph.is_root(record):
        _require_suspended(change, record)
    kept = {"suspended_on": change.now.isoformat(), "suspended_reason": "USER_SUSPENDED"}
    return change.alter(record.with_extra(**kept), record.object.with_properties(state="suspended"))


_STATES: dict[str, Callable[[Ddl, Record], Record]] = {"RESUME": resume, "SUSPEND": suspend}


def _set(session: Session, item: CatalogObject, action: actions.SetProperties) -> CatalogObject:
    for key, value in action.values:
        if key == "comment":
            item = replace(item, comment=value or None)
            continue
        if key == "warehouse":
            value = _warehouse(session, value)
        elif key == "when":
            require_condition(value)
        else:
            _require_setting(key, value)
        item = item.with_properties(**{key: _beside(session, item.name, value) if key == "finalize" else value})
    return item


def _unset(session: Session, item: CatalogObject, action: actions.UnsetProperties) -> CatalogObject:
    for key in action.keys:
        if key in {"state", "after"}:
            raise compilation(f"{key.upper()} can't be unset.", 1003, "42000")
        item = replace(item, comment=None) if key == "comment" else item.with_properties(**{key: None})
    return item


def _define(session: Session, item: CatalogObject, action: actions.SetDefinition) -> CatalogObject:
    _check_body(action.text)
    return replace(item, definition=action.text)


def _add(session: Session, item: CatalogObject, action: actions.AddTo) -> CatalogObject:
    if action.key != "after":
        raise UnsupportedFeature(f"ALTER TASK … ADD {action.key.upper()}")
    more = {_beside(session, item.name, written) for written in action.values}
    return item.with_properties(after=tuple(sorted({*item.property("after", ()), *more})))


def _remove(session: Session, item: CatalogObject, action: actions.RemoveFrom) -> CatalogObject:
    gone = {Name.parse(written).name for written in action.values}
    if action.key != "after" or gone - {name.name for name in item.property("after", ())}:
        raise compilation(f"{', '.join(sorted(gone))} is no predecessor of task {item.name}.", 91417, "42601")  # text and number [M]
    return item.with_properties(after=tuple(name for name in item.property("after") if name.name not in gone) or None)


_EDITS: dict[type, Callable[[Session, CatalogObject, Any], CatalogObject]] = {
    actions.SetProperties: _set,
    actions.UnsetProperties: _unset,
    actions.SetDefinition: _define,
    actions.AddTo: _add,
    actions.RemoveFrom: _remove,
}


def enable_dependents(session: Session, written: str) -> None:
    """SYSTEM$TASK_DEPENDENTS_ENABLE: resume a root's children and then the root
    (https://docs.snowflake.com/en/sql-reference/functions/system_task_dependents_enable)."""
    root = session.require(Kind.TASK, session.name(written))
    if not graph.is_root(root):
        raise compilation(f"Task {root.name} is no root task.", 91418, "42601")  # text and number [M]
    with ddl(session) as change:
        found = graph.graph_of(_tasks(change, root.name), root)
        for task in (*found.children, *filter(None, [found.finalizer])):
            if not graph.is_started(task):
                resume(change, task)
        resume(change, root)


@handles("EXECUTE TASK")
def execute(session: Session, statement: Classified) -> EngineResult:
    root = session.require(Kind.TASK, session.name(statement.name))
    if not graph.is_root(root):
        raise StatementError(f"Task {root.name} is no root task and can't be executed by itself.", 91419, "42601")  # text and number [M]
    cursor = statement.cursor()
    retry = cursor.accept("RETRY LAST")
    config = None
    if not retry and cursor.accept("USING CONFIG"):
        cursor.expect("=")
        config = cursor.string()
        require_setting("config", config)
        json.loads(config)
    cursor.accept("AWAIT")
    cursor.finish()
    _refuse_inside(session)
    if retry:
        retry_last(session.engine, root)
    else:
        run_graph(session.engine, root, session.engine.clock.now(), MANUAL, config)
    return message(f"Task {root.name.name} is scheduled to run immediately.")


def _refuse_inside(session: Session) -> None:
    """The run needs to write, in a session of its own, before the statement answers."""
    if session.task is not None:
        raise UnsupportedFeature("EXECUTE TASK in the body of a task")
    if session.transaction.open:
        raise UnsupportedFeature("EXECUTE TASK in a transaction")
