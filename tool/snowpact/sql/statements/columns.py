"""Column definitions: of CREATE TABLE, ALTER TABLE ADD, and (names, comments and policies) of views and dynamic tables.

https://docs.snowflake.com/en/sql-reference/sql/create-table
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from snowpact.model.catalog import Column
from snowpact.model.types import UNKNOWN, Certainty
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements import constraints
from snowpact.sql.statements.clauses import Pairs, read_name, read_tags, read_type
from snowpact.sql.statements.constraints import ConstraintDefinition, read_constraint

_WITHOUT_TYPE = {
    "", ",", ")", "COMMENT", "WITH", "TAG", "MASKING", "PROJECTION", "NOT", "NULL", "AS", "GENERATED", "DEFAULT", "COLLATE",
    *constraints.STARTS,
}  # fmt: skip
_AFTER_DEFAULT = (
    ",", "NOT", "NULL", "COMMENT", "COLLATE", "AUTOINCREMENT", "IDENTITY", "WITH", "TAG", "MASKING", "PROJECTION", *constraints.STARTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column, the constraints written on it, and in ``options`` what the model's Column does not keep.

    Without a type (a view's column, CTAS with names only) the type is UNKNOWN with certainty unknown. options: ``order``
    (ORDER or NOORDER of an identity), ``masking using``, ``projection policy``.
    """

    column: Column
    constraints: tuple[ConstraintDefinition, ...] = ()
    options: Pairs = ()

    @property
    def name(self) -> str:
        return self.column.name


def read_column(cursor: Cursor) -> ColumnDefinition:
    """One column definition; a type may be left out, as CTAS and views allow."""
    name = cursor.identifier()
    if cursor.peek() in _WITHOUT_TYPE and cursor.kind != "quoted":
        column = Column(name, UNKNOWN, certainty=Certainty.UNKNOWN, reason="declared without a type")
    else:
        column = Column(name, read_type(cursor))
    keys: list[ConstraintDefinition] = []
    options: list[tuple[str, str]] = []
    while True:
        changed = _read_attribute(cursor, column, options)
        if changed is not None:
            column = changed
        elif cursor.peek() in constraints.STARTS:
            keys.append(read_constraint(cursor, name))
        else:
            break
    if any(key.constraint.kind == "PRIMARY KEY" for key in keys):
        column = replace(column, nullable=False)
    return ColumnDefinition(column, tuple(keys), tuple(options))


def _read_attribute(cursor: Cursor, column: Column, options: list[tuple[str, str]]) -> Column | None:
    """The column with the attribute that comes next, None where none does."""
    if cursor.accept("NOT NULL"):
        return replace(column, nullable=False)
    if cursor.accept("NULL"):
        return replace(column, nullable=True)
    if cursor.accept("DEFAULT"):
        return replace(column, default=read_default(cursor))
    if cursor.accept("AUTOINCREMENT", "IDENTITY"):
        return replace(column, identity=_identity(cursor, options))
    if cursor.accept("COLLATE"):
        return replace(column, collation=cursor.string())
    if cursor.accept("COMMENT"):
        cursor.accept("=")
        return replace(column, comment=cursor.string())
    if cursor.accept("GENERATED ALWAYS AS", "AS"):
        expression = cursor.group_text()
        cursor.accept("VIRTUAL")
        return replace(column, expression=expression)
    if cursor.accept("WITH MASKING POLICY", "MASKING POLICY"):
        return _masking(cursor, column, options)
    if cursor.accept("WITH PROJECTION POLICY", "PROJECTION POLICY"):
        options.append(("projection policy", cursor.name()))
        return column
    tags = read_tags(cursor)
    return replace(column, tags=column.tags + tags) if tags else None


def read_default(cursor: Cursor) -> str:
    """A default expression's text. Its first token is taken whatever it is: ``DEFAULT NULL``."""
    first = cursor.at
    if cursor.peek() == "(":
        cursor.skip_group()
    else:
        cursor.take()
    while not cursor.done and cursor.peek() not in {*_AFTER_DEFAULT, ")"}:
        cursor.until(*_AFTER_DEFAULT)
        if cursor.tokens[cursor.at - 1].word == "IS":  # x IS [NOT] NULL is no NOT NULL of the column
            cursor.accept("NOT NULL", "NULL")
    return cursor.span(first)


def _masking(cursor: Cursor, column: Column, options: list[tuple[str, str]]) -> Column:
    policy = read_name(cursor)
    if cursor.accept("USING"):
        options.append(("masking using", cursor.group_text()))
    return replace(column, masking_policy=policy)


def _identity(cursor: Cursor, options: list[tuple[str, str]]) -> tuple[int, int]:
    """``(start, step)`` or ``START n INCREMENT n``, each optional, then ORDER or NOORDER."""
    start = step = 1
    if cursor.accept("("):
        start = cursor.integer()
        cursor.expect(",")
        step = cursor.integer()
        cursor.expect(")")
    else:
        if cursor.accept("START WITH", "START"):
            cursor.accept("=")
            start = cursor.integer()
        if cursor.accept("INCREMENT BY", "INCREMENT"):
            cursor.accept("=")
            step = cursor.integer()
    if order := cursor.accept("ORDER", "NOORDER"):
        options.append(("order", order))
    return start, step


def read_column_list(cursor: Cursor) -> tuple[tuple[ColumnDefinition, ...], tuple[ConstraintDefinition, ...]]:
    """``( column, …, constraint, … )``: the columns and all constraints, inline ones first in order."""
    cursor.expect("(")
    columns: list[ColumnDefinition] = []
    keys: list[ConstraintDefinition] = []
    while True:
        if (cursor.peek() in constraints.STARTS and cursor.peek(1) in {"KEY", "("}) or cursor.at_phrase("CONSTRAINT"):
            keys.append(read_constraint(cursor))
        else:
            columns.append(read_column(cursor))
            keys.extend(columns[-1].constraints)
        if not cursor.accept(","):
            break
    cursor.expect(")")
    primary = {name for key in keys if key.constraint.kind == "PRIMARY KEY" for name in key.constraint.columns}
    return tuple(_required(item) if item.name in primary else item for item in columns), tuple(keys)


def _required(item: ColumnDefinition) -> ColumnDefinition:
    """A primary key's columns are NOT NULL (https://docs.snowflake.com/en/sql-reference/constraints-overview)."""
    return replace(item, column=replace(item.column, nullable=False))
