"""What tags an object or column has: a column has its table's, a table its schema's, a schema its database's, the nearest value counts
(https://docs.snowflake.com/en/user-guide/object-tagging/inheritance).
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.local.objects import Record, State
from snowpact.model.catalog import Kind
from snowpact.model.names import Name


def own_tags(state: State, record: Record, column: str | None = None) -> list[tuple[Record, str]]:
    """The tags set on an object or column itself, those that are still there."""
    values = record.extra.get("tags", {}) if column is None else record.extra.get("column_tags", {}).get(column, {})
    tags = ((state.by_id.get(int(id_)), value) for id_, value in values.items())
    return sorted(((tag, value) for tag, value in tags if tag and tag.dropped_on is None), key=lambda pair: pair[0].name)


def lineage(state: State, record: Record, column: str | None = None) -> Iterator[tuple[Record, str | None]]:
    """What an object's or column's tags come from, the nearest first: itself, its table, schema and database."""
    if column is not None:
        yield record, column
    yield record, None
    for depth, kind in ((2, Kind.SCHEMA), (1, Kind.DATABASE)):
        if len(record.name.parts) > depth:
            container = state.get(kind.domain, Name(record.name.parts[:depth]))
            if container is not None:
                yield container, None


def effective(state: State, record: Record, column: str | None = None) -> dict[int, tuple[str, Record, str | None]]:
    """By a tag's id: its value, and the object and column that it is set on."""
    seen: dict[int, tuple[str, Record, str | None]] = {}
    for source, name in lineage(state, record, column):
        for tag, value in own_tags(state, source, name):
            seen.setdefault(tag.id, (value, source, name))
    return seen
