"""The schema drift report: does the live schema keep its promises, and did someone change it by hand?

declared → live is ``contract-drift``. predicted → live is ``schema-drift``, where predicted is what the scripts that the
ledger calls applied make, told from their text, or by running them on a throw-away engine where the text does not tell it. Pending
scripts and the ledgers themselves don't count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from snowpact.contracts.declare import declared
from snowpact.freshness import effective_lags
from snowpact.gate import decide, satisfaction, schema_drift
from snowpact.governed import live_governance
from snowpact.judging import Judging
from snowpact.mapped import as_there, back
from snowpact.migrations.plan import State
from snowpact.model.catalog import Catalog, Key, Kind
from snowpact.model.change import Change
from snowpact.model.errors import StatementError
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.report import Report
from snowpact.model.sides import side_by_side
from snowpact.picture import picture
from snowpact.predict import unsure
from snowpact.prepare import Prepared
from snowpact.project import TargetConfig
from snowpact.promised import promises
from snowpact.rehearse import Rehearsal
from snowpact.standing import Standing, attached, changed_repeatables, compared, ledgers, remade, standing
from snowpact.targets.inspect import Inspection
from snowpact.targets.inspect.visible import comparable
from snowpact.targets.protocol import Target


def drift(prepared: Prepared, config: TargetConfig, target: Target, judging: Judging, pictured: bool = False) -> Report:
    """pictured: also what drifted side by side, and the lineage of what is live or should be.

    Raises TargetUnreachable naming a database that is missing or not visible to the role."""
    found = standing(prepared, config, target)
    rehearsal = remade(found, judging.say)
    _refuse_incomplete(rehearsal)
    predicted = _without_ledgers(found, compared(back(config.databases, rehearsal.after)))
    owners = _owners(found, back(config.databases, rehearsal.changes))
    own = promises(prepared.contracts, evolving=False)
    cared = [promise for promise in own if prepared.pipeline_of(promise.contract) in prepared.selected]
    there = found.inspected(_databases(prepared, predicted), _required(prepared, owners), judging.say, attached(cared, predicted))
    live = _without_ledgers(found, compared(there.catalog))
    kept = declared(prepared.contracts, live)
    findings = [
        *live_governance(own, there, config.databases),
        *satisfaction(kept, live, own, Comparison.CONTRACT_DRIFT, lags=as_there(config.databases, effective_lags, live)),
        *_settled(schema_drift(*_both(predicted, there, live), own, kept, prepared.project.ignore), found, rehearsal.changes),
    ]
    decision = decide((finding for finding in findings if _reported(prepared, owners, finding)), judging.fail_on, prepared.waivers)
    report = Report("drift", decision.verdict, decision.findings, summary=_summary(found, predicted, live, decision.findings))
    return _pictured(report, prepared, predicted, kept, live) if pictured else report


def _both(predicted: Catalog, found: Inspection, live: Catalog) -> tuple[Catalog, Catalog]:
    return comparable(predicted, live, found.protected, found.measured)


def _pictured(report: Report, prepared: Prepared, predicted: Catalog, kept: Catalog, live: Catalog) -> Report:
    """Of what drifted, all three sides. The graph is that of what should be there, with what else is live."""
    drifted: dict[Key, list[str]] = {}
    for finding in report.findings:
        if finding.object is not None and finding.severity is not Severity.INFO:
            key = next((key for key in _keys(finding.object) if any(key in side for side in (predicted, kept, live))), None)
            if key is not None:
                drifted.setdefault(key, []).append(finding.column or "")
    sides = (
        side_by_side(key[1], predicted.objects.get(key), kept.objects.get(key), live.objects.get(key), columns)
        for key, columns in drifted.items()
    )
    graph = picture(Catalog({**live.objects, **predicted.objects}), prepared.contracts, prepared.databases)
    return replace(report, sides=tuple(sides), graph=graph.marked(key for key in drifted if graph.node(key) is not None))


def _keys(name: Name) -> list[Key]:
    return [(domain, name) for domain in dict.fromkeys(kind.domain for kind in Kind)]


def _refuse_incomplete(rehearsal: Rehearsal) -> None:
    """What could not be reproduced can't be compared: an error rather than a report with holes."""
    if rehearsal.refusals:
        first = rehearsal.refusals[0]
        raise StatementError(
            f"{first.source}: an applied script does not run on the embedded engine, so drift can't be told: {first.message}"
        )


def _databases(prepared: Prepared, predicted: Catalog) -> set[str]:
    made = {item.name.parts[0] for item in predicted if item.kind is not Kind.SHARE}
    return {contract.name.parts[0] for contract in prepared.contracts} | made


def _required(prepared: Prepared, owners: dict[Name, str]) -> set[str]:
    """What must be there: the databases that the selected pipelines promise something in, or made something in."""
    promised = {contract.name.parts[0] for item in prepared.chosen for contract in item.contracts}
    return promised | {name.parts[0] for name, owner in owners.items() if owner in prepared.selected and len(name.parts) == 3}


def _without_ledgers(found: Standing, catalog: Catalog) -> Catalog:
    """Nor the schema and database that hold one: where they are gone, the ledger is too. What else stands there counts."""
    hidden = ledgers(found)
    return Catalog.of(item for item in catalog if item.name not in hidden)


def _settled(findings: Iterable[Finding], found: Standing, changes: Iterable[Change]) -> list[Finding]:
    """Without objects made by a repeatable script whose applied text is gone: that it is pending is told elsewhere."""
    files = changed_repeatables(found)
    unsure = {change.object for change in changes if change.source and change.source.file in files}
    return [finding for finding in findings if finding.object not in unsure]


def _owners(found: Standing, changes: Iterable[Change]) -> dict[Name, str]:
    """Which pipeline last touched an object."""
    pipelines = {script.script.path: item.name for item in found.prepared.pipelines for script in item.scripts}
    return {change.object: pipelines[change.source.file] for change in changes if change.source and change.source.file in pipelines}


def _reported(prepared: Prepared, owners: dict[Name, str], finding: Finding) -> bool:
    owner = prepared.pipeline_of(finding.contract) or (owners.get(finding.object) if finding.object else None)
    return owner is None or owner in prepared.selected


def _summary(found: Standing, predicted: Catalog, live: Catalog, findings: Iterable[Finding]) -> dict:
    findings = list(findings)
    return {
        "target": found.config.name,
        "pipelines": [item.name for item in found.prepared.chosen],
        "applied": len(found.entries(State.APPLIED, State.EDITED)),
        "pending": len(found.todo),
        "objects": len(live.relations()),
        "managed": len(predicted.relations()),
        "contracts": sum(len(item.contracts) for item in found.prepared.chosen),
        "databases": dict(found.config.databases),
        "not_exact": unsure(predicted),
        "errors": sum(finding.severity is Severity.ERROR for finding in findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in findings),
    }
