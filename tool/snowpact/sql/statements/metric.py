"""CREATE DATA METRIC FUNCTION, whose arguments are tables with columns, and what ALTER TABLE says about metrics on a table.

https://docs.snowflake.com/en/sql-reference/sql/create-data-metric-function, alter-table, alter-view
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType, number
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_value
from snowpact.sql.statements.clauses import read_comment, read_names, read_type

NUMBER = number()


@dataclass(frozen=True, slots=True)
class CreateMetric:
    """tables: each argument's name and columns. body is the query, without its quotes. returns: its type, mostly NUMBER."""

    name: str
    tables: tuple[tuple[str, tuple[tuple[str, SnowflakeType], ...]], ...]
    body: str
    modifiers: frozenset[str] = frozenset()
    comment: str | None = None
    returns: SnowflakeType = NUMBER

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
    returns = read_type(cursor)
    cursor.accept("NOT NULL")
    cursor.accept("LANGUAGE SQL")
    comment = read_comment(cursor)
    cursor.expect("AS")
    body = string_value(cursor.take()) if cursor.kind in {"string", "dollar"} else cursor.rest()
    cursor.finish()
    return CreateMetric(found.name, tables, body, found.modifiers, comment, returns)


def read_signature(cursor: Cursor) -> str:
    """``(TABLE(NUMBER, VARCHAR))`` after a metric's name, spelled as ``CreateMetric.signature`` does."""
    cursor.expect("(")
    tables: list[str] = []
    while not cursor.accept(")"):
        cursor.expect("TABLE")
        cursor.expect("(")
        types = [read_type(cursor).base]
        while cursor.accept(","):
            types.append(read_type(cursor).base)
        cursor.expect(")")
        tables.append(f"TABLE({', '.join(types)})")
        cursor.accept(",")
    return f"({', '.join(tables)})"


@dataclass(frozen=True, slots=True)
class Association:
    """A metric on columns. metric as written, ``on`` the text between its brackets; columns are stored names.

    tables: further tables with their columns; condition: the two sides of ``column -> condition``. expectations: (name, expression).
    command: what MODIFY does: ``SUSPEND``, ``RESUME``, ``ADD``, ``MODIFY`` or ``DROP`` (of the expectations). options: other words.
    """

    metric: str
    on: str
    columns: tuple[str, ...] = ()
    tables: tuple[tuple[str, tuple[str, ...]], ...] = ()
    condition: tuple[str, str] | None = None
    expectations: tuple[tuple[str, str], ...] = ()
    command: str = ""
    options: tuple[str, ...] = ()


def read_associations(text: str) -> tuple[Association, ...]:
    """What follows ``ADD | DROP | MODIFY DATA METRIC FUNCTION``. Raises SqlInputError for a clause that is not known."""
    cursor = Cursor(text)
    found = [_association(cursor)]
    while cursor.accept(","):
        found.append(_association(cursor))
    cursor.finish()
    return tuple(found)


def _association(cursor: Cursor) -> Association:
    metric = cursor.name()
    cursor.expect("ON")
    on = cursor.group_text()
    columns, tables, condition = _on(Cursor(on))
    expectations: list[tuple[str, str]] = []
    options: list[str] = []
    command = ""
    while not cursor.done and not cursor.at_phrase(","):
        if word := cursor.accept("SUSPEND", "RESUME"):
            command = word
        elif word := cursor.accept("ADD EXPECTATION", "MODIFY EXPECTATION", "DROP EXPECTATION", "EXPECTATION"):
            command = word.removesuffix("EXPECTATION").strip()
            expectations.append(_expectation(cursor, given=command != "DROP"))
            while cursor.peek() == "," and cursor.peek(1) == "EXPECTATION":
                cursor.accept(", EXPECTATION")
                expectations.append(_expectation(cursor, given=True))
        else:
            options.append(cursor.take().text)
    return Association(metric, on, columns, tables, condition, tuple(expectations), command, tuple(options))


def _expectation(cursor: Cursor, given: bool) -> tuple[str, str]:
    return cursor.identifier(), cursor.group_text() if given else ""


def _on(cursor: Cursor) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...], tuple[str, str] | None]:
    columns: list[str] = []
    tables: list[tuple[str, tuple[str, ...]]] = []
    condition = None
    while not cursor.done:
        if cursor.accept("TABLE"):
            inner = Cursor(cursor.group_text())
            name = inner.name()
            tables.append((name, read_names(inner)))
        elif cursor.peek(1) == "->":
            column = cursor.identifier()
            cursor.expect("->")
            condition = column, cursor.until(",")
        else:
            columns.append(cursor.identifier())
        if not cursor.done:
            cursor.expect(",")
    return tuple(columns), tuple(tables), condition


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
