"""What a promised value looks like inside, in Avro's terms: the branches of a union, the symbols of an enum, the keys of a record.

A Column's SnowflakeType says what SQL sees; VARIANT says nothing of its content, and VARCHAR nothing of an enum's symbols. Contracts
give each field a Shape beside its type, and rules and the Avro verdict read it. Named types are told once and then by reference, as
in Avro (1.12, Names), which is also how a record can hold itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from snowpact.model.change import Change
from snowpact.model.types import SnowflakeType

CONTAINERS = frozenset({"record", "array", "map"})
"""The kinds that hold others; Snowflake keeps them as OBJECT, ARRAY, MAP or VARIANT."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a record. name is Avro's, key the stored one (a column, or the key of an OBJECT); exact: ``snowflake.type``."""

    name: str
    key: str
    shape: Shape
    has_default: bool = False
    aliases: tuple[str, ...] = ()
    exact: SnowflakeType | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One Avro type.

    kind: a primitive, record, enum, fixed, array, map or union; ``named`` refers to the type called ``name``, told elsewhere.
    name and aliases are full names. default is an enum's. logical stands with precision and scale where it has them.
    """

    kind: str
    name: str | None = None
    aliases: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    symbols: tuple[str, ...] = ()
    default: str | None = None
    size: int | None = None
    branches: tuple[Shape, ...] = ()
    element: Shape | None = None
    logical: str | None = None
    precision: int | None = None
    scale: int | None = None

    @property
    def label(self) -> str:
        """What people call it: ``enum Channel``, ``decimal(18,2)``, ``array``, ``union``."""
        if self.logical == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.logical:
            return self.logical
        return f"{self.kind} {self.short}" if self.name and self.kind != "named" else self.short or self.kind

    @property
    def short(self) -> str:
        """The name without its namespace."""
        return (self.name or "").rpartition(".")[2]

    def member(self, key: str) -> Member | None:
        return next((member for member in self.members if member.key == key), None)


@dataclass(frozen=True, slots=True)
class Schema:
    """A shape with the named types that it, or one of its parts, refers to."""

    root: Shape
    named: Mapping[str, Shape] = field(default_factory=dict, compare=False)

    def of(self, shape: Shape) -> Shape:
        """The type itself, where ``shape`` is but a reference."""
        return self.named[shape.name] if shape.kind == "named" and shape.name else shape


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShape(Change):
    """What the values of a column look like inside is promised otherwise. Contracts alone tell shapes: no catalog holds one, so
    nothing applies this, and it is only ever judged.

    fact is the id of the rule that judges it; steps lead from the column to what changed; before and after are in words, None where
    it came or went.
    """

    column: str
    fact: str
    steps: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None

    @property
    def column_name(self) -> str:
        return self.column
