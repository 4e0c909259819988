"""What a column name may mean at one place of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol

from snowpact.model.catalog import CatalogObject
from snowpact.model.names import Name
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing.lineage import NOTHING, NameFault, Origins, Trace
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
class Source:
    """One item of FROM. columns is None where they are not known; ``reason`` then says why.

    joined: names that a USING or NATURAL JOIN merged into those of an earlier source; ``*`` leaves them out. object: the table or
    view itself, where it is one. open: there may be more columns than those that are known.
    """

    alias: str | None
    columns: list[TypedColumn] | None
    reason: str = ""
    joined: set[str] = field(default_factory=set)
    object: Name | None = None
    open: bool = False
    absent: Name | None = None

    def column(self, name: str) -> TypedColumn | None:
        return next((column for column in self.columns or () if column.name == name), None)

    def make_nullable(self) -> None:
        """What an outer join does to the side that may have no row."""
        if self.columns is not None:
            self.columns = [replace(column, nullable=True) for column in self.columns]


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

    def child(self) -> Scope:
        """A scope for a subquery: it sees everything of this one."""
        return Scope(self.lookup, self.session, self, dict(self.ctes), selects=self.selects, trace=self.trace)

    def spend(self) -> None:
        """Recursive queries that nest in one another are typed twice a level: a limit, where that would never end."""
        if next(self.selects) > MOST_SELECTS:
            raise SqlInputError("the query is too complex", 0)

    def resolve(self, name: str, table: str | None = None) -> Typed:
        """A column of a source first, then an alias of the same list (as Snowflake prefers), then the query around."""
        found = [(source, column) for source in self.named(table) if (column := source.column(name)) and name not in source.joined]
        if len(found) == 1:
            return _typed(found[0][1])
        if len(found) > 1:
            return unknown(f"column {name} is ambiguous")
        blind = next((source for source in self.named(table) if source.columns is None), None)
        if blind is not None:
            return unknown(blind.reason)
        if table is None and name in self.aliases:
            return self.aliases[name]
        if self.parent is not None:
            return self.parent.resolve(name, table)
        return unknown(f"no column {name} in {table or 'the query'}")

    def origins(self, name: str, table: str | None) -> tuple[Origins, NameFault | None]:
        """What a name's values come from, found as ``resolve`` finds it; the fault where it surely means nothing."""
        scope: Scope | None = self
        reads = False
        while scope is not None:
            sources = scope.named(table)
            found = [column for source in sources if (column := source.column(name)) and name not in source.joined]
            if found:
                every = found[0].origins.union(*(column.origins for column in found[1:]))
                doubtful = len(found) > 1 and name not in scope.later
                return every, NameFault(name, table, ambiguous=True) if doubtful else None
            if any(source.columns is None or source.open for source in scope.sources):
                return NOTHING, None
            if table is None and name in scope.shown:
                return scope.shown[name], None
            if table is None and name in scope.later:
                return NOTHING, None
            reads = reads or bool(scope.sources)
            scope = scope.parent
        return NOTHING, NameFault(name, table) if reads else None

    def named(self, table: str | None) -> list[Source]:
        """The sources that an alias means; all without one."""
        return self.sources if table is None else [source for source in self.sources if source.alias == table]

    def positional(self, position: int) -> Typed:
        """``$n`` of the only source."""
        if len(self.sources) == 1 and self.sources[0].columns and 1 <= position <= len(self.sources[0].columns):
            return _typed(self.sources[0].columns[position - 1])
        return unknown(f"${position} of a source that is not known")


def _typed(column: TypedColumn) -> Typed:
    return Typed(column.type, column.certainty, column.reason, column.nullable)
