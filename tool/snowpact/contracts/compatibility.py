"""The Avro verdict: can a reader of one schema read what a writer of another wrote?

Schema Resolution (https://avro.apache.org/docs/1.12.0/specification/#schema-resolution), in parity with the answers of Apache's own
checker: named types match by their unqualified names or an alias of the reader's; logical types are not looked at; a union that is
read is tried branch by branch. Every incompatibility is told, not the first alone, under Apache's name for its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from snowpact.model.shape import Member, Schema, Shape

PROMOTIONS: dict[str, tuple[str, ...]] = {
    "long": ("int",),
    "float": ("int", "long"),
    "double": ("int", "long", "float"),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""What else than its own kind a reader's type reads."""


class Mismatch(str, Enum):
    """The kinds of incompatibility, as Apache calls them."""

    NAME = "name_mismatch"
    FIXED_SIZE = "fixed_size_mismatch"
    ENUM_SYMBOLS = "missing_enum_symbols"
    DEFAULT = "reader_field_missing_default_value"
    TYPE = "type_mismatch"
    UNION_BRANCH = "missing_union_branch"

    def __str__(self) -> str:
        return self.value


Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """One reason why a reader can't read. steps lead there: names of the reader's fields, ``items``, ``values``, ``[branch]``.

    about is what is amiss: the field, the symbols, or the branch.
    """

    kind: Mismatch
    steps: Steps
    message: str
    about: str = ""


def incompatibilities(reader: Schema, writer: Schema) -> tuple[Incompatibility, ...]:
    """Every reason why ``reader`` can't read what ``writer`` wrote; empty where it can."""
    return tuple(_Resolver(reader, writer).reasons(reader.root, writer.root, ()))


Pair = tuple[Shape, Shape]


class _Resolver:
    """First every pair of types that meet is settled: all are taken to agree until one is found to fail, which may make others
    fail. So recursive schemas end, and one that names a type twice in each of many levels costs no more than its pairs. Then the
    reasons are told, each pair's once in a field of the top record.
    """

    def __init__(self, reader: Schema, writer: Schema):
        self.reader, self.writer = reader, writer
        self.met: dict[tuple[int, int], Pair] = {}
        self.failing: set[tuple[int, int]] = set()
        self.told: set[tuple[int, int]] = set()
        self.settle(self.pair(reader.root, writer.root))

    def pair(self, reader: Shape, writer: Shape) -> Pair:
        return self.reader.of(reader), self.writer.of(writer)

    def settle(self, root: Pair) -> None:
        waiting = [root]
        while waiting:
            pair = waiting.pop()
            if _key(pair) not in self.met:
                self.met[_key(pair)] = pair
                waiting += self.within(*pair)
        before = -1
        while before != len(self.failing):
            before = len(self.failing)
            self.failing.update(key for key, pair in reversed(self.met.items()) if key not in self.failing and self.fails(*pair))

    def within(self, reader: Shape, writer: Shape) -> list[Pair]:
        """The pairs that this one's answer rests upon."""
        if writer.kind == "union":
            return [self.pair(reader, branch) for branch in writer.branches]
        if reader.kind == "union":
            return [self.pair(branch, writer) for branch in reader.branches]
        if reader.element is not None and writer.element is not None and reader.kind == writer.kind:
            return [self.pair(reader.element, writer.element)]
        return [self.pair(mine.shape, found.shape) for mine, found in _both(reader, writer) if found is not None]

    def fails(self, reader: Shape, writer: Shape) -> bool:
        within = [_key(pair) in self.failing for pair in self.within(reader, writer)]
        if reader.kind == "union" and writer.kind != "union":
            return all(within)
        return any(within) or next(self.own(reader, writer, ()), None) is not None

    def own(self, reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
        """What is wrong between the two themselves, whatever they hold."""
        if "union" in (reader.kind, writer.kind):
            return
        if reader.kind == writer.kind:
            for rule in _SAME_KIND.get(reader.kind, ()):
                yield from rule(reader, writer, steps)
        elif writer.kind not in PROMOTIONS.get(reader.kind, ()):
            yield Incompatibility(Mismatch.TYPE, steps, f"{reader.label} can't read {writer.label}")

    def reasons(self, reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
        reader, writer = pair = self.pair(reader, writer)
        if _key(pair) in self.told or _key(pair) not in self.failing:
            return
        self.told.add(_key(pair))
        yield from self.own(reader, writer, steps)
        if writer.kind == "union":
            for branch in map(self.writer.of, writer.branches):
                yield from self.reasons(reader, branch, steps if reader.kind == "union" else (*steps, f"[{branch.label}]"))
        elif reader.kind == "union" and not any(_key(self.pair(branch, writer)) in self.told for branch in reader.branches):
            message = f"no branch of the reader's union reads {writer.label}"
            yield Incompatibility(Mismatch.UNION_BRANCH, steps, message, writer.label)
        elif reader.element is not None and writer.element is not None and reader.kind == writer.kind:
            yield from self.reasons(reader.element, writer.element, (*steps, "items" if reader.kind == "array" else "values"))
        for mine, found in _both(reader, writer):
            if found is not None:
                self.told = {_key(pair)} if not steps else self.told
                yield from self.reasons(mine.shape, found.shape, (*steps, mine.name))


def _key(pair: Pair) -> tuple[int, int]:
    return id(pair[0]), id(pair[1])


def _both(reader: Shape, writer: Shape) -> Iterator[tuple[Member, Member | None]]:
    """Each field of the reader's record with the writer's of that name, or of one of its aliases."""
    if reader.kind == writer.kind == "record":
        written = {member.name: member for member in writer.members}
        for member in reader.members:
            yield member, next((written[name] for name in (member.name, *member.aliases) if name in written), None)


def _names(reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
    if reader.short != writer.short and writer.name not in reader.aliases:
        yield Incompatibility(Mismatch.NAME, steps, f"{reader.label} is not called {writer.short}, nor has it that alias")


def _sizes(reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
    if reader.size != writer.size:
        yield Incompatibility(Mismatch.FIXED_SIZE, steps, f"{reader.label} of {reader.size} bytes can't read {writer.size} bytes")


def _symbols(reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
    missing = [symbol for symbol in writer.symbols if symbol not in reader.symbols]
    if missing and reader.default is None:
        told = ", ".join(missing)
        yield Incompatibility(Mismatch.ENUM_SYMBOLS, steps, f"{reader.label} has neither {told} nor a default", told)


def _defaults(reader: Shape, writer: Shape, steps: Steps) -> Iterator[Incompatibility]:
    for member, found in _both(reader, writer):
        if found is None and not member.has_default:
            message = f"the writer has no field {member.name}, and the reader no default for it"
            yield Incompatibility(Mismatch.DEFAULT, (*steps, member.name), message, member.name)


_SAME_KIND: dict[str, tuple[Callable[[Shape, Shape, Steps], Iterator[Incompatibility]], ...]] = {
    "record": (_names, _defaults),
    "enum": (_names, _symbols),
    "fixed": (_names, _sizes),
}
"""What two types of one kind must agree in."""
