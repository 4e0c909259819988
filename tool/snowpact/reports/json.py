"""The report as one JSON object; its schema is ``schema/report.schema.json``. Every key is there, null where it does not apply."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding
from snowpact.model.report import Report

if TYPE_CHECKING:
    from snowpact.model.change import Change

_STEERING = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


def render(report: Report, color: bool = False) -> str:
    """Indented JSON with a line feed at its end. color is for people and changes nothing here.

    JSON itself escapes C0 control characters; what else steers a terminal, and lone surrogates, are escaped beside.
    """
    text = json.dumps(as_data(report), indent=2, ensure_ascii=False, default=str)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema that every report keeps to."""
    return json.loads(files("snowpact.reports").joinpath("schema/report.schema.json").read_text(encoding="utf-8"))


def as_data(report: Report) -> dict[str, Any]:
    """The report in plain JSON values."""
    return {
        "command": report.command,
        "verdict": str(report.verdict),
        "findings": [_finding(finding) for finding in report.findings],
        "changes": [_change(change) for change in report.changes],
        "errors": [_error(fault) for fault in report.errors],
        "summary": dict(report.summary),
    }


def change_name(change: Change) -> str:
    """``AddColumn`` → ``add-column``."""
    return _HUMP.sub("-", type(change).__name__).lower()


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.source
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "comparison": str(finding.comparison),
        "judge": finding.judge,
        "object": str(finding.object) if finding.object else None,
        "column": finding.column,
        "message": finding.message,
        "file": source.file if source else None,
        "line": source.line if source else None,
        "char": source.char if source else None,
        "contract": finding.contract,
        "version": finding.version,
        "consumers": list(finding.consumers),
        "certainty": finding.certainty.value if finding.certainty else None,
        "path": list(finding.path),
        "suggestion": finding.suggestion,
        "introduced": finding.introduced,
        "waiver": finding.waiver,
    }


def _change(change: Change) -> dict[str, Any]:
    source = change.source
    return {
        "change": change_name(change),
        "object": str(change.object),
        "column": change.column_name,
        "file": source.file if source else None,
        "line": source.line if source else None,
    }


def _error(fault: InputFault) -> dict[str, Any]:
    return {"file": fault.file, "line": fault.line, "json_path": fault.json_path, "message": fault.message}
