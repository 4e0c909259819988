"""What a column name may mean at one place of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from snowpact.model.catalog import CatalogObject
from snowpact.model.names import Name
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing.lineage import NOTHING, NameFault, Origins, Trace
from snowpact.sql.typing.source import Source
from snowpact.sql.typing.typed import Typed, TypedColumn, unknown

MOST_SELECTS = 100_000
Lookup = Callable[[Name], CatalogObject | None]


class StarOverUnknown(SqlInputError):
    """A ``*`` over something whose columns are not known; ``absent`` is its name where lookup did not know it."""

    def __init__(self, message: str, absent: Name | None):
        self.absent = absent
        super().__init__(message, 0)


class Session(Protocol):
    """Where unqualified names are looked up. Inside a view that is the view's own database and schema."""

    @property
    def database(self) -> str | None: ...

    @property
    def schema(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A database and schema, for who has no session at hand."""

    database: str | None = None
    schema: str | None = None


@dataclass(slots=True)
class Scope:
    """The sources of one SELECT, the aliases of its list so far, the common table expressions in sight, and the query around it."""

    lookup: Lookup
    session: Session
    parent: Scope | None = None
    ctes: dict[str, list[TypedColumn]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    aliases: dict[str, Typed] = field(default_factory=dict)
    selects: Iterator[int] = field(default_factory=count)
    """Counts the queries typed, over all scopes of one."""
    trace: Trace | None = None
    shown: dict[str, Origins] = field(default_factory=dict)
    """What the columns of the list so far come from, by alias."""
    later: frozenset[str] = frozenset()
    """The aliases of the list, also those to come."""
    twice: set[str] = field(default_factory=set)
    """Those that two columns of the list so far have."""

    def child(self) -> Scope:
        """A scope for a subquery: it sees everything of this one."""
        return Scope(self.lookup, self.session, self, dict(self.ctes), selects=self.selects, trace=self.trace)

    def spend(self) -> None:
        """Recursive queries that nest in one another are typed twice a level: a limit, where that would never end."""
        if next(self.selects) > MOST_SELECTS:
            raise SqlInputError("the query is too complex", 0)

    def resolve(self, name: str, table: str | None = None) -> Typed:
        """A column of a source first, then an alias of the same list (as Snowflake prefers), then the query around."""
        found = self._meant(name, table)
        if len(found) == 1:
            return found[0].typed
        if len(found) > 1:
            return unknown(f"column {name} is ambiguous")
        blind = next((source for source in self.named(table) if source.columns is None), None)
        if blind is not None:
            return unknown(blind.reason)
        if table is None and name in self.aliases:
            return unknown(f"column {name} is ambiguous") if name in self.twice else self.aliases[name]
        if self.parent is not None:
            return self.parent.resolve(name, table)
        return unknown(f"no column {name} in {table or 'the query'}")

    def origins(self, name: str, table: str | None) -> tuple[Origins, NameFault | None]:
        """What a name's values come from, found as ``resolve`` finds it; the fault where it surely means nothing."""
        scope: Scope | None = self
        reads = False
        while scope is not None:
            found = scope._meant(name, table)
            if len(found) == 1:
                return found[0].origins, None
            if found:
                every = NOTHING.union(*(column.origins for column in found))
                return every, NameFault(name, table, ambiguous=True) if name not in scope.later else None
            if any(source.columns is None or source.open for source in scope.sources):
                return NOTHING, None
            if table is None and name in scope.shown:
                return scope.shown[name], NameFault(name, ambiguous=True) if name in scope.twice else None
            if table is None and name in scope.later:
                return NOTHING, None
            reads = reads or bool(scope.sources)
            scope = scope.parent
        return NOTHING, NameFault(name, table) if reads else None

    def _meant(self, name: str, table: str | None) -> list[TypedColumn]:
        """The columns of this query's own sources that a name means."""
        found: list[TypedColumn] = []
        for source in self.sources:
            if (table is None and name not in source.joined) or (table is not None and source.alias == table):
                found += source.called(name)
        return found

    def named(self, table: str | None) -> list[Source]:
        """The sources that an alias means; all without one."""
        return self.sources if table is None else [source for source in self.sources if source.alias == table]

    def positional(self, position: int) -> Typed:
        """``$n`` of the only source."""
        if len(self.sources) == 1 and self.sources[0].columns and 1 <= position <= len(self.sources[0].columns):
            return self.sources[0].columns[position - 1].typed
        return unknown(f"${position} of a source that is not known")
