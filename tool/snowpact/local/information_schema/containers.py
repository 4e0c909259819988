"""DATABASES, SCHEMATA."""

from __future__ import annotations

from snowpact.local.facts import Facts, of_kind, schemas
from snowpact.local.information_schema.fields import COMMENT, ROLE_TYPE, View, absent, constant, flag, has, numeric, owner, text, times
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind

retention = numeric("RETENTION_TIME", lambda record: int(record.object.property("data_retention_time_in_days", 1)))


def _databases(facts: Facts, database: str) -> list[Record]:
    """All of the account's, whichever database's view is asked."""
    return of_kind(facts, {Kind.DATABASE})


VIEWS = {
    "DATABASES": View(
        _databases,
        (
            text("DATABASE_NAME", lambda record: record.name.name),
            owner("DATABASE_OWNER"),
            flag("IS_TRANSIENT", has("transient")),
            COMMENT,
            *times(),
            retention,
            constant("TYPE", "STANDARD"),
            ROLE_TYPE,
        ),
    ),
    "SCHEMATA": View(
        schemas,
        (
            text("CATALOG_NAME", lambda record: record.name.parts[0]),
            text("SCHEMA_NAME", lambda record: record.name.name),
            owner("SCHEMA_OWNER"),
            flag("IS_TRANSIENT", has("transient")),
            flag("IS_MANAGED_ACCESS", has("managed_access")),
            retention,
            *absent("DEFAULT_CHARACTER_SET_CATALOG", "DEFAULT_CHARACTER_SET_SCHEMA", "DEFAULT_CHARACTER_SET_NAME", "SQL_PATH"),
            *times(),
            COMMENT,
        ),
    ),
}
