"""SHOW STREAMS, and DESCRIBE STREAM, which has the same columns (https://docs.snowflake.com/en/sql-reference/sql/desc-stream)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from snowpact.local.information_schema.fields import TIME, Field
from snowpact.local.show.listing import COMMENT, CREATED, DATABASE, NAME, OWNER, ROLE_TYPE, SCHEMA, Item, Listing, constant, objects, text
from snowpact.local.streams.reading import is_stale
from snowpact.model.catalog import Kind

_STRETCHED = timedelta(days=14)
"""How long changes are kept for a stream: MAX_DATA_EXTENSION_TIME_IN_DAYS, by default
(https://docs.snowflake.com/en/user-guide/streams-intro#data-retention-period-and-staleness)."""


def _present(item: Item, id_: int) -> Any:
    return item.session.engine.state.by_id.get(id_)


def _source(item: Item) -> str | None:
    source = _present(item, item.record.extra["source"])
    return str(source.name) if source else None


def _bases(item: Item) -> str:
    return ", ".join(str(table.name) for table in (_present(item, id_) for id_ in item.record.extra["tables"]) if table)


def _source_type(item: Item) -> str:
    """A dynamic table is a table here [M]."""
    return "VIEW" if item.record.object.property("source_kind") == "VIEW" else "TABLE"


def _stale(item: Item) -> bool:
    return is_stale(item.session.engine.state, item.record)


def _stale_after(item: Item) -> Any:
    moved = item.session.duck.execute("SELECT moved_on FROM _snow.offsets WHERE stream = ?", [item.record.id]).fetchone()
    return moved[0] + _STRETCHED if moved else None


FIELDS = (
    CREATED, NAME, DATABASE, SCHEMA, OWNER, COMMENT, text("table_name", _source), text("source_type", _source_type),
    text("base_tables", _bases), constant("type", "DELTA"), text("stale", lambda item: "true" if _stale(item) else "false"),
    text("mode", lambda item: item.record.object.property("mode")), Field("stale_after", TIME, _stale_after),
    text("invalid_reason", lambda item: "Source was replaced" if _stale(item) else "N/A"),  # texts [M]
    ROLE_TYPE,
)  # fmt: skip

LISTINGS = {Kind.STREAM: Listing(objects(Kind.STREAM), FIELDS)}
