"""What the translator lets through: its own rules alone. And that its macros and its rules fit together."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

import snowpact.local.translate as package
from snowpact.local.translate import MACROS, translate_query
from snowpact.local.translate.functions import NAMED, RULES
from snowpact.model.errors import StatementError, UnsupportedFeature

SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(package.__file__).parent.rglob("*.py"))
DEFINED = [re.match(r"CREATE OR REPLACE MACRO _snow\.(\w+)\(", macro)[1] for macro in MACROS]


class Nothing:
    """A scope without tables and routines."""

    def routine(self, name: object, argument_count: int) -> None:
        return None


def test_every_macro_is_defined_once() -> None:
    assert sorted(DEFINED) == sorted(set(DEFINED))


def test_every_macro_called_is_defined() -> None:
    called = set(re.findall(r"_snow\.(\w+)[(\"]", SOURCE))
    assert called - set(DEFINED) == set()


def test_a_function_of_duckdb_is_no_function_of_snowflake() -> None:
    """Whatever sqlglot does not know as Snowflake's and no rule names is refused, though DuckDB would run it."""
    names = {row[0] for row in duckdb.connect().execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    passed = []
    for name in sorted(name for name in names if re.fullmatch(r"[a-z_][a-z0-9_]*", name)):
        try:
            tree = sqlglot.parse_one(f"select {name}(1)", read="snowflake")
        except (sqlglot.errors.ParseError, AttributeError):  # syntax of its own in Snowflake
            continue
        node = tree.expressions[0]
        if not isinstance(node, exp.Anonymous) or name.upper() in NAMED:
            continue
        try:
            translate_query(tree, Nothing())
            passed.append(name)
        except UnsupportedFeature:
            pass
    assert passed == []


def test_functions_without_a_rule_are_refused() -> None:
    """Every function class of sqlglot's is either in the table or refused by name."""
    known = {class_ for class_ in vars(exp).values() if isinstance(class_, type) and issubclass(class_, exp.Func)}
    without = [
        class_ for class_ in known - set(RULES) - {exp.Func, exp.Anonymous, exp.AggFunc} if not class_.is_var_len_args and class_.arg_types
    ]
    assert len(without) > 100
    for class_ in without:
        with pytest.raises((UnsupportedFeature, AttributeError)) as refused:
            translate_query(class_(this=exp.Literal.number(1)), Nothing())
        assert refused.type is UnsupportedFeature, class_


def test_the_tree_that_is_given_stays_as_it_is() -> None:
    tree = sqlglot.parse_one("select column1 + 1 as a, case column2 when 'x' then 1 end from values (1, 'x') order by a", read="snowflake")
    before = tree.copy()
    translate_query(tree, Nothing())
    assert tree == before


def test_very_deep_nesting_is_an_error_of_the_statement() -> None:
    tree: exp.Expression = exp.Literal.number(1)
    for _ in range(5000):
        tree = exp.Paren(this=tree)
    with pytest.raises(StatementError):
        translate_query(tree, Nothing())
