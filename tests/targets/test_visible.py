"""What two producers can both tell: differences that mean "not known" are none, those that mean "changed" stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from snowpact.diff.compare import compare
from snowpact.model.catalog import Catalog, CatalogObject, Column, Kind, properties
from snowpact.model.names import Name
from snowpact.model.types import Certainty, parse_type
from snowpact.targets.inspect.texts import clause_of, clustering, expression, lag, query_of
from snowpact.targets.inspect.visible import comparable, visible

T = Name.of("D", "S", "T")


def _table(*columns, kind=Kind.TABLE, **fields):
    return Catalog.of([CatalogObject(kind, T, tuple(columns), **fields)])


def _column(type_, certainty="exact", **fields):
    return Column("C", parse_type(type_), certainty=Certainty(certainty), reason=None if certainty == "exact" else "why", **fields)


@pytest.mark.parametrize(
    ("predicted", "live", "same"),
    [
        (("TIMESTAMP_NTZ(6)", "exact"), ("TIMESTAMP_NTZ(9)", "family"), True),
        (("TIMESTAMP_NTZ(6)", "exact"), ("TIMESTAMP_NTZ(9)", "exact"), False),
        (("TIMESTAMP_NTZ(6)", "exact"), ("TIMESTAMP_LTZ(9)", "family"), False),
        (("NUMBER(10,2)", "family"), ("NUMBER(11,2)", "exact"), True),
        (("NUMBER(10,2)", "family"), ("VARCHAR", "exact"), False),
        (("UNKNOWN", "unknown"), ("VARCHAR(3)", "exact"), True),
        (("NUMBER(10,2)", "family"), ("NUMBER(11,2)", "family"), True),
        (("NUMBER(10,2)", "exact"), ("NUMBER(10,2)", "family"), True),
        (("VARCHAR", "exact"), ("VARCHAR(3)", "exact"), False),
    ],
)
def test_a_type_known_by_halves_is_no_change(predicted, live, same):
    changes = compare(*comparable(_table(_column(*predicted)), _table(_column(*live))))
    assert (changes == ()) is same


def test_the_surer_type_is_the_one_that_both_get():
    ours, theirs = comparable(_table(_column("NUMBER(10,2)", "family")), _table(_column("NUMBER(11,2)")))
    assert str(ours.relation(T).columns[0].type) == str(theirs.relation(T).columns[0].type) == "NUMBER(11,2)"


def test_spellings_and_what_no_inspection_tells_are_no_change():
    written = _table(
        _column("INT", default="current_timestamp ( )", tags=((Name.of("D", "S", "PII"), "yes"),)),
        comment="",
        properties=properties(cluster_by="(a, to_date( b ))", change_tracking=True, transient=False),
    )
    told = _table(_column("INT", default="CURRENT_TIMESTAMP()"), properties=properties(cluster_by="LINEAR(A,TO_DATE(B))"))
    assert visible(told) == visible(Catalog.of(replace(item, properties=properties(cluster_by="a,TO_DATE(b)")) for item in told))
    assert visible(written) == visible(told) and visible(visible(written)) == visible(written)


def test_what_a_role_may_not_see_is_no_change_and_what_it_sees_is():
    settings = {"definition": "SELECT 1", "properties": properties(target_lag="5 minutes", warehouse="WH")}
    made = _table(_column("INT"), kind=Kind.DYNAMIC_TABLE, **settings)
    assert compare(*comparable(made, _table(_column("INT"), kind=Kind.DYNAMIC_TABLE))) == ()
    shown = {**settings, "properties": properties(target_lag="6 minutes", warehouse="WH")}
    assert len(compare(*comparable(made, _table(_column("INT"), kind=Kind.DYNAMIC_TABLE, **shown)))) == 1


def test_a_collation_that_is_not_told_is_no_change_and_another_one_is():
    made = _table(_column("VARCHAR", collation="en"))
    assert compare(*comparable(made, _table(_column("VARCHAR")))) == ()
    assert len(compare(*comparable(made, _table(_column("VARCHAR", collation="de"))))) == 1


def test_other_kinds_of_object_are_left_out():
    assert len(visible(Catalog.of([CatalogObject(Kind.WAREHOUSE, Name.of("WH")), CatalogObject(Kind.STREAMLIT, T)]))) == 0


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("CREATE VIEW v AS SELECT 1", "SELECT 1"),
        ("create or replace secure view v (a comment 'as select', b) comment = 'x as select 1' copy grants as\nwith c as (select 1) c;",
         "with c as (select 1) c"),
        ("CREATE VIEW v AS /* why */ SELECT 'AS SELECT' AS a -- end", "SELECT 'AS SELECT' AS a"),
        ("CREATE DYNAMIC TABLE d TARGET_LAG = '1 hour' WAREHOUSE = w EXECUTE AS USER u AS (SELECT 1)", "(SELECT 1)"),
        ('CREATE VIEW "AS" AS SELECT a AS b FROM t', "SELECT a AS b FROM t"),
        ("SELECT 1 AS a;", "SELECT 1 AS a"),
        ("CREATE VIEW v AS SELECT 'never closed", "CREATE VIEW v AS SELECT 'never closed"),
        ("", None), (None, None), (" ; ", None),
    ],
)  # fmt: skip
def test_the_query_of_a_create_statement(text, query):
    assert query_of(text) == query


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (lag, "5  MINUTE", "5 minutes"), (lag, "1 hours", "1 hour"), (lag, "downstream", "DOWNSTREAM"), (lag, "", None),
        (lag, "when it suits", "when it suits"),
        (expression, "'it''s' :: varchar", "'it''s'::VARCHAR"), (expression, " ", None), (expression, 'a+"b"', 'A + "b"'),
        (clustering, "LINEAR(a, b)", "A,B"), (clustering, "", None),
    ],
)  # fmt: skip
def test_one_spelling(function, text, expected):
    assert function(text) == expected


def test_a_clause_is_read_before_the_query_alone():
    text = "create dynamic table d target_lag = '1 hour' refresh_mode = full as select 1 as warehouse = 2"
    assert (clause_of(text, "REFRESH_MODE"), clause_of(text, "TARGET_LAG"), clause_of(text, "WAREHOUSE")) == ("FULL", "1 hour", None)
