"""What CI servers and pull requests read: each format against its schema, and nothing in a name speaks for the tool."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from markdown_it import MarkdownIt

from snowpact.model.finding import Comparison, Finding, Severity
from snowpact.model.names import Name
from snowpact.model.report import Report, Verdict
from snowpact.model.source import Source
from snowpact.reports.registry import renderer

SCHEMAS = Path(__file__).parent / "schemas"

HOSTILE = (
    "x\n::error file=a,line=1::forged",
    "##[error]forged",
    "x\n# Approved\n\n[click](http://evil.example)",
    "![pixel](https://evil.example/p.png) <img src=x onerror=alert(1)> @team #1 ~~a~~ `b` **c** _d_ $e$",
    "| a | b |\n|---|---|\n<!-- hidden -->",
    "http://evil.example www.evil.example evil@evil.example",
    "]]> <failure/> &amp; \x00 \x1b[2J \ud800",
    "a: b, c % %0A::warning::forged",
)


def report_about(text: str) -> Report:
    finding = Finding(
        rule="column-removed",
        severity=Severity.ERROR,
        comparison=Comparison.GATE,
        message=text,
        object=Name.of("D", "S", text),
        column=text,
        source=Source(text, 4, 1),
        contract=text,
        version=text,
        consumers=(text,),
        path=(text, f"{text}.2"),
        suggestion=text,
        waiver=None,
    )
    return Report("contracts check", Verdict.BLOCKED, (finding,), summary={"target": text})


def test_sarif_keeps_to_the_standard(sample):
    schema = json.loads((SCHEMAS / "sarif-subset.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(renderer("sarif")(sample[1])), schema)


@pytest.mark.parametrize("text", HOSTILE)
def test_sarif_keeps_to_the_standard_whatever_names_hold(text):
    schema = json.loads((SCHEMAS / "sarif-subset.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(renderer("sarif")(report_about(text))), schema)


def test_a_fingerprint_does_not_move_with_the_line(blocked):
    from dataclasses import replace

    moved = replace(blocked, findings=(replace(blocked.findings[0], source=Source("other.sql", 99, 9)),))
    prints = [json.loads(renderer("sarif")(report))["runs"][0]["results"][0]["partialFingerprints"] for report in (blocked, moved)]
    assert prints[0] == prints[1]


def test_junit_keeps_to_its_schema(sample):
    xmlschema.XMLSchema(SCHEMAS / "junit.xsd").validate(renderer("junit")(sample[1]))


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_counts_what_it_holds_whatever_names_hold(text):
    root = ElementTree.fromstring(renderer("junit")(report_about(text)).encode())
    assert root.attrib == {"tests": "1", "failures": "1", "errors": "0"}
    assert [child.tag for child in root.iter()] == ["testsuites", "testsuite", "testcase", "failure"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_starts_a_workflow_command(text):
    lines = renderer("github")(report_about(text)).splitlines()
    assert [line for line in lines if line.startswith("::") or "::" in line.partition("::")[2].partition("::")[2]] == lines[:1]
    assert lines[0].startswith("::error file=")
    assert not any(line.startswith("##[") for line in lines)
    assert len(lines) == 2


INERT = {"text", "table", "thead", "tbody", "tr", "th", "td", "heading", "paragraph", "inline", "strong", "html_inline", "softbreak"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_becomes_markup(text):
    """Parsed as GitHub parses it: text, our own table, bold words and line breaks; no link, image, code, heading or HTML of theirs."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(renderer("markdown")(report_about(text)))
    found = [token for outer in tokens for token in (outer, *(outer.children or ()))]
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in found}
    assert kinds <= INERT
    assert {token.content for token in found if token.type == "html_inline"} <= {"<br>"}
    assert sum(token.type == "heading_open" for token in found) == 1
    assert sum(token.type == "tr_open" for token in found) == 2
    source = renderer("markdown")(report_about(text))
    assert not any(active in source for active in ("http:", "https:", "@", "www."))


def test_a_comment_is_no_longer_than_GitHub_takes(blocked):
    """And it says how many findings it leaves out."""
    told = renderer("markdown")(replace(blocked, findings=blocked.findings * 1000))
    assert len(told) < 65_536
    assert "findings more, which a comment does not hold" in told
