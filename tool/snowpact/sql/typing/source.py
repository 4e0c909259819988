"""One item of FROM, with the columns that it shows."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.names import Name
from snowpact.sql.typing.lineage import NOTHING, Dependency
from snowpact.sql.typing.typed import TypedColumn


class Source:
    """columns is None where they are not known; ``reason`` then says why, and absent is the name where lookup did not know it.

    joined: names that a USING or NATURAL JOIN merged into those of an earlier source; ``*`` leaves them out. object: the table or
    view itself, where it is one. open: there may be more columns than those that are known. The columns of an object are read as they
    are asked for: tables are wide, and a query says a few of their names.
    """

    __slots__ = ("_columns", "_declared", "_named", "_nullable", "_traced", "absent", "alias", "joined", "object", "open", "reason")

    def __init__(self, alias: str | None, columns: list[TypedColumn] | None, reason: str = "", absent: Name | None = None):
        self.alias, self.reason, self.absent = alias, reason, absent
        self.columns = columns
        self.joined: frozenset[str] = frozenset()
        self.object: Name | None = None
        self.open = self._nullable = self._traced = False

    @classmethod
    def of(cls, found: CatalogObject, alias: str, *, open: bool, traced: bool) -> Source:
        """A table, view or other object with columns; ``traced``, each of them comes from itself."""
        source = cls(alias, None)
        source.object, source.open, source._declared, source._traced = found.name, open, found.columns, traced
        return source

    @property
    def columns(self) -> list[TypedColumn] | None:
        if self._columns is None and self._declared is not None:
            self._columns = [self._read(column) for column in self._declared]
        return self._columns

    @columns.setter
    def columns(self, columns: list[TypedColumn] | None) -> None:
        self._columns = columns
        self._declared: tuple[Column, ...] | None = None
        self._named: dict[str, TypedColumn | Column] | None = None

    def column(self, name: str) -> TypedColumn | None:
        """The first of that name."""
        if self._named is None:
            self._named = {column.name: column for column in reversed(self._declared or self._columns or ())}
        found = self._named.get(name)
        if type(found) is Column:
            found = self._named[name] = self._read(found)
        return found

    def called(self, name: str) -> list[TypedColumn]:
        """All of that name: a query may answer with two."""
        first = self.column(name)
        if first is None or self._declared is not None or len(self._named or ()) == len(self._columns or ()):
            return [] if first is None else [first]
        return [column for column in self._columns or () if column.name == name]

    def make_nullable(self) -> None:
        """What an outer join does to the side that may have no row."""
        if self._declared is not None:
            self._nullable, self._columns, self._named = True, None, None
        elif self._columns is not None:
            self.columns = [column._replace(nullable=True) for column in self._columns]

    def _read(self, column: Column) -> TypedColumn:
        origins = frozenset((Dependency(self.object, column.name),)) if self._traced else NOTHING
        return TypedColumn(column.name, column.type, column.certainty, column.reason, column.nullable or self._nullable, origins)
