"""One run of one task: its condition, its statement, in a session of its own as the task's owner.

The row of the history commits with what the task writes: with a single statement's own transaction as SUCCEEDED; with each transaction of a
block or a call as EXECUTING until the end. A run that was killed has no row and left no trace, or it has one and is not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.parameters import checked
from snowpact.local.tasks import history
from snowpact.local.tasks.history import TaskRun
from snowpact.local.tasks.running import Running
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.task_options import OPTIONS

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.objects import Record
    from snowpact.local.session import Session

_SEVERAL = {"BLOCK", "CALL", "EXECUTE IMMEDIATE"}
"""What may commit more than once; so may a refresh, with one commit for each table."""
_WAITS = re.compile(r"(?i:\s|[()]|\b(?:AND|OR)\b|SYSTEM\$STREAM_HAS_DATA\s*\(\s*'[^']*'\s*\))+")
"""A condition that waits for streams' data and for nothing else."""


def statement_of(definition: str) -> str:
    """The statement that a task runs; one in ``$$`` without them."""
    cursor = Cursor(definition)
    if cursor.kind == "dollar" and len(cursor.tokens) == 1:
        return cursor.string()
    return definition


def run(engine: Engine, running: Running) -> TaskRun:
    """Carry out a run; its row is written. A failure is a state of the run, never raised."""
    session = _session(engine, running)
    try:
        return _run(session, running)
    finally:
        session.close()


def _session(engine: Engine, running: Running) -> Session:
    task = running.run.task
    database, schema, _ = task.name.parts
    session = engine.connect(database, schema, task.owner, task.object.property("warehouse"))
    session.task = running
    return session


def _run(session: Session, running: Running) -> TaskRun:
    task, clock = running.run.task, session.engine.clock
    running.run = replace(running.run, started=clock.now(), query_id=session.engine.query_id())
    try:
        session.parameters.set(parameters_of(task))
        if not _condition(session, task):
            return _finish(session, running, running.run.ended(history.SKIPPED, clock.now(), query_id=None, started=None))
        text = statement_of(task.object.definition or "")
        session.on_commit = _recorder(session, running, commits_often(text))
        session.execute(text)
        if running.run.state == history.SUCCEEDED:
            return running.run
    except StatementError as error:
        ended = running.run.ended(history.FAILED, clock.now(), error_code=error.errno, error_message=error.message)
        return _finish(session, running, replace(ended, return_value=running.return_value))
    return _finish(session, running, replace(running.run.ended(history.SUCCEEDED, clock.now()), return_value=running.return_value))


def commits_often(text: str) -> bool:
    statement = classify(text)
    return statement.verb in _SEVERAL or statement.kind is Kind.DYNAMIC_TABLE


def parameters_of(task: Record) -> dict:
    """The session parameters that a task sets for its runs."""
    return {key.upper(): checked(key.upper(), str(value)) for key, value in task.object.properties if key not in OPTIONS}


def _condition(session: Session, task: Record) -> bool:
    when = task.object.property("when")
    if when is None:
        return True
    moment = _changes(session) if _WAITS.fullmatch(when) else None
    if moment is not None and session.engine.waiting.get(task.id) == moment:
        return False
    result = session.execute(f"SELECT ({when})")
    if len(result.rows) != 1 or not isinstance(result.rows[0][0], bool | None):
        raise compilation(f"The condition of task {task.name} is no Boolean expression.", 2016, "22000")  # number [M]
    holds = result.rows[0][0] is True
    if moment is not None and not holds:
        session.engine.waiting[task.id] = moment
    return holds


def _changes(session: Session) -> tuple[int, int]:
    """The account's objects and the last change that streams can see: while both are the same, a stream without data stays without."""
    return session.engine.state.version, session.duck.execute("SELECT seq FROM _snow.clock").fetchone()[0]


def _recorder(session: Session, running: Running, several: bool) -> Callable[[], None]:
    def record() -> None:
        if not several:
            running.run = running.run.ended(history.SUCCEEDED, session.engine.clock.now())
        history.write(session.duck, running.run, again=running.written)
        running.written = True

    return record


def _finish(session: Session, running: Running, run: TaskRun) -> TaskRun:
    """The row as it stays, in the place of one that a commit has written. What the task left open is rolled back."""
    session.on_commit = None
    session.transaction.rollback()
    with session.engine.lock.held(session):
        session.duck.execute("BEGIN TRANSACTION")
        history.write(session.duck, run, again=running.written)
        session.duck.execute("COMMIT")
    running.run = run
    return run
