"""`migrate status`: the ledger against the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from snowpact.migrations.ledger import Failure
from snowpact.migrations.plan import Entry, Plan, State
from snowpact.model.report import Report, Verdict
from snowpact.prepare import Prepared, PreparedPipeline
from snowpact.project import TargetConfig
from snowpact.standing import ledger_of, standing
from snowpact.targets.protocol import Target


def status(prepared: Prepared, config: TargetConfig, target: Target) -> Report:
    """What was applied, is pending, late, edited, failed or missing; no judgement, so always passed."""
    found = standing(prepared, config, target)
    pipelines = [_pipeline(item, found.plans[item.name], target) for item in prepared.chosen]
    counts = {str(state): sum(len(found.plans[item.name].of(state)) for item in prepared.chosen) for state in State}
    return Report(
        "migrate status",
        Verdict.PASSED,
        summary={"target": config.name, "pending": len(found.todo), "counts": counts, "pipelines": pipelines},
    )


def _pipeline(item: PreparedPipeline, plan: Plan, target: Target) -> dict[str, Any]:
    failed = plan.of(State.FAILED)
    failures = {failure.script: failure for failure in ledger_of(item, target).failures()} if failed else {}
    return {
        "pipeline": item.name,
        "ledger": str(item.ledger),
        "highest": plan.highest,
        "scripts": [_entry(entry, failures.get(entry.script.name)) for entry in plan.entries],
        "missing": [{"script": row.script, "version": row.version, "installed_on": _time(row.installed_on)} for row in plan.missing],
    }


def _entry(entry: Entry, failure: Failure | None) -> dict[str, Any]:
    row = entry.row
    return {
        "file": entry.script.path,
        "kind": entry.script.kind,
        "version": entry.script.version,
        "state": str(entry.state),
        "installed_on": _time(row.installed_on) if row else None,
        "installed_by": row.installed_by if row else None,
        "seconds": row.seconds if row else None,
        "failed_at": {"line": failure.source.line, "ordinal": failure.ordinal, "error": failure.error} if failure else None,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(sep=" ", timespec="seconds") if moment else None


def lines(report: Report) -> Iterator[str]:
    """The report for people."""
    for pipeline in report.summary["pipelines"]:
        yield f"{pipeline['pipeline']}  ledger {pipeline['ledger']}"
        for script in pipeline["scripts"]:
            when = f"  {script['installed_on']} by {script['installed_by']}" if script["installed_on"] else ""
            yield f"  {script['state']:<8} {script['file']}{when}"
            if script["failed_at"]:
                at = script["failed_at"]
                yield f"           statement {at['ordinal']}, line {at['line']}: {at['error']}"
        for gone in pipeline["missing"]:
            yield f"  missing  {gone['script']}  applied {gone['installed_on']}, and its file is gone"
    yield f"{report.summary['pending']} pending"
