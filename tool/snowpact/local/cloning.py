"""CLONE of schemas and databases: every object in them, under the new name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from snowpact.local import sequences, tables
from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.cloning import make_clone
from snowpact.local.materialized import base_of
from snowpact.local.objects import Record
from snowpact.local.scope import Scope
from snowpact.local.streams import offsets
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.relocate import relocated

PLAIN = {
    Kind.SCHEMA, Kind.VIEW, Kind.PROCEDURE, Kind.FUNCTION, Kind.FILE_FORMAT, Kind.TAG, Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY,
    Kind.SECRET, Kind.NETWORK_RULE, Kind.AGGREGATION_POLICY, Kind.PROJECTION_POLICY, Kind.PASSWORD_POLICY, Kind.SESSION_POLICY,
    Kind.AUTHENTICATION_POLICY,
}  # fmt: skip
"""Kinds that are their definition and nothing else."""
LAST = {Kind.STREAM, Kind.MATERIALIZED_VIEW}
"""Made after what they stand on."""


def clone_inside(change: Ddl, source: Name, target: Name) -> None:
    """Clone what lies inside a database or schema. Raises UnsupportedFeature for what has state of its own that no rule here copies."""
    made: dict[int, Record] = {}
    inside = change.session.engine.state.within(source)
    for record in sorted(inside, key=lambda record: record.object.kind in LAST):
        name = Name((*target.parts, *record.name.parts[len(source.parts) :]))
        item = relocated(replace(record.object, name=name), source, target)
        if record.object.kind is Kind.TABLE:
            made[record.id] = tables.make(change, item, extra=record.extra, like=record)
            tables.clone_rows(change, record, made[record.id])
        elif record.object.kind is Kind.DYNAMIC_TABLE:
            made[record.id] = make_clone(change, record, item, grants=True)
        elif record.object.kind is Kind.STREAM:
            _clone_stream(change, record, item, made)
        elif record.object.kind is Kind.SEQUENCE:
            sequences.make(change, item, tables.upcoming(change.run, f"s{record.id}"))
        elif record.object.kind is Kind.MATERIALIZED_VIEW:
            scope = Scope(change.session, name.parts[0], name.parts[1])
            base = base_of(scope, change.session.parse(item.definition or ""), change.get)
            change.create(item, extra={**record.extra, "base": base})
        elif record.object.kind is Kind.ALERT:
            change.create(item.with_properties(state="suspended"))
        elif record.object.kind in PLAIN:
            change.create(item, extra=record.extra)
        else:
            raise UnsupportedFeature(f"CLONE of what holds a {record.object.kind}")


def _clone_stream(change: Ddl, stream: Record, item: CatalogObject, made: Mapping[int, Record]) -> None:
    """A stream on the cloned table, that starts now: what the other one has not consumed is out of reach in the clone
    (https://docs.snowflake.com/en/user-guide/streams-intro#data-retention-period-and-staleness)."""
    source = made.get(stream.extra["source"])
    if source is None:
        raise UnsupportedFeature("CLONE of what holds a STREAM on a view, or on what lies outside or was dropped")
    offsets.begin(change, item.with_properties(source=source.name, show_initial_rows=None), source, [source])
