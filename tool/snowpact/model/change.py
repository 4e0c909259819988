"""Changes: the one currency between what produces schemas and what judges them.

Replay, rehearsal and ``diff.compare`` emit the same small facts; rules turn them into Findings; model.apply carries a catalog
over them and back.

Every change names its object by ``kind`` and ``object`` and carries the ``source`` of the statement that made it, or
None when it comes from comparing two snapshots. The source is no part of a change's identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.model.types import Certainty, SnowflakeType


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What all changes have: the object's kind and name (before the change), and the statement to blame."""

    kind: Kind
    object: Name
    source: Source | None = field(default=None, compare=False)

    @property
    def column_name(self) -> str | None:
        """The column concerned, by the name it had before; None where it is about the object."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateObject(Change):
    after: CatalogObject


@dataclass(frozen=True, slots=True, kw_only=True)
class DropObject(Change):
    before: CatalogObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceObject(Change):
    """CREATE OR REPLACE, or another kind under the same name: history, grants and streams of ``before`` are gone."""

    before: CatalogObject
    after: CatalogObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameObject(Change):
    """A rename, also to another schema or database."""

    to: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class AddColumn(Change):
    column: Column
    position: int

    @property
    def column_name(self) -> str:
        return self.column.name


@dataclass(frozen=True, slots=True, kw_only=True)
class DropColumn(Change):
    column: Column
    position: int

    @property
    def column_name(self) -> str:
        return self.column.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _ColumnChange(Change):
    column: str
    before: Any
    after: Any

    @property
    def column_name(self) -> str:
        return self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameColumn(Change):
    column: str
    to: str

    @property
    def column_name(self) -> str:
        return self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveColumn(Change):
    """Another 0-based ordinal position."""

    column: str
    before: int
    after: int

    @property
    def column_name(self) -> str:
        return self.column


@dataclass(frozen=True, slots=True)
class TypeState:
    """A type with how sure its producer is of it, and why not more."""

    type: SnowflakeType
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None

    def __str__(self) -> str:
        return str(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeType(_ColumnChange):
    before: TypeState
    after: TypeState


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNullability(_ColumnChange):
    """before and after: whether NULL is allowed."""

    before: bool
    after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDefault(_ColumnChange):
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeColumnProperty(_ColumnChange):
    """Another ``property`` of a column: comment, collation, identity, expression, masking_policy or tags."""

    property: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddConstraint(Change):
    constraint: Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class DropConstraint(Change):
    constraint: Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDefinition(Change):
    """Another query, statement or body."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeComment(Change):
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProperty(Change):
    """Another value of ``property``; None where it was or becomes unset."""

    property: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueChange(Change):
    """A statement that could not be modelled. ``touches`` are the objects or containers it may have changed, empty for
    none; applying it changes nothing, so whoever reads the result must heed it."""

    statement: str
    touches: tuple[Name, ...] = ()
    reason: str = ""


COLUMN_PROPERTIES = ("comment", "collation", "identity", "expression", "masking_policy", "tags")
"""What ChangeColumnProperty speaks of, in Column's own words."""
