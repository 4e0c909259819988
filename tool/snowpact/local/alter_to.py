"""CREATE OR ALTER TABLE on a table that is there: the actions that lead to what it declares.

A column that is not declared any more is dropped with its data, new ones come at the end, no reordering, keys follow the declaration
(https://docs.snowflake.com/en/sql-reference/sql/create-table#create-or-alter-table-usage-notes).
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import alter
from snowpact.local.ddl import Ddl
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.statements import actions
from snowpact.sql.statements.create_table import CreateTable


def alter_to(change: Ddl, record: Record, parsed: CreateTable, wanted: CatalogObject) -> Record:
    """Bring a table to its declaration. Raises where Snowflake refuses the way there."""
    if parsed.query or parsed.like or parsed.clone:
        raise UnsupportedFeature("CREATE OR ALTER TABLE with AS, LIKE or CLONE")
    _check_order(record.object, wanted)
    if record.object.property("transient") != wanted.property("transient"):
        raise UnsupportedFeature("CREATE OR ALTER TABLE between permanent and transient")
    for action in _actions(record.object, parsed):
        record = alter.apply(change, record, action)
    declared = {column.name: column for column in wanted.columns}
    columns = tuple(
        replace(column, comment=declared[column.name].comment, nullable=declared[column.name].nullable) for column in record.object.columns
    )
    return change.alter(
        record,
        replace(record.object, columns=columns, constraints=wanted.constraints, comment=wanted.comment, properties=wanted.properties),
    )


def _check_order(before: CatalogObject, wanted: CatalogObject) -> None:
    kept = [column.name for column in before.columns if wanted.column(column.name)]
    if [column.name for column in wanted.columns][: len(kept)] != kept:
        raise compilation("CREATE OR ALTER can't reorder columns: new ones are added at the end.", 2236, "42601")  # number [M]


def _actions(before: CatalogObject, parsed: CreateTable) -> list[actions.Action]:
    declared = {item.column.name: item for item in parsed.columns}
    found: list[actions.Action] = []
    for name, item in declared.items():
        column = before.column(name)
        found += [actions.AddColumn(item)] if column is None else _differences(column, item.column)
    found += [actions.DropColumn(column.name) for column in before.columns if column.name not in declared]
    return found


def _differences(column: Column, wanted: Column) -> list[actions.Action]:
    found: list[actions.Action] = []
    if column.type != wanted.type:
        found.append(actions.SetType(column.name, wanted.type))
    if column.nullable != wanted.nullable:
        found.append(actions.SetNullable(column.name, wanted.nullable))
    if column.default != wanted.default:
        found.append(actions.SetDefault(column.name, wanted.default))
    if column.identity != wanted.identity or column.collation != wanted.collation:
        raise UnsupportedFeature("CREATE OR ALTER TABLE that changes an identity or a collation")
    return found


