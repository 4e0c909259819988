"""CREATE DATA METRIC FUNCTION: its arguments are tables with columns.

https://docs.snowflake.com/en/sql-reference/sql/create-data-metric-function
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_value
from snowpact.sql.statements.clauses import read_comment, read_type


@dataclass(frozen=True, slots=True)
class CreateMetric:
    """tables: each argument's name and columns. body is the query, without its quotes."""

    name: str
    tables: tuple[tuple[str, tuple[tuple[str, SnowflakeType], ...]], ...]
    body: str
    modifiers: frozenset[str] = frozenset()
    comment: str | None = None

    @property
    def signature(self) -> str:
        """``(TABLE(NUMBER, VARCHAR))``: what tells overloads apart."""
        return f"({', '.join(f'TABLE({columns})' for columns in (', '.join(kind.base for _, kind in table) for _, table in self.tables))})"


def parse_create_metric(text: str) -> CreateMetric:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.DATA_METRIC_FUNCTION or found.name is None:
        cursor.fail("expected CREATE DATA METRIC FUNCTION and a name")
    tables = read_tables(cursor)
    cursor.expect("RETURNS")
    read_type(cursor)
    cursor.accept("NOT NULL")
    cursor.accept("LANGUAGE SQL")
    comment = read_comment(cursor)
    cursor.expect("AS")
    body = string_value(cursor.take()) if cursor.kind in {"string", "dollar"} else cursor.rest()
    cursor.finish()
    return CreateMetric(found.name, tables, body, found.modifiers, comment)


def read_tables(cursor: Cursor) -> tuple[tuple[str, tuple[tuple[str, SnowflakeType], ...]], ...]:
    """``(t TABLE(a NUMBER, b DATE), u TABLE(c NUMBER))``."""
    cursor.expect("(")
    found = []
    while not cursor.accept(")"):
        name = cursor.identifier()
        cursor.expect("TABLE")
        cursor.expect("(")
        columns: list[tuple[str, SnowflakeType]] = []
        while not cursor.accept(")"):
            columns.append((cursor.identifier(), read_type(cursor)))
            if cursor.peek() != ")":
                cursor.expect(",")
        found.append((name, tuple(columns)))
        if cursor.peek() != ")":
            cursor.expect(",")
    return tuple(found)
