"""Reports that are remembered: as JSON data in the cache, and back. Light, since nothing else is imported where one is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from snowpact.cache import Cache
from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.model.types import Certainty


def remembered(cache: Cache | None, key: Callable[[], str | None], work: Callable[[], Report]) -> Report:
    """The report under the key, or else the one that ``work`` makes. Files that change meanwhile change the key, and nothing is kept."""
    before = key() if cache else None
    if cache is None or before is None:
        return work()
    found = decoded(cache.get(before))
    if found is not None:
        return found
    report = work()
    data = encoded(report)
    if data is not None and key() == before:
        cache.put(before, data)
    return report


def encoded(report: Report) -> dict[str, Any] | None:
    """None for a report with more than findings: changes are a plan's, and faults are never remembered."""
    if report.changes or report.errors:
        return None
    findings = [{key: _ENCODE.get(key, _as_is)(value) for key, value in _fields(finding)} for finding in report.findings]
    return {"command": report.command, "verdict": report.verdict.value, "findings": findings, "summary": dict(report.summary)}


def decoded(data: Any) -> Report | None:
    """None for what is no report."""
    try:
        findings = tuple(
            Finding(**{key: _DECODE[key](value) if key in _DECODE else value for key, value in one.items()}) for one in data["findings"]
        )
        return Report(data["command"], Verdict(data["verdict"]), findings, summary=data["summary"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _fields(finding: Finding) -> list[tuple[str, Any]]:
    """Those that say something."""
    return [(name, value) for name in Finding.__slots__ if (value := getattr(finding, name)) is not None and value != ()]


def _as_is(value: Any) -> Any:
    return value


_ENCODE: Mapping[str, Callable[[Any], Any]] = {
    "severity": lambda value: value.value,
    "comparison": lambda value: value.value,
    "certainty": lambda value: value.value,
    "object": lambda value: list(value.parts),
    "source": lambda value: [value.file, value.line, value.char],
}
_DECODE: Mapping[str, Callable[[Any], Any]] = {
    "severity": Severity,
    "comparison": Comparison,
    "certainty": Certainty,
    "object": lambda value: Name(tuple(value)),
    "source": lambda value: Source(*value),
    "consumers": tuple,
    "path": tuple,
}
