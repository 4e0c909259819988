"""In what order the statements of a schema can be run: what others stand on first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

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
    """The texts, each after those of the objects that its own names, as far as they name each other in no circle.

    Names are found by words, and some only look like one: in a circle what is younger than an object counts for nothing, since an object
    is seldom made before what it stands on.
    """
    left = dict(enumerate(sorted(texts, key=lambda pair: (_ORDER.index(pair[0].object.kind), pair[0].id))))
    needs = _named(left)
    older = {place: {other for other in found if left[other][0].id < left[place][0].id} for place, found in needs.items()}
    placed: list[str] = []
    while left:
        place = next((at for at in left if not needs[at] & left.keys()), None)
        if place is None:
            place = next(at for at in left if not older[at] & left.keys())
        placed.append(left.pop(place)[1])
    return placed


def _named(texts: Mapping[int, tuple[Record, str]]) -> dict[int, set[int]]:
    """The places of the objects that each text names."""
    by_name: dict[str, set[int]] = {}
    for place, (record, _) in texts.items():
        by_name.setdefault(record.name.name.partition("(")[0], set()).add(place)
    found = {}
    for place, (_, text) in texts.items():
        words = {quoted.replace('""', '"') or word.upper() for quoted, word in _WORD.findall(text)}
        found[place] = {other for word in words for other in by_name.get(word, ())} - {place}
    return found
