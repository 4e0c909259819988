"""Column lineage of queries: where each column comes from, what decides on the rows, and which names mean nothing.

``T.A`` is a value, ``T.A?`` a filter (also grouping, windows and order), ``T.A=`` a join.
"""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.names import Name
from snowpact.model.types import parse_type
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Place, Use, lineage, output_columns, statement_lineage

SIGN = {Use.PROJECTION: "", Use.FILTER: "?", Use.JOIN: "="}


def table(name, columns, kind=Kind.TABLE):
    return CatalogObject(kind, Name.of("D", "S", name), tuple(Column(key, parse_type(text)) for key, text in columns.items()))


CATALOG = {
    item.name: item
    for item in (
        table("T", {"A": "INT", "B": "INT", "V": "VARIANT", "DAY": "DATE"}),
        table("U", {"A": "INT", "C": "INT"}),
        table("E", {"A": "INT"}, Kind.EXTERNAL_TABLE),
    )
}


def read(query):
    return lineage(query, CATALOG.get, Place("D", "S"))


def told(items):
    return " ".join(sorted(f"{item.object.name}.{item.column}{SIGN[item.use]}" for item in items))


CASES = [
    ("SELECT a, b + 1 AS c, v:x.y::INT AS z FROM t WHERE day > '2020-01-01'", {"A": "T.A", "C": "T.B", "Z": "T.V"}, "T.DAY?"),
    ("SELECT t.a AS x, x + b AS y FROM t", {"X": "T.A", "Y": "T.A T.B"}, ""),
    ("WITH x AS (SELECT a + b AS s, a FROM t) SELECT s, u.c FROM x JOIN u ON x.a = u.a", {"S": "T.A T.B", "C": "U.C"}, "T.A= U.A="),
    ("SELECT c FROM t JOIN u USING (a)", {"C": "U.C"}, "T.A= U.A="),
    ("SELECT f.value:z::INT AS q FROM t, LATERAL FLATTEN(input => t.v) f", {"Q": "T.V"}, ""),
    ("SELECT (SELECT MAX(c) FROM u WHERE u.a = t.b) AS m FROM t", {"M": "U.C"}, "T.B? U.A?"),
    ("SELECT a FROM t WHERE b IN (SELECT c FROM u)", {"A": "T.A"}, "T.B? U.C?"),
    ("SELECT SUM(a) OVER (PARTITION BY b ORDER BY day) AS w FROM t", {"W": "T.A T.B? T.DAY?"}, ""),
    ("SELECT a FROM t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY day) = 1", {"A": "T.A"}, "T.B? T.DAY?"),
    ("SELECT b, COUNT(*) AS n FROM t GROUP BY b HAVING MAX(a) > 1", {"B": "T.B", "N": ""}, "T.A? T.B?"),
    ("SELECT a, b FROM t UNION ALL SELECT a, c FROM u", {"A": "T.A U.A", "B": "T.B U.C"}, ""),
    ("SELECT * EXCLUDE (v, day) REPLACE (a + b AS a) FROM t", {"A": "T.A T.B", "B": "T.B"}, ""),
    ("SELECT * RENAME (c AS d) FROM u", {"A": "U.A", "D": "U.C"}, ""),
    ("SELECT q FROM (SELECT a AS q FROM t) AS s", {"Q": "T.A"}, ""),
    ("WITH RECURSIVE r AS (SELECT a FROM t UNION ALL SELECT r.a FROM r) SELECT a FROM r", {"A": "T.A"}, ""),
    ("SELECT day, q FROM (SELECT a, b, day FROM t) PIVOT (SUM(a) FOR b IN ('1' AS q)) AS p", {"DAY": "T.DAY", "Q": "T.A T.B?"}, ""),
    ("SELECT nm, val FROM u UNPIVOT (val FOR nm IN (a, c))", {"NM": "", "VAL": "U.A U.C"}, ""),
    ("SELECT OBJECT_CONSTRUCT(*) AS o FROM u", {"O": "U.A U.C"}, ""),
    ("SELECT TRANSFORM(v, x INT -> x + b) AS k FROM t", {"K": "T.B T.V"}, ""),
    ("SELECT k.p FROM u AS k (o, p)", {"P": "U.C"}, ""),
]


@pytest.mark.parametrize(("query", "columns", "rows"), CASES, ids=[query for query, *_ in CASES])
def test_each_column_knows_where_it_comes_from(query, columns, rows):
    found = read(query)
    assert {item.name: told(item.origins) for item in found.columns} == columns
    assert told(found.rows) == rows
    assert found.faults == ()


FAULTS = [
    ("SELECT zz, t.nope FROM t", ["ZZ", "T.NOPE"]),
    ("SELECT a FROM t WHERE gone = 1", ["GONE"]),
    ("SELECT a FROM t JOIN u ON t.b = u.nope", ["U.NOPE", "A"]),  # A is in both
    ("SELECT x FROM (SELECT a FROM t)", ["X"]),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.c = zz)", ["ZZ"]),
    ("SELECT a AS k, k + 1 AS j FROM t WHERE k > 1 ORDER BY j", []),  # aliases are names too, in every clause
    ("SELECT later + 1 AS j, a AS later FROM t", []),
    ("SELECT TRUNC(day, month), CURRENT_ROLE, METADATA$FILENAME, s.NEXTVAL FROM t", []),
    ("SELECT TRUNC(day, month), month FROM t", ["MONTH"]),
    ("SELECT anything FROM unknown_table", []),
    ("SELECT value:x FROM e", []),  # an external table has VALUE beside what it declares
]


@pytest.mark.parametrize(("query", "names"), FAULTS, ids=[query for query, _ in FAULTS])
def test_a_name_that_surely_means_nothing_is_a_fault(query, names):
    assert [fault.identifier for fault in read(query).faults] == names


def test_what_is_read_missing_and_shown_whole():
    found = read("WITH x AS (SELECT * FROM t) SELECT x.a FROM x JOIN u ON x.a = u.a JOIN other.gone ON gone.k = u.a")
    assert [str(name) for name in found.objects] == ["D.S.T", "D.S.U", "D.OTHER.GONE"]
    assert [str(name) for name in found.missing] == ["D.OTHER.GONE"]
    assert found.starred == {Name.of("D", "S", "T")}
    assert {"A", "K"} <= found.said


@pytest.mark.parametrize("query", [query for query, *_ in CASES])
def test_lineage_types_as_typing_does(query):
    plain = output_columns(query, CATALOG.get, Place("D", "S"))
    assert [(item.name, item.type, item.certainty, item.nullable) for item in plain] == [
        (item.name, item.type, item.certainty, item.nullable) for item in read(query).columns
    ]


WORDS = st.lists(st.sampled_from(" ".join(query for query, *_ in CASES).replace("(", " ( ").replace(")", " ) ").split()), max_size=25)


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_nothing_but_an_input_error(words):
    with contextlib.suppress(SqlInputError):
        read("SELECT " + " ".join(words))


def test_a_multi_table_insert_reads_its_query_and_writes_every_table():
    text = "INSERT ALL WHEN a > 1 THEN INTO d.s.t (x) VALUES (a) INTO d.s.u SELECT a FROM d.s.src"
    names = [str(name) for name in statement_lineage(text, lambda name: None).objects]
    assert names == ["D.S.T", "D.S.U", "D.S.SRC"]
