"""Tasks: SHOW alone knows them (https://docs.snowflake.com/en/sql-reference/sql/show-tasks)."""

from __future__ import annotations

import json

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name, NameSyntaxError
from snowpact.targets.inspect.probe import Probe, Row, text


def tasks(probe: Probe) -> list[CatalogObject]:
    """Properties: ``warehouse``, ``schedule``, ``after``, ``when`` and ``state``; the definition is the statement that it runs."""
    return [
        CatalogObject(
            kind=Kind.TASK,
            name=Name.of(probe.database, row["schema_name"], row["name"]),
            definition=text(row["definition"]),
            comment=text(row["comment"]),
            properties=properties(
                warehouse=text(row["warehouse"]),
                schedule=text(row["schedule"]),
                after=_predecessors(probe, row),
                when=text(row["condition"]),
                state=text(row["state"]),
            ),
        )
        for row in probe.show("TASKS", paged=True)
    ]


def _predecessors(probe: Probe, row: Row) -> tuple[Name, ...] | None:
    """Full names, as JSON; what can't be read is noted and left out."""
    try:
        return tuple(sorted(Name.parse(name) for name in json.loads(text(row["predecessors"]) or "[]"))) or None
    except (ValueError, TypeError, NameSyntaxError):
        probe.note(f"what task {row['name']} runs after can't be read: {row['predecessors']}")
        return None
