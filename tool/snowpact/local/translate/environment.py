"""Which columns an expression may name, and their types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import invalid_identifier
from snowpact.model.types import SnowflakeType


def stored(identifier: exp.Expression | str) -> str:
    """An identifier's stored name: folded unless quoted. Anything but an identifier gives its own text."""
    if isinstance(identifier, str):
        return identifier.upper()
    if isinstance(identifier, exp.Identifier):
        return identifier.this if identifier.args.get("quoted") else identifier.this.upper()
    return identifier.name.upper()


@dataclass(slots=True)
class Relation:
    """One item of FROM. columns: None where they can't be told. refused: columns that may not be named, and why.

    joined: by USING or NATURAL, so that a star shows fewer columns than the relations have.
    """

    name: str | None
    columns: RelationColumns | None
    refused: dict[str, str] = field(default_factory=dict)
    joined: bool = False


@dataclass(slots=True)
class Environment:
    """The names in sight inside one SELECT; parent is the query around it."""

    parent: Environment | None = None
    relations: list[Relation] = field(default_factory=list)
    aliases: dict[str, SnowflakeType | None] = field(default_factory=dict)
    ctes: dict[str, RelationColumns | None] = field(default_factory=dict)

    def cte(self, name: str) -> tuple[bool, RelationColumns | None]:
        """Whether a common table expression of that name is in sight, and its columns."""
        for level in self.levels():
            if name in level.ctes:
                return True, level.ctes[name]
        return False, None

    def levels(self) -> Iterator[Environment]:
        level: Environment | None = self
        while level is not None:
            yield level
            level = level.parent

    def find(self, table: str | None, column: str, spelled: str) -> tuple[Relation | None, SnowflakeType | None]:
        """The relation and type of a column. Columns come before aliases, inner queries before outer ones.

        Raises 000904 where every relation in sight is known and none has it.
        """
        doubtful = False
        for level in self.levels():
            for relation in level.relations:
                if table is not None and relation.name != table:
                    continue
                if relation.columns is None:
                    doubtful = True
                elif column in relation.columns:
                    return relation, relation.columns[column]
            if table is None and column in level.aliases:
                return None, level.aliases[column]
        if not doubtful:
            invalid_identifier(spelled)
        return None, None

    def parent_for_subquery(self) -> Environment:
        """What a subquery in FROM sees: the WITH of this query and what is around it, not its neighbours."""
        return Environment(self.parent, ctes=self.ctes)
