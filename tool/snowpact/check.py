"""`contracts check`: offline, or against a target.

Offline nothing is run and nothing connected to: contracts are validated, scripts rendered in their sandbox, split and replayed, and
every promise is held against the schema that they would make. With a target, prediction starts from what is live there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from snowpact.collector import seldom_during
from snowpact.contracts.git import Repository
from snowpact.data import examine
from snowpact.evolve import decided, evolve
from snowpact.explain import Ground
from snowpact.judging import Judging
from snowpact.mapped import back
from snowpact.model.catalog import Catalog
from snowpact.model.errors import InputError
from snowpact.model.finding import Finding, Severity
from snowpact.model.report import Report, Verdict
from snowpact.plan import ambiguous, plan
from snowpact.predict import kept, predict, unsure, untold
from snowpact.prepare import Prepared, PreparedScript, Rendering, prepare
from snowpact.project import CONFIG, TargetConfig, load
from snowpact.standing import compared, home
from snowpact.targets.protocol import Target
from snowpact.upgrade import differences, upgrading

COMMAND = "contracts check"


@dataclass(frozen=True, slots=True)
class Since:
    """``--base REF`` and ``--as-of DATE``; how to render what stood at the base."""

    ref: str | None = None
    as_of: date | None = None
    rendering: Rendering = field(default_factory=Rendering)
    config: TargetConfig = field(default_factory=lambda: TargetConfig("local"))


HERE = Since()


@seldom_during()
def check(prepared: Prepared, fail_on: Severity = Severity.ERROR, since: Since = HERE) -> Report:
    """Whether the migrations would keep every promise: a fresh install of them, or with a base an upgrade of what the base installs. All
    pipelines stand in one catalog; findings are told of the chosen ones. With a base, also whether the contracts themselves kept theirs,
    and what stood before is not introduced."""
    evolved = evolve(prepared, since.ref, since.as_of) if since.ref is not None else None
    before = _at_base(prepared, evolved.past.base.commit, since) if evolved is not None else None
    findings, predicted = _predicted(prepared, upgrading(before, prepared) if before else None)
    if evolved is not None:
        findings = [*_introduced(findings, before), *evolved.findings]
    waivers = evolved.waivers if evolved else prepared.waivers
    decision = decided(findings, waivers, fail_on, since.as_of, whole=evolved is not None)
    summary = {
        "target": None,
        "pipelines": [item.name for item in prepared.chosen],
        "contracts": sum(len(item.contracts) for item in prepared.chosen),
        "scripts": sum(len(item.scripts) for item in prepared.chosen),
        "statements": sum(len(script.statements) for item in prepared.chosen for script in item.scripts),
        "objects": len(predicted.relations()),
        "pending": None,
        "not_exact": unsure(predicted),
        **_counted(decision.findings),
        **({"base": evolved.summary} if evolved else {}),
    }
    return Report(COMMAND, decision.verdict, decision.findings, summary=summary)


def _counted(findings: Iterable[Finding]) -> dict[str, int]:
    found = list(findings)
    return {f"{severity}s": sum(one.severity is severity for one in found) for severity in (Severity.ERROR, Severity.WARNING)}


def _predicted(prepared: Prepared, upgrade: Sequence[PreparedScript] | None = None) -> tuple[list[Finding], Catalog]:
    """The findings about what a fresh install makes, or with ``upgrade`` about what these scripts make; then also where the two differ."""
    contracts = prepared.contracts
    fresh = back(prepared.databases, predict((script for item in prepared.pipelines for script in item.scripts), contracts))
    predicted = fresh if upgrade is None else back(prepared.databases, predict(upgrade, contracts))
    findings = [*ambiguous(prepared), *untold(predicted), *kept(contracts, predicted, prepared.databases)]
    findings += differences(predicted, fresh) if upgrade is not None else []
    told = [finding for finding in findings if prepared.concerns(finding)]
    return told, compared(predicted.after)


def _introduced(findings: list[Finding], before: Prepared | None) -> list[Finding]:
    """The findings, those marked that the base has too: what is wrong there by the same prediction. A base that is no sound project tells
    nothing, and all is introduced."""
    there = {_fault(finding) for finding in _predicted(before)[0]} if findings and before is not None else set()
    return [replace(one.lowered(Severity.WARNING), introduced=False) if _fault(one) in there else one for one in findings]


def _fault(finding: Finding) -> tuple:
    """What makes it the same fault at the base. A finding about a statement names no object: its file and words tell it apart."""
    if finding.object is not None:
        return finding.identity
    return (*finding.identity, finding.source.file if finding.source else None, finding.message)


def _at_base(prepared: Prepared, commit: str, since: Since) -> Prepared | None:
    """The project at the base, all that is needed of it read; None where it can't be."""
    with TemporaryDirectory(prefix="snowpact-base-") as folder:
        root = Path(folder).resolve()
        Repository(prepared.project.root).export(commit, root)
        if not (root / CONFIG).is_file():
            return None
        try:
            project = load(root)
            return prepare(project, project.pipelines, since.config, since.rendering, allow_empty=True)
        except InputError:
            return None


def check_target(
    prepared: Prepared, config: TargetConfig, target: Target, judging: Judging, since: Since = HERE, data: bool = False
) -> tuple[Report, Ground]:
    """Every promise against the target's live schema plus what is pending there, where everything counts as introduced; with a base,
    also whether the contracts themselves kept theirs; with ``data`` also whether the rows that are there keep what is promised of rows.
    With the report what explains it."""
    judging = replace(judging, as_of=since.as_of)
    evolved = evolve(prepared, since.ref, since.as_of) if since.ref is not None else None
    waivers = evolved.waivers if evolved else prepared.waivers
    planned = plan(replace(prepared, waivers=waivers), config, target, judging, COMMAND)
    ground = Ground(planned.todo, planned.start, home(planned.standing))
    report, further = planned.report, list(evolved.findings) if evolved else []
    summary = {"base": evolved.summary} if evolved else {}
    if data:
        looked = examine([each for item in prepared.chosen for each in item.contracts], planned.live, target, config.databases)
        further += looked.findings
        summary["data"] = looked.summary
    if not evolved and not data:
        return report, ground
    decision = decided(further, waivers, judging.fail_on, since.as_of)
    findings = tuple(sorted({*report.findings, *decision.findings}, key=Finding.sort_key))
    whole = replace(
        report,
        verdict=Verdict.of(findings, judging.fail_on),
        findings=findings,
        summary={**report.summary, **_counted(findings), **summary},
    )
    return whole, ground
