"""`contracts check`: offline, or against a target.

Offline nothing is run and nothing connected to: contracts are validated, scripts rendered in their sandbox and split into
statements. With a target, what is pending there is rehearsed and every promise held against the result.
"""

from __future__ import annotations

from snowpact.gate import decide
from snowpact.model.catalog import Catalog
from snowpact.model.finding import Comparison, Severity
from snowpact.model.report import Report
from snowpact.plan import Judging, ambiguous, plan
from snowpact.prepare import Prepared
from snowpact.project import TargetConfig
from snowpact.promised import promises
from snowpact.rules.context import Context
from snowpact.rules.judge import judge
from snowpact.targets.protocol import Target

COMMAND = "contracts check"


def check(prepared: Prepared, fail_on: Severity = Severity.ERROR) -> Report:
    """What the files alone can tell. Until prediction lands, that is not yet whether the migrations keep the promises."""
    own = promises(contract for item in prepared.chosen for contract in item.contracts)
    by_name = {promise.name: promise for promise in own}
    context = Context(comparison=Comparison.EVOLUTION, before=Catalog(), after=Catalog(), promises=by_name, now=by_name)
    decision = decide([*ambiguous(prepared), *judge(own, context)], fail_on, prepared.waivers)
    summary = {
        "target": None,
        "pipelines": [item.name for item in prepared.chosen],
        "contracts": len(own),
        "scripts": sum(len(item.scripts) for item in prepared.chosen),
        "statements": sum(len(script.statements) for item in prepared.chosen for script in item.scripts),
        "pending": None,
        "errors": sum(finding.severity is Severity.ERROR for finding in decision.findings),
        "warnings": sum(finding.severity is Severity.WARNING for finding in decision.findings),
    }
    return Report(COMMAND, decision.verdict, decision.findings, summary=summary)


def check_target(prepared: Prepared, config: TargetConfig, target: Target, judging: Judging) -> Report:
    """Every promise against the target's live schema plus what is pending there; everything counts as introduced."""
    return plan(prepared, config, target, judging, COMMAND).report
