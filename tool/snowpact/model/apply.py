"""Changes applied to catalogs, and undone.

``apply`` carries a catalog over changes and ``reverse`` gives the change that undoes one, so that
``apply(a, compare(a, b)) == b`` and ``apply(apply(a, [c]), [reverse(c)]) == a``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import fields, replace
from typing import Any

from snowpact.model.catalog import Catalog, CatalogObject, Column, Key
from snowpact.model.change import (
    AddColumn,
    AddConstraint,
    Change,
    ChangeColumnProperty,
    ChangeComment,
    ChangeDefault,
    ChangeDefinition,
    ChangeNullability,
    ChangeProperty,
    ChangeType,
    CreateObject,
    DropColumn,
    DropConstraint,
    DropObject,
    MoveColumn,
    OpaqueChange,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)


class CatalogConflict(ValueError):
    """A change that does not fit the catalog it is applied to: the object or column is missing, or already there."""


Objects = MutableMapping[Key, CatalogObject]
"""A catalog's objects while changes are applied: copied once, not once a change."""


def _require(objects: Objects, change: Change) -> CatalogObject:
    found = objects.get((change.kind.domain, change.object))
    if found is None:
        raise CatalogConflict(f"{change.kind} {change.object} does not exist")
    return found


def _put(objects: Objects, item: CatalogObject) -> None:
    if item.key in objects:
        raise CatalogConflict(f"{item} already exists")
    objects[item.key] = item


def _column(item: CatalogObject, name: str) -> Column:
    found = item.column(name)
    if found is None:
        raise CatalogConflict(f"{item} has no column {name}")
    return found


def _with_column(item: CatalogObject, name: str, column: Column) -> CatalogObject:
    _column(item, name)
    return replace(item, columns=tuple(column if old.name == name else old for old in item.columns))


def _drop(objects: Objects, change: DropObject) -> None:
    del objects[_require(objects, change).key]


def _replace(objects: Objects, change: ReplaceObject) -> None:
    found = _require(objects, change)
    if change.after.key != found.key:
        raise CatalogConflict(f"{found} can't be replaced by {change.after}: another name, or another name space")
    objects[found.key] = change.after


def _rename(objects: Objects, change: RenameObject) -> None:
    found = _require(objects, change)
    _put(objects, replace(found, name=change.to))
    del objects[found.key]


def _edit(edit: Callable[[CatalogObject, Any], CatalogObject]) -> Callable[[Objects, Any], None]:
    """Lift an edit of one object to the catalog it stands in."""

    def applied(objects: Objects, change: Change) -> None:
        found = _require(objects, change)
        objects[found.key] = edit(found, change)

    return applied


def _add_column(item: CatalogObject, change: AddColumn) -> CatalogObject:
    if item.column(change.column.name) is not None:
        raise CatalogConflict(f"{item} already has a column {change.column.name}")
    columns = list(item.columns)
    columns.insert(change.position, change.column)
    return replace(item, columns=tuple(columns))


def _drop_column(item: CatalogObject, change: DropColumn) -> CatalogObject:
    _column(item, change.column.name)
    return replace(item, columns=tuple(column for column in item.columns if column.name != change.column.name))


def _rename_column(item: CatalogObject, change: RenameColumn) -> CatalogObject:
    """Keys follow a rename: Snowflake holds them by the column, not by its name. What depends in text does not follow."""
    if item.column(change.to) is not None:
        raise CatalogConflict(f"{item} already has a column {change.to}")
    names = {change.column: change.to}
    keys = tuple(replace(key, columns=tuple(names.get(name, name) for name in key.columns)) for key in item.constraints)
    renamed = replace(_column(item, change.column), name=change.to)
    return replace(_with_column(item, change.column, renamed), constraints=keys)


def _move_column(item: CatalogObject, change: MoveColumn) -> CatalogObject:
    moved = _column(item, change.column)
    columns = [column for column in item.columns if column is not moved]
    columns.insert(change.after, moved)
    return replace(item, columns=tuple(columns))


def _change_type(item: CatalogObject, change: ChangeType) -> CatalogObject:
    after = change.after
    column = replace(_column(item, change.column), type=after.type, certainty=after.certainty, reason=after.reason)
    return _with_column(item, change.column, column)


def _set_column(attribute: str) -> Callable[[CatalogObject, Any], CatalogObject]:
    def edit(item: CatalogObject, change: Any) -> CatalogObject:
        return _with_column(item, change.column, replace(_column(item, change.column), **{attribute: change.after}))

    return edit


def _column_property(item: CatalogObject, change: ChangeColumnProperty) -> CatalogObject:
    return _set_column(change.property)(item, change)


def _drop_constraint(item: CatalogObject, change: DropConstraint) -> CatalogObject:
    if change.constraint not in item.constraints:
        raise CatalogConflict(f"{item} has no {change.constraint.kind}")
    kept = list(item.constraints)
    kept.remove(change.constraint)
    return replace(item, constraints=tuple(kept))


_APPLY: dict[type[Change], Callable[[Objects, Any], None]] = {
    CreateObject: lambda objects, change: _put(objects, change.after),
    DropObject: _drop,
    ReplaceObject: _replace,
    RenameObject: _rename,
    AddColumn: _edit(_add_column),
    DropColumn: _edit(_drop_column),
    RenameColumn: _edit(_rename_column),
    MoveColumn: _edit(_move_column),
    ChangeType: _edit(_change_type),
    ChangeNullability: _edit(_set_column("nullable")),
    ChangeDefault: _edit(_set_column("default")),
    ChangeColumnProperty: _edit(_column_property),
    AddConstraint: _edit(lambda item, change: replace(item, constraints=(*item.constraints, change.constraint))),
    DropConstraint: _edit(_drop_constraint),
    ChangeDefinition: _edit(lambda item, change: replace(item, definition=change.after)),
    ChangeComment: _edit(lambda item, change: replace(item, comment=change.after)),
    ChangeProperty: _edit(lambda item, change: item.with_properties(**{change.property: change.after})),
    OpaqueChange: lambda objects, change: None,
}

CHANGE_TYPES: tuple[type[Change], ...] = tuple(_APPLY)
"""Every concrete Change."""


def apply(catalog: Catalog, changes: Iterable[Change]) -> Catalog:
    """The catalog after the changes, in order. Raises CatalogConflict for one that does not fit."""
    objects = dict(catalog.objects)
    for change in changes:
        apply_to(objects, change)
    return Catalog(objects)


def apply_to(objects: Objects, change: Change) -> None:
    """One change applied in place, for who applies many and makes a Catalog of them at the end. Raises CatalogConflict."""
    _APPLY[type(change)](objects, change)


def _swapped(change: Any) -> Change:
    return replace(change, before=change.after, after=change.before)


_REVERSE: dict[type[Change], Callable[[Any], Change]] = {
    CreateObject: lambda c: DropObject(kind=c.kind, object=c.object, source=c.source, before=c.after),
    DropObject: lambda c: CreateObject(kind=c.kind, object=c.object, source=c.source, after=c.before),
    ReplaceObject: lambda c: replace(_swapped(c), kind=c.after.kind),
    RenameObject: lambda c: replace(c, object=c.to, to=c.object),
    AddColumn: lambda c: DropColumn(**_same(c)),
    DropColumn: lambda c: AddColumn(**_same(c)),
    RenameColumn: lambda c: replace(c, column=c.to, to=c.column),
    AddConstraint: lambda c: DropConstraint(**_same(c)),
    DropConstraint: lambda c: AddConstraint(**_same(c)),
    OpaqueChange: lambda c: c,
}


def _same(change: Change) -> dict[str, Any]:
    return {item.name: getattr(change, item.name) for item in fields(change)}


def reverse(change: Change) -> Change:
    """The change that undoes this one. An opaque change is its own reverse: nobody knows what it did."""
    return _REVERSE.get(type(change), _swapped)(change)
