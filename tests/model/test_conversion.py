"""The table of type compatibility: complete, consistent, and what Snowflake's pages say of the cases people meet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.model.conversion import CASTS, FAMILIES, WITHIN, ConversionKind, conversion, family
from snowpact.model.types import SnowflakeType, parse_type

SAMPLES = {
    **{name: (SnowflakeType(name),) for name in FAMILIES},
    "NUMBER": (parse_type("NUMBER(10,2)"),),
    "VECTOR": (parse_type("VECTOR(FLOAT, 3)"),),
    "MAP": (parse_type("MAP(VARCHAR, NUMBER)"),),
    "INTERVAL": (SnowflakeType("INTERVAL DAY"),),
    **{name: (parse_type(f"{name}(6)"),) for name in FAMILIES if name.startswith("TIME")},
}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_type_is_the_same_as_itself(make, data):
    type_ = data.draw(make.types)
    assert conversion(type_, type_).kind is ConversionKind.SAME


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_every_difference_has_an_answer_a_reason_and_a_rule_that_judges_it(make, data):
    before, after = data.draw(make.types), data.draw(make.types)
    answer = conversion(before, after)
    assert answer.reason
    assert bool(answer.facts) == (before != after)
    assert answer.query is None or "{column}" in answer.query


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_widens_one_way_narrows_the_other(make, data):
    before, after = data.draw(make.types), data.draw(make.types)
    if conversion(before, after).kind is ConversionKind.WIDENED:
        assert conversion(after, before).kind in (ConversionKind.CONDITIONAL, ConversionKind.NARROWED)


@pytest.mark.parametrize("before", FAMILIES)
def test_every_pair_of_families_has_an_answer(before):
    for after in FAMILIES:
        answer = conversion(SAMPLES[before][0], SAMPLES[after][0])
        assert (answer.kind is ConversionKind.SAME) == (before == after)


def test_the_tables_speak_of_the_same_families():
    assert set(CASTS) == set(WITHIN) == set(FAMILIES)
    assert {target for targets in CASTS.values() for target in targets} <= set(FAMILIES)
    assert all(source not in targets for source, targets in CASTS.items())


def test_every_type_belongs_to_a_family():
    assert all(family(sample) == name for name, samples in SAMPLES.items() for sample in samples)


# (before, after, kind, facts, a part of the query), https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
CASES = [
    ("STRING", "VARCHAR(16777216)", "same", (), None),
    ("VARCHAR(134217728)", "VARCHAR(16777216)", "same", (), None),
    ("VARCHAR(10)", "VARCHAR(20)", "widened", ("string-length-widened",), None),
    ("VARCHAR(10)", "VARCHAR", "widened", ("string-length-widened",), None),
    ("VARCHAR", "VARCHAR(32)", "narrowed", ("string-length-narrowed",), "LENGTH({column}) > 32"),
    ("NUMBER(10,2)", "NUMBER(12,2)", "widened", ("number-precision-widened",), None),
    ("NUMBER(12,2)", "NUMBER(10,2)", "conditional", ("number-precision-narrowed",), "ABS({column}) >= 1e8"),
    ("NUMBER(10,2)", "NUMBER(10,4)", "rebuild", ("number-scale-changed",), None),
    ("NUMBER(10,2)", "NUMBER(12,4)", "rebuild", ("number-scale-changed", "number-precision-widened"), None),
    ("INT", "FLOAT", "rebuild", ("number-float-swap",), None),
    ("FLOAT", "DECFLOAT", "rebuild", ("number-float-swap",), None),
    ("BINARY(8)", "BINARY(16)", "rebuild", ("binary-length-changed",), None),
    ("BINARY(16)", "BINARY(8)", "narrowed", ("binary-length-changed",), "LENGTH({column}) > 8"),
    ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "rebuild", ("timestamp-kind-changed",), None),
    ("TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ(3)", "narrowed", ("time-precision-changed",), "{column}::TIMESTAMP_NTZ(3)"),
    ("VARCHAR", "DATE", "rebuild", ("type-kind-changed",), "TRY_CAST({column} AS DATE) IS NULL"),
    ("DATE", "NUMBER", "refused", ("type-kind-changed",), None),
    ("TIME", "DATE", "refused", ("type-kind-changed",), None),
    ("ARRAY", "VARIANT", "rebuild", ("type-kind-changed",), None),
    ("OBJECT(a NUMBER)", "OBJECT(a VARCHAR)", "rebuild", ("type-kind-changed",), None),
    ("VECTOR(FLOAT, 3)", "VECTOR(FLOAT, 4)", "refused", ("vector-or-spatial-shape-changed",), None),
    ("VECTOR(FLOAT, 3)", "VECTOR(INT, 3)", "refused", ("vector-or-spatial-shape-changed",), None),
    ("GEOGRAPHY", "GEOMETRY", "refused", ("vector-or-spatial-shape-changed",), None),
    ("UUID", "VARCHAR(36)", "rebuild", ("type-kind-changed",), None),
]


@pytest.mark.parametrize(("before", "after", "kind", "facts", "query"), CASES, ids=lambda value: str(value))
def test_what_a_change_of_type_takes(before, after, kind, facts, query):
    answer = conversion(parse_type(before), parse_type(after))
    assert (str(answer.kind), answer.facts) == (kind, facts)
    assert answer.query is None if query is None else query in answer.query
    assert answer.by_alter == (kind in ("same", "widened", "conditional"))
