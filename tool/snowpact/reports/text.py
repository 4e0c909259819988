"""The report for people: what, where, who is hurt, what to do instead; ends in one line that sums it up.

Never wrapped, so that file names and messages can be searched for. Names and messages come from files and databases: whatever
could steer a terminal in them is made visible instead (CWE-150).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity
from snowpact.model.names import spell
from snowpact.model.report import Report, Verdict
from snowpact.reports.escape import clean
from snowpact.reports.json import change_name

if TYPE_CHECKING:
    from snowpact.model.change import Change

_STYLES = {"error": "31;1", "warning": "33;1", "info": "36", "blocked": "31;1", "passed": "32;1", "place": "1", "dim": "2"}
_PART = re.compile(r'"(?:[^"]|"")*"|[^.]+')
_COUNTED = ("errors", "warnings", "information")


def render(report: Report, color: bool = False) -> str:
    """The whole report; with color, ANSI colours from the table above and no other escape."""
    paint = _painted if color else _plain
    blocks = ["\n".join(_error(fault, paint)) for fault in report.errors]
    blocks += ["\n".join(_finding(finding, paint)) for finding in report.findings]
    if report.changes:
        blocks.append("\n".join(_change(change) for change in report.changes))
    return "\n\n".join([*blocks, _summary(report, paint)]) + "\n"


def _indented(message: str) -> str:
    """A message; the further lines of one that has several (Snowflake's own have) stand deeper, where no line of ours begins."""
    return "\n    ".join(clean(line) for line in f"  {message}".splitlines())


def told(finding: Finding) -> list[str]:
    """A finding's lines as they stand in the report, without colour."""
    return list(_finding(finding, _plain))


def summary(report: Report) -> str:
    """The line that sums a report up, without colour."""
    return _summary(report, _plain)


def _plain(text: str, style: str) -> str:
    return text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def _finding(finding: Finding, paint) -> Iterator[str]:
    severity = str(finding.severity)
    head = [paint(clean(finding.source), "place")] if finding.source else []
    yield "  ".join([*head, paint(severity, severity), clean(finding.rule)])
    yield _indented(finding.message)
    if finding.contract:
        yield clean(f"  promised as {_promised(finding)} by {finding.contract} {finding.version or ''}").rstrip()
    if finding.consumers:
        yield clean(f"  consumers: {', '.join(finding.consumers)}")
    if len(finding.path) > 1:
        yield clean(f"  path: {' → '.join(_short(finding.path))}")
    if finding.suggestion:
        yield clean(f"  instead: {finding.suggestion}")
    if not finding.introduced:
        yield paint("  stood there before", "dim")
    if finding.waiver:
        yield clean(f"  waived by {finding.waiver}")
    if finding.judge != "snowflake":
        yield clean(f"  judged as {finding.judge}")


def _promised(finding: Finding) -> str:
    if finding.path:
        return finding.path[-1]
    return f"{finding.object}.{spell(finding.column)}" if finding.column else str(finding.object)


def _short(path: Sequence[str]) -> Sequence[str]:
    """Steps without database and schema, unless two of them would then read the same."""
    parts = [_PART.findall(step) for step in path]
    short = [".".join(found[2:] or found) for found in parts]
    return short if len(set(short)) == len(short) else path


def _error(fault: InputFault, paint) -> Iterator[str]:
    place = ":".join(str(part) for part in (fault.file, fault.line) if part is not None)
    yield "  ".join(part for part in (paint(clean(place), "place") if place else "", paint("error", "error")) if part)
    yield _indented(f"{fault.json_path + ': ' if fault.json_path else ''}{fault.message}")


def _change(change: Change) -> str:
    column = f".{spell(change.column_name)}" if change.column_name else ""
    source = f"  {change.source}" if change.source else ""
    return clean(f"{change_name(change)}  {change.object}{column}{_becomes(change)}{source}")


def _becomes(change: Change) -> str:
    """The new name, of what is renamed."""
    to = getattr(change, "to", None)
    return "" if to is None else f" → {spell(to) if change.column_name else to}"


def _summary(report: Report, paint) -> str:
    """``contracts check: blocked. 2 errors, 1 warning; 3 changes`` and the plain values of the summary."""
    if report.verdict is Verdict.ERROR and report.errors:
        found = _count(len(report.errors), "error")
    else:
        found = counts(report.findings)
    parts = [found]
    if report.changes:
        parts.append(_count(len(report.changes), "change"))
    plain = {key: value for key, value in report.summary.items() if isinstance(value, str | int | float) and key not in _COUNTED}
    parts += [f"{key.replace('_', ' ')} {value}" for key, value in plain.items()]
    verdict = str(report.verdict)
    return f"{clean(report.command)}: {paint(verdict, 'blocked' if verdict != 'passed' else verdict)}. {clean('; '.join(parts))}"


def counts(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning, 1 waived``: what is waived blocks nothing, whatever its severity."""
    found = list(findings)
    seen = Counter(finding.severity for finding in found if finding.waiver is None)
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "information"}
    told = [_count(seen[severity], word) for severity, word in words.items() if seen[severity]]
    waived = sum(finding.waiver is not None for finding in found)
    told += [f"{waived} waived"] if waived else []
    return ", ".join(told) or "no findings"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("s" if number != 1 and word != "information" else "")
