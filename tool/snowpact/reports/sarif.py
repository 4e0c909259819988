"""SARIF 2.1.0 for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from snowpact import __version__
from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.reports.escape import clean

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, color: bool = False) -> str:
    """color is for people and changes nothing here."""
    return json.dumps(as_data(report), indent=2, ensure_ascii=False) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """One run: §3.14. Rules in the order of their first result."""
    rules = list(dict.fromkeys(finding.rule for finding in report.findings))
    driver = {"name": "snowpact", "version": __version__, "rules": [{"id": clean(rule)} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(report, finding, rules.index(finding.rule)) for finding in report.findings],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _invocation(report: Report) -> dict[str, Any]:
    """§3.20. What stopped the run is a notification, not a result."""
    notifications = [_notification(report, fault) for fault in report.errors]
    return {"executionSuccessful": report.verdict is not Verdict.ERROR, "toolExecutionNotifications": notifications}


def _notification(report: Report, fault: InputFault) -> dict[str, Any]:
    told = f"{fault.json_path}: {fault.message}" if fault.json_path else fault.message
    found: dict[str, Any] = {"level": "error", "message": {"text": clean(told)}}
    if fault.file:
        found["locations"] = [_location(report.from_top(fault.file), fault.line, None)]
    return found


def _result(report: Report, finding: Finding, index: int) -> dict[str, Any]:
    """§3.27. baselineState tells what stood before; a waiver is an accepted suppression."""
    result: dict[str, Any] = {
        "ruleId": clean(finding.rule),
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": clean(_message(finding))},
        "locations": [_of(report, finding.source)] if finding.source else [],
        "baselineState": "new" if finding.introduced else "unchanged",
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "properties": {
            "comparison": str(finding.comparison),
            "judge": finding.judge,
            "object": clean(finding.object) if finding.object else None,
            "column": clean(finding.column) if finding.column else None,
            "consumers": [clean(consumer) for consumer in finding.consumers],
            "path": [clean(step) for step in finding.path],
        },
    }
    if finding.waiver:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": clean(finding.waiver)}]
    return result


def _message(finding: Finding) -> str:
    return f"{finding.message}; instead: {finding.suggestion}" if finding.suggestion else finding.message


def _fingerprint(finding: Finding) -> str:
    """The same for the same fault, wherever its line moved."""
    told = "\x1f".join(str(part) for part in (*finding.identity, finding.comparison))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _of(report: Report, source: Source) -> dict[str, Any]:
    return _location(report.from_top(source.file), source.line, source.char)


def _location(file: str, line: int | None, char: int | None) -> dict[str, Any]:
    """§3.28; the file is a relative URI reference, from the top of the repository."""
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(clean(file))}}
    region = {key: value for key, value in (("startLine", line), ("startColumn", char)) if value}
    return {"physicalLocation": {**place, "region": region} if region else place}
