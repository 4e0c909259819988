"""CREATE STREAM. Its columns are those of its source and three more, whenever it is read; so it holds none here.

Properties: ``source`` (Name), ``source_kind``, ``mode``, ``show_initial_rows``.
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.governance import full_tags
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.stream import CreateStream, parse_create_stream

OWN = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.DYNAMIC_TABLE})
"""Kinds of source that CREATE STREAM calls by their own name: there is no stream on a materialized view
(https://docs.snowflake.com/en/sql-reference/sql/create-stream)."""


@replays("CREATE", Kind.STREAM)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_stream(statement.text)
    name = state.name(parsed.name, Kind.STREAM)
    if parsed.clone is not None:
        item = replace(state.require(Kind.STREAM, state.name(parsed.clone, Kind.STREAM)), name=name)
    else:
        item = _object(state, parsed, CatalogObject(Kind.STREAM, name))
    found = state.create(item, parsed.modifiers, parsed.copy_grants)
    if found is not None:
        align(state, found, item)


def _object(state: State, parsed: CreateStream, item: CatalogObject) -> CatalogObject:
    kind = Kind(parsed.source_kind)
    source = state.name((parsed.source or "").removeprefix("@"), kind)
    found = state.find(kind, source)
    if found is not None and found.kind is not kind and ({kind, found.kind} & OWN):
        raise Refused(f"002003 (42S02): {source} is a {found.kind}, not a {kind}")
    if found is None and state.missing(kind, source):
        raise Refused(f"002003 (42S02): {kind} {source} does not exist or not authorized")
    return replace(
        item,
        comment=parsed.comment,
        properties=properties(
            source=source,
            source_kind=parsed.source_kind,
            mode=parsed.mode,
            show_initial_rows=parsed.show_initial_rows or None,
            tags=full_tags(state, parsed.tags) or None,
        ),
    )
