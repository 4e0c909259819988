"""In what order the statements of a schema can be run: what others stand on first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from snowpact.local.objects import Record
from snowpact.model.catalog import Kind

_ORDER = (
    Kind.TAG, Kind.SEQUENCE, Kind.FILE_FORMAT, Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY, Kind.AGGREGATION_POLICY,
    Kind.PROJECTION_POLICY, Kind.PASSWORD_POLICY, Kind.SESSION_POLICY, Kind.AUTHENTICATION_POLICY, Kind.TABLE, Kind.VIEW,
    Kind.MATERIALIZED_VIEW,
    Kind.DYNAMIC_TABLE, Kind.FUNCTION, Kind.DATA_METRIC_FUNCTION, Kind.PROCEDURE, Kind.STREAM, Kind.TASK, Kind.ALERT, Kind.PIPE,
)  # fmt: skip
"""Among what does not stand on each other, which Snowflake does not tell [M]."""

_WORD = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_][\w$]*)')


def in_order(texts: Sequence[tuple[Record, str]]) -> list[str]:
    """The texts, each after those of the objects that its own names. By words, its columns and arguments left out: what only shares a
    word with another object comes after it too."""
    by_name: dict[str, list[int]] = {}
    listed = sorted(texts, key=lambda pair: (_ORDER.index(pair[0].object.kind), pair[0].id))
    for place, (record, _) in enumerate(listed):
        by_name.setdefault(record.name.name.partition("(")[0], []).append(place)
    placed: list[str] = []
    begun: set[int] = set()

    def put(place: int) -> None:
        if place not in begun:
            begun.add(place)
            record, text = listed[place]
            named = {quoted.replace('""', '"') or word.upper() for quoted, word in _WORD.findall(text)} - _own(record)
            for other in sorted(place for name in named for place in by_name.get(name, ())):
                put(other)
            placed.append(text)

    for place in range(len(listed)):
        put(place)
    return placed


def _own(record: Record) -> set[str]:
    """The words of a text that name no other object."""
    return {column.name for column in record.object.columns} | {argument[0] for argument in record.object.property("arguments", ())}
