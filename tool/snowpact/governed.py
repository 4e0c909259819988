"""Whether what migrations make is looked after as contracts promise: masking policies, tags, grants.

Replay knows them, with the statement that set or took them. A view shows its sources' masked values masked; a dynamic table keeps what
its owner's role saw, so it needs a policy of its own (https://docs.snowflake.com/en/user-guide/security-column-ddm-use).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from snowpact.gate import protection
from snowpact.mapped import back
from snowpact.model.catalog import Catalog, CatalogObject, Column, Kind
from snowpact.model.change import Change, ChangeColumnProperty, ChangeProperty, CreateObject, ReplaceObject
from snowpact.model.finding import Comparison, Finding
from snowpact.model.names import Name, NameSyntaxError, fold
from snowpact.replay.governance import masked_type
from snowpact.replay.replay import Replayed
from snowpact.rules.context import Care, Guard, Promise, place
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Dependency, Place, Use, lineage
from snowpact.targets.inspect import Inspection

Databases = Mapping[str, str]
NOT_MAPPED: Databases = {}
Placed = tuple[Name, str | None]
"""An object, and a column or None for the object itself."""
_SHOWING = {Kind.VIEW, Kind.MATERIALIZED_VIEW}


def governance(promises: Sequence[Promise], predicted: Replayed, databases: Databases = NOT_MAPPED) -> list[Finding]:
    """Findings of promised objects that the run made; of what it only altered nobody can tell what stood there. databases: what those of
    the contracts are called in the texts of views."""
    return protection(_Guards(predicted, databases).of(promises), promises, lambda change: change.source)


def live_governance(
    promises: Sequence[Promise], live: Inspection, databases: Databases = NOT_MAPPED, comparison: Comparison = Comparison.CONTRACT_DRIFT
) -> list[Finding]:
    """The same of what is live, as far as it was told: policies and tags of what was asked about, of a view where they were told of
    all that it shows; grants of objects whose grants are all seen."""
    findings, _ = governance_after(promises, live, Replayed(live.catalog, live.catalog), databases, comparison)
    return findings


def governance_after(
    promises: Sequence[Promise],
    live: Inspection,
    predicted: Replayed,
    databases: Databases = NOT_MAPPED,
    comparison: Comparison = Comparison.GATE,
) -> tuple[list[Finding], frozenset[Placed]]:
    """Of what a run makes of a live catalog, and the objects and columns about which that tells: what the run made is known whole."""
    guards = _Guards(replace(predicted, before=Catalog()), databases)
    told = [guard for guard in guards.of(promises) if guards.told(guard, live)]
    places = frozenset((guard.name, guard.column) for guard in told)
    return protection(told, promises, lambda change: change.source, comparison), places


Relation = Callable[[Name], CatalogObject | None]


def shown_below(names: Iterable[Name], relation: Relation) -> set[Name]:
    """The objects of these names, and whatever the views among them show, down to what is stored. What is not there keeps the name that
    a view has for it."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        item = relation(name)
        known = name if item is None else item.name
        if known not in found and item is not None and item.kind in _SHOWING:
            waiting += {one.object for column in _origins(item, relation) for one in column}
        found.add(known)
    return found


def _origins(view: CatalogObject, relation: Relation) -> list[list[Dependency]]:
    """Column by column, those whose values a view shows; none of a query that can't be read."""
    try:
        found = lineage(view.definition or "", relation, Place(*view.name.parts[:2]))
    except SqlInputError:
        return []
    return [[one for one in column.origins if one.use is Use.PROJECTION] for column in found.columns]


class _Guards:
    def __init__(self, predicted: Replayed, databases: Databases = NOT_MAPPED):
        self.after, self.before, self.changes = predicted.after, predicted.before, predicted.changes
        self.databases = databases

    def relation(self, name: Name) -> CatalogObject | None:
        """By the name that the text of a view has for it."""
        return self.after.relation(back(self.databases, name))

    def told(self, guard: Guard, live: Inspection) -> bool:
        """Whether the inspection tells how something is looked after."""
        if guard.column is None:
            stood = live.catalog.relation(guard.name)
            return stood is None or stood.property("grants") is not None
        return all(name in live.protected or self.made(name, live) for name in shown_below([guard.name], self.relation))

    def made(self, name: Name, live: Inspection) -> bool:
        """Whether an object was made by the run."""
        return live.catalog.relation(name) is None and self.relation(name) is not None

    def of(self, promises: Iterable[Promise]) -> Iterator[Guard]:
        for promise in promises:
            found = self.after.relation(promise.name)
            if found is None or found.key in self.before:
                continue
            for column, care in promise.care.items():
                if column is None:
                    yield from self.access(promise.name, care, found)
                elif (there := found.column(column)) is not None:
                    yield self.column(promise.name, care, found, there)

    def access(self, name: Name, care: Care, item: CatalogObject) -> Iterator[Guard]:
        """Who was to have privileges; and apart from that who else was not, since another statement is to blame for it."""
        own = Care(grants=_granted(item), others=_others(item))
        if care.grants:
            yield Guard(name, None, replace(care, allowed=None), own, self.last(item.name, None, "grants"))
        if care.allowed is not None:
            yield Guard(name, None, Care(allowed=care.allowed), own, self.widened(item.name, care.allowed))

    def widened(self, name: Name, allowed: frozenset[tuple[str, str]]) -> Change | None:
        """The last change that gave a privilege to somebody who was not to have it, or that made the object anew."""
        for change in reversed(self.changes):
            if change.object != name:
                continue
            if isinstance(change, CreateObject | ReplaceObject):
                return change
            if isinstance(change, ChangeProperty) and change.property == "grants":
                given = set(change.after or ()) - set(change.before or ())
                if any(kind != "ROLE" or (privilege, _stored(grantee)) not in allowed for privilege, kind, grantee in given):
                    return change
        return None

    def column(self, name: Name, care: Care, item: CatalogObject, column: Column) -> Guard:
        held = (item.property("inherited_tags"), item.property("tags"), column.tags)  # a table's tags are its columns' as well
        own = Care(self.masks(item, column), {str(tag): value for tags in held for tag, value in tags or ()})
        if own.masked or not care.masked:
            return Guard(name, column.name, care, own, self.last(name, column.name, "tags"))
        bare = self.bare(item, column.name, ())
        at, *_ = bare or ((name, column.name),)
        via = tuple(place(*step) for step in bare[:-1]) if bare else ()
        return Guard(name, column.name, care, Care(bare is None, own.tags), self.unmasked(*at), via)

    def bare(self, item: CatalogObject, column: str, seen: tuple) -> tuple[tuple[Name, str], ...] | None:
        """The way from a column that no policy masks to the one that shows it; None where all that it shows is masked."""
        found, step = item.column(column), (item.name, column)
        if step in seen or found is None:
            return (step,)
        if self.masks(item, found):
            return None
        if item.kind not in _SHOWING:
            return (step,)
        below = self.shown(item, column)
        for name, other in below:
            source = self.relation(name)
            way = self.bare(source, other, (*seen, step)) if source is not None else ((name, other),)
            if way is not None:
                return (*way, step)
        return None if below else (step,)

    def masks(self, item: CatalogObject, column: Column) -> bool:
        """Whether a policy masks the column: its own, or the one of its type that a tag carries which it has, itself or from its table,
        schema or database (https://docs.snowflake.com/en/user-guide/tag-based-masking-policies). Of a policy that nobody here has seen made
        it can't be told that it does not."""
        if column.masking_policy is not None or column.name in (item.property("tag_masked") or ()):
            return True
        carriers = filter(None, (self.after.get(Kind.TAG, tag) for tag in self.tags(item, column)))
        policies = (self.after.get(Kind.MASKING_POLICY, name) for tag in carriers for name in tag.property("masking_policies") or ())
        return any(policy is None or masked_type(policy) in (None, column.type.base) for policy in policies)

    def tags(self, item: CatalogObject, column: Column | None) -> set[Name]:
        """The tags of a column, its own and those it inherits."""
        around = (self.after.get(kind, Name(item.name.parts[:depth])) for kind, depth in ((Kind.SCHEMA, 2), (Kind.DATABASE, 1)))
        holders = (holder for holder in (item, *around) if holder is not None)
        return {tag for tag, _ in (*(column.tags if column else ()), *(tag for holder in holders for tag in holder.property("tags") or ()))}

    def unmasked(self, name: Name, column: str) -> Change | None:
        """The last change that took a policy from the column, or from a tag that it has, or such a tag from it; or that made it anew."""
        item = self.after.relation(name)
        tags = self.tags(item, item.column(column)) if item is not None else set()
        carriers = {tag.name for tag in self.after if tag.property("masking_policies")}
        for change in reversed(self.changes):
            if change.object == name and isinstance(change, CreateObject | ReplaceObject):
                return change
            if not isinstance(change, ChangeProperty | ChangeColumnProperty) or change.column_name not in (None, column):
                continue
            gone = set(change.before or ()) - set(change.after or ()) if change.property in ("tags", "masking_policies") else set()
            if change.property == "masking_policies" and gone and change.object in tags:
                return change
            if change.property == "tags" and name.within(change.object) and {tag for tag, _ in gone} & carriers:
                return change
            if change.property == "masking_policy" and change.object == name:
                return change
        return None

    def shown(self, item: CatalogObject, column: str) -> list[tuple[Name, str]]:
        """The columns whose values a view's column shows."""
        shown = _origins(item, self.relation)[item.position(column) :][:1]
        return sorted({(back(self.databases, one.object), one.column) for origins in shown for one in origins})

    def last(self, name: Name, column: str | None, property: str) -> Change | None:
        """The last change that set or took it, or that made the object anew."""
        for change in reversed(self.changes):
            if change.object != name:
                continue
            if isinstance(change, CreateObject | ReplaceObject):
                return change
            own = isinstance(change, ChangeProperty | ChangeColumnProperty) and change.property == property
            if own and change.column_name in (None, column):
                return change
        return None


def _granted(item: CatalogObject) -> frozenset[tuple[str, str]]:
    """(privilege, role); roles by their stored names."""
    return frozenset((privilege, _stored(grantee)) for privilege, kind, grantee in item.property("grants") or () if kind == "ROLE")


def _others(item: CatalogObject) -> frozenset[str]:
    """What is granted to anybody but an account's role: ``SELECT to share PARTNERS``."""
    grants = item.property("grants") or ()
    return frozenset(f"{privilege} to {kind.lower()} {grantee}" for privilege, kind, grantee in grants if kind != "ROLE")


def _stored(name: str) -> str:
    try:
        return fold(name)
    except NameSyntaxError:
        return name
