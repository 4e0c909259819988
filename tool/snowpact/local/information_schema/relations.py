"""TABLES, VIEWS.

A dynamic table is a BASE TABLE whose IS_DYNAMIC is YES (https://docs.snowflake.com/en/sql-reference/info-schema/tables).
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.local.describing import create_text
from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import (
    COMMENT,
    TIME,
    Field,
    View,
    absent,
    changed,
    constant,
    flag,
    has,
    numeric,
    owner,
    placed,
    text,
    times,
)
from snowpact.local.objects import Record
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.types import BOOLEAN

_TYPES = {
    Kind.VIEW: "VIEW",
    Kind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    Kind.EXTERNAL_TABLE: "EXTERNAL TABLE",
    Kind.EVENT_TABLE: "EVENT TABLE",
}
VIEW_KINDS = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})


@dataclass(frozen=True, slots=True)
class _Counted:
    """A relation that can still be counted."""

    record: Record
    facts: Facts

    @property
    def rows(self) -> int | None:
        return self.facts.row_count(self.record)


def _relations(facts: Facts, database: str) -> list[_Counted]:
    return [_Counted(record, facts) for record in of_kind(facts, RELATIONS, database)]


def _views(facts: Facts, database: str) -> list[Record]:
    return of_kind(facts, VIEW_KINDS, database)


def _table_type(record: Record) -> str:
    if record.object.kind in _TYPES:
        return _TYPES[record.object.kind]
    return "TEMPORARY TABLE" if record.temporary else "BASE TABLE"


def _clustering(record: Record) -> str | None:
    key = record.object.property("cluster_by")
    return f"LINEAR({key})" if key else None


def _of_record(field: Field) -> Field:
    """A record's field as one of what TABLES lists."""
    return Field(field.name, field.type, lambda item: field.value(item.record))


def _is(name: str, kind: Kind) -> Field:
    return flag(name, lambda record: record.object.kind is kind)


_TABLE_FIELDS = (
    *placed("TABLE"),
    owner("TABLE_OWNER"),
    text("TABLE_TYPE", _table_type),
    flag("IS_TRANSIENT", has("transient")),
    text("CLUSTERING_KEY", _clustering),
)
_MORE_TABLE_FIELDS = (
    *absent(
        "SELF_REFERENCING_COLUMN_NAME", "REFERENCE_GENERATION", "USER_DEFINED_TYPE_CATALOG", "USER_DEFINED_TYPE_SCHEMA",
        "USER_DEFINED_TYPE_NAME", "IS_INSERTABLE_INTO", "IS_TYPED", "COMMIT_ACTION",
    ),
    changed("LAST_DDL"),
    owner("LAST_DDL_BY"),
    constant("AUTO_CLUSTERING_ON", False, BOOLEAN),
    COMMENT,
    flag("IS_TEMPORARY", lambda record: record.temporary),
    _is("IS_ICEBERG", Kind.ICEBERG_TABLE),
    _is("IS_DYNAMIC", Kind.DYNAMIC_TABLE),
    constant("IS_IMMUTABLE", "NO"),
    _is("IS_HYBRID", Kind.HYBRID_TABLE),
)  # fmt: skip

VIEWS = {
    "TABLES": View(
        _relations,
        (
            *(_of_record(field) for field in _TABLE_FIELDS),
            numeric("ROW_COUNT", lambda item: item.rows),
            constant("BYTES", None),
            Field("CREATED", TIME, lambda item: item.record.created_on),
            Field("LAST_ALTERED", TIME, lambda item: item.facts.altered(item.record)),
            numeric("RETENTION_TIME", lambda item: item.facts.retention(item.record)),
            *(_of_record(field) for field in _MORE_TABLE_FIELDS),
        ),
    ),
    "VIEWS": View(
        _views,
        (
            *placed("TABLE"),
            owner("TABLE_OWNER"),
            text("VIEW_DEFINITION", create_text),
            constant("CHECK_OPTION", "NONE"),
            constant("IS_UPDATABLE", "NO"),
            constant("INSERTABLE_INTO", "NO"),
            flag("IS_SECURE", has("secure")),
            *times(),
            changed("LAST_DDL"),
            owner("LAST_DDL_BY"),
            COMMENT,
        ),
    ),
}
