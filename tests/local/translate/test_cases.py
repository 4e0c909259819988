"""Translated queries give what Snowflake's documentation says: every case in ``cases/*.yml`` is a query, its rows, and their source.

``rows`` are written from the source, never recorded. Values compare as text (``null`` for NULL), semi-structured ones as JSON.
``unsupported`` and ``error`` name the feature refused and the number of Snowflake's error. ``tables`` of a file are made before.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
import sqlglot
import yaml
from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.translate import MACROS, describe_query, translate_query
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name, fold
from snowpact.model.types import parse_type

CASES = Path(__file__).parent / "cases"


class Tables:
    """The simplest scope: tables of the case file in one DuckDB connection."""

    laterals = False

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: dict[str, dict]):
        self.objects = {}
        for number, (name, table) in enumerate((tables or {}).items()):
            columns = {fold(column): parse_type(type_) for column, type_ in table["columns"].items()}
            self.objects[fold(name)] = (f"t{number}", columns)
            connection.execute(f"CREATE TABLE t{number} AS {self._rows(table, columns)}")

    def _rows(self, table: dict, columns: dict) -> str:
        values = " UNION ALL ".join("SELECT " + ", ".join(str(cell) for cell in row) for row in table["rows"])
        tree = sqlglot.parse_one(
            "SELECT "
            + ", ".join(f"${index}::{type_} AS {Name((name,)).sql}" for index, (name, type_) in enumerate(columns.items(), 1))
            + " FROM ("
            + values
            + ") v",
            read="snowflake",
        )
        return translate_query(tree, self).sql(dialect="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)

    def resolve(self, table: exp.Table) -> exp.Expression:
        return exp.Table(this=exp.to_identifier(self.objects[self._name(table.this)][0]))

    @staticmethod
    def _name(identifier: exp.Identifier) -> str:
        return identifier.this if identifier.quoted else identifier.this.upper()

    def lookup(self, name: Name) -> CatalogObject | None:
        columns = self.objects[name.name][1]
        return CatalogObject(Kind.TABLE, Name(("D", "S", name.name)), tuple(Column(column, type_) for column, type_ in columns.items()))

    def variable(self, name: str) -> object:
        return {"THRESHOLD": 2, "WORD": "it's"}[name]

    def context(self, function: str) -> object:
        return {"CURRENT_ROLE": "SYSADMIN", "CURRENT_DATABASE": "D", "CURRENT_SCHEMA": "S", "CURRENT_WAREHOUSE": None}[function]

    def routine(self, name: Name, given: object) -> None:
        return None

    def query_id(self, place: int) -> None:
        return None

    def table_function(self, call: exp.Expression) -> tuple[exp.Expression, None]:
        raise UnsupportedFeature(f"table function {call.sql()}")


def _cases() -> list:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['sql'][:70]}")
        for path in sorted(CASES.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    ]


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"lambda_syntax": "ENABLE_SINGLE_ARROW", "ieee_floating_point_ops": "false"})
    connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA _snow")
    for macro in MACROS:
        connection.execute(macro)
    return connection


@pytest.fixture(scope="module")
def scopes(connection: duckdb.DuckDBPyConnection) -> dict[str, Tables]:
    result = {}
    for path in sorted(CASES.glob("*.yml")):
        connection.execute(f'CREATE SCHEMA "{path.stem}"; USE "{path.stem}"')
        result[path.stem] = Tables(connection, yaml.safe_load(path.read_text(encoding="utf-8")).get("tables"))
    return result


@pytest.mark.parametrize(("file", "case"), _cases())
def test_case(file: str, case: dict, connection: duckdb.DuckDBPyConnection, scopes: dict[str, Tables]) -> None:
    connection.execute(f'USE "{file}"')
    tree = sqlglot.parse_one(case["sql"], read="snowflake")
    if "unsupported" in case:
        with pytest.raises(UnsupportedFeature) as refused:
            translate_query(tree, scopes[file])
        assert refused.value.feature == case["unsupported"]
        return
    if "error" in case:
        with pytest.raises((StatementError, duckdb.Error)) as failed:
            connection.execute(
                translate_query(tree, scopes[file]).sql(dialect="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)
            ).fetchall()
        assert _number(failed.value) == case["error"]
        return
    sql = translate_query(tree, scopes[file]).sql(dialect="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)
    rows = connection.execute(sql).fetchall()
    shown = [[_shown(cell) for cell in row] for row in rows]
    expected = [[_shown(cell) for cell in row] for row in case["rows"]]
    if not case.get("ordered", "order by" in case["sql"].lower()):
        shown, expected = (sorted(side, key=repr) for side in (shown, expected))
    assert shown == expected, sql
    if "types" in case:
        described = describe_query(tree, scopes[file])
        assert [str(type_) for _, type_ in described or []] == case["types"]
    if "names" in case:
        assert [column[0] for column in connection.description] == [encode(name) for name in case["names"]]


def test_every_macro_has_a_case(scopes: dict[str, Tables]) -> None:
    """A macro that no case reaches is dead, or not tested."""
    names = {re.match(r"CREATE OR REPLACE MACRO _snow\.(\w+)\(", macro)[1]: macro for macro in MACROS}
    reached: set[str] = set()
    for parameters in _cases():
        file, case = parameters.values
        if "rows" in case:
            sql = translate_query(sqlglot.parse_one(case["sql"], read="snowflake"), scopes[file]).sql(
                dialect="duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE
            )
            reached |= set(re.findall(r"_snow\.(\w+)\(", sql.lower()))
    pending = list(reached)
    while pending:
        inner = set(re.findall(r"_snow\.(\w+)\(", names[pending.pop()])) - reached
        reached |= inner
        pending += inner
    assert sorted(set(names) - reached) == []


def _number(error: Exception) -> object:
    """Snowflake's number: of our own error, of a macro's, or of what ``local.errors`` makes of DuckDB's."""
    if isinstance(error, StatementError):
        return error.errno
    from snowpact.local.errors import translated

    return translated(error).errno


def _shown(cell: object) -> object:
    if cell is None or isinstance(cell, bool):
        return cell
    text = str(cell)
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
