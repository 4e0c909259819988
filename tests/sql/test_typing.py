"""Result types of queries: cases with the source of each expectation in cases/typing. Zero wrong exact types is the promise."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.errors import SqlglotError

from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.names import Name
from snowpact.model.types import Certainty, parse_type
from snowpact.sql.tokens import SqlInputError, significant
from snowpact.sql.typing import Place, output_columns
from snowpact.sql.typing.guard import readable, require_readable

CASES = Path(__file__).parent / "cases" / "typing"


def read(file):
    return yaml.safe_load((CASES / f"{file}.yml").read_text(encoding="utf-8"))


EXPRESSIONS = read("expressions")


def table(name, columns, kind=Kind.TABLE, **more):
    return CatalogObject(kind, Name.of("DB", "S", name), tuple(Column(key, parse_type(text)) for key, text in columns.items()), **more)


CATALOG = {
    item.name: item
    for item in (
        table("T", EXPRESSIONS["table"]),
        table("U", {"ID": "INT", "NAME": "VARCHAR(10)", "Mixed": "DATE"}),
        table("W", {"ID": "INT", "W": "FLOAT"}),
        table("GEN_MEMBERS(NUMBER)", {"MEMBER_ID": "INT", "EMAIL": "VARCHAR"}, Kind.FUNCTION),
        table("TWICE(NUMBER)", {}, Kind.FUNCTION, properties=properties(returns="NUMBER(20,4)")),
        CatalogObject(Kind.TABLE, Name.of("DB", "S", "REQ"), (Column("NN", parse_type("INT"), False), Column("ID", parse_type("INT")))),
        CatalogObject(
            Kind.VIEW, Name.of("DB", "S", "VIEWS"), (Column("GUESS", parse_type("VARCHAR(3)"), certainty=Certainty.FAMILY, reason="why"),)
        ),
    )
}


def columns(sql):
    return output_columns(sql, CATALOG.get, Place("DB", "S"))


@pytest.mark.parametrize(("expression", "type_", "certainty", "source"), EXPRESSIONS["expressions"])
def test_expression(expression, type_, certainty, source):
    (found,) = columns(f"SELECT {expression} AS x FROM t")
    assert (str(found.type), found.certainty.value) == (type_, certainty)
    assert (found.reason is None) == (found.certainty is Certainty.EXACT)


def test_the_table_is_large_enough_to_mean_something():
    """At least 300 expressions, each once and each with its source, and at least 60 in a hundred of them exact."""
    rows = EXPRESSIONS["expressions"]
    assert len(rows) >= 300
    assert len({row[0] for row in rows}) == len(rows)
    assert all(row[3] for row in rows)
    assert sum(row[2] == "exact" for row in rows) >= 0.6 * len(rows)


def test_nothing_unconfirmed_is_exact():
    claimed = [row for row in EXPRESSIONS["expressions"] if row[2] == "exact"]
    assert [row for row in claimed if row[3].split()[0].rstrip(":;") in {"M", "conflict"}] == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in read("queries")])
def test_query(case):
    assert [f"{item.name} {item.type} {item.certainty.value}" for item in columns(case["sql"])] == case["columns"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in read("nullable")])
def test_nullable(case):
    assert [item.nullable for item in columns(case["sql"])] == case["nullable"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in read("errors")])
def test_refused(case):
    with pytest.raises(SqlInputError) as error:
        columns(case["sql"])
    assert error.value.message == case["message"]


def test_a_syntax_error_says_where():
    with pytest.raises(SqlInputError) as error:
        columns("SELECT a\nFROM t WHERE (")
    assert error.value.offset >= 9


def test_names_are_completed_in_the_place_given():
    asked = []
    output_columns("SELECT a FROM x, y.z, q.r.s, q..p", asked.append, Place("D", "V"))
    assert [str(name) for name in asked] == ["D.V.X", "D.Y.Z", "Q.R.S", "Q.PUBLIC.P"]


LONG = {
    "a sum of many columns": "SELECT " + " + ".join(["i"] * 3000) + " AS x FROM t",
    "a long concatenation": "SELECT " + " || ".join(["s"] * 3000) + " AS x FROM t",
    "a long union": " UNION ALL ".join(["SELECT i AS x FROM t"] * 400),
}


@pytest.mark.parametrize("sql", LONG.values(), ids=LONG.keys())
def test_long_chains_are_no_nesting(sql):
    (found,) = columns(sql)
    assert found.certainty is Certainty.EXACT


NESTED = {
    "calls": "SELECT " + "f(" * 60 + "1" + ")" * 60 + " AS x",
    "scalar subqueries with aliases": "SELECT " + "(SELECT " * 40 + "1" + " AS a)" * 40 + " AS x",
    "casts": "SELECT " + "CAST(" * 60 + "1" + " AS INT)" * 60 + " AS x",
    "coalesces": "SELECT " + "COALESCE(" * 60 + "1" + ", 1)" * 60 + " AS x",
    "sums": "SELECT " + "SUM(" * 60 + "1" + ")" * 60 + " AS x",
}


@pytest.mark.parametrize("sql", NESTED.values(), ids=NESTED.keys())
def test_what_nests_is_typed_once(sql):
    """Typing an inner expression twice a level would never end here."""
    assert [item.name for item in columns(sql)] == ["X"]


DEEP = {
    "brackets": "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 3000 + "t" + ")" * 3000,
    "NOT": "SELECT " + "NOT " * 5000 + "TRUE AS x",
    "CASE": "SELECT " + "CASE WHEN b THEN " * 3000 + "1" + " END" * 3000 + " AS x FROM t",
    "brackets beyond the stack of sqlglot's compiled parser": "SELECT * FROM " + "(SELECT * FROM " * 30_000,
    "one word again and again": "FROM " * 30_000 + "t",
    "commands in one another, as sqlglot's tokenizer reads them": "SELECT " + "BEGIN FETCH " * 100_000,
    "recursive queries in one another": "WITH a AS (" * 40
    + "SELECT 1 AS x"
    + ") SELECT x FROM a UNION ALL SELECT x FROM a" * 39 + ") SELECT 1",
    "joins that wait for conditions": "SELECT 1 FROM t" + " LEFT JOIN t" * 40,
}


@pytest.mark.parametrize("sql", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_is_an_error_of_that_statement(sql):
    with pytest.raises(SqlInputError):
        columns(sql)


WORDS = (
    "select from where t u i s v n * , . ( ) + - || :: : int varchar case when then else end 1 'x' \"y\" as with union all join on using "
    "values flatten input => lateral table over partition by order max count sum distinct null and not in exclude group qualify $1 [ ] 0"
)

LEXICAL = """select from ( ) [ { } case end join begin ; ' '' " "" $ $$ $1 @s /* */ -- // \\ \n é & :: : a 1 . , x'4 0x1 e {# #} \x00"""


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(LEXICAL.split(" ")), max_size=14), st.sampled_from(["", " "]))
def test_what_the_parsers_own_tokens_let_through_ours_would_too(words, between):
    """Most queries are told by sqlglot's tokens alone: nothing may pass there that our own reading refuses."""
    text = "select " + between.join(words)
    try:
        readable(text)
    except (SqlInputError, SqlglotError):
        return
    require_readable(significant(text))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=16).map(" ".join))
def test_any_text_is_typed_or_refused(rest):
    try:
        found = columns(f"select {rest}")
    except SqlInputError as error:
        assert 0 <= error.offset <= len(rest) + 7
        return
    assert all(item.name is not None and (item.reason is None) == (item.certainty is Certainty.EXACT) for item in found)


def test_a_call_that_sqlglot_keeps_oddly_is_typed_too():
    """IDENTIFIER takes one argument; its second stood where a list is expected, and brought typing down. Found by the fuzz."""
    (column,) = output_columns("SELECT IDENTIFIER('a', 224)", lambda name: None)
    assert column.certainty is Certainty.UNKNOWN
