"""The column actions of ALTER TABLE, with Snowflake's refusals.

What may change: https://docs.snowflake.com/en/sql-reference/sql/alter-table-column (the table of type changes is
``model.conversion``). Where a text or number is not on that page it is marked [M].
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import sqlglot
from sqlglot import exp

from snowpact.local import tables
from snowpact.local.ddl import Ddl
from snowpact.local.errors import COMPILATION, compilation, invalid_identifier
from snowpact.local.governance import attaching
from snowpact.local.objects import Record
from snowpact.local.types import duckdb_type
from snowpact.model.catalog import Column
from snowpact.model.conversion import ConversionKind, conversion
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.statements import actions


def require(record: Record, name: str) -> Column:
    """The column, or Snowflake's invalid identifier."""
    column = record.object.column(name)
    if column is None:
        raise invalid_identifier(name)
    return column


def _rows(change: Ddl, record: Record, condition: str = "TRUE") -> bool:
    """Whether the table holds a row for which a DuckDB condition is true."""
    return change.run(f"SELECT count(*) > 0 FROM (SELECT 1 FROM {record.table} WHERE {condition} LIMIT 1)").fetchone()[0]


def _with_column(change: Ddl, record: Record, column: Column, **values: Any) -> Record:
    """The record with a column in its new shape."""
    columns = tuple(column if other.name == column.name else other for other in record.object.columns)
    return change.alter(record, replace(record.object, columns=columns), **values)


def add(change: Ddl, record: Record, action: actions.AddColumn) -> Record:
    column = attaching.bare(action.definition.column)
    if record.object.column(column.name):
        if action.if_not_exists:
            return record
        raise compilation(f"column '{column.name}' already exists", 1430, "42601")  # number [M]
    tables.refuse_column(column)
    if any(item.constraint.kind == "CHECK" for item in action.definition.constraints):
        raise UnsupportedFeature("CHECK constraints")
    filled = _rows(change, record)
    if column.identity and filled:
        text = f"Cannot add column '{column.name}' with non-constant default to non-empty table '{record.name.name}'."
        raise compilation(text, 2199, "42601")  # number [M]
    value = constant_default(record, column) if column.default is not None else "NULL"
    if not column.nullable and filled and value == "NULL":
        text = f"Non-nullable column '{column.name}' cannot be added to non-empty table '{record.name.name}'"
        raise compilation(f"{text} unless it has a non-null default value.", 2201, "42601")  # number [M]
    physical = f"c{record.next_column}"
    default = f" DEFAULT {value}" if column.default is not None else ""
    change.run(f"ALTER TABLE {record.table} ADD COLUMN {tables.definition(change, record.id, physical, column)}{default}")
    if default:
        # rows written before read the default; the default of later rows is the INSERT's matter
        change.run(f"ALTER TABLE {record.table} ALTER COLUMN {physical} DROP DEFAULT")
    added = [*record.extra.get("late_defaults", ()), *([physical] if column.default is not None else ())]
    item = record.object
    keys = tuple(definition.constraint for definition in action.definition.constraints)
    record = change.alter(
        record.with_extra(late_defaults=added or None),
        replace(item, columns=(*item.columns, column), constraints=(*item.constraints, *keys)),
        physical=(*record.physical, physical),
        next_column=record.next_column + 1,
    )
    change.show(record)
    return attaching.on_creation(change, record, [action.definition], (), ())


_LITERAL_FAMILIES = {"NUMBER": {"NUMBER", "FLOAT"}, "VARCHAR": {"VARCHAR"}, "BOOLEAN": {"BOOLEAN"}}


def constant_default(record: Record, column: Column) -> str:
    """A default of ADD COLUMN as DuckDB text: only a literal of exactly the column's type is allowed."""
    tree = sqlglot.parse_one(column.default or "", dialect=SNOWFLAKE)
    bare = tree.this if isinstance(tree, (exp.Neg, exp.Paren)) else tree
    if isinstance(bare, exp.Null):
        return "NULL"
    if not isinstance(bare, (exp.Literal, exp.Boolean)):
        raise compilation(f"Invalid column default expression [{tree.sql(dialect='snowflake')}]", 2263, "22000")
    kind = "BOOLEAN" if isinstance(bare, exp.Boolean) else "VARCHAR" if bare.is_string else "NUMBER"
    if column.type.base not in _LITERAL_FAMILIES[kind]:
        shown = f"VARCHAR({len(bare.this)})" if kind == "VARCHAR" else kind
        position = len(record.object.columns) + 1
        text = f"Expression type does not match column data type, expecting {column.type} but got {shown} for column C{position}"
        raise StatementError(COMPILATION + text, 2023, "22000")
    return f"CAST({tree.sql(dialect='duckdb')} AS {duckdb_type(column.type)})"


def _clustered(record: Record, name: str) -> bool:
    keys = record.object.property("cluster_by") or ""
    return name in re.findall(r'"([^"]+)"', keys) + [word.upper() for word in re.findall(r"\w+", re.sub(r'"[^"]*"', "", keys))]


def drop(change: Ddl, record: Record, action: actions.DropColumn) -> Record:
    name = action.column
    if record.object.column(name) is None:
        if action.if_exists:
            return record
        raise invalid_identifier(name)
    if _clustered(record, name):
        raise compilation(f"Cannot drop column '{name}' which belongs to a clustering key", 2209, "42601")  # number [M]
    if len(record.object.columns) == 1:
        raise compilation(f"Cannot drop the only column '{name}' of table '{record.name.name}'.", 2208, "42601")  # number [M]
    index = record.object.position(name)
    physical = record.physical[index]
    item = record.object
    record = change.alter(
        record,
        replace(
            item,
            columns=tuple(column for column in item.columns if column.name != name),
            constraints=tuple(constraint for constraint in item.constraints if name not in constraint.columns),
        ),
        physical=tuple(other for other in record.physical if other != physical),
    )
    change.run(f"ALTER TABLE {record.table} DROP COLUMN {physical}")
    change.show(record)
    return record


def rename(change: Ddl, record: Record, action: actions.RenameColumn) -> Record:
    column = require(record, action.column)
    if record.object.column(action.to):
        raise compilation(f"column '{action.to}' already exists", 1430, "42601")  # number [M]
    if _clustered(record, column.name):
        raise compilation(f"Cannot rename column '{column.name}' which belongs to a clustering key", 2209, "42601")  # number [M]
    item = record.object
    columns = tuple(replace(other, name=action.to) if other is column else other for other in item.columns)
    keys = tuple(
        replace(key, columns=tuple(action.to if name == column.name else name for name in key.columns)) for key in item.constraints
    )
    record = change.alter(record, replace(item, columns=columns, constraints=keys))
    change.show(record)
    return record


def set_type(change: Ddl, record: Record, action: actions.SetType) -> Record:
    column = require(record, action.column)
    answer = conversion(column.type, action.type)
    if not answer.by_alter:
        reason = "reducing the byte-length of varchar is not supported" if _shorter(column.type, action.type) else answer.reason
        raise _refused(column, action.type, reason)
    physical = record.physical_of(column.name)
    if answer.kind is ConversionKind.CONDITIONAL:
        limit = 10 ** ((action.type.precision or 38) - (action.type.scale or 0))
        if column.type.base != "NUMBER" or _rows(change, record, f"abs({physical}) >= {limit}"):
            raise _refused(column, action.type, "a stored value does not fit")
    if answer.kind is not ConversionKind.SAME and duckdb_type(column.type) != duckdb_type(action.type):
        duck = duckdb_type(action.type)
        # TRY_CAST: DuckDB also converts rows that are deleted and not yet gone; those that are there fit
        change.run(f"ALTER TABLE {record.table} ALTER COLUMN {physical} TYPE {duck} USING TRY_CAST({physical} AS {duck})")
    return _with_column(change, record, replace(column, type=action.type))


def _shorter(before: SnowflakeType, after: SnowflakeType) -> bool:
    return before.base == after.base == "VARCHAR" and after.length is not None and (before.length or 1 << 30) > after.length


def _refused(column: Column, to: SnowflakeType, reason: str) -> StatementError:
    """The text of 040050 is known for VARCHAR; its use for the other refusals is a guess [M]."""
    text = f"cannot change column {column.name} from type {_spelled(column.type)} to {_spelled(to)} because {reason}."
    return compilation(text, 40050, "22000")


def _spelled(type_: SnowflakeType) -> str:
    return "VARCHAR(16777216)" if type_.base == "VARCHAR" and type_.length is None else str(type_)


def set_nullable(change: Ddl, record: Record, action: actions.SetNullable) -> Record:
    column = require(record, action.column)
    physical = record.physical_of(column.name)
    if column.nullable == action.nullable:
        return record
    if not action.nullable:
        if column.type.is_semi_structured and _rows(change, record):
            text = f"column '{column.name}' of type {column.type} can be set NOT NULL in an empty table only"
            raise compilation(text, 2109, "42601")  # text and number [M]
        if _rows(change, record, f"{physical} IS NULL"):
            text = f"Column '{column.name}' contains null values. Not null constraint cannot be added."
            raise compilation(text, 2109, "42601")  # number [M]
    change.run(f"ALTER TABLE {record.table} ALTER COLUMN {physical} {'DROP' if action.nullable else 'SET'} NOT NULL")
    return _with_column(change, record, replace(column, nullable=action.nullable))


_SEQUENCE = re.compile(r"\s*([\w$.\"]+)\.NEXTVAL\s*\Z", re.IGNORECASE)


def set_default(change: Ddl, record: Record, action: actions.SetDefault) -> Record:
    """From one sequence to another, or away; nothing else can be changed."""
    column = require(record, action.column)
    if action.expression is None:
        if record.physical_of(column.name) in record.extra.get("late_defaults", ()):
            text = f"Cannot drop default of column '{column.name}': it was added to the table with a default value."
            raise compilation(text, 2262, "42601")  # number [M]
    elif not (_SEQUENCE.match(column.default or "") and _SEQUENCE.match(action.expression)):
        text = f"Cannot change default of column '{column.name}': only one sequence for another is allowed."
        raise compilation(text, 2262, "42601")  # number [M]
    return _with_column(change, record, replace(column, default=action.expression))


def set_comment(change: Ddl, record: Record, action: actions.SetColumnComment) -> Record:
    return _with_column(change, record, replace(require(record, action.column), comment=action.comment))
