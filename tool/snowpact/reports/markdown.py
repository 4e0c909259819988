"""Markdown for a comment or a step summary: GitHub's dialect.

Names and messages are text, never markup: whatever could start a heading, a link, a mention, an image or HTML becomes a character
reference, so that a migration's comment can't speak in the tool's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity
from snowpact.model.report import Report, Verdict
from snowpact.reports.escape import clean
from snowpact.reports.text import counts

MOST = 60_000
"""Characters of the table: GitHub takes no comment of more than 65,536."""
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>()#+!|&~@:$'\"]|(?<=\bwww)\.|(?<![\w.])-(?=-)", re.IGNORECASE)
_MARKS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "ℹ️"}
_VERDICTS = {Verdict.PASSED: "✅ passed", Verdict.BLOCKED: "❌ blocked", Verdict.ERROR: "❌ error"}


def render(report: Report, color: bool = False) -> str:
    """color is for people and changes nothing here."""
    parts = [f"### {text(report.command)}: {_VERDICTS[report.verdict]}", _told(report)]
    if report.errors:
        parts.append("\n".join(_fault(fault) for fault in report.errors))
    if report.findings:
        parts.append("| | where | what | who |\n|---|---|---|---|\n" + _bounded([_row(finding) for finding in report.findings]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _bounded(rows: list[str]) -> str:
    """As many rows as a comment holds, and how many there are more."""
    size, shown = 0, 0
    while shown < len(rows) and size + len(rows[shown]) < MOST:
        size += len(rows[shown]) + 1
        shown += 1
    more = [f"| | | and {len(rows) - shown} findings more, which a comment does not hold | |"] if shown < len(rows) else []
    return "\n".join([*rows[:shown], *more])


def text(value: object) -> str:
    """Any text as Markdown that shows it and does nothing else, on one line."""
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", clean(value))


def _told(report: Report) -> str:
    found = counts(report.findings) if report.findings or report.verdict is not Verdict.ERROR else ""
    target = report.summary.get("target")
    return ", ".join(part for part in (found, f"target {text(target)}" if target else "") if part)


def _row(finding: Finding) -> str:
    source = finding.source
    where = text(f"{source.file}:{source.line}") if source else ""
    mark = _MARKS[finding.severity] if finding.waiver is None else "☑️"
    return f"| {mark} **{text(finding.rule)}** | {where} | {'<br>'.join(_what(finding))} | {_who(finding)} |"


def _what(finding: Finding) -> Iterator[str]:
    yield text(finding.message)
    if len(finding.path) > 1:
        yield f"path: {' → '.join(text(step) for step in finding.path)}"
    if finding.suggestion:
        yield f"**instead:** {text(finding.suggestion)}"
    if finding.waiver:
        yield f"waived by {text(finding.waiver)}"
    if not finding.introduced:
        yield "stood there before"


def _who(finding: Finding) -> str:
    told = [text(", ".join(finding.consumers))] if finding.consumers else []
    if finding.contract:
        told.append(text(f"{finding.contract} {finding.version or ''}".rstrip()))
    return "<br>".join(told)


def _fault(fault: InputFault) -> str:
    place = ":".join(str(part) for part in (fault.file, fault.line) if part is not None)
    return "- " + ", ".join(text(part) for part in (place, fault.json_path, fault.message) if part)
