"""Column lineage: what each column of a query comes from, and what the query needs to be there at all.

It is kept while the query is typed, in the same pass over one tree: a ``Trace`` hangs on the scopes, and every column carries the
source columns that its values come from. What filters, joins, groups or orders decides which rows there are, for all columns alike,
so it is kept once for the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import NamedTuple

from sqlglot import exp

from snowpact.model.names import Name
from snowpact.sql.typing.spelling import stored
from snowpact.sql.typing.typed import TypedColumn


class Use(str, Enum):
    """What a query does with a source column. Grouping, windows and order are filters: they decide on rows and their order."""

    PROJECTION = "projection"
    FILTER = "filter"
    JOIN = "join"

    __hash__ = str.__hash__  # an Enum's own is written in Python

    def __str__(self) -> str:
        return self.value


class Dependency(NamedTuple):
    """One column of one object that a query reads."""

    object: Name
    column: str
    use: Use = Use.PROJECTION


Origins = frozenset[Dependency]
NOTHING: Origins = frozenset()


@dataclass(frozen=True, slots=True)
class NameFault:
    """A name that means nothing: all sources' columns are known, and none is called so; or that means two things."""

    column: str
    table: str | None = None
    ambiguous: bool = False

    @property
    def identifier(self) -> str:
        return f"{self.table}.{self.column}" if self.table else self.column

    def __str__(self) -> str:
        """As Snowflake says it (https://docs.snowflake.com/en/user-guide/dynamic-tables/error-codes for the first)."""
        if self.ambiguous:
            return f"ambiguous column name '{self.identifier}'"
        return f"000904 (42000): invalid identifier '{self.identifier}'"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a query reads.

    columns are its result, each with its type and ``origins``; rows the columns that decide which rows there are. objects are all
    that it reads, views and tables; missing those of them that lookup did not know. starred: the objects whose whole column list a
    ``*`` shows somewhere, so that it changes with them. said: every column name that it says anywhere. faults: names that mean nothing.
    nameless: a column of the result is an expression without an alias.
    """

    columns: tuple[TypedColumn, ...]
    rows: Origins
    objects: tuple[Name, ...]
    missing: tuple[Name, ...]
    starred: frozenset[Name]
    said: frozenset[str]
    faults: tuple[NameFault, ...]
    nameless: bool = False

    def of(self, column: str) -> Origins:
        """Everything that a column depends on: its values, and the rows."""
        return self.rows.union(*(item.origins for item in self.columns if item.name == column))


@dataclass(slots=True)
class Trace:
    """What is gathered while a query is typed. typed remembers the subqueries inside expressions: types and lineage both ask.

    lenient: only what is read matters, so a ``*`` over something unknown shows nothing instead of being an error.
    """

    objects: dict[Name, None] = field(default_factory=dict)
    missing: dict[Name, None] = field(default_factory=dict)
    starred: set[Name] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    deciding: dict[Use, set[Dependency]] = field(default_factory=lambda: {Use.FILTER: set(), Use.JOIN: set()})
    faults: dict[NameFault, None] = field(default_factory=dict)
    typed: dict[int, list[TypedColumn]] = field(default_factory=dict)
    lenient: bool = False
    nameless: bool = False

    def lineage(self, columns: list[TypedColumn]) -> Lineage:
        return Lineage(
            tuple(columns),
            frozenset(Dependency(item.object, item.column, use) for use, items in self.deciding.items() for item in items),
            tuple(self.objects),
            tuple(self.missing),
            frozenset(self.starred),
            frozenset(self.said),
            tuple(self.faults),
            self.nameless,
        )

    def decide(self, origins: Origins, use: Use) -> None:
        """These columns decide on the rows."""
        self.deciding[use] |= origins


_CALLS = frozenset(("SYSDATE", "SYSTIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "LEVEL", "NEXTVAL"))
"""What stands where a column may stand and is none: functions without brackets, pseudo-columns; also all CURRENT_… and METADATA$…."""

_PARTS = re.compile(r"(EPOCH|YEAR|QUARTER|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND|MILLI|MICRO|NANO|DOW|DOY|[A-Z]{1,4}\Z)")


def is_column(node: exp.Column, name: str, table: str | None) -> bool:
    """Whether a name that no source has would be a column's: not the part of a date that a function is told, ``TRUNC(d, month)``."""
    if name == "NEXTVAL" or "$" in name:
        return False
    if table is not None:
        return True
    part = isinstance(node.parent, exp.Anonymous | exp.Trunc) and _PARTS.match(name)
    return not (name in _CALLS or name.startswith("CURRENT_") or part)


Subquery = Callable[[exp.Expression, object], list[TypedColumn]]
_WINDOW = ("partition_by", "order", "spec")
_LEAVES = frozenset((exp.Literal, exp.Identifier, exp.DataType, exp.Null, exp.Boolean, str, bool, int, type(None)))
"""Most of what stands in a tree; no column stands in them."""
_KINDS = (exp.Query, exp.Lambda, exp.Star, exp.Window, exp.Exists, exp.In, exp.Expression, list)


@cache
def _kind(type_: type) -> type | None:
    """What is to be told apart of all that stands in a tree; None for what holds no column."""
    if type_ is exp.Column:
        return type_
    return next((kind for kind in _KINDS if issubclass(type_, kind)), None) if type_ not in _LEAVES else None


def origins(node: exp.Expression | None, scope, subquery: Subquery) -> Origins:
    """The source columns of an expression, with what happens to them; its faults go to the trace.

    A ``*`` inside, but for COUNT's, stands for all columns of all sources.
    """
    if type(node) is exp.Column and type(node.this) is exp.Identifier:
        return _referred(node, scope)
    found: set[Dependency] = set()
    filtering: set[Dependency] = set()
    waiting: list[tuple[object, set[Dependency]]] = [(node, found)]
    while waiting:
        item, into = waiting.pop()
        kind = _kind(type(item))
        if kind is exp.Column:
            into |= _all(scope, stored(item.args.get("table"))) if isinstance(item.this, exp.Star) else _referred(item, scope)
        elif kind is exp.Query:
            into.update(*[column.origins for column in subquery(item, scope)])
        elif kind is exp.Lambda:
            waiting.append((_without(item), into))
        elif kind is exp.Star:
            if not isinstance(item.parent, exp.Count):
                into |= _all(scope, None)
        elif kind is exp.Window:
            waiting.append((item.this, into))
            waiting.extend([(item.args.get(key), filtering) for key in _WINDOW])
        elif kind is list:
            waiting.extend([(one, into) for one in item])
        elif kind is not None:
            if kind is not exp.Expression:  # EXISTS and IN
                into = filtering
            waiting.extend([(value, into) for value in item.args.values() if type(value) not in _LEAVES])
    return frozenset(found | _filtering(filtering)) if filtering else frozenset(found)


def _filtering(items: Iterable[Dependency]) -> set[Dependency]:
    return {Dependency(item.object, item.column, Use.FILTER) for item in items}


def _without(item: exp.Lambda) -> list[exp.Expression]:
    """The columns in a lambda's body that are not its parameters."""
    names = {stored(one if isinstance(one, exp.Identifier) else one.this) for one in item.expressions if isinstance(one, exp.Expression)}
    return [column for column in item.this.find_all(exp.Column) if stored(column.parts[0]) not in names]


def _all(scope, table: str | None) -> set[Dependency]:
    return {item for source in scope.named(table) for column in source.columns or () for item in column.origins}


def _referred(node: exp.Column, scope) -> Origins:
    if not isinstance(node.this, exp.Identifier):
        return NOTHING
    name, table = stored(node.this) or "", stored(node.args.get("table"))
    scope.trace.said.add(name)
    found, fault = scope.origins(name, table)
    if fault is not None and (fault.ambiguous or is_column(node, name, table)):
        scope.trace.faults[fault] = None
    return found
