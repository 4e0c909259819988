"""Whether one reader still works, and what of it follows by itself.

A view fails when its query gives other columns than it declared, at whatever place; a dynamic table of named columns when one of them is
gone; one of ``SELECT *`` evolves (https://docs.snowflake.com/en/user-guide/dynamic-tables/modify).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from snowpact.model.broken import Step
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.change import AddColumn, Change, ChangeType, DropColumn, RenameObject, TypeState
from snowpact.model.conversion import ConversionKind, conversion
from snowpact.model.names import Name
from snowpact.model.types import Certainty
from snowpact.replay.readers import QUERIED, Reader, analysed, stands
from snowpact.replay.state import State
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import Lineage, TypedColumn

_UNSURE = "whether a dynamic table follows the type of a column that it names is not documented"


@dataclass(frozen=True, slots=True)
class Fault:
    """It does not work any more. why: as the account will say it; path: from what was changed to the reader."""

    why: str
    by: Change
    path: tuple[Step, ...]
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Evolution:
    """It works. changes: what becomes of its own columns; reinitialized: why its next refresh starts from nothing. lineage: the query
    as it reads now, where its columns are others."""

    changes: tuple[Change, ...] = ()
    reinitialized: str | None = None
    lineage: Lineage | None = None


def assess(state: State, reader: Reader, cause: Change) -> Fault | Evolution:
    gone = next((name for name in reader.there if not stands(state, name)), None)
    if gone is not None:
        why = f"002003 (42S02): Object '{gone}' does not exist or not authorized"
        if isinstance(cause, RenameObject) and cause.object == gone:
            why += f": it is called {cause.to} now"
        return Fault(why, cause, (Step(gone), Step(reader.name)))
    if reader.item.kind not in QUERIED and not reader.said:
        return Evolution()
    try:
        found = analysed(state, reader.item)
    except SqlInputError as error:
        return Fault(f"its query does not compile any more: {error.message}", cause, _path(reader, cause.object, cause.column_name))
    fault = next((fault for fault in found.faults if fault not in reader.faults), None)
    if fault is not None:
        object = reader.object_of(fault.column, cause.object) or cause.object
        return Fault(f"SQL compilation error: {fault}", cause, _path(reader, object, fault.column))
    if reader.item.kind is Kind.DYNAMIC_TABLE:
        return _dynamic_table(reader, found, cause)
    if reader.item.kind in QUERIED:
        return _view(reader, found, cause)
    return Evolution()


def _path(reader: Reader, object: Name, column: str | None) -> tuple[Step, ...]:
    return Step(object, column), Step(reader.name, reader.column_over(object, column))


def _view(reader: Reader, found: Lineage, cause: Change) -> Fault | Evolution:
    declared, made = len(reader.item.columns), len(found.columns)
    if declared != made:
        why = f"002057 (42601): View definition for '{reader.name}' declared {declared} column(s), but view query produces {made} column(s)"
        return Fault(why, cause, _path(reader, cause.object, cause.column_name))
    names = tuple(column.name for column in found.columns)
    if len(reader.names) == made and names != reader.names:  # other counts: it was broken before, and is read again
        was, now = next(pair for pair in zip(reader.names, names, strict=True) if pair[0] != pair[1])
        why = f"its SELECT * now gives the column {now} where the view declared {was}"
        return Fault(why, cause, _path(reader, cause.object, cause.column_name))
    pairs = zip(reader.item.columns, found.columns, strict=True)
    changes = tuple(_retyped(reader.item, column, typed) for column, typed in pairs if _other(column, typed))
    return Evolution(changes, lineage=found if changes else None)


def _other(column: Column, typed: TypedColumn) -> bool:
    return (column.type, column.certainty) != (typed.type, typed.certainty)


def _retyped(item: CatalogObject, column: Column, typed: TypedColumn, sure: bool = True) -> ChangeType:
    certainty = typed.certainty if sure else typed.certainty & Certainty.FAMILY
    reason = typed.reason if sure or typed.reason else _UNSURE
    before = TypeState(column.type, column.certainty, column.reason)
    return ChangeType(kind=item.kind, object=item.name, column=column.name, before=before, after=TypeState(typed.type, certainty, reason))


def _dynamic_table(reader: Reader, found: Lineage, cause: Change) -> Fault | Evolution:
    item = reader.item
    now = {column.name: column for column in found.columns}
    if reader.listed:
        if len(now) != len(item.columns):
            why = f"its query gives {len(now)} columns for the {len(item.columns)} that were named"
            return Fault(why, cause, _path(reader, cause.object, cause.column_name))
        return Evolution()
    dropped = [column for column in item.columns if column.name not in now]
    clustered = next((column for column in dropped if column.name in _words(item.property("cluster_by") or "")), None)
    if clustered is not None:
        why = f"its column {clustered.name} is dropped, and belongs to its clustering key"
        return Fault(why, cause, _path(reader, cause.object, clustered.name))
    kept = [(column, now[column.name]) for column in item.columns if column.name in now and _other(column, now[column.name])]
    for column, typed in kept:
        if not _follows(column, typed):
            why = f"the type of its column {column.name} would go from {column.type} to {typed.type}"
            return Fault(why, cause, (Step(cause.object, cause.column_name), Step(reader.name, column.name)))
    changes = (*_dropped(item, dropped), *_widened(reader, kept), *_added(item, found, len(item.columns) - len(dropped)))
    return Evolution(changes, _reinitialized(item, found, cause), found if changes else None)


def _words(keys: str) -> set[str]:
    return {quoted or bare.upper() for quoted, bare in re.findall(r'"([^"]+)"|(\w+)', keys)}


def _follows(column: Column, typed: TypedColumn) -> bool:
    """Widening and narrowing pass; a change that ALTER could not make fails the refresh. Types that are not known are nobody's fault."""
    if Certainty.UNKNOWN in (column.certainty, typed.certainty):
        return True
    if Certainty.EXACT is column.certainty is typed.certainty:
        return conversion(column.type, typed.type).kind not in (ConversionKind.REBUILD, ConversionKind.REFUSED)
    return column.type.base == typed.type.base


def _dropped(item: CatalogObject, columns: list[Column]) -> Iterator[Change]:
    places = [column.name for column in item.columns]
    for column in columns:
        yield DropColumn(kind=item.kind, object=item.name, column=column, position=places.index(column.name))
        places.remove(column.name)


def _widened(reader: Reader, kept: list[tuple[Column, TypedColumn]]) -> Iterator[Change]:
    """Where the type narrows the dynamic table keeps the wider one."""
    for column, typed in kept:
        sure = Certainty.EXACT is column.certainty is typed.certainty
        if not sure or conversion(column.type, typed.type).kind is ConversionKind.WIDENED:
            yield _retyped(reader.item, column, typed, sure=bool(reader.starred))


def _added(item: CatalogObject, found: Lineage, kept: int) -> Iterator[Change]:
    known = {column.name for column in item.columns}
    for position, column in enumerate(found.columns):
        if column.name not in known:
            new = Column(column.name, column.type, certainty=column.certainty, reason=column.reason)
            yield AddColumn(kind=item.kind, object=item.name, column=new, position=min(position, kept))
            kept += 1


def _reinitialized(item: CatalogObject, found: Lineage, cause: Change) -> str | None:
    known = [column.name for column in item.columns]
    names = [column.name for column in found.columns]
    added = [name for name in names if name not in known]
    if not added or not isinstance(cause, AddColumn):
        return None
    if names[-len(added) :] != added:
        return f"the new column {added[0]} comes before others of its own, which shift"
    if cause.column.default is not None:
        return f"{cause.object}.{cause.column.name} is added with a DEFAULT"
    return None
