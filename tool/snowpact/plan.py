"""What is pending on a target, what it would change, and whether it keeps every promise.

The pending scripts are rehearsed on a throw-away engine that starts from the target's state; declared → predicted is judged on what
they leave behind, and each finding carries the statement that caused it. `migrate plan`, `migrate apply` and
`contracts check --target` all stand on this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from snowpact.connect import beside
from snowpact.contracts.declare import declared
from snowpact.diff.compare import compare
from snowpact.diff.net import Blame
from snowpact.freshness import effective_lags
from snowpact.gate import decide, satisfaction, unfolded
from snowpact.harmed import harmed
from snowpact.mapped import back
from snowpact.migrations.ledger import Ledger
from snowpact.migrations.order import Ambiguity
from snowpact.migrations.plan import Entry, State
from snowpact.model.catalog import Catalog
from snowpact.model.change import Change, CreateObject, DropObject, OpaqueChange, RenameObject, ReplaceObject
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.predict import opening, predict
from snowpact.prepare import Prepared, PreparedScript
from snowpact.project import TargetConfig
from snowpact.promised import promises
from snowpact.rehearse import Refusal, Rehearsal, Scratch, rehearse
from snowpact.replay.replay import Replayed
from snowpact.rules import (
    edited_after_apply,
    late_version,
    ledger_endangered,
    opaque_statement,
    order_ambiguous,
    statement_refused_by_snowflake,
)
from snowpact.standing import Say, Standing, compared, home, standing, starting
from snowpact.targets.inspect.visible import comparable
from snowpact.targets.protocol import Target
from snowpact.upgrade import foretold

Progress = Callable[[PreparedScript], None]


@dataclass(frozen=True, slots=True)
class Judging:
    """How findings are judged. adopting: what stands on the target already is not introduced, and a warning at most. as_of: the day for
    waivers, today by default."""

    fail_on: Severity = Severity.ERROR
    adopting: bool = True
    say: Say = lambda text: None
    progress: Progress = lambda script: None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """The report, what apply would run, and what is live now, in the contracts' names."""

    report: Report
    standing: Standing
    todo: tuple[PreparedScript, ...]
    live: Catalog


def plan(prepared: Prepared, config: TargetConfig, target: Target, judging: Judging, command: str = "migrate plan") -> Planned:
    """Rehearse and judge what is pending on the target; nothing is executed there but reads."""
    found = standing(prepared, config, target)
    todo = found.todo
    databases = {contract.name.parts[0] for contract in prepared.contracts}
    required = () if todo else {contract.name.parts[0] for item in prepared.chosen for contract in item.contracts}
    live = found.live(databases, required, say=judging.say)
    rehearsal, broken = _rehearsed(found, todo, judging) if todo else (Rehearsal(live, live), [])
    predicted = rehearsal.after if todo else live
    judged = _promises_kept(prepared, predicted, Blame(rehearsal.changes))
    before = _promises_kept(prepared, live, None) if judging.adopting and todo else []
    facts = [
        *_ledger_facts(found),
        *_ambiguous(prepared),
        *_refused(rehearsal.refusals, prepared, blind=judging.adopting),
        *_endangered(found, rehearsal.changes),
        *broken,
        *(foretold(found, todo) if todo else ()),
    ]
    there = before if todo else judged if judging.adopting else []
    decision = decide([*facts, *judged], judging.fail_on, prepared.waivers, standing=there, as_of=judging.as_of)
    findings = tuple(finding for finding in decision.findings if _reported(prepared, finding))
    report = Report(
        command=command,
        verdict=Verdict.of(findings, judging.fail_on),
        findings=findings,
        changes=tuple(unfolded(rehearsal.changes)),
        summary=_summary(found, todo, findings),
    )
    return Planned(report, found, tuple(todo), live)


def _rehearsed(found: Standing, todo: list[PreparedScript], judging: Judging) -> tuple[Rehearsal, list[Finding]]:
    """What the pending scripts did on a throw-away engine, and what they broke that stands on what they changed."""
    with starting(found, judging.say) as engine:
        _make_ledgers(found, todo, engine)
        rehearsal = rehearse(engine, todo, judging.progress, home(found))
    foreseen = predict(todo, found.prepared.contracts, rehearsal.before, home(found))
    databases = found.config.databases
    rehearsed = replace(
        rehearsal,
        before=compared(back(databases, rehearsal.before)),
        after=compared(back(databases, rehearsal.after)),
        changes=back(databases, _intended(foreseen, rehearsal)),
    )
    return rehearsed, harmed(back(databases, foreseen), promises(found.prepared.contracts, evolving=False))


def _intended(foreseen: Replayed, rehearsal: Rehearsal) -> tuple[Change, ...]:
    """The journal as the statements meant it: replay tells a rename from a column that went and one that came. Only where replay ends
    where the rehearsal ended, for what was run is surer than what was read."""
    if rehearsal.refusals or any(isinstance(change, OpaqueChange) for change in foreseen.changes):
        return rehearsal.changes
    same = comparable(compared(foreseen.after), compared(rehearsal.after))
    return rehearsal.changes if compare(*same) else foreseen.changes


def _make_ledgers(found: Standing, todo: list[PreparedScript], engine: Scratch) -> None:
    """As apply does before the first script: what a script does to its own ledger is seen on a first run too.

    In a session of its own: CREATE DATABASE would leave the scripts' session there, and Snowflake has no way back to nowhere.
    """
    running = {script.script.pipeline for script in todo}
    with beside(engine) as session:
        for item in found.prepared.chosen:
            if item.name in running:
                Ledger(session, item.ledger, create_database=True).ensure()


def _promises_kept(prepared: Prepared, actual: Catalog, blame: Blame | None) -> list[Finding]:
    promised = promises(prepared.contracts, evolving=False)
    return satisfaction(declared(prepared.contracts, actual), actual, promised, Comparison.GATE, blame, effective_lags(actual))


def _ledger_facts(found: Standing) -> Iterable[Finding]:
    for entry in found.entries(State.LATE, State.EDITED):
        yield _late(entry, found) if entry.state is State.LATE else _edited(entry)


def _late(entry: Entry, found: Standing) -> Finding:
    return late_version.finding(entry.script.version, found.plans[entry.script.pipeline].highest or "", Source(entry.script.path))


def _edited(entry: Entry) -> Finding:
    when = f"{entry.row.installed_on:%Y-%m-%d}" if entry.row and entry.row.installed_on else "before"
    return edited_after_apply.finding(entry.script.name, when, Source(entry.script.path))


def _ambiguous(prepared: Prepared) -> Iterable[Finding]:
    return (_ambiguity(found) for item in prepared.chosen for found in item.ambiguities)


def _ambiguity(found: Ambiguity) -> Finding:
    return order_ambiguous.finding(found.first.name, found.second.name, Source(found.second.path), found.equal)


def ambiguous(prepared: Prepared) -> list[Finding]:
    return list(_ambiguous(prepared))


def _refused(refusals: Iterable[Refusal], prepared: Prepared, blind: bool) -> Iterable[Finding]:
    for refusal in refusals:
        message = prepared.redact(refusal.message)
        if refusal.ours:
            yield opaque_statement.finding(prepared.redact(opening(refusal.statement)), message, refusal.source, blind=blind)
        else:
            yield statement_refused_by_snowflake.finding(message, refusal.source)


_DOES = {DropObject: "drops", ReplaceObject: "replaces", RenameObject: "renames"}


def _endangered(found: Standing, changes: Iterable[Change]) -> Iterable[Finding]:
    """Changes to what holds a ledger; a ledger's first creation is none."""
    ledgers = {item.ledger for item in found.prepared.pipelines}
    for change in changes:
        if type(change) in _DOES and not isinstance(change, CreateObject):
            for ledger in sorted(ledgers):
                if ledger.within(change.object):
                    yield ledger_endangered.finding(ledger, change.object, _DOES[type(change)], change.source)


def _reported(prepared: Prepared, finding: Finding) -> bool:
    """A finding of a pipeline that was asked for, or one that this run brings upon another."""
    owner = prepared.pipeline_of(finding.contract)
    return (
        owner is None
        or owner in prepared.selected
        or (finding.introduced and bool(finding.source and finding.source.file != finding.contract))
    )


def _summary(found: Standing, todo: list[PreparedScript], findings: tuple[Finding, ...]) -> dict:
    return {
        "target": found.config.name,
        "pipelines": [item.name for item in found.prepared.chosen],
        "pending": len(todo),
        "scripts": [script.script.path for script in todo],
        "contracts": sum(len(item.contracts) for item in found.prepared.chosen),
        "databases": dict(found.config.databases),
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
    }
