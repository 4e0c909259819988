"""ALTER of tables of all kinds and of views, action by action.

https://docs.snowflake.com/en/sql-reference/sql/alter-table, alter-table-column, alter-view
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import RELATIONS, CatalogObject, Kind
from snowpact.model.change import (
    AddColumn,
    AddConstraint,
    DropColumn,
    DropConstraint,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)
from snowpact.model.names import Name
from snowpact.replay import columns
from snowpact.replay.governance import change_policy, follow_rename, governed, set_masking, set_tags, unset_tags
from snowpact.replay.properties import set_comment, set_property
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State, fits
from snowpact.replay.table import completed
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import Alter, parse_alter

FLAGS = {"change_tracking", "enable_schema_evolution", "secure"}
"""Properties that are on or off; off is as good as unset."""


@replays("ALTER", *(RELATIONS - {Kind.DYNAMIC_TABLE}))
def alter(state: State, statement: Classified) -> None:
    parsed = parse_alter(statement.text)
    name = state.name(parsed.name or "")
    if not stands(state, Kind(statement.kind), name, parsed):
        return
    for action in parsed.actions:
        name = act(state, name, action)


_SHAPING = (actions.AddColumn, actions.DropColumn, actions.RenameColumn, actions.SetType, actions.SetNullable, actions.SetDefault)
_MOVING = (actions.RenameTo, actions.SwapWith)


def stands(state: State, kind: Kind, name: Name, parsed: Alter) -> bool:
    """Whether there is anything to do. An object that was never created here starts from its contract; without one, only what shapes or
    moves it matters to anybody, and that is opaque. Raises Refused where the object is known to be missing."""
    found = state.find(kind, name)
    if found is not None and found.key not in state.supposed and not fits(kind, found.kind):
        raise Refused(f"002003 (42S02): {name} is a {found.kind}, not a {kind}")
    if found is not None or state.suppose(kind, name) is not None:
        return True
    if state.missing(kind, name):
        if parsed.if_exists:
            return False
        raise Refused(f"002003 (42S02): {kind} {name} does not exist or not authorized")
    moved = [state.name(action.name) for action in parsed.actions if isinstance(action, _MOVING)]
    if moved or any(isinstance(action, _SHAPING) for action in parsed.actions):
        raise Opaque(f"{kind} {name} is altered and was never created here", (name, *moved))
    return False


def act(state: State, name: Name, action: actions.Action) -> Name:
    """One action on the relation of that name; the name it has afterwards."""
    item = state.require(Kind.TABLE, name)
    family = _ACTIONS.get(type(action))
    if family is None:
        raise Opaque(f"ALTER {item.kind.value} … {type(action).__name__} is not modelled", (name,))
    return family(state, item, action) or name


def _add_column(state: State, item: CatalogObject, action: actions.AddColumn) -> None:
    column = governed(state, action.definition.column)
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
        constraint = completed(state, definition.constraint, state.require(item.kind, item.name))
        state.emit(AddConstraint(kind=item.kind, object=item.name, constraint=constraint))


_LITERAL = re.compile(r"\s*(?:-?\s*\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|'(?:[^'\\]|''|\\.)*'|TRUE|FALSE|NULL)\s*\Z", re.IGNORECASE | re.DOTALL)


def _literal(default: str) -> bool:
    return bool(_LITERAL.match(default))


def _drop_column(state: State, item: CatalogObject, action: actions.DropColumn) -> None:
    if item.column(action.column) is None and action.if_exists:
        return
    column = columns.require(item, action.column)
    _refuse_clustered(item, column.name, "drop")
    if len(item.columns) == 1:
        raise Refused(f"002208 (42601): Cannot drop the only column '{column.name}' of table '{item.name.name}'.")  # number [M]
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
    """Keys hold the column itself, so they follow (``model.apply``); so do policies and metrics that are given it."""
    column = columns.require(item, action.column)
    if item.column(action.to) is not None:
        raise Refused(f"column '{action.to}' already exists in {item}")
    _refuse_clustered(item, column.name, "rename")
    state.emit(RenameColumn(kind=item.kind, object=item.name, column=column.name, to=action.to))
    follow_rename(state, item, column.name, action.to)


def _rename(state: State, item: CatalogObject, action: actions.RenameTo) -> Name:
    to = state.name(action.name)
    state.require_container(to)
    if state.relation(to) is not None:
        raise Refused(f"002002 (42710): Object {to} already exists")
    state.emit(RenameObject(kind=item.kind, object=item.name, to=to))
    follow_moved(state, {item.name: to})
    return to


def follow_moved(state: State, moved: Mapping[Name, Name]) -> None:
    """Streams follow what they stand on, by its identity; tasks those they run after."""
    for task in list(state.draft.of_domain(Kind.TASK.domain)):
        after = task.property("after") or ()
        if moved.keys() & set(after):
            set_property(state, task, "after", tuple(sorted(moved.get(name, name) for name in after)))
        if task.property("finalize") in moved:
            set_property(state, task, "finalize", moved[task.property("finalize")])
    for stream in list(state.draft.of_domain(Kind.STREAM.domain)):
        source = stream.property("source")
        if source in moved:
            set_property(state, stream, "source", moved[source])


def _swap(state: State, item: CatalogObject, action: actions.SwapWith) -> None:
    """Both names stay, each with the other's content: for whoever reads by name, both were replaced. Streams go with their table."""
    other = state.require(Kind.TABLE, state.name(action.name))
    if other.kind is not item.kind and not {item.key, other.key} & state.supposed.keys():
        raise Refused(f"001506 (42601): {item} can't be swapped with {other}")
    state.emit(ReplaceObject(kind=item.kind, object=item.name, before=item, after=replace(other, name=item.name)))
    state.emit(ReplaceObject(kind=other.kind, object=other.name, before=other, after=replace(item, name=other.name)))
    follow_moved(state, {item.name: other.name, other.name: item.name})


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
    constraint = completed(state, action.definition.constraint, item)
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


def _rename_constraint(state: State, item: CatalogObject, action: actions.RenameConstraint) -> None:
    """Equal constraints are one, whatever they are called: in the net of a run nothing happened."""
    found = next((one for one in item.constraints if one.name == action.name), None)
    if found is None:
        raise Refused(f"constraint '{action.name}' does not exist on {item}")
    state.emit(DropConstraint(kind=item.kind, object=item.name, constraint=found))
    state.emit(AddConstraint(kind=item.kind, object=item.name, constraint=replace(found, name=action.to)))


def _nothing(state: State, item: CatalogObject, action: actions.Action) -> None:
    """Without an effect on the schema that the model keeps: RELY of constraints, reclustering, projection."""


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
    actions.RenameConstraint: _rename_constraint,
    actions.AlterConstraint: _nothing,
    actions.Command: _nothing,
    actions.SetMaskingPolicy: set_masking,
    actions.SetProjectionPolicy: _nothing,
    actions.SetTags: set_tags,
    actions.UnsetTags: unset_tags,
    actions.Policy: change_policy,
}
