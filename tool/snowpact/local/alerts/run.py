"""One evaluation of an alert: its condition, and its action where that answers a row; in a session of its own as the alert's owner.

https://docs.snowflake.com/en/user-guide/alerts. The row of the history commits with what the action writes, so that a run which was killed
has no row and left no trace, or has one and is not repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from snowpact.local.alerts import history
from snowpact.local.alerts.history import AlertRun
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.tasks.body import commits_often, statement_of
from snowpact.local.tasks.history import next_number
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session


def evaluate(engine: Engine, alert: Record, scheduled: datetime, source: str) -> AlertRun:
    """Carry out an evaluation; its row is written. A failure is a state of the run, never raised."""
    database, schema, _ = alert.name.parts
    session = engine.connect(database, schema, alert.owner, alert.object.property("warehouse"))
    try:
        session.alert = AlertRun(next_number(session.duck), alert, source, scheduled)
        return _finish(session, _evaluated(session, session.alert))
    finally:
        session.close()


def _evaluated(session: Session, run: AlertRun) -> AlertRun:
    try:
        answer = session.execute(alert_statement(run.alert.object.property("condition")))
    except StatementError as error:
        return _failed(run, history.CONDITION_FAILED, error)
    run = replace(run, condition_query_id=answer.query_id)
    if not answer.rows:
        return replace(run, state=history.CONDITION_FALSE)
    action = alert_statement(run.alert.object.definition or "")
    run = replace(run, action_query_id=session.engine.query_id())
    try:
        session.on_commit = _recorder(session, run, commits_often(action))
        session.execute(action)
    except StatementError as error:
        return _failed(run, history.ACTION_FAILED, error)
    return replace(run, state=history.TRIGGERED)


def alert_statement(text: str) -> str:
    """A condition or action that is written in ``$$`` without them."""
    return statement_of(text)


def _failed(run: AlertRun, state: str, error: StatementError) -> AlertRun:
    return replace(run, state=state, error_code=error.errno, error_message=error.message)


def _recorder(session: Session, run: AlertRun, several: bool) -> Callable[[], None]:
    state = history.EXECUTING if several else history.TRIGGERED
    return lambda: history.write(session.duck, replace(run, state=state, completed=session.engine.clock.now()))


def _finish(session: Session, run: AlertRun) -> AlertRun:
    """The row as it stays, in the place of one that a commit has written. What the action left open is rolled back."""
    session.on_commit = None
    session.transaction.rollback()
    run = replace(run, completed=session.engine.clock.now())
    with session.engine.lock.held(session):
        session.duck.execute("BEGIN TRANSACTION")
        history.write(session.duck, run)
        session.duck.execute("COMMIT")
    return run


def told(session: Session, function: str) -> datetime:
    """What SNOWFLAKE.ALERT.SCHEDULED_TIME() and LAST_SUCCESSFUL_SCHEDULED_TIME() answer: the time that the alert is due; the one of its
    last success, or its creation where it had none (https://docs.snowflake.com/en/sql-reference/functions/last_successful_scheduled_time)."""
    run = session.alert
    if run is None:
        text = f"Function SNOWFLAKE.ALERT.{function} must be called from within an alert."
        raise compilation(text, 91400, "22023")  # text and number [M]
    if function == "SCHEDULED_TIME":
        return run.scheduled
    return history.last_success(session.duck, run.alert) or run.alert.created_on
