"""compare: two catalogs → the Changes that lead from one to the other, so that ``apply(a, compare(a, b)) == b``.

Exact and without guesses: two snapshots can't tell a rename from a drop and an addition, so they say drop and addition;
``likely_renames`` offers the guess as data, for messages. Text is compared as it stands; whether a difference of white space
matters is a judge's opinion (model.text). Linear in the size of both catalogs, in an order that depends on names alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from snowpact.diff.columns import column_changes
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Key
from snowpact.model.change import (
    AddConstraint,
    Change,
    ChangeComment,
    ChangeDefinition,
    ChangeProperty,
    CreateObject,
    DropConstraint,
    DropObject,
    ReplaceObject,
)
from snowpact.model.names import Name


def compare(before: Catalog, after: Catalog) -> tuple[Change, ...]:
    """What was dropped (contents before containers), then what was made or changed (containers before contents)."""
    dropped = sorted((key for key in before.objects if key not in after.objects), key=_depth, reverse=True)
    changes: list[Change] = [_drop(before.objects[key]) for key in dropped]
    for key in sorted(after.objects, key=_depth):
        old, new = before.objects.get(key), after.objects[key]
        if old is None:
            changes.append(CreateObject(kind=new.kind, object=new.name, after=new))
        elif old is not new and old != new:
            changes.extend(compare_objects(old, new))
    return tuple(changes)


def compare_objects(before: CatalogObject, after: CatalogObject) -> Iterator[Change]:
    """The changes of one object into another of the same name; of another kind, it is replaced as a whole."""
    if before.kind is not after.kind:
        yield ReplaceObject(kind=before.kind, object=before.name, before=before, after=after)
        return
    yield from inside(before, after)


def inside(before: CatalogObject, after: CatalogObject) -> Iterator[Change]:
    """What differs within two objects, whatever their kinds: the changes are addressed to ``before``."""
    named = {"kind": before.kind, "object": before.name}
    if before.definition != after.definition:
        yield ChangeDefinition(**named, before=before.definition, after=after.definition)
    if before.comment != after.comment:
        yield ChangeComment(**named, before=before.comment, after=after.comment)
    old, new = dict(before.properties), dict(after.properties)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield ChangeProperty(**named, property=name, before=old.get(name), after=new.get(name))
    gone, added = _differing(before.constraints, after.constraints)
    for constraint in gone:
        yield DropConstraint(**named, constraint=constraint)
    yield from column_changes(before, after)
    for constraint in added:
        yield AddConstraint(**named, constraint=constraint)


def likely_renames(before: CatalogObject, after: CatalogObject) -> dict[str, str]:
    """A guess: a column that went → one of its type that came in its place, after the same column that stayed.

    A help to people, never evidence: two snapshots can't tell a rename.
    """
    old, new = {column.name for column in before.columns}, {column.name for column in after.columns}
    came = dict(_slots(after, old))
    return {
        gone.name: came[slot].name
        for slot, gone in _slots(before, new)
        if slot in came and came[slot].type == gone.type and came[slot].name.upper() != gone.name.upper()
    }


def _slots(item: CatalogObject, others: set[str]) -> Iterator[tuple[tuple[str | None, int], Column]]:
    """The columns that the other side lacks, each by the last column before it that both have, and its distance to that."""
    anchor, distance = None, 0
    for column in item.columns:
        if column.name in others:
            anchor, distance = column.name, 0
        else:
            yield (anchor, distance), column
            distance += 1


def _drop(item: CatalogObject) -> DropObject:
    return DropObject(kind=item.kind, object=item.name, before=item)


def _depth(key: Key) -> tuple[int, Name, str]:
    domain, name = key
    return len(name.parts), name, domain


def _differing(before: tuple[Constraint, ...], after: tuple[Constraint, ...]) -> tuple[list[Constraint], list[Constraint]]:
    """What must go and what must come, counted: a table may hold one constraint twice."""
    old, new = Counter(before), Counter(after)
    return [*(old - new).elements()], [*(new - old).elements()]
