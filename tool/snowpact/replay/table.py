"""CREATE TABLE: columns, AS a query, LIKE, CLONE, OR ALTER. USING TEMPLATE is opaque: its columns are in files.

https://docs.snowflake.com/en/sql-reference/sql/create-table
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.change import AddColumn, DropColumn
from snowpact.replay import columns as edits
from snowpact.replay.governance import attachments, governed
from snowpact.replay.properties import align_settings, set_property
from snowpact.replay.queries import columns_of, declared_over, distinct, require_names
from snowpact.replay.registry import replays
from snowpact.replay.state import ATTACHED, Opaque, Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.create_table import CreateTable, parse_create_table


@replays("CREATE", Kind.TABLE)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_table(statement.text)
    name = state.name(parsed.name)
    if parsed.template is not None:
        raise Opaque(f"the columns of {name} come from files (USING TEMPLATE)", (name,))
    item = _object(state, parsed, CatalogObject(Kind.TABLE, name))
    source = state.find(Kind.TABLE, state.name(parsed.clone)) if parsed.clone else None
    found = state.create(item, parsed.modifiers, ("copy grants", "TRUE") in parsed.options, source)
    if found is not None:
        _alter_to(state, found, state.inherited(item), parsed)


_COPIED = ("cluster_by", "tags", "row_access_policy")
"""What LIKE and CLONE take over beside the columns (https://docs.snowflake.com/en/user-guide/object-clone)."""


def _object(state: State, parsed: CreateTable, item: CatalogObject) -> CatalogObject:
    options = dict(parsed.options)
    temporary = bool({"temporary", "volatile"} & parsed.modifiers)
    settings = properties(
        transient=True if "transient" in parsed.modifiers else None,
        temporary=temporary or None,
        cluster_by=parsed.cluster_by,
        change_tracking=True if options.get("change_tracking") == "TRUE" else None,
        data_retention_time_in_days=options.get("data_retention_time_in_days"),
        enable_schema_evolution=True if options.get("enable_schema_evolution") == "TRUE" else None,
        **attachments(state, parsed.tags, parsed.options),
    )
    item = replace(item, comment=parsed.comment, properties=settings)
    copied = parsed.like or parsed.clone
    if copied:
        source = state.require(Kind.TABLE, state.name(copied))
        if source.kind is not Kind.TABLE:
            raise Opaque(f"{'LIKE' if parsed.like else 'CLONE'} of a {source.kind}", (item.name,))
        kept = {**{key: source.property(key) for key in _COPIED}, **dict(settings)}
        return replace(source, name=item.name, comment=parsed.comment or source.comment, properties=properties(**kept))
    columns = tuple(governed(state, definition.column) for definition in parsed.columns)
    if parsed.query is not None:
        columns = declared_over(parsed.columns, columns_of(state, parsed.query, item.name))
        require_names(state, parsed.columns, item.name)
    item = replace(item, columns=distinct(columns))
    return replace(item, constraints=tuple(completed(state, definition.constraint, item) for definition in parsed.constraints))


def completed(state: State, constraint: Constraint, table: CatalogObject) -> Constraint:
    """With the full name of the table that a foreign key references. Raises Refused for a column or table that is not there."""
    for column in constraint.columns:
        edits.require(table, column)
    if not constraint.references:
        return constraint
    references = state.name(constraint.references)
    if references != table.name and state.relation(references) is None and state.missing(Kind.TABLE, references):
        raise Refused(f"002003 (42S02): table {references}, which a foreign key names, does not exist or not authorized")
    return replace(constraint, references=references)


def _alter_to(state: State, found: CatalogObject, wanted: CatalogObject, parsed: CreateTable) -> None:
    """CREATE OR ALTER on a table that is there: a column that is not declared any more is dropped, new ones come at the end
    (https://docs.snowflake.com/en/sql-reference/sql/create-table#create-or-alter-table-usage-notes)."""
    if parsed.query or parsed.like or parsed.clone:
        raise Refused("CREATE OR ALTER TABLE takes no AS, LIKE or CLONE")
    declared = {column.name: column for column in wanted.columns}
    kept = [column.name for column in found.columns if column.name in declared]
    if [column.name for column in wanted.columns][: len(kept)] != kept:
        raise Refused("CREATE OR ALTER TABLE can't reorder columns: new ones are added at the end")
    for column in found.columns:
        if column.name not in declared:
            position = _current(state, found).position(column.name)
            state.emit(DropColumn(kind=found.kind, object=found.name, column=column, position=position))
        else:
            _align(state, found, column, declared[column.name])
    for column in wanted.columns:
        if found.column(column.name) is None:
            position = len(_current(state, found).columns)
            state.emit(AddColumn(kind=found.kind, object=found.name, column=column, position=position))
    edits.align_constraints(state, _current(state, found), wanted.constraints)
    align_settings(state, found, wanted, ATTACHED | {"change_tracking"})  # which stays as it is where it is not said
    if wanted.property("change_tracking"):
        set_property(state, found, "change_tracking", True)


def _align(state: State, table: CatalogObject, column: Column, wanted: Column) -> None:
    if column.type != wanted.type:
        edits.change_type(state, table, column, wanted.type)
    if column.nullable != wanted.nullable:
        edits.change_nullability(state, table, column, wanted.nullable)
    if column.default != wanted.default:
        edits.change_default(state, table, column, wanted.default)
    if column.comment != wanted.comment:
        edits.change_property(state, table, column, "comment", wanted.comment)


def _current(state: State, table: CatalogObject) -> CatalogObject:
    return state.require(table.kind, table.name)
