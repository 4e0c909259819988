"""What differs within the columns of two promises, as ChangeShapes: enums, unions, logical types, and what VARIANT and OBJECT hold.

A difference that the column's own SnowflakeType shows is compare's to tell; here stands what it does not show. Keys of records are
compared as they are written: in a VARIANT they are data, and case counts
(https://docs.snowflake.com/en/user-guide/querying-semistructured: "element names are case-sensitive").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from snowpact.model.catalog import CatalogObject
from snowpact.model.shape import CONTAINERS, ChangeShape, Member, Schema, Shape

LOSSY = frozenset({("int", "float"), ("long", "float"), ("long", "double"), ("bytes", "string")})
LOSSLESS = frozenset({("int", "long"), ("int", "double"), ("float", "double"), ("string", "bytes")})
"""Avro's promotions (1.12, Schema Resolution): those after which not every value is what it was, and the others."""

OF_THE_TYPE = {("enum", "string"): "enum-symbol-added", ("string", "enum"): "enum-symbol-removed"}
"""An enum that becomes any text allows every symbol; a text that becomes an enum, only some."""

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Difference:
    fact: str
    steps: Steps
    before: str | None
    after: str | None


def shape_changes(item: CatalogObject, before: Schema, after: Schema) -> Iterator[ChangeShape]:
    """What changed within the columns that both promise, addressed to ``item``."""
    for old in before.root.members:
        new = after.root.member(old.key)
        if new is None:
            continue
        told = _Comparer(before, after, same_type=_same_exact(old, new))
        for found in dict.fromkeys(told.members(old, new, ())):
            yield ChangeShape(
                kind=item.kind, object=item.name, column=old.key, fact=found.fact, steps=found.steps, before=found.before, after=found.after
            )


def told_inside(column: str, before: Schema, after: Schema) -> bool:
    """Whether both promise a container and neither pins its Snowflake type: then what differs is told key by key."""
    old, new = before.root.member(column), after.root.member(column)
    if old is None or new is None or old.exact or new.exact:
        return False
    kinds = [[schema.of(one).kind for one in _branches(schema.of(side.shape))] for schema, side in ((before, old), (after, new))]
    return all(len(kind) == 1 and kind[0] in CONTAINERS for kind in kinds)


def _same_exact(old: Member, new: Member) -> bool:
    return old.exact is not None and old.exact == new.exact


def _branches(shape: Shape) -> tuple[Shape, ...]:
    """Without null: a column's own nullability is told elsewhere."""
    return tuple(one for one in (shape.branches if shape.kind == "union" else (shape,)) if one.kind != "null")


def _nullable(shape: Shape) -> bool:
    return shape.kind == "null" or any(branch.kind == "null" for branch in shape.branches)


class _Comparer:
    """One column. told are the pairs looked at already, which ends a record that holds itself. same_type: the contract pins one
    Snowflake type on both sides, so that nothing else tells of another Avro type."""

    def __init__(self, before: Schema, after: Schema, same_type: bool):
        self.before, self.after, self.same_type = before, after, same_type
        self.told: set[tuple[int, int]] = set()

    def members(self, old: Member, new: Member, steps: Steps) -> Iterator[_Difference]:
        if steps and old.exact and new.exact and old.exact != new.exact:
            yield _Difference("nested-type-changed", steps, str(old.exact), str(new.exact))
        yield from self.shapes(old.shape, new.shape, steps)

    def shapes(self, old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
        old, new = self.before.of(old), self.after.of(new)
        if steps and _nullable(old) != _nullable(new):
            yield _branch("null", steps, went=_nullable(old))
        olds = tuple(self.before.of(branch) for branch in _branches(old))
        news = tuple(self.after.of(branch) for branch in _branches(new))
        if len(olds) == len(news) == 1:
            yield from self.pair(olds[0], news[0], steps)
        else:
            yield from self.unions(olds, news, steps)

    def unions(self, olds: tuple[Shape, ...], news: tuple[Shape, ...], steps: Steps) -> Iterator[_Difference]:
        before, after = ({(one.kind, one.short): one for one in side} for side in (olds, news))
        yield from (_branch(one.label, steps, went=True) for key, one in before.items() if key not in after)
        yield from (_branch(one.label, steps, went=False) for key, one in after.items() if key not in before)
        for key, one in before.items():
            if key in after:
                yield from self.pair(one, after[key], (*steps, f"<{one.label}>"))

    def pair(self, old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
        """Two types of which neither is a union."""
        if (id(old), id(new)) in self.told:
            return
        self.told.add((id(old), id(new)))
        if old.kind != new.kind:
            fact = self.of_kinds(old, new, steps)
            if fact is not None:
                yield _Difference(fact, steps, old.label, new.label)
            return
        for rule in _SAME_KIND.get(old.kind, (_logical,)):
            yield from rule(old, new, steps)
        if old.element is not None and new.element is not None:
            yield from self.shapes(old.element, new.element, (*steps, "[]" if old.kind == "array" else "{}"))
        if old.kind == "record":
            yield from self.records(old, new, steps)

    def of_kinds(self, old: Shape, new: Shape, steps: Steps) -> str | None:
        kinds = old.kind, new.kind
        seen = not steps and not self.same_type  # by the column's own type
        if CONTAINERS & set(kinds):
            return None if seen and not CONTAINERS.issuperset(kinds) else "container-kind-changed"
        if kinds in OF_THE_TYPE:
            return OF_THE_TYPE[kinds]
        if kinds in LOSSY and not (old.logical or new.logical):
            return "promotion-lossy"
        if seen or (kinds in LOSSLESS and not (old.logical or new.logical)):
            return None
        return "nested-type-changed" if steps else "logical-type-changed"

    def records(self, old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
        before, after = ({member.name: member for member in side.members} for side in (old, new))
        folded = {name.upper(): name for name in after if name not in before}
        came = dict(after)
        for name, member in before.items():
            at = (*steps, name)
            if name in after:
                yield from self.members(member, came.pop(name), at)
            elif name.upper() in folded:
                other = folded.pop(name.upper())
                yield _Difference("nested-key-case-changed", at, name, other)
                yield from self.members(member, came.pop(other), at)
            else:
                yield _Difference("nested-field-removed", at, self.before.of(member.shape).label, None)
        for name, member in came.items():
            shape = self.after.of(member.shape)
            if not member.has_default and not _nullable(shape):
                yield _Difference("nested-required-added", (*steps, name), None, shape.label)


def _branch(label: str, steps: Steps, went: bool) -> _Difference:
    return _Difference("union-branch-removed", steps, label, None) if went else _Difference("union-branch-added", steps, None, label)


def _names(old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
    if old.short != new.short and old.name not in new.aliases:
        yield _Difference("named-type-or-fixed-size-changed", steps, old.label, new.label)


def _sizes(old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
    if old.size != new.size:
        yield _Difference("named-type-or-fixed-size-changed", steps, f"{old.size} bytes", f"{new.size} bytes")


def _symbols(old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
    went, came = ([s for s in one.symbols if s not in other.symbols] for one, other in ((old, new), (new, old)))
    if went:
        yield _Difference("enum-symbol-removed", steps, ", ".join(went), None)
    if came:
        yield _Difference("enum-symbol-added", steps, None, ", ".join(came))


def _logical(old: Shape, new: Shape, steps: Steps) -> Iterator[_Difference]:
    if old.logical != new.logical:
        yield _Difference("logical-type-changed", steps, old.label, new.label)
    elif (old.precision, old.scale) != (new.precision, new.scale):
        yield _Difference("decimal-parameters-changed", steps, old.label, new.label)


_SAME_KIND: dict[str, tuple[Callable[[Shape, Shape, Steps], Iterator[_Difference]], ...]] = {
    "record": (_names,),
    "enum": (_names, _symbols),
    "fixed": (_names, _sizes, _logical),
    "array": (),
    "map": (),
}
"""What may differ between two types of one kind; of primitives the logical type alone."""
