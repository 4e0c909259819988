"""Every rule against its cases: ``cases/<rule-id>.yml``, one file a rule, read by one runner.

A case gives ``comparison`` and two catalogs (or ``changes`` on the first), and what the rule answers: ``expect`` is ``none``, one
severity, or in an evolution the four letters of BACKWARD, FORWARD, FULL and NONE. ``types`` is short for pairs of a column's type.
``facts`` feed a rule that use cases call. ``now`` is what the head's contract says otherwise; null where there is none any more.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
import yaml

from snowpact.contracts import load
from snowpact.contracts.contract import Contract
from snowpact.contracts.declare import declared
from snowpact.gate import evolution, protection, satisfaction, schema_drift
from snowpact.model.finding import Comparison, Waiver
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.promised import promises
from snowpact.rules.context import MODES, Context
from snowpact.rules.judge import judge
from snowpact.rules.registry import registry

FOLDER = Path(__file__).parent / "cases"
SEVERITIES = yaml.safe_load((Path(__file__).parent / "severities.yml").read_text())


def spread(case: dict) -> list[dict]:
    """``types`` is short for one case each: a column A of the first type that becomes the second, in each of ``comparison``."""
    if "types" not in case:
        return [case]
    rest = {key: value for key, value in case.items() if key not in ("types", "comparison")}
    return [
        {
            **rest,
            "name": f"{comparison}: {old} becomes {new}",
            "comparison": comparison,
            "before": {"columns": {"A": old}},
            "after": {"columns": {"A": new}},
            "column": "A",
        }
        for comparison in case["comparison"]
        for old, new in case["types"]
    ]


FILES = {path.stem: [one for case in yaml.safe_load(path.read_text()) for one in spread(case)] for path in sorted(FOLDER.glob("*.yml"))}
CASES = [(rule, case) for rule, cases in FILES.items() for case in cases]
LETTERS = {"E": "error", "W": "warning", "I": "info"}


def expected(case: dict) -> dict[str, str]:
    """mode → severity, or none."""
    expect = case["expect"]
    if isinstance(expect, str) and len(expect) == 4 and set(expect) <= set(LETTERS):
        modes = {mode: LETTERS[letter] for mode, letter in zip(MODES, expect, strict=True)}
        return {**modes, **{f"{mode}_TRANSITIVE": severity for mode, severity in modes.items() if mode != "NONE"}}
    return {case.get("mode", "FULL_TRANSITIVE"): expect}


def contract(type_, mode: str, extra: dict) -> Contract:
    """A contract for D.S.T with one field A of an Avro type."""
    field = {"name": "A", "type": type_, **({"snowflake": {"type": extra["snowflake"]}} if "snowflake" in extra else {})}
    pact = {"version": "1.0.0", "owner": "Data", "compatibility": mode}
    return load.read(json.dumps({"type": "record", "namespace": "D.S", "name": "T", "pact": pact, "fields": [field]}).encode(), "t.avsc")


def evolved(case: dict, mode: str) -> list:
    """``avro`` is the field's type before and after; ``snowflake`` pins it on both sides."""
    old, new = ([contract(type_, mode, case)] for type_ in case["avro"])
    return evolution(declared(old), declared(new), promises(old), promises(new))


def findings(read, case: dict, mode: str) -> list:
    if "avro" in case:
        return evolved(case, mode)
    before, after = read.catalog(case.get("before")), read.catalog(case.get("after"))
    promises = [read.promise({**case.get("promise", {}), **one}, mode) for one in case.get("promises", [{}])]
    head = case.get("now", {})
    now = [read.promise({**case.get("promise", {}), **head}, mode)] if head is not None else []
    comparison = Comparison(case["comparison"])
    if "guards" in case:
        return protection([read.guard(one) for one in case["guards"]], promises, lambda change: change.source)
    if "changes" in case:
        by_name = {promise.name: promise for promise in promises}
        context = Context(comparison=comparison, before=before, after=after, promises=by_name, now={one.name: one for one in now})
        return judge([read.change(change, before) for change in case["changes"]], context)
    if comparison is Comparison.SCHEMA_DRIFT:
        return schema_drift(before, after, promises, ignore=case.get("ignore", ()))
    if comparison is Comparison.EVOLUTION:
        return evolution(before, after, promises, now, case.get("as_of"))
    lags = {Name.parse(name): lag for name, lag in case.get("lags", {}).items()}
    return satisfaction(before, after, promises, comparison, lags=lags)


def fed(read_, rule: str, facts: dict, mode: str):
    """The finding of a rule that is called with facts."""
    if "broken" in facts:
        given = {"promise": read_.promise(facts["promise"], mode)} if "promise" in facts else {}
        given["further"] = [Name.parse(name) for name in facts.get("further", ())]
        return importlib.import_module(f"snowpact.rules.{rule.replace('-', '_')}").finding(read_.broken(facts["broken"]), **given)
    read = {"source": lambda place: Source(*place), "object": Name.parse, "ledger": Name.parse}
    read["waiver"] = lambda waiver: Waiver(**waiver)
    read["touches"] = lambda names: [Name.parse(name) for name in names]
    values = {key: read[key](value) if key in read else value for key, value in facts.items()}
    return importlib.import_module(f"snowpact.rules.{rule.replace('-', '_')}").finding(**values)


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}: {case['name']}" for rule, case in CASES])
def test_a_rule_answers_its_case(read, rule, case):
    if "facts" in case:
        for mode, severity in expected(case).items():
            finding = fed(read, rule, case["facts"], mode)
            assert (finding.rule, str(finding.severity)) == (rule, severity), mode
            assert case["message"] in finding.message
            assert list(finding.path) == case.get("path", [])
            assert case.get("suggestion", "") in finding.suggestion
        return
    for mode, severity in expected(case).items():
        found = [finding for finding in findings(read, case, mode) if finding.rule == rule]
        assert [str(finding.severity) for finding in found] == ([] if severity == "none" else [severity] * case.get("times", 1)), mode
        for finding in found:
            assert str(finding.comparison) == case["comparison"]
            assert finding.column == case.get("column")
            assert case.get("message", "") in finding.message
            assert finding.suggestion


@pytest.mark.parametrize("rule", sorted(registry()))
def test_a_rule_has_cases_that_fail_and_cases_that_pass(rule):
    """In every judgement in which it speaks, and in an evolution in every mode."""
    cases = FILES.get(rule, [])
    severities = registry()[rule].severity
    if severities.always or not registry()[rule].on:
        assert cases, f"{rule} has no case"
        letters = "EEEE" if severities.evolution == "E!" else severities.evolution
        assert letters is None or letters in [case["expect"] for case in cases], f"{rule} is not tried in every mode"
        return
    shown = {(_judgement(case), case["expect"] == "none") for case in cases}
    judgements = {name for name in ("evolution", "satisfaction", "schema_drift") if getattr(severities, name)}
    assert {judgement for judgement, passes in shown if not passes} == judgements
    assert {judgement for judgement, passes in shown if passes} >= judgements
    if severities.evolution:
        letters = "EEEE" if severities.evolution == "E!" else severities.evolution
        assert any(case["expect"] == letters for case in cases), f"{rule} is not tried in every mode"


def _judgement(case: dict) -> str:
    comparison = Comparison(case["comparison"])
    return {Comparison.EVOLUTION: "evolution", Comparison.SCHEMA_DRIFT: "schema_drift"}.get(comparison, "satisfaction")


def test_no_case_is_left_of_a_rule_that_is_gone():
    assert set(FILES) <= set(registry())


def test_every_rule_of_this_stage_is_there_with_its_severities():
    """The rules and letters as the project laid them down; a rule that is missing or graver than agreed fails here."""
    there = {rule.id: rule.severity.evolution or rule.severity.always for rule in registry().values()}
    assert {rule: there.get(rule, "missing") for rule in SEVERITIES["evolution"]} == SEVERITIES["evolution"]
    satisfaction = {rule: getattr(registry().get(rule), "severity", None) for rule in SEVERITIES["satisfaction"]}
    assert {rule: severity and severity.satisfaction for rule, severity in satisfaction.items()} == SEVERITIES["satisfaction"]
    drift = {rule: registry()[rule].severity.schema_drift for rule in SEVERITIES["schema_drift"]}
    assert drift == SEVERITIES["schema_drift"]
