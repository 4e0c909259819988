"""Annotations of a GitHub Actions run: one workflow command for each finding and fault, then the summary.

A message may not start a command of its own: data and properties are escaped as GitHub's toolkit does
(https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity
from snowpact.model.report import Report
from snowpact.reports.escape import clean
from snowpact.reports.text import summary

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(report: Report, color: bool = False) -> str:
    """color is for people and changes nothing here."""
    lines = [*(_fault(report, fault) for fault in report.errors), *(_finding(report, finding) for finding in report.findings)]
    return "\n".join([*lines, _guarded(summary(report))]) + "\n"


def _finding(report: Report, finding: Finding) -> str:
    level = "notice" if finding.waiver else _COMMANDS[finding.severity]
    source = finding.source
    place = {"file": report.from_top(source.file), "line": source.line, "col": source.char} if source else {}
    return _command(level, {**place, "title": finding.rule}, "\n".join(_told(finding)))


def _told(finding: Finding) -> Iterator[str]:
    yield clean(finding.message)
    if finding.contract:
        yield clean(f"promised by {finding.contract} {finding.version or ''}").rstrip()
    if finding.consumers:
        yield clean(f"consumers: {', '.join(finding.consumers)}")
    if len(finding.path) > 1:
        yield clean(f"path: {' → '.join(finding.path)}")
    if finding.suggestion:
        yield clean(f"instead: {finding.suggestion}")
    if finding.waiver:
        yield clean(f"waived by {finding.waiver}")


def _fault(report: Report, fault: InputFault) -> str:
    file = report.from_top(fault.file) if fault.file else None
    place = {key: value for key, value in (("file", file), ("line", fault.line)) if value is not None}
    path = f"{fault.json_path}: " if fault.json_path else ""
    return _command("error", {**place, "title": "input"}, clean(path + fault.message))


def _command(level: str, properties: dict[str, object], message: str) -> str:
    told = ",".join(f"{key}={_escaped(clean(value), _PROPERTY)}" for key, value in properties.items())
    return f"::{level} {told}::{_escaped(message, _DATA)}"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for char, escape in table:
        text = text.replace(char, escape)
    return text


def _guarded(line: str) -> str:
    """A line of plain text that can't be read as a command."""
    return line.replace("::", ": :").replace("##[", "# #[")
