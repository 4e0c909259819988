"""CREATE OR ALTER TABLE on a table that is there: the actions that lead to what it declares.

A column that is not declared any more is dropped with its data, new ones come at the end, no reordering, keys follow the declaration
(https://docs.snowflake.com/en/sql-reference/sql/create-table#create-or-alter-table-usage-notes).
"""

from __future__ import annotations

from dataclasses import replace

import sqlglot

from snowpact.local import alter
from snowpact.local.ddl import Ddl
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.statements import actions
from snowpact.sql.statements.create_table import CreateTable

_DECLARED = {"cluster_by", "data_retention_time_in_days", "max_data_extension_time_in_days", "enable_schema_evolution"}
"""Properties that a declaration sets, and unsets where it is silent. CHANGE_TRACKING is not unset so, and what else is known of a table is
none of its business (https://docs.snowflake.com/en/sql-reference/sql/create-or-alter)."""


def refuse_forms(parsed: CreateTable) -> None:
    """Raise for the forms of CREATE TABLE that have no OR ALTER, whether or not the table is there."""
    forms = (("AS SELECT", parsed.query), ("LIKE", parsed.like), ("CLONE", parsed.clone), ("USING TEMPLATE", parsed.template))
    for form, present in forms:
        if present:
            raise UnsupportedFeature(f"CREATE OR ALTER TABLE … {form}")


def alter_to(change: Ddl, record: Record, parsed: CreateTable, wanted: CatalogObject) -> Record:
    """Bring a table to its declaration. Raises where Snowflake refuses the way there."""
    _check_order(record.object, wanted)
    if bool(record.object.property("transient")) != bool(change.inherited(wanted).property("transient")):
        raise UnsupportedFeature("CREATE OR ALTER TABLE between permanent and transient")
    kept = {key: value for key, value in record.object.properties if key not in _DECLARED}
    item = replace(record.object, properties=properties(**{**kept, **dict(wanted.properties)}))
    record = change.alter(record, item)  # first: a column may go with the clustering key that named it
    for action in _actions(record.object, parsed):
        record = alter.apply(change, record, action)
    declared = {column.name: column for column in wanted.columns}
    columns = tuple(replace(column, comment=declared[column.name].comment) for column in record.object.columns)
    return change.alter(record, replace(record.object, columns=columns, constraints=wanted.constraints, comment=wanted.comment))


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
    if not _same_default(column.default, wanted.default):
        found.append(actions.SetDefault(column.name, wanted.default))
    if column.identity != wanted.identity or column.collation != wanted.collation:
        raise UnsupportedFeature("CREATE OR ALTER TABLE that changes an identity or a collation")
    return found


def _same_default(one: str | None, other: str | None) -> bool:
    """Whether two defaults are the same expression, however it is spelled."""
    if one is None or other is None:
        return one is other
    return one == other or sqlglot.parse_one(one, dialect=SNOWFLAKE) == sqlglot.parse_one(other, dialect=SNOWFLAKE)
