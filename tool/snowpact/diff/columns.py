"""What turns one list of columns into another, as Changes that apply one after the other.

Drops come first, from the right; then moves, as few as the longest common order allows; then what changed within a column;
then additions, from the left. So every position is the one the column has when its change is applied, which is what makes
each change reversible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from snowpact.model.catalog import CatalogObject, Column
from snowpact.model.change import (
    COLUMN_PROPERTIES,
    AddColumn,
    Change,
    ChangeColumnProperty,
    ChangeDefault,
    ChangeNullability,
    ChangeType,
    DropColumn,
    MoveColumn,
    TypeState,
)


def column_changes(before: CatalogObject, after: CatalogObject) -> Iterator[Change]:
    """The changes of ``before``'s columns into ``after``'s, addressed to ``before``."""
    if before.columns == after.columns:
        return
    named = {"kind": before.kind, "object": before.name}
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    for position in reversed(range(len(before.columns))):
        column = before.columns[position]
        if column.name not in new:
            yield DropColumn(**named, column=column, position=position)
    kept = [name for name in old if name in new]
    for name, start, end in _moves(kept, [name for name in new if name in old]):
        yield MoveColumn(**named, column=name, before=start, after=end)
    for name in (name for name in new if name in old):
        yield from _within(before, old[name], new[name])
    for position, column in enumerate(after.columns):
        if column.name not in old:
            yield AddColumn(**named, column=column, position=position)


def _within(item: CatalogObject, before: Column, after: Column) -> Iterator[Change]:
    if before == after:
        return
    named = {"kind": item.kind, "object": item.name, "column": before.name}
    types = [TypeState(column.type, column.certainty, column.reason) for column in (before, after)]
    if types[0] != types[1]:
        yield ChangeType(**named, before=types[0], after=types[1])
    if before.nullable != after.nullable:
        yield ChangeNullability(**named, before=before.nullable, after=after.nullable)
    if before.default != after.default:
        yield ChangeDefault(**named, before=before.default, after=after.default)
    for attribute in COLUMN_PROPERTIES:
        old, new = getattr(before, attribute), getattr(after, attribute)
        if old != new:
            yield ChangeColumnProperty(**named, property=attribute, before=old, after=new)


def _moves(current: list[str], target: list[str]) -> Iterator[tuple[str, int, int]]:
    """(column, position before, position after) for the fewest moves that bring ``current`` into the order of ``target``."""
    if current == target:
        return
    current = list(current)
    place = {name: index for index, name in enumerate(current)}
    staying = {target[index] for index in _longest_rise([place[name] for name in target])}
    for index, name in enumerate(target):
        if name in staying:
            continue
        start = current.index(name)
        del current[start]
        end = current.index(target[index - 1]) + 1 if index else 0
        current.insert(end, name)
        if start != end:
            yield name, start, end


def _longest_rise(values: Sequence[int]) -> list[int]:
    """The indices of a longest strictly rising subsequence (patience sorting, n log n)."""
    tops: list[int] = []
    tails: list[int] = []
    previous: list[int | None] = []
    for index, value in enumerate(values):
        pile = bisect_left(tops, value)
        previous.append(tails[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(value)
            tails.append(index)
        else:
            tops[pile], tails[pile] = value, index
    chain: list[int] = []
    at = tails[-1] if tails else None
    while at is not None:
        chain.append(at)
        at = previous[at]
    return chain[::-1]
