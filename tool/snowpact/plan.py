"""What is pending on a target, what it would change, and whether it keeps every promise.

declared → predicted is judged on what the pending scripts would leave of what is live (``foresee``), and each finding carries the
statement that caused it. `migrate plan`, `migrate apply`, `snowpact rehearse` and `contracts check --target` all stand on this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from snowpact.contracts.declare import declared
from snowpact.diff.net import Blame
from snowpact.foresee import Foreseen, foresee
from snowpact.freshness import effective_lags
from snowpact.gate import decide, satisfaction, unfolded
from snowpact.governed import live_governance
from snowpact.judging import Judging
from snowpact.mapped import as_there
from snowpact.migrations.order import Ambiguity
from snowpact.migrations.plan import Entry, State
from snowpact.model.catalog import Catalog
from snowpact.model.change import Change, CreateObject, DropObject, RenameObject, ReplaceObject
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.prepare import Prepared, PreparedScript
from snowpact.project import TargetConfig
from snowpact.promised import promises
from snowpact.rules import edited_after_apply, late_version, ledger_endangered, order_ambiguous
from snowpact.standing import Standing, Wanted, standing
from snowpact.targets.protocol import Target
from snowpact.upgrade import foretold


@dataclass(frozen=True, slots=True)
class Planned:
    """The report, what apply would run, and what is live now, in the contracts' names. start: what prediction started from."""

    report: Report
    standing: Standing
    todo: tuple[PreparedScript, ...]
    live: Catalog
    start: Catalog


def plan(prepared: Prepared, config: TargetConfig, target: Target, judging: Judging, command: str = "migrate plan") -> Planned:
    """Judge what is pending on the target; nothing is executed there but reads."""
    found = standing(prepared, config, target)
    todo = found.todo
    seen = foresee(found, todo, judging) if todo else _as_it_is(found, judging)
    judged = [*_promises_kept(prepared, seen.after, Blame(seen.changes)), *seen.governed]
    before = [*_promises_kept(prepared, seen.live, None), *seen.governed_before] if judging.adopting and todo else []
    facts = [
        *_ledger_facts(found),
        *_ambiguous(prepared),
        *seen.findings,
        *_endangered(found, seen.changes),
        *(foretold(found, todo, seen.looked_at) if todo else ()),
    ]
    there = before if todo else judged if judging.adopting else []
    decision = decide([*facts, *judged], judging.fail_on, prepared.waivers, standing=there, as_of=judging.as_of)
    findings = tuple(finding for finding in decision.findings if _reported(prepared, finding))
    report = Report(
        command=command,
        verdict=Verdict.of(findings, judging.fail_on),
        findings=findings,
        changes=tuple(unfolded(seen.changes)),
        summary=_summary(found, todo, findings, seen),
    )
    return Planned(report, found, tuple(todo), seen.live, seen.live if seen.start is None else seen.start)


def _as_it_is(found: Standing, judging: Judging) -> Foreseen:
    """Nothing is pending: what is live stays."""
    databases = {contract.name.parts[0] for contract in found.prepared.contracts}
    required = {contract.name.parts[0] for item in found.prepared.chosen for contract in item.contracts}
    there = found.inspected(databases, required, judging.say, Wanted(guarded=found.looked_after()))
    governed = live_governance(promises(found.prepared.contracts, evolving=False), there, found.config.databases, Comparison.GATE)
    return Foreseen(there.catalog, there.catalog, governed=tuple(governed))


def _promises_kept(prepared: Prepared, actual: Catalog, blame: Blame | None) -> list[Finding]:
    promised = promises(prepared.contracts, evolving=False)
    lags = as_there(prepared.databases, effective_lags, actual)
    return satisfaction(declared(prepared.contracts, actual), actual, promised, Comparison.GATE, blame, lags)


def _ledger_facts(found: Standing) -> Iterable[Finding]:
    for entry in found.entries(State.LATE, State.EDITED):
        yield _late(entry, found) if entry.state is State.LATE else _edited(entry)


def _late(entry: Entry, found: Standing) -> Finding:
    source = Source(entry.script.path)
    if entry.row is not None:
        return late_version.renamed(entry.script.version, entry.script.path, entry.row.script, source)
    return late_version.finding(entry.script.version, found.plans[entry.script.pipeline].highest or "", source)


def _edited(entry: Entry) -> Finding:
    when = f"{entry.row.installed_on:%Y-%m-%d}" if entry.row and entry.row.installed_on else "before"
    return edited_after_apply.finding(entry.script.name, when, Source(entry.script.path))


def _ambiguous(prepared: Prepared) -> Iterable[Finding]:
    return (_ambiguity(found) for item in prepared.chosen for found in item.ambiguities)


def _ambiguity(found: Ambiguity) -> Finding:
    return order_ambiguous.finding(found.first.name, found.second.name, Source(found.second.path), found.equal)


def ambiguous(prepared: Prepared) -> list[Finding]:
    return list(_ambiguous(prepared))


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


def _summary(found: Standing, todo: list[PreparedScript], findings: tuple[Finding, ...], seen: Foreseen) -> dict:
    return {
        "target": found.config.name,
        "pipelines": [item.name for item in found.prepared.chosen],
        "pending": len(todo),
        "scripts": [script.script.path for script in todo],
        "rehearsed": seen.rehearsed,
        "contracts": sum(len(item.contracts) for item in found.prepared.chosen),
        "databases": dict(found.config.databases),
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
    }
