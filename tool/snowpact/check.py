"""`contracts check`: offline, or against a target.

Offline nothing is run and nothing connected to: contracts are validated, scripts rendered in their sandbox, split and replayed, and
every promise is held against the schema that they would make. With a target, prediction starts from what is live there.
"""

from __future__ import annotations

from snowpact.gate import decide
from snowpact.model.finding import Severity
from snowpact.model.report import Report
from snowpact.plan import Judging, ambiguous, plan
from snowpact.predict import kept, predict, untold
from snowpact.prepare import Prepared
from snowpact.project import TargetConfig
from snowpact.standing import compared
from snowpact.targets.protocol import Target

COMMAND = "contracts check"


def check(prepared: Prepared, fail_on: Severity = Severity.ERROR) -> Report:
    """Whether a fresh install of the migrations would keep every promise. All pipelines stand in one catalog; findings are told of
    the chosen ones."""
    contracts = prepared.contracts
    predicted = predict((script for item in prepared.pipelines for script in item.scripts), contracts)
    findings = [*ambiguous(prepared), *untold(predicted), *kept(contracts, predicted)]
    told = [finding for finding in findings if prepared.owner_of(finding) in {None, *prepared.selected}]
    decision = decide(told, fail_on, prepared.waivers)
    summary = {
        "target": None,
        "pipelines": [item.name for item in prepared.chosen],
        "contracts": sum(len(item.contracts) for item in prepared.chosen),
        "scripts": sum(len(item.scripts) for item in prepared.chosen),
        "statements": sum(len(script.statements) for item in prepared.chosen for script in item.scripts),
        "objects": len(compared(predicted.after).relations()),
        "pending": None,
        "errors": sum(finding.severity is Severity.ERROR for finding in decision.findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in decision.findings),
    }
    return Report(COMMAND, decision.verdict, decision.findings, summary=summary)


def check_target(prepared: Prepared, config: TargetConfig, target: Target, judging: Judging) -> Report:
    """Every promise against the target's live schema plus what is pending there; everything counts as introduced."""
    return plan(prepared, config, target, judging, COMMAND).report
