"""The net effect of a run, and the statement to blame for each part of it.

A run's journal is its Changes in the order of its statements, each with its source. What was made and dropped again, or renamed
there and back, hurts nobody: only the net change is judged, and Blame tells which statement caused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from snowpact.diff.compare import compare
from snowpact.model.apply import CatalogConflict, apply
from snowpact.model.catalog import Catalog
from snowpact.model.change import (
    AddColumn,
    Change,
    ChangeDefault,
    ChangeNullability,
    ChangeType,
    CreateObject,
    DropColumn,
    DropObject,
    OpaqueChange,
    RenameColumn,
    RenameObject,
    ReplaceObject,
)
from snowpact.model.names import Name
from snowpact.model.source import Source

_WHOLE = (CreateObject, DropObject, ReplaceObject, RenameObject)
"""The changes that are about every column of an object."""
_Domain = str
_Key = tuple[_Domain, Name]


@dataclass(slots=True)
class _Trail:
    """What happened to one object (or to what once bore its name), oldest first."""

    changes: list[Change] = field(default_factory=list)
    columns: dict[str, list[Change]] = field(default_factory=dict)


class Blame:
    """Which statement of a journal an object or column owes its present state to; renames are followed."""

    def __init__(self, journal: Iterable[Change] = ()):
        self._trails: dict[_Key, _Trail] = {}
        self._opaque: list[OpaqueChange] = []
        for change in journal:
            self._note(change)

    def of(self, object: Name, column: str | None = None, *kinds: type[Change], domain: str = "TABLE") -> Source | None:
        """The source of the last change of these kinds (any by default) to the column, else to the object as a whole.

        For a column that its statement names nowhere (a CREATE, a REPLACE, a DROP of the object), it is that statement; for an
        object whose schema or database was dropped, that DROP; None where the journal never touched it.
        """
        change = self.change(object, column, *kinds, domain=domain)
        return change.source if change else None

    def change(self, object: Name, column: str | None = None, *kinds: type[Change], domain: str = "TABLE") -> Change | None:
        """As ``of``, with the change itself: so a message can say that a missing column was renamed."""
        trail = self._trails.get((domain, object))
        if trail is not None:
            own = trail.columns.get(column, []) if column is not None else trail.changes
            whole = [change for change in trail.changes if isinstance(change, _WHOLE)]
            inner = [change for changes in trail.columns.values() for change in changes] if column is None else []
            for found in ([change for change in own if isinstance(change, kinds or Change)], own, whole, inner):
                if found:
                    return found[-1]
        return self._container(object) or self._touching(object)

    def _container(self, object: Name) -> Change | None:
        parent = object.parent
        while parent is not None:
            trail = self._trails.get(("SCHEMA" if len(parent.parts) == 2 else "DATABASE", parent))
            if trail is not None and trail.changes and isinstance(trail.changes[-1], DropObject | RenameObject | ReplaceObject):
                return trail.changes[-1]
            parent = parent.parent
        return None

    def _touching(self, object: Name) -> Change | None:
        """An opaque statement that may have done it, the last of them."""
        return next((item for item in reversed(self._opaque) if any(object.within(name) for name in item.touches)), None)

    def _note(self, change: Change) -> None:
        if isinstance(change, OpaqueChange):
            self._opaque.append(change)
            return
        trail = self._trails.setdefault((change.kind.domain, change.object), _Trail())
        if isinstance(change, RenameObject):
            self._trails[change.kind.domain, change.to] = _Trail([*trail.changes, change], dict(trail.columns))
            self._trails[change.kind.domain, change.object] = _Trail([change])
        elif isinstance(change, CreateObject | DropObject | ReplaceObject):
            trail.changes.append(change)
            trail.columns.clear()
        elif isinstance(change, RenameColumn):
            trail.columns[change.to] = [*trail.columns.get(change.column, []), change]
            trail.columns[change.column] = [change]
        elif change.column_name is not None:
            trail.columns.setdefault(change.column_name, []).append(change)
        else:
            trail.changes.append(change)


def net(before: Catalog, journal: Sequence[Change]) -> tuple[Change, ...]:
    """The journal's net changes, each with the source of the statement that caused it: ``apply(before, net) == apply(before, journal)``.

    Renames that still stand at the end stay renames. Where names were exchanged in the run (a becomes b and b becomes a), the net
    is told without renames, as two snapshots would.
    """
    after = apply(before, journal)
    blame = Blame(journal)
    renames = _standing_renames(before, journal)
    try:
        renamed = apply(before, renames)
    except CatalogConflict:
        renames, renamed = [], before
    remade = sorted(key for key in _remade(before, journal) if key in renamed.objects and key in after.objects)
    changes = [change for change in compare(renamed, after) if (change.kind.domain, change.object) not in set(remade)]
    for key in remade:
        was, now = renamed.objects[key], after.objects[key]
        changes.append(ReplaceObject(kind=was.kind, object=was.name, before=was, after=now))
    return (*renames, *(_blamed(change, blame) for change in changes))


_BLAMED_ON: dict[type[Change], tuple[type[Change], ...]] = {
    AddColumn: (AddColumn, RenameColumn),
    DropColumn: (DropColumn, RenameColumn),
    ChangeType: (ChangeType,),
    ChangeNullability: (ChangeNullability,),
    ChangeDefault: (ChangeDefault,),
}


def blamed_on(change: Change) -> tuple[type[Change], ...]:
    """The kinds of statement that may cause such a net change, the likeliest answer to "who did it"."""
    return _BLAMED_ON.get(type(change), (type(change),))


def _blamed(change: Change, blame: Blame) -> Change:
    source = blame.of(change.object, change.column_name, *blamed_on(change), domain=change.kind.domain)
    return replace(change, source=source)


def _remade(before: Catalog, journal: Sequence[Change]) -> set[_Key]:
    """What was replaced, or dropped and made again: whatever it looks like now, its grants, history and streams are gone."""
    remade: set[_Key] = set()
    dropped: set[_Key] = set()
    for change in journal:
        key = change.kind.domain, change.object
        if isinstance(change, DropObject):
            remade.discard(key)
            dropped.add(key)
        elif isinstance(change, ReplaceObject) or (isinstance(change, CreateObject) and key in dropped and key in before.objects):
            remade.add(key)
        elif isinstance(change, RenameObject) and key in remade:
            remade.remove(key)
            remade.add((key[0], change.to))
    return remade


def _standing_renames(before: Catalog, journal: Sequence[Change]) -> list[Change]:
    """The renames, first name to last, of what was there before the run and is there after it; objects first."""
    objects = {key: key[1] for key in before.objects}
    columns: dict[_Key, dict[str, str]] = {}
    sources: dict[tuple[_Key, str | None], Source | None] = {}
    for change in journal:
        key = change.kind.domain, change.object
        if isinstance(change, DropObject):
            objects.pop(key, None)
            columns.pop(key, None)
        elif isinstance(change, ReplaceObject):
            columns[key] = {}
        elif isinstance(change, RenameObject):
            to = key[0], change.to
            for moving in (objects, columns):
                if key in moving:
                    moving[to] = moving.pop(key)
            sources[to, None] = change.source
        elif isinstance(change, RenameColumn | DropColumn) and key in objects:
            item = before.objects[key[0], objects[key]]
            names = columns.setdefault(key, {column.name: column.name for column in item.columns})
            first = names.pop(change.column_name, None)
            if isinstance(change, RenameColumn) and first is not None:
                names[change.to] = first
                sources[key, change.to] = change.source
    result: list[Change] = []
    for (domain, name), first in objects.items():
        if name != first:
            kind, source = before.objects[domain, first].kind, sources[(domain, name), None]
            result.append(RenameObject(kind=kind, object=first, to=name, source=source))
    for key, names in columns.items():
        if key in objects:
            kind = before.objects[key[0], objects[key]].kind
            for now, first in names.items():
                if now != first:
                    source = sources.get((key, now))
                    result.append(RenameColumn(kind=kind, object=key[1], column=first, to=now, source=source))
    return result
