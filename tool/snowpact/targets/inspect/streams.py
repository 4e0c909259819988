"""Streams: SHOW alone knows them (https://docs.snowflake.com/en/sql-reference/sql/show-streams)."""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.targets.inspect.probe import Probe, text


def streams(probe: Probe) -> list[CatalogObject]:
    """Properties: ``source``, None where SHOW's spelling leaves it open, and ``mode``."""
    return [
        CatalogObject(
            kind=Kind.STREAM,
            name=Name.of(probe.database, row["schema_name"], row["name"]),
            comment=text(row["comment"]),
            properties=properties(source=_source(text(row["table_name"])), mode=text(row["mode"])),
        )
        for row in probe.show("STREAMS", paged=True)
    ]


def _source(shown: str | None) -> Name | None:
    """The full name without quotes, as SHOW prints it; one with a dot or a quote in a part can't be told apart."""
    parts = (shown or "").split(".")
    return Name(tuple(parts)) if len(parts) == 3 and '"' not in (shown or "") else None
