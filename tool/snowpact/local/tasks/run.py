"""One run of a task graph: the root, the children as their predecessors allow, retries, the finalizer.

https://docs.snowflake.com/en/user-guide/tasks-graphs: a child runs when all its enabled predecessors have succeeded; one that is suspended
is passed over as if it had. A task whose WHEN is false is skipped, and tasks that follow a skipped or failed one don't run. The finalizer
runs when all others are done, however they ended; not where the root was skipped [M]. Here tasks run one after another, in the order of
names where the graph leaves a choice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from snowpact.local.ddl import ddl
from snowpact.local.objects import Record
from snowpact.local.tasks import body, history
from snowpact.local.tasks.history import FAILURES, SKIPPED, SUCCEEDED, GraphRun, TaskRun
from snowpact.local.tasks.running import Running
from snowpact.model.errors import StatementError
from snowpact.model.task_graph import Graph, graph_of, is_started, predecessors, tasks_beside
from snowpact.sql.statements.task_options import number_of

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session

SCHEDULED, MANUAL = "SCHEDULE", "EXECUTE TASK"
SUSPEND_AFTER = 10
"""Failed runs in a row that suspend a root task where it does not say otherwise; 0 never does."""


@dataclass(slots=True)
class _Progress:
    """What has become of a graph's tasks, by name. passed: suspended ones that count as succeeded."""

    engine: Engine
    graph: Graph
    run: GraphRun
    ended: dict[str, TaskRun] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)

    def state(self, name: str) -> str | None:
        return self.ended[name].state if name in self.ended else None

    @property
    def failed(self) -> bool:
        return any(run.state in FAILURES for run in self.ended.values())


def run_graph(engine: Engine, root: Record, scheduled: datetime, source: str, config: str | None = None) -> list[TaskRun]:
    """Run a graph and answer its runs in their order. Failures are states of the runs; too many of them suspend the root."""
    graph = graph_of(tasks_beside(engine.state, root.name.parent), root)
    with _service(engine, root) as session:
        number = history.next_number(session.duck)
        version = root.extra.get("graph_version", 1)
        run = GraphRun(root, history.new_group(root, number), scheduled, source, version, _merged(root, config))
        progress = _Progress(engine, graph, run)
        return _attempts(session, progress)


def retry_last(engine: Engine, root: Record) -> list[TaskRun]:
    """EXECUTE TASK … RETRY LAST: what failed in the last run is run again, and what follows it.

    Raises StatementError where the last run did not fail, or the graph was changed since
    (https://docs.snowflake.com/en/sql-reference/sql/execute-task).
    """
    with _service(engine, root) as session:
        progress = _last(session, root)
        if progress is None or not progress.failed:
            raise StatementError(f"Task {root.name} can't be retried: its last run did not fail.", 91414, "22023")  # text and number [M]
        if progress.run.version != root.extra.get("graph_version", 1):
            text = f"Task {root.name} can't be retried: its graph was changed since its last run."
            raise StatementError(text, 91415, "22023")  # text and number [M]
        _forget_failures(progress)
        return _attempts(session, progress)


def finish_last(engine: Engine, root: Record) -> list[TaskRun]:
    """Go on with a graph's run that its process did not live to end; where it was ended nothing is run."""
    with _service(engine, root) as session:
        progress = _last(session, root)
        if progress is None or progress.run.source != SCHEDULED or progress.run.version != root.extra.get("graph_version", 1):
            return []
        return _attempts(session, progress)


def _last(session: Session, root: Record) -> _Progress | None:
    """The last run of a graph as far as it came."""
    found = history.last_run(session.duck, root)
    if found is None:
        return None
    graph = graph_of(tasks_beside(session.engine.state, root.name.parent), root)
    run = GraphRun(root, found.group, found.scheduled, found.source, found.version, found.config, found.attempt)
    progress = _Progress(session.engine, graph, run)
    tasks = {task.id: task for task in graph}
    for task, number, state, value in found.tasks:
        if task in tasks:
            ended = TaskRun(number, tasks[task], run, found.scheduled, state, return_value=value)
            progress.ended[tasks[task].name.name] = ended
    return progress


def _service(engine: Engine, root: Record) -> Session:
    """A session for what the service itself does, as the root's owner."""
    return engine.connect(root.name.parts[0], root.name.parts[1], root.owner)


def _merged(root: Record, given: str | None) -> str | None:
    """The graph's configuration, with what USING CONFIG gives for this run in the place of fields of that name."""
    own = root.object.property("config")
    if given is None:
        return own
    return json.dumps({**(json.loads(own) if own else {}), **json.loads(given)})


def _attempts(session: Session, progress: _Progress) -> list[TaskRun]:
    root = progress.graph.root
    done: list[TaskRun] = []
    retries = number_of(root.object, "task_auto_retry_attempts", 0)
    while True:
        _attempt(session, progress, done)
        if not progress.failed or progress.run.attempt > retries:
            break
        _forget_failures(progress)
    if _finalizes(progress):
        _run_task(session, progress, progress.graph.finalizer, done)
    if progress.failed and done:
        return _suspend_after_failures(session, progress, done)
    return done


def _finalizes(progress: _Progress) -> bool:
    last = progress.graph.finalizer
    if last is None or not is_started(last) or last.name.name in progress.ended:
        return False
    return progress.state(progress.graph.root.name.name) != SKIPPED


def _forget_failures(progress: _Progress) -> None:
    """The next attempt: what has succeeded stays as it was; the finalizer comes after it once more."""
    last = progress.graph.finalizer
    kept = {name: run for name, run in progress.ended.items() if run.state not in FAILURES}
    progress.ended = {name: run for name, run in kept.items() if last is None or name != last.name.name}
    progress.run = replace(progress.run, attempt=progress.run.attempt + 1)


def _attempt(session: Session, progress: _Progress, done: list[TaskRun]) -> None:
    root = progress.graph.root
    if root.name.name not in progress.ended:
        _run_task(session, progress, root, done)
    for task in progress.graph.children:
        name = task.name.name
        if name in progress.ended or not _allowed(progress, task):
            continue
        if is_started(task):
            _run_task(session, progress, task, done)
        else:
            progress.passed.add(name)


def _allowed(progress: _Progress, task: Record) -> bool:
    """Whether its predecessors let a task run: those enabled have all succeeded, and of several at least one is enabled."""
    above = predecessors(task)
    enabled = [name for name in above if name not in progress.passed]
    if not enabled:
        return len(above) == 1
    return all(progress.state(name) == SUCCEEDED for name in enabled)


def _run_task(session: Session, progress: _Progress, task: Record, done: list[TaskRun]) -> None:
    scheduled = progress.run.scheduled if task is progress.graph.root else progress.engine.clock.now()
    run = TaskRun(history.next_number(session.duck), task, progress.run, scheduled)
    parents, ancestors = _above(progress, task)
    values = {name: ended.return_value for name, ended in progress.ended.items()}
    running = Running(run, values, ancestors, parents)
    progress.ended[task.name.name] = body.run(progress.engine, running)
    done.append(progress.ended[task.name.name])


def _above(progress: _Progress, task: Record) -> tuple[tuple[str, ...], frozenset[str]]:
    """The enabled predecessors of a task, and they with all before them. A finalizer's is every task that ran."""
    if task is progress.graph.finalizer:
        return (progress.graph.root.name.name,), frozenset(progress.ended)
    tasks: Mapping[str, Record] = {item.name.name: item for item in progress.graph}
    found: set[str] = set()
    waiting = list(predecessors(task))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(predecessors(tasks[name]))
    return tuple(name for name in predecessors(task) if name in progress.ended), frozenset(found & set(progress.ended))


def _suspend_after_failures(session: Session, progress: _Progress, done: list[TaskRun]) -> list[TaskRun]:
    """SUSPEND_TASK_AFTER_NUM_FAILURES: the failing runs then are FAILED_AND_AUTO_SUSPENDED."""
    root = session.engine.state.by_id[progress.graph.root.id]
    limit = number_of(root.object, "suspend_task_after_num_failures", SUSPEND_AFTER)
    if not limit or not is_started(root) or history.failures(session.duck, root) < limit:
        return done
    with ddl(session) as change:
        suspended = root.object.with_properties(state="suspended")
        kept = {"suspended_on": change.now.isoformat(), "suspended_reason": "SUSPENDED_DUE_TO_ERRORS"}
        change.put(replace(root, object=suspended).with_extra(**kept))
        ended = [replace(run, state=history.AUTO_SUSPENDED) if run.state == history.FAILED else run for run in done]
        for run in ended:
            if run.state == history.AUTO_SUSPENDED:
                history.write(session.duck, run)
    return ended
