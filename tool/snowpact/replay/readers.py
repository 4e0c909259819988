"""What reads other objects, and how it would fare now: views and dynamic tables by their query, tasks and pipes by their statement,
streams by what they stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from snowpact.model.catalog import CatalogObject, Key, Kind
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import classify
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Lineage, NameFault, TypedColumn, lineage, statement_lineage
from snowpact.sql.typing.lineage import Dependency

QUERIED = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE})
"""Kinds whose definition is a query."""
READING = QUERIED | {Kind.STREAM, Kind.TASK, Kind.PIPE}
ROOT = frozenset({"TABLE", "STREAM", "FUNCTION", "PROCEDURE"})
"""The name spaces in which a query or statement may find what it names."""


@dataclass(slots=True)
class Reader:
    """One object that reads others, as it was when it was made or last evolved.

    reads: all that its text names; there: those of them that stood. result: the columns of its query. faults: names that meant
    nothing even then. starred, said: see ``Lineage``. dependencies: column by column, what its values come from; under None the rows.
    listed: its columns were named beside the query.
    """

    item: CatalogObject
    reads: tuple[Name, ...] = ()
    there: frozenset[Name] = frozenset()
    result: tuple[TypedColumn, ...] = ()
    faults: frozenset[NameFault] = frozenset()
    starred: frozenset[Name] = frozenset()
    said: frozenset[str] = frozenset()
    dependencies: dict[str | None, frozenset[Dependency]] | None = None
    listed: bool = False

    @property
    def key(self) -> Key:
        return self.item.key

    @property
    def name(self) -> Name:
        return self.item.name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.result)

    def reads_column(self, object: Name, column: str) -> bool:
        """Whether a change to that column may concern it."""
        return object in self.starred or column in self.said

    def column_over(self, object: Name, column: str | None) -> str | None:
        """The column of its own that comes from that one: of the same name if there is one."""
        if column is None:
            return None
        found = [
            name
            for name, items in (self.dependencies or {}).items()
            if name is not None and any(item.object == object and item.column == column for item in items)
        ]
        return column if column in found else found[0] if found else None

    def object_of(self, column: str, likely: Name) -> Name | None:
        """The object whose column a name was: the likely one if it is among those that had it."""
        found = {item.object for items in (self.dependencies or {}).values() for item in items if item.column == column}
        return likely if likely in found else min(found, default=None)


def read(state: State, item: CatalogObject, noted: Lineage | None = None) -> Reader:
    """noted: the lineage of the item's query, where it is at hand."""
    try:
        return _READ[item.kind](state, item, noted)
    except (SqlInputError, NameSyntaxError, Refused, Opaque):
        return Reader(item)


def _queried(state: State, item: CatalogObject, noted: Lineage | None) -> Reader:
    found = noted or analysed(state, item)
    own = [column.name for column in item.columns]
    names = own if len(own) == len(found.columns) else [column.name for column in found.columns]
    dependencies: dict[str | None, frozenset[Dependency]] = {None: found.rows}
    dependencies |= {name: column.origins for name, column in zip(names, found.columns, strict=True)}
    return Reader(
        item,
        found.objects,
        frozenset(name for name in found.objects if stands(state, name)),
        found.columns,
        frozenset(found.faults),
        found.starred,
        found.said,
        dependencies,
        listed=own != [column.name for column in found.columns],
    )


def analysed(state: State, item: CatalogObject) -> Lineage:
    """The lineage of a definition as it reads now. Raises SqlInputError for what can't be read, or not any more."""
    inside = state.inside(item.name)
    return (lineage if item.kind in QUERIED else statement_lineage)(item.definition or "", inside.lookup, inside)


def stands(state: State, name: Name) -> bool:
    return any(state.draft.find(domain, name) is not None for domain in ROOT) or bool(
        state.draft.overloads(Kind.PROCEDURE, name) or state.draft.overloads(Kind.FUNCTION, name)
    )


def _stream(state: State, item: CatalogObject, noted: Lineage | None) -> Reader:
    source = item.property("source")
    return Reader(item, (source,), frozenset({source})) if isinstance(source, Name) else Reader(item)


_HAS_DATA = re.compile(r"STREAM_HAS_DATA\s*\(\s*'([^']+)'", re.IGNORECASE)


def _run(state: State, item: CatalogObject, noted: Lineage | None) -> Reader:
    """A task or a pipe."""
    inside = state.inside(item.name)
    names = [inside.name(name) for name in _HAS_DATA.findall(item.property("when") or "")]
    target = item.property("target")
    names += [target] if isinstance(target, Name) else []
    try:
        found = analysed(state, item)
    except SqlInputError:
        names += list(_called(inside, item.definition or ""))
        return Reader(item, tuple(names), frozenset(name for name in names if stands(state, name)))
    names += [name for name in found.objects if name not in names]
    there = frozenset(name for name in names if stands(state, name))
    return Reader(item, tuple(names), there, faults=frozenset(found.faults), starred=found.starred, said=found.said)


def _called(inside: State, text: str) -> Iterator[Name]:
    statement = classify(text)
    if statement.verb == "CALL" and statement.name:
        yield inside.name(statement.name)


_READ: dict[Kind, Callable[[State, CatalogObject, Lineage | None], Reader]] = {
    **dict.fromkeys(QUERIED, _queried),
    Kind.STREAM: _stream,
    Kind.TASK: _run,
    Kind.PIPE: _run,
}
