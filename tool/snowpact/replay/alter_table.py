"""ALTER TABLE and ALTER VIEW, action by action.

https://docs.snowflake.com/en/sql-reference/sql/alter-table, alter-table-column, alter-view
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.change import (
    AddColumn,
    AddConstraint,
    ChangeComment,
    ChangeProperty,
    DropColumn,
    DropConstraint,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)
from snowpact.model.names import Name
from snowpact.replay import columns
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.replay.table import completed
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter

FLAGS = {"change_tracking", "enable_schema_evolution", "secure"}
"""Properties that are on or off; off is as good as unset."""


@replays("ALTER", Kind.TABLE, Kind.VIEW)
def alter(state: State, statement: Classified) -> None:
    parsed = parse_alter(statement.text)
    name = state.name(parsed.name or "")
    if parsed.if_exists and state.relation(name) is None and state.knows(name):
        return
    state.require(Kind(statement.kind), name)
    for action in parsed.actions:
        name = act(state, name, action)


def act(state: State, name: Name, action: actions.Action) -> Name:
    """One action on the relation of that name; the name it has afterwards."""
    item = state.require(Kind.TABLE, name)
    family = _ACTIONS.get(type(action))
    if family is None:
        raise Opaque(f"ALTER {item.kind.value} … {type(action).__name__} is not modelled", (name,))
    return family(state, item, action) or name


def _add_column(state: State, item: CatalogObject, action: actions.AddColumn) -> None:
    column = action.definition.column
    if item.column(column.name) is not None:
        if action.if_not_exists:
            return
        raise Refused(f"column '{column.name}' already exists in {item}")
    if action.if_not_exists and (column.default is not None or column.identity or action.definition.constraints):
        raise Refused("ADD COLUMN IF NOT EXISTS can't be combined with DEFAULT, AUTOINCREMENT, UNIQUE, PRIMARY KEY or FOREIGN KEY")
    if column.default is not None and not _literal(column.default):
        raise Refused(f"002263 (22000): Invalid column default expression [{column.default}]: ADD COLUMN takes a literal")
    state.emit(AddColumn(kind=item.kind, object=item.name, column=column, position=len(item.columns)))
    for definition in action.definition.constraints:
        state.emit(AddConstraint(kind=item.kind, object=item.name, constraint=completed(state, definition.constraint)))


_LITERAL = re.compile(r"\s*(?:-?\s*\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|'(?:[^'\\]|''|\\.)*'|TRUE|FALSE|NULL)\s*\Z", re.IGNORECASE | re.DOTALL)


def _literal(default: str) -> bool:
    return bool(_LITERAL.match(default))


def _drop_column(state: State, item: CatalogObject, action: actions.DropColumn) -> None:
    if item.column(action.column) is None and action.if_exists:
        return
    column = columns.require(item, action.column)
    _refuse_clustered(item, column.name, "drop")
    for constraint in item.constraints:
        if column.name in constraint.columns:
            state.emit(DropConstraint(kind=item.kind, object=item.name, constraint=constraint))
    state.emit(DropColumn(kind=item.kind, object=item.name, column=column, position=item.position(column.name)))


def _refuse_clustered(item: CatalogObject, column: str, verb: str) -> None:
    keys = item.property("cluster_by") or ""
    words = re.findall(r'"([^"]+)"', keys) + [word.upper() for word in re.findall(r"\w+", re.sub(r'"[^"]*"', "", keys))]
    if column in words:
        raise Refused(f"Cannot {verb} column '{column}' which belongs to a clustering key")


def _rename_column(state: State, item: CatalogObject, action: actions.RenameColumn) -> None:
    column = columns.require(item, action.column)
    if item.column(action.to) is not None:
        raise Refused(f"column '{action.to}' already exists in {item}")
    _refuse_clustered(item, column.name, "rename")
    state.emit(RenameColumn(kind=item.kind, object=item.name, column=column.name, to=action.to))
    keys = tuple(
        replace(key, columns=tuple(action.to if name == column.name else name for name in key.columns)) for key in item.constraints
    )
    columns.align_constraints(state, item, keys)


def _rename(state: State, item: CatalogObject, action: actions.RenameTo) -> Name:
    to = state.name(action.name)
    if state.relation(to) is not None:
        raise Refused(f"002002 (42710): Object {to} already exists")
    state.emit(RenameObject(kind=item.kind, object=item.name, to=to))
    return to


def _swap(state: State, item: CatalogObject, action: actions.SwapWith) -> None:
    """Both names stay, each with the other's content: for whoever reads by name, both were replaced."""
    other = state.require(Kind.TABLE, state.name(action.name))
    state.emit(ReplaceObject(kind=item.kind, object=item.name, before=item, after=replace(other, name=item.name)))
    state.emit(ReplaceObject(kind=other.kind, object=other.name, before=other, after=replace(item, name=other.name)))


def set_property(state: State, item: CatalogObject, key: str, value: Any) -> None:
    before = item.property(key)
    if before != value:
        state.emit(ChangeProperty(kind=item.kind, object=item.name, property=key, before=before, after=value))


def set_comment(state: State, item: CatalogObject, comment: str | None) -> None:
    if item.comment != comment:
        state.emit(ChangeComment(kind=item.kind, object=item.name, before=item.comment, after=comment))


def _set(state: State, item: CatalogObject, action: actions.SetProperties) -> None:
    for key, value in action.values:
        if key == "comment":
            set_comment(state, item, value)
        else:
            set_property(state, item, key, (True if value.upper() == "TRUE" else None) if key in FLAGS else value)


def _unset(state: State, item: CatalogObject, action: actions.UnsetProperties) -> None:
    for key in action.keys:
        if key == "comment":
            set_comment(state, item, None)
        else:
            set_property(state, item, key, None)


def _add_constraint(state: State, item: CatalogObject, action: actions.AddConstraint) -> None:
    constraint = completed(state, action.definition.constraint)
    for column in constraint.columns:
        columns.require(item, column)
    if constraint.kind == "PRIMARY KEY" and any(other.kind == "PRIMARY KEY" for other in item.constraints):
        raise Refused(f"{item} has a primary key already")
    state.emit(AddConstraint(kind=item.kind, object=item.name, constraint=constraint))


def _drop_constraint(state: State, item: CatalogObject, action: actions.DropConstraint) -> None:
    gone = [
        found
        for found in item.constraints
        if (found.name == action.name if action.name is not None else found.kind == action.kind and action.columns in ((), found.columns))
    ]
    if not gone:
        raise Refused(f"constraint '{action.name or action.kind}' does not exist on {item}")
    for constraint in gone:
        state.emit(DropConstraint(kind=item.kind, object=item.name, constraint=constraint))


def _nothing(state: State, item: CatalogObject, action: actions.Action) -> None:
    """Without an effect on the schema that the model keeps: names and RELY of constraints, reclustering."""


_ACTIONS: dict[type, Callable[[State, CatalogObject, Any], Name | None]] = {
    actions.AddColumn: _add_column,
    actions.DropColumn: _drop_column,
    actions.RenameColumn: _rename_column,
    actions.SetType: lambda s, item, a: columns.change_type(s, item, columns.require(item, a.column), a.type),
    actions.SetNullable: lambda s, item, a: columns.change_nullability(s, item, columns.require(item, a.column), a.nullable),
    actions.SetDefault: lambda s, item, a: columns.change_default(s, item, columns.require(item, a.column), a.expression),
    actions.SetColumnComment: lambda s, item, a: columns.change_property(s, item, columns.require(item, a.column), "comment", a.comment),
    actions.RenameTo: _rename,
    actions.SwapWith: _swap,
    actions.ClusterBy: lambda s, item, a: set_property(s, item, "cluster_by", a.keys),
    actions.SetProperties: _set,
    actions.UnsetProperties: _unset,
    actions.AddConstraint: _add_constraint,
    actions.DropConstraint: _drop_constraint,
    actions.RenameConstraint: _nothing,
    actions.AlterConstraint: _nothing,
    actions.Command: _nothing,
}
