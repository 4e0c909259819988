"""Run what is pending, script by script, each in the ledger's sight."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from snowpact.migrations.ledger import SUCCESS, Failure, Ledger, Row
from snowpact.migrations.plan import pending
from snowpact.migrations.statements import ScriptStatement
from snowpact.model.errors import Held, StatementError
from snowpact.model.report import Report
from snowpact.model.source import Source
from snowpact.plan import Planned
from snowpact.prepare import PreparedPipeline, PreparedScript
from snowpact.standing import ledger_of
from snowpact.targets.protocol import Target

EXCERPT = 400
"""Characters of a failed statement that a message shows."""


class ApplyFailed(StatementError):
    """The first statement that failed, and where it stands; what ran before it is in the ledger."""

    def __init__(self, source: Source, text: str, error: StatementError, note: str | None):
        super().__init__(error.message, error.errno, error.sqlstate, error.query_id)
        self.source, self.text, self.note = source, text, note

    def __str__(self) -> str:
        excerpt = self.text if len(self.text) <= EXCERPT else self.text[:EXCERPT] + " …"
        return "\n".join(part for part in (f"the statement failed: {super().__str__()}", excerpt, self.note) if part)


def apply(planned: Planned, began: Callable[[PreparedScript], None] = lambda script: None) -> Report:
    """Run the scripts of a plan that passed; the report of what ran. Raises ApplyFailed at the first statement that fails."""
    found = planned.standing
    ran = 0
    for item in found.prepared.chosen:
        scripts = [script for script in planned.todo if script.script.pipeline == item.name]
        if not scripts:
            continue
        ledger = ledger_of(item, found.target)
        _refuse_other_run(item, ledger.ensure(), scripts)
        user = _current_user(found.target)
        for script in scripts:
            began(script)
            _run(found.target, item, ledger, script, user)
            ran += 1
    summary = {**planned.report.summary, "applied": ran}
    return replace(planned.report, command="migrate apply", summary=summary)


def _refuse_other_run(pipeline: PreparedPipeline, rows: list[Row], planned: list[PreparedScript]) -> None:
    """Two runs at once would both apply what both saw pending; and a ledger that could not be read while planning may hold rows."""
    now = pending((script.rendered for script in pipeline.scripts), rows, pipeline.out_of_order)
    if [entry.script for entry in now.to_run] != [script.script for script in planned]:
        raise Held(f"the ledger {pipeline.ledger} changed since this run was planned: another run is at work, or has just ended; run again")


def _current_user(target: Target) -> str:
    return str(target.execute("SELECT CURRENT_USER()").rows[0][0])


def _run(target: Target, pipeline: PreparedPipeline, ledger: Ledger, script: PreparedScript, user: str) -> None:
    """One script from the session's first context; its row in the ledger whatever becomes of it."""
    home = target.context()
    started = time.monotonic()
    for statement in script.statements:
        try:
            target.execute(statement.text)
        except StatementError as error:
            raise _failed(target, pipeline, ledger, statement, error, time.monotonic() - started, user) from error
    ledger.record(script.script, script.rendered.checksum, time.monotonic() - started, SUCCESS, user)
    target.restore(home)


def _failed(
    target: Target, pipeline: PreparedPipeline, ledger: Ledger, statement: ScriptStatement, error: StatementError, seconds: float, user: str
) -> ApplyFailed:
    """Give up the open transaction and tell the ledger how far the script came."""
    script, source = statement.rendered.script, statement.source
    target.execute("ROLLBACK")
    failure = Failure(script.name, statement.rendered.checksum, statement.ordinal, source, statement.text, str(error), error.query_id)
    problem = ledger.record_failure(script, seconds, failure, user)
    before = f"{statement.ordinal - 1} of the script's {_count(statement)} statements ran before it; DDL among them stays"
    note = "; ".join(part for part in (before, f"see `snowpact migrate status` and {ledger.journal}", problem) if part)
    return ApplyFailed(source, pipeline.redact(statement.text), error, note)


def _count(statement: ScriptStatement) -> int:
    from snowpact.migrations.statements import statements

    return len(statements(statement.rendered))
