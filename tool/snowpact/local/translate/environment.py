"""Which columns an expression may name, and their types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from snowpact.local.translate import twins
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import ambiguous, invalid_identifier
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

    alias: what DuckDB calls it where it has no name. common: columns that USING or NATURAL made one with a later relation's, where they are
    merged: a star shows them once, and a bare name means both. blurred: by NATURAL beside columns that can't be told.
    carrier: the derived table that has its columns now, named ``<place> <column>`` there (``carried.py``): its own name, and the place.
    """

    name: str | None
    columns: RelationColumns | None
    refused: dict[str, str] = field(default_factory=dict)
    alias: str | None = None
    common: frozenset[str] = frozenset()
    merged: frozenset[str] = frozenset()
    blurred: bool = False
    carrier: tuple[str, int] | None = None

    def names(self, column: str, qualified: bool) -> bool:
        """Whether a name means one of its columns."""
        return column in (self.columns or ()) and (qualified or column not in self.merged)

    def shown(self) -> list[str]:
        """The keys of the columns that a star over the whole FROM shows."""
        return [key for key in self.columns or () if key not in self.merged]


@dataclass(slots=True)
class Environment:
    """The names in sight inside one SELECT; parent is the query around it.

    spelled: aliases that stand for a subquery, while DuckDB would not take their names: what they stand for. other: those
    of something else than a column called so.
    """

    parent: Environment | None = None
    relations: list[Relation] = field(default_factory=list)
    aliases: dict[str, SnowflakeType | None] = field(default_factory=dict)
    other: set[str] = field(default_factory=set)
    ctes: dict[str, RelationColumns | None] = field(default_factory=dict)
    spelled: dict[str, exp.Expression] = field(default_factory=dict)

    def may_mislead(self, relation: Relation, column: str) -> bool:
        """Whether DuckDB might take a bare name for an alias of this SELECT, even of the projection that it stands in, where a column of
        this or, in a correlated subquery, of another query is meant."""
        return column in self.aliases or not any(relation is own for own in self.relations)

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

        Raises 000904 where every relation in sight is known and none has it, 002028 where one query has two of it.
        """
        doubtful = False
        for level in self.levels():
            relations = [relation for relation in level.relations if table is None or relation.name == table]
            found = [relation for relation in relations if relation.names(column, table is not None)]
            if len(found) > 1 or (found and twins.are_there(column, found[0].columns or ())):
                ambiguous(spelled)
            if found:
                return found[0], (found[0].columns or {})[column]
            doubtful = doubtful or any(relation.columns is None for relation in relations)
            if table is None and column in level.aliases:
                if twins.are_there(column, level.aliases):
                    ambiguous(spelled)
                return None, level.aliases[column]
        if not doubtful:
            invalid_identifier(spelled)
        return None, None

    def parent_for_subquery(self) -> Environment:
        """What a subquery in FROM sees: the WITH of this query and what is around it, not its neighbours."""
        return Environment(self.parent, ctes=self.ctes)
