"""Future grants: what a schema or database has in store for the objects that come to be in it.

Where both have grants for a kind, the schema's count and the database's are ignored
(https://docs.snowflake.com/en/sql-reference/sql/grant-privilege#future-grants-on-database-or-schema-objects).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from snowpact.local.governance.held import Held, added, future_grants, grants, owned_by, with_grants
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl


def applied(change: Ddl, record: Record) -> Record:
    """A new record with its future grants; a future OWNERSHIP gives it another owner."""
    for container in _containers(change, record):
        stored = [held for kind, held in future_grants(container) if kind is record.object.kind]
        if stored:
            return _granted(change, record, stored)
    return record


def _containers(change: Ddl, record: Record) -> list[Record]:
    parts = record.name.parts
    found = [change.get("SCHEMA", Name(parts[:2]))] if len(parts) == 3 else []
    found += [change.get("DATABASE", Name(parts[:1]))] if len(parts) > 1 and record.object.kind is not Kind.DATABASE else []
    return [container for container in found if container is not None and container.extra.get("future_grants")]


def _granted(change: Ddl, record: Record, stored: list[Held]) -> Record:
    held = grants(record)
    for item in stored:
        if item.privilege == "OWNERSHIP":
            record = owned_by(record, item.to, item.grantee)
        else:
            held = added(held, replace(item, on=change.now))
    return with_grants(record, held)
