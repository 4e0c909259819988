"""DATABASES, SCHEMATA."""

from __future__ import annotations

from snowpact.local.facts import Facts, of_kind, schemas
from snowpact.local.information_schema.fields import COMMENT, ROLE_TYPE, View, absent, constant, flag, has, numeric, owner, text, times
from snowpact.local.objects import Record
from snowpact.local.retention import PROPERTY
from snowpact.model.catalog import Kind

_retention = numeric("RETENTION_TIME", lambda record: record.object.property(PROPERTY))


def _databases(facts: Facts, database: str) -> list[Record]:
    """All of the account's, whichever database's view is asked."""
    return _kept(facts, of_kind(facts, {Kind.DATABASE}))


def _schemata(facts: Facts, database: str) -> list[Record]:
    return _kept(facts, schemas(facts, database))


def _kept(facts: Facts, records: list[Record]) -> list[Record]:
    """With the retention that they have, be it inherited."""
    return [record.with_object(record.object.with_properties(**{PROPERTY: facts.retention(record)})) for record in records]


VIEWS = {
    "DATABASES": View(
        _databases,
        (
            text("DATABASE_NAME", lambda record: record.name.name),
            owner("DATABASE_OWNER"),
            flag("IS_TRANSIENT", has("transient")),
            COMMENT,
            *times(),
            _retention,
            constant("TYPE", "STANDARD"),
            ROLE_TYPE,
        ),
    ),
    "SCHEMATA": View(
        _schemata,
        (
            text("CATALOG_NAME", lambda record: record.name.parts[0]),
            text("SCHEMA_NAME", lambda record: record.name.name),
            owner("SCHEMA_OWNER"),
            flag("IS_TRANSIENT", has("transient")),
            flag("IS_MANAGED_ACCESS", has("managed_access")),
            _retention,
            *absent("DEFAULT_CHARACTER_SET_CATALOG", "DEFAULT_CHARACTER_SET_SCHEMA", "DEFAULT_CHARACTER_SET_NAME", "SQL_PATH"),
            *times(),
            COMMENT,
        ),
    ),
}
