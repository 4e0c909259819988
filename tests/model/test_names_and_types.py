"""Names and types: what is printed parses back, and every synonym of Snowflake's documentation means its canonical type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.model.catalog import Column, Kind
from snowpact.model.names import Name, NameSyntaxError, fold, quote, spell
from snowpact.model.pattern import TypePattern
from snowpact.model.types import (
    ARRAY,
    DATE,
    OBJECT,
    VARIANT,
    Certainty,
    SnowflakeType,
    TypeSyntaxError,
    binary,
    number,
    parse_type,
    timestamp,
    varchar,
)

QUICK = settings(max_examples=300, deadline=None)


@QUICK
@given(data=st.data())
def test_a_type_parses_back_from_its_own_text(make, data):
    type_ = data.draw(make.types)
    assert parse_type(str(type_)) == type_
    assert parse_type(f"  {type_!s} ") == type_


@QUICK
@given(st.text(min_size=1, max_size=6))
def test_an_identifier_folds_back_from_both_spellings(stored):
    assert fold(quote(stored)) == stored
    assert fold(spell(stored)) == stored


@QUICK
@given(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=3).map(tuple))
def test_a_name_parses_back_from_its_text(parts):
    name = Name(parts)
    assert Name.parse(str(name)) == name
    assert Name.parse(name.sql) == name


FOLDED = {"abc": "ABC", '"aBc"': "aBc", '"A""B"': 'A"B', "_x$1": "_X$1", '"ABC"': "ABC"}


@pytest.mark.parametrize("written", FOLDED)
def test_folding(written):
    assert fold(written) == FOLDED[written]


@pytest.mark.parametrize("written", ["", '"', '""', '"a', '"a"b"'])
def test_what_is_no_identifier_is_refused(written):
    with pytest.raises(NameSyntaxError):
        fold(written)


@pytest.mark.parametrize("written", ["", "a.", ".a", "a b", "a.b.c.d", "1a", "a;drop", "a..", "a.b..c"])
def test_what_is_no_name_is_refused(written):
    with pytest.raises(NameSyntaxError):
        Name.parse(written)


NAMES = {"t": ("D", "S", "T"), "s2.t": ("D", "S2", "T"), 'd2."s".t': ("D2", "s", "T"), "d2..t": ("D2", "PUBLIC", "T")}


@pytest.mark.parametrize("written", NAMES)
def test_a_name_is_completed_from_the_session(written):
    assert Name.parse(written, "D", "S").parts == NAMES[written]


# https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
SYNONYMS = {
    number(): [
        *("NUMBER", "DECIMAL", "DEC", "NUMERIC", "NUMBER(38)", "NUMBER(38,0)", "decimal(38)"),
        *("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"),
    ],
    number(10, 2): ["NUMBER(10,2)", "decimal( 10 , 2 )", "numeric(10,2)", "DEC(10, 2)"],
    SnowflakeType("FLOAT"): ["FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "double  precision", "REAL"],
    varchar(): [
        *("VARCHAR", "STRING", "TEXT", "VARCHAR2", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING"),
        *("VARCHAR(16777216)", "VARCHAR(134217728)", "text(16777216)"),
    ],
    varchar(1): ["CHAR", "CHARACTER", "NCHAR", "VARCHAR(1)", "char(1)"],
    varchar(20): ["VARCHAR(20)", "STRING(20)", "TEXT (20)", "CHAR(20)"],
    binary(): ["BINARY", "VARBINARY", "BINARY(8388608)", "BINARY(67108864)"],
    timestamp("NTZ"): ["TIMESTAMP", "DATETIME", "TIMESTAMP_NTZ", "TIMESTAMPNTZ", "TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP_NTZ(9)"],
    timestamp("LTZ"): ["TIMESTAMP_LTZ", "TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE", "timestamp_ltz(9)"],
    timestamp("TZ", 3): ["TIMESTAMP_TZ(3)", "TIMESTAMPTZ(3)", "TIMESTAMP WITH TIME ZONE(3)"],
    SnowflakeType("TIME", precision=9): ["TIME", "time(9)"],
    SnowflakeType("BOOLEAN"): ["BOOLEAN", "boolean"],
    DATE: ["DATE"],
    VARIANT: ["VARIANT", "variant"],
}


@pytest.mark.parametrize(("written", "type_"), [(text, type_) for type_, texts in SYNONYMS.items() for text in texts], ids=str)
def test_a_synonym_means_its_canonical_type(written, type_):
    assert parse_type(written) == type_


NO_TYPES = [
    *("", "NUMBERS", "NUMBER(39,0)", "NUMBER(0)", "NUMBER(10,11)", "NUMBER(-1)", "INT(10)", "TIME(10)", "INTERVAL", "INTERVAL WEEK"),
    *("VARCHAR(0)", "VARCHAR(134217729)", "BINARY(67108865)", "VARCHAR(10", "VARCHAR)", "VARCHAR(1) 'x'", "DATE; DROP TABLE t"),
    *("MAP(VARCHAR)", "VECTOR(TEXT, 3)", "VECTOR(FLOAT)", "OBJECT(a)", "ARRAY()"),
]


@pytest.mark.parametrize("written", NO_TYPES)
def test_what_is_no_type_is_refused(written):
    with pytest.raises(TypeSyntaxError):
        parse_type(written)


# (pattern, types that satisfy it, types that do not), as design.md 4 says of contracts
PATTERNS = {
    "string": (TypePattern("VARCHAR"), ["VARCHAR", "VARCHAR(1)"], ["NUMBER", "BINARY"]),
    "uuid as text": (TypePattern("VARCHAR", least_length=36), ["VARCHAR(36)", "VARCHAR(99)", "VARCHAR"], ["VARCHAR(35)", "UUID"]),
    "long": (TypePattern("NUMBER", scale=0), ["NUMBER(1,0)", "NUMBER(38,0)"], ["NUMBER(38,2)", "FLOAT"]),
    "timestamp-micros": (
        TypePattern("TIMESTAMP_LTZ", least_precision=6),
        ["TIMESTAMP_LTZ(6)", "TIMESTAMP_LTZ(9)"],
        ["TIMESTAMP_LTZ(3)", "TIMESTAMP_NTZ(9)"],
    ),
    "snowflake.type": (TypePattern.only(varchar(20)), ["VARCHAR(20)", "TEXT(20)"], ["VARCHAR(21)", "VARCHAR"]),
    "fixed(16)": (TypePattern("BINARY", least_length=16), ["BINARY(16)", "BINARY"], ["BINARY(15)"]),
}


@pytest.mark.parametrize("case", PATTERNS)
def test_what_satisfies_a_promise(case):
    pattern, good, bad = PATTERNS[case]
    declared = Column("C", varchar(7), accepts=(pattern,))
    assert [text for text in good if not declared.satisfied_by(Column("C", parse_type(text)))] == []
    assert [text for text in bad if declared.satisfied_by(Column("C", parse_type(text)))] == []


def test_certainty_of_two_is_that_of_the_less_sure():
    assert Certainty.EXACT & Certainty.FAMILY is Certainty.FAMILY
    assert Certainty.UNKNOWN & Certainty.FAMILY is Certainty.UNKNOWN


def test_tables_views_and_dynamic_tables_share_a_name_space():
    assert {kind.domain for kind in (Kind.TABLE, Kind.VIEW, Kind.DYNAMIC_TABLE)} == {"TABLE"}
    assert Kind.TASK.domain == "TASK"


def test_semi_structured_and_structured():
    assert parse_type("ARRAY(NUMBER NOT NULL)").is_structured
    assert not ARRAY.is_structured and ARRAY.is_semi_structured
    assert parse_type('OBJECT(a NUMBER, "b" VARCHAR(3) NOT NULL)') != OBJECT
