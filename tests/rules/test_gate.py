"""The gate: what counts as introduced, what a waiver covers, what blocks, and whom a finding blames."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from snowpact.diff.net import Blame
from snowpact.gate import decide, evolution, satisfaction, schema_drift
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.change import AddColumn, ChangeProperty, DropColumn, DropObject, RenameColumn, RenameObject
from snowpact.model.finding import Comparison, Finding, Severity, Waiver
from snowpact.model.names import Name
from snowpact.model.report import Verdict
from snowpact.model.source import Source
from snowpact.model.types import DATE, parse_type
from snowpact.rules.context import Promise

T = Name.of("D", "S", "T")
TODAY = date(2026, 6, 1)
ERROR = Finding(rule="column-removed", severity=Severity.ERROR, comparison=Comparison.GATE, message="drops D.S.T.A", object=T, column="A")
WARNING = replace(ERROR, rule="owner-missing", severity=Severity.WARNING, column=None)
INFO = replace(WARNING, rule="type-unverified", severity=Severity.INFO)
WAIVER = Waiver(rule="column-removed", object="d.s.t", column="a", who="Ada", why="agreed", until=date(2026, 6, 1))


# (findings, fail_on, blocked)
VERDICTS = {
    "nothing": ([], "error", False),
    "an error": ([ERROR], "error", True),
    "a warning": ([WARNING], "error", False),
    "a warning that is to fail": ([WARNING], "warning", True),
    "information never blocks": ([INFO], "warning", False),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_what_blocks(case):
    findings, fail_on, blocked = VERDICTS[case]
    assert decide(findings, Severity(fail_on)).verdict is (Verdict.BLOCKED if blocked else Verdict.PASSED)


def test_what_stood_before_is_a_warning_and_not_introduced():
    elsewhere = replace(ERROR, comparison=Comparison.CONTRACT_DRIFT, message="other words")
    decision = decide([ERROR, replace(ERROR, column="B")], standing=[elsewhere])
    assert [(one.column, one.severity, one.introduced) for one in decision.findings] == [
        ("B", Severity.ERROR, True),
        ("A", Severity.WARNING, False),
    ]


def test_what_stood_before_gets_no_graver():
    (finding,) = decide([INFO], standing=[INFO]).findings
    assert finding.severity is Severity.INFO


# (waiver, covers)
WAIVERS = {
    "the column": (WAIVER, True),
    "its last day": (replace(WAIVER, until=TODAY), True),
    "yesterday": (replace(WAIVER, until=date(2026, 5, 31)), False),
    "every column of the object": (replace(WAIVER, column=None), True),
    "another column": (replace(WAIVER, column="B"), False),
    "another case of the column": (replace(WAIVER, column='"a"'), False),
    "another object": (replace(WAIVER, object="D.S.U"), False),
    "another rule": (replace(WAIVER, rule="column-renamed"), False),
    "no name at all": (replace(WAIVER, object="???"), False),
}


@pytest.mark.parametrize("case", WAIVERS)
def test_what_a_waiver_covers(case):
    waiver, covers = WAIVERS[case]
    decision = decide([ERROR], waivers=[waiver], as_of=TODAY)
    assert decision.verdict is (Verdict.PASSED if covers else Verdict.BLOCKED)
    assert decision.findings[0].waiver == (f"Ada: agreed (until {waiver.until})" if covers else None)
    assert decision.findings[0].severity is Severity.ERROR


def test_waivers_are_told_apart_by_what_became_of_them():
    used, idle, late = WAIVER, replace(WAIVER, column="Z"), replace(WAIVER, until=date(2026, 1, 1))
    decision = decide([ERROR], waivers=[used, idle, late], as_of=TODAY)
    assert (decision.used, decision.unused, decision.expired) == ((used,), (idle,), (late,))


def test_one_finding_is_said_once():
    assert len(decide([ERROR, ERROR]).findings) == 1


def table(**columns: str) -> CatalogObject:
    return CatalogObject(Kind.TABLE, T, tuple(Column(name, parse_type(type_)) for name, type_ in columns.items()))


PLACES = {None: Source("contracts/t.avsc", 1)}
PROMISE = Promise(T, "contracts/t.avsc", "1.2.0", closed=True, owner="Data", consumers=("BI",), places=PLACES)
NAMED = {"kind": Kind.TABLE, "object": T}


def only(findings: list[Finding], rule: str) -> Finding:
    (found,) = [finding for finding in findings if finding.rule == rule]
    return found


def test_a_finding_names_the_statement_the_contract_and_who_is_hurt():
    added = AddColumn(**NAMED, column=Column("B", DATE), position=1, source=Source("V2.sql", 3, 5))
    findings = satisfaction(Catalog.of([table(A="DATE")]), Catalog.of([table(A="DATE", B="DATE")]), [PROMISE], blame=Blame([added]))
    finding = only(findings, "column-undeclared")
    assert finding.source == Source("V2.sql", 3, 5)
    assert (finding.contract, finding.version, finding.consumers) == ("contracts/t.avsc", "1.2.0", ("BI",))
    assert (finding.object, finding.column, finding.path) == (T, "B", ("D.S.T",))
    assert len(findings) == 1


def test_without_a_statement_the_contract_s_own_line_is_named():
    promise = replace(PROMISE, places={None: Source("contracts/t.avsc", 1), "A": Source("contracts/t.avsc", 7, 5)})
    findings = satisfaction(Catalog.of([table(A="DATE")]), Catalog.of([table(A="TIME")]), [promise])
    assert only(findings, "type-kind-changed").source == Source("contracts/t.avsc", 7, 5)


def test_a_renamed_column_is_told_as_renamed_where_the_statement_is_known():
    renamed = RenameColumn(**NAMED, column="A", to="B", source=Source("V2.sql", 9))
    findings = satisfaction(Catalog.of([table(A="DATE")]), Catalog.of([table(B="DATE")]), [PROMISE], blame=Blame([renamed]))
    finding = only(findings, "column-removed")
    assert finding.message == "renames D.S.T.A to B" and finding.source == Source("V2.sql", 9)


def test_a_dropped_object_blames_its_drop():
    dropped = [
        DropColumn(**NAMED, column=Column("A", DATE), position=0, source=Source("V2.sql", 1)),
        DropObject(**NAMED, before=table(), source=Source("V2.sql", 2)),
    ]
    finding = only(satisfaction(Catalog.of([table(A="DATE")]), Catalog(), [PROMISE], blame=Blame(dropped)), "object-missing")
    assert finding.message == "drops D.S.T" and finding.source == Source("V2.sql", 2)


def test_an_object_that_is_gone_by_another_name_says_how():
    gone = [DropObject(kind=Kind.SCHEMA, object=T.parent, before=CatalogObject(Kind.SCHEMA, T.parent), source=Source("V2.sql", 2))]
    moved = [RenameObject(**NAMED, to=Name.of("D", "S", "U"), source=Source("V2.sql", 3))]
    along = [RenameObject(kind=Kind.DATABASE, object=Name.of("D"), to=Name.of("E"), source=Source("V2.sql", 4))]
    told = {"drops D.S, and with it D.S.T": gone, "renames D.S.T to D.S.U": moved, "renames D to E, and with it D.S.T": along}
    for message, journal in told.items():
        findings = satisfaction(Catalog.of([table(A="DATE")]), Catalog(), [PROMISE], blame=Blame(journal))
        finding = only(findings, "object-missing")
        assert (finding.message, finding.source) == (message, journal[0].source)


def test_a_longer_lag_blames_the_statement_that_set_it():
    lagging = CatalogObject(Kind.DYNAMIC_TABLE, T, properties=properties(target_lag="1 hour"))
    change = ChangeProperty(kind=Kind.DYNAMIC_TABLE, object=T, property="target_lag", before="5 minutes", after="1 hour")
    changed = replace(change, source=Source("V2.sql", 4))
    findings = satisfaction(Catalog.of([lagging]), Catalog.of([lagging]), [replace(PROMISE, freshness="5 minutes")], blame=Blame([changed]))
    assert only(findings, "target-lag-exceeds-sla").source == Source("V2.sql", 4)


def test_objects_that_nobody_promised_are_not_looked_at():
    assert satisfaction(Catalog(), Catalog.of([table(A="DATE")]), []) == []


def test_an_evolution_is_judged_by_the_mode_that_was_promised():
    """Loosening the mode in the change that breaks the promise does not help."""
    before, after = Catalog.of([table(A="DATE")]), Catalog.of([table()])
    old, new = replace(PROMISE, mode="FULL"), replace(PROMISE, mode="NONE", version="2.0.0")
    finding = only(evolution(before, after, [old], [new]), "column-removed")
    assert finding.severity is Severity.ERROR and finding.version == "1.2.0"


def test_a_change_that_depends_on_the_data_comes_with_the_query_that_settles_it():
    before, after = (Catalog.of([table(A=type_)]) for type_ in ("NUMBER(12,2)", "NUMBER(10,2)"))
    finding = only(evolution(before, after, [PROMISE], [PROMISE]), "number-precision-narrowed")
    assert finding.suggestion.endswith('the rows in the way: SELECT COUNT(*) FROM "D"."S"."T" WHERE ABS("A") >= 1e8')


SAMPLES = [
    *("NUMBER(10,2)", "NUMBER(12,2)", "NUMBER(12,4)", "FLOAT", "DECFLOAT", "VARCHAR", "VARCHAR(10)", "BINARY", "BINARY(8)"),
    *("BOOLEAN", "DATE", "TIME", "TIME(3)", "TIMESTAMP_NTZ", "TIMESTAMP_NTZ(3)", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"),
    *("VARIANT", "OBJECT", "OBJECT(A DATE)", "ARRAY", "ARRAY(DATE)"),
    *("MAP(VARCHAR, DATE)", "VECTOR(FLOAT, 3)", "VECTOR(INT, 3)", "GEOGRAPHY", "GEOMETRY", "UUID", "FILE", "INTERVAL DAY"),
]


@pytest.mark.parametrize("before", SAMPLES)
def test_no_change_of_type_goes_unsaid(before):
    """Every pair of exact types that differ has a finding in every judgement, an error where no mode is known."""
    for after in SAMPLES:
        one, other = Catalog.of([table(A=before)]), Catalog.of([table(A=after)])
        kept = satisfaction(one, other, [PROMISE])
        drifted = schema_drift(one, other)
        evolved = evolution(one, other, [PROMISE], [PROMISE])
        assert bool(evolved) == bool(kept) == bool(drifted) == (before != after), after
        assert {finding.severity for finding in (*kept, *drifted)} <= {Severity.ERROR}, after


CHANGED_BY_HAND = {
    "type": {"type": parse_type("TIME")},
    "nullability": {"nullable": False},
    "default": {"default": "CURRENT_DATE"},
    "collation": {"collation": "en-ci"},
    "identity": {"identity": (1, 1)},
    "expression": {"expression": "X + 1"},
}


@pytest.mark.parametrize("what", CHANGED_BY_HAND)
def test_no_change_of_a_column_by_hand_goes_unsaid(what):
    before = Catalog.of([CatalogObject(Kind.TABLE, T, (Column("A", DATE),))])
    after = Catalog.of([CatalogObject(Kind.TABLE, T, (replace(Column("A", DATE), **CHANGED_BY_HAND[what]),))])
    assert schema_drift(before, after)


OBJECT_BY_HAND = {
    "definition": {"definition": "select 2"},
    "property": {"properties": properties(target_lag="1 hour")},
    "primary key": {"constraints": (Constraint("PRIMARY KEY", ("A",)),)},
    "unique": {"constraints": (Constraint("UNIQUE", ("A",)),)},
    "foreign key": {"constraints": (Constraint("FOREIGN KEY", ("A",), references=T),)},
    "kind": {"kind": Kind.VIEW},
}


@pytest.mark.parametrize("what", OBJECT_BY_HAND)
def test_no_change_of_an_object_by_hand_goes_unsaid(what):
    assert schema_drift(Catalog.of([table(A="DATE")]), Catalog.of([replace(table(A="DATE"), **OBJECT_BY_HAND[what])]))


def test_a_comment_is_nobody_s_fault():
    assert schema_drift(Catalog.of([table(A="DATE")]), Catalog.of([replace(table(A="DATE"), comment="hello")])) == []
