"""The report as a page: one file that holds all it needs, with no script and nothing loaded from anywhere.

What comes from files and databases is text; the page's own policy forbids scripts besides. A drift report also shows what drifted, as
predicted, declared and live side by side, and the lineage with broken paths in colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from snowpact.model.finding import Finding, Severity
from snowpact.model.graph import Graph
from snowpact.model.report import Report
from snowpact.model.sides import Side
from snowpact.reports import svg
from snowpact.reports.svg import text
from snowpact.reports.text import counts

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """:root{color-scheme:light}body{font:14px/1.5 system-ui,sans-serif;color:#1f2328;margin:0 auto;padding:24px;max-width:1280px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}h3{font:600 14px ui-monospace,monospace;margin:20px 0 6px}
.verdict{display:inline-block;padding:1px 10px;border-radius:12px;color:#fff;background:#cf222e}.verdict.passed{background:#1a7f37}
table{border-collapse:collapse;width:100%;table-layout:fixed;margin-bottom:10px}
th,td{text-align:left;vertical-align:top;border:1px solid #d1d9e0;padding:4px 8px;overflow-wrap:anywhere}
th{background:#f6f8fa}td.code{font:12px ui-monospace,monospace;white-space:pre-wrap}tr.differs td{background:#ffebe9}
.none{color:#8c959f}.error b{color:#cf222e}.warning b{color:#9a6700}.info b{color:#0969da}.waived{opacity:.6}
.scroll{overflow-x:auto;border:1px solid #d1d9e0;border-radius:6px}small{color:#59636e}ul{padding-left:20px}"""
FINDINGS = "<tr><th style='width:20%'>rule</th><th>what</th><th style='width:24%'>where</th></tr>"
SIDES = "<tr><th style='width:20%'></th><th>predicted</th><th>declared</th><th>live</th></tr>"
LEGEND = (
    "<p><small>Green: promised. Red: drifted itself. Orange: stands on what drifted. Solid: flows into; dashed: then runs.</small></p>"
)


def render(report: Report, color: bool = False) -> str:
    """color is for people at terminals and changes nothing here."""
    title = f"{text(report.command)}: {text(str(report.verdict))}"
    body = [
        f"<h1>{text(report.command)} <span class='verdict {text(str(report.verdict))}'>{text(str(report.verdict))}</span></h1>",
        f"<p>{text(_summary(report))}</p>",
        *_faults(report),
        *_hurt(report),
        *_graph(report.graph),
        *_objects(report),
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style></head><body>\n'
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _summary(report: Report) -> str:
    plain = [f"{key.replace('_', ' ')} {value}" for key, value in report.summary.items() if isinstance(value, str | int | float)]
    return "; ".join([counts(report.findings), *plain])


def _faults(report: Report) -> Iterator[str]:
    if report.errors:
        yield "<h2>What can't be read</h2><ul>" + "".join(f"<li>{text(str(fault))}</li>" for fault in report.errors) + "</ul>"


def _hurt(report: Report) -> Iterator[str]:
    """Who was promised what is broken, or what stands on it."""
    hurt: dict[str, dict[str, None]] = {}
    for finding in report.findings:
        for consumer in finding.consumers if finding.severity is Severity.ERROR and finding.waiver is None else ():
            hurt.setdefault(consumer, {})[str(finding.object)] = None
    for node in report.graph.nodes if report.graph and hurt else ():
        for consumer in node.consumers if node.mark == "hurt" else ():
            hurt.setdefault(consumer, {}).setdefault(f"{node.name} (stands on what drifted)")
    if hurt:
        rows = "".join(f"<tr><td>{text(who)}</td><td>{'<br>'.join(map(text, what))}</td></tr>" for who, what in sorted(hurt.items()))
        yield f"<h2>Consumers hurt</h2><table><tr><th style='width:25%'>consumer</th><th>of</th></tr>{rows}</table>"


def _objects(report: Report) -> Iterator[str]:
    """Object by object: the findings, and the three sides where they are at hand."""
    yield "<h2>Findings</h2>"
    if not report.findings:
        yield "<p class='none'>No findings.</p>"
    sides = {str(item.name): item for item in report.sides}
    by_object: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_object.setdefault(str(finding.object) if finding.object else "", []).append(finding)
    for name, found in by_object.items():
        yield f"<h3>{text(name or 'of the whole')}</h3>{_promised(found)}"
        yield f"<table>{FINDINGS}{''.join(map(_finding, found))}</table>"
        if name in sides:
            yield f"<table class='sides'>{SIDES}{''.join(map(_side, sides[name].rows))}</table>"


def _promised(findings: Iterable[Finding]) -> str:
    told = dict.fromkeys(
        f"promised by {finding.contract} {finding.version or ''} to {', '.join(finding.consumers) or 'nobody by name'}"
        for finding in findings
        if finding.contract
    )
    return "".join(f"<p><small>{text(one)}</small></p>" for one in told)


def _finding(finding: Finding) -> str:
    what = [text(finding.message)]
    if len(finding.path) > 1:
        what.append(f"<small>path: {text(' → '.join(finding.path))}</small>")
    if finding.suggestion:
        what.append(f"<small>instead: {text(finding.suggestion)}</small>")
    if finding.waiver:
        what.append(f"<small>waived by {text(finding.waiver)}</small>")
    if not finding.introduced:
        what.append("<small>stood there before</small>")
    words = f"{text(str(finding.severity))}{' waived' if finding.waiver else ''}"
    place = text(str(finding.source)) if finding.source else ""
    rule = f"<b>{text(finding.rule)}</b><br><small>{text(str(finding.severity))}, {text(str(finding.comparison))}</small>"
    return f"<tr class='{words}'><td>{rule}</td><td>{'<br>'.join(what)}</td><td><small>{place}</small></td></tr>"


def _side(row: Side) -> str:
    cells = "".join(_cell(value) for value in (row.predicted, row.declared, row.live))
    return f"<tr{' class=differs' if row.differs else ''}><td>{text(row.what)}</td>{cells}</tr>"


def _cell(value: str | None) -> str:
    """Line feeds of a definition are kept; all else that steers is made visible."""
    return "<td class='none'>–</td>" if value is None else f"<td class='code'>{chr(10).join(map(text, value.splitlines()))}</td>"


def _graph(graph: Graph | None) -> Iterator[str]:
    if graph is not None and graph.nodes:
        yield f"<h2>Lineage</h2>{LEGEND}<div class='scroll'>{svg.render(graph)}</div>"
