"""JUnit XML: one test case for each finding, failed where it would block; what every CI server reads.

There is no standard; the elements are those of the Jenkins xUnit plugin, which GitLab, Azure and others read too.
"""

from __future__ import annotations

from xml.etree import ElementTree

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity
from snowpact.model.report import Report
from snowpact.reports.escape import clean
from snowpact.reports.text import told


def render(report: Report, color: bool = False) -> str:
    """color is for people and changes nothing here."""
    cases = [*(_fault(fault) for fault in report.errors), *(_finding(finding) for finding in report.findings)]
    if not cases:
        cases = [_case(report.command, "no findings", None, None)]
    failures = sum(case.find("failure") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": str(len(report.errors))}
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": clean(f"snowpact {report.command}"), **counts})
    suite.extend(cases)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(group: object, name: str, file: str | None, line: int | None) -> ElementTree.Element:
    place = {key: clean(value) for key, value in (("file", file), ("line", line)) if value is not None}
    return ElementTree.Element("testcase", {"classname": clean(group), "name": clean(name), **place})


def _finding(finding: Finding) -> ElementTree.Element:
    source = finding.source
    name = f"{finding.rule} {finding.column}" if finding.column else finding.rule
    case = _case(finding.object or finding.rule, name, source.file if source else None, source.line if source else None)
    text = "\n".join(told(finding))
    if finding.severity is Severity.ERROR and finding.waiver is None:
        failure = ElementTree.SubElement(case, "failure", {"type": clean(finding.rule), "message": clean(finding.message)})
        failure.text = text
    else:
        ElementTree.SubElement(case, "system-out").text = text
    return case


def _fault(fault: InputFault) -> ElementTree.Element:
    case = _case("input", fault.json_path or fault.file or "input", fault.file, fault.line)
    ElementTree.SubElement(case, "error", {"type": "input", "message": clean(fault.message)})
    return case
