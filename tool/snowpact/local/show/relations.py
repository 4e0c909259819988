"""SHOW TABLES, VIEWS, DYNAMIC TABLES, OBJECTS, COLUMNS, SEQUENCES."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from snowpact.local.describing import create_text, described_default, length_of
from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import TIME, Field
from snowpact.local.materialized import invalid_reason
from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    DATABASE,
    NAME,
    OWNER,
    RETENTION,
    ROLE_TYPE,
    SCHEMA,
    Item,
    Listing,
    constant,
    kept,
    letter,
    numeric,
    objects,
    prop,
    text,
)
from snowpact.local.streams.log import is_tracked
from snowpact.local.tables import upcoming
from snowpact.model.catalog import RELATIONS, Column, Kind
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TABLES = (Kind.TABLE, Kind.DYNAMIC_TABLE, Kind.EXTERNAL_TABLE, Kind.EVENT_TABLE, Kind.ICEBERG_TABLE, Kind.HYBRID_TABLE)
_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)
_TRUTHS = ("true", "false")


def _table_kind(item: Item) -> str:
    if item.record.temporary:
        return "TEMPORARY"
    return "TRANSIENT" if item.record.object.property("transient") else "TABLE"


def _object_kind(item: Item) -> str:
    kind = item.record.object.kind
    return kind.value if kind in _VIEWS else _table_kind(item)


def _is(name: str, kind: Kind) -> Field:
    return letter(name, lambda item: item.record.object.kind is kind)


def _clustering(item: Item) -> str:
    key = item.record.object.property("cluster_by")
    return f"LINEAR({key})" if key else ""


_PLACE = (CREATED, NAME, DATABASE, SCHEMA)


def _suspended_on(item: Item) -> datetime | None:
    since = item.record.extra.get("suspended_on")
    return datetime.fromisoformat(since) if since else None


def _source(place: str) -> Field:
    """A part of the name of the table that a materialized view stands on."""
    part = ("database", "schema", "table").index(place)
    return text(f"source_{place}_name", lambda item: item.record.extra["base"][1][part])


def _invalid_reason(item: Item) -> str | None:
    return invalid_reason(item.session.engine.state, item.record)


def _upcoming(item: Item) -> int:
    return upcoming(item.session.duck.execute, f"s{item.record.id}")


_CLUSTER = text("cluster_by", _clustering)
_ROWS = (numeric("rows", lambda item: item.facts.row_count(item.record)), numeric("bytes", lambda item: None))
_SECURE = letter("is_secure", lambda item: item.record.object.property("secure"), _TRUTHS)
_TRACKING = letter("change_tracking", lambda item: is_tracked(item.record), ("ON", "OFF"))


def _columns(session: Session, facts: Facts) -> list[Item]:
    return [Item(record, session, facts, column) for record in of_kind(facts, RELATIONS) for column in record.object.columns]


_WIRE = {"NUMBER": "FIXED", "FLOAT": "REAL", "VARCHAR": "TEXT"}


def data_type(column: Column) -> str:
    """The JSON that SHOW COLUMNS gives for a type (https://docs.snowflake.com/en/sql-reference/sql/show-columns)."""
    type_ = column.type
    described: dict[str, Any] = {"type": _WIRE.get(type_.base, type_.base), **_sizes(type_), "nullable": column.nullable}
    if type_.base in {"VARCHAR", "BINARY"}:
        described["fixed"] = False
    return json.dumps(described, separators=(",", ":"))


def _sizes(type_: SnowflakeType) -> dict[str, Any]:
    if type_.base == "NUMBER":
        return {"precision": type_.precision, "scale": type_.scale}
    if type_.precision is not None:
        return {"precision": 0, "scale": type_.precision}
    length = length_of(type_)
    if length is None:
        return {}
    most = length if type_.base == "BINARY" else min(4 * length, max(length, 16_777_216))
    return {"length": length, "byteLength": most}


LISTINGS: dict[Kind | str, Listing] = {
    Kind.TABLE: Listing(
        objects(*_TABLES),
        (
            *_PLACE, text("kind", _table_kind), COMMENT, _CLUSTER, *_ROWS, OWNER, RETENTION, constant("automatic_clustering", "OFF"),
            _TRACKING, letter("search_optimization", lambda item: item.record.object.property("search_optimization"), ("ON", "OFF")),
            numeric("search_optimization_progress", lambda item: None), numeric("search_optimization_bytes", lambda item: None),
            _is("is_external", Kind.EXTERNAL_TABLE), constant("enable_schema_evolution", "N"), ROLE_TYPE,
            _is("is_event", Kind.EVENT_TABLE), constant("budget", None), _is("is_hybrid", Kind.HYBRID_TABLE),
            _is("is_iceberg", Kind.ICEBERG_TABLE), _is("is_dynamic", Kind.DYNAMIC_TABLE), constant("is_immutable", "N"),
        ),
        history=_TABLES,
    ),
    Kind.VIEW: Listing(
        objects(*_VIEWS),
        (
            CREATED, NAME, constant("reserved", ""), DATABASE, SCHEMA, OWNER, COMMENT,
            text("text", lambda item: create_text(item.record)),
            _SECURE,
            letter("is_materialized", lambda item: item.record.object.kind is Kind.MATERIALIZED_VIEW, _TRUTHS),
            ROLE_TYPE, _TRACKING,
        ),
    ),
    Kind.MATERIALIZED_VIEW: Listing(
        objects(Kind.MATERIALIZED_VIEW),
        (
            CREATED, NAME, constant("reserved", ""), DATABASE, SCHEMA, _CLUSTER, numeric("rows", lambda item: None),
            numeric("bytes", lambda item: None), *(_source(place) for place in ("database", "schema", "table")),
            Field("refreshed_on", TIME, lambda item: item.session.engine.clock.now()), Field("compacted_on", TIME, lambda item: None),
            OWNER,
            letter("invalid", _invalid_reason, _TRUTHS), text("invalid_reason", _invalid_reason), constant("behind_by", "0s"), COMMENT,
            text("text", lambda item: create_text(item.record)), _SECURE,
            constant("automatic_clustering", "OFF"), ROLE_TYPE, constant("budget", None),
        ),
    ),
    Kind.DYNAMIC_TABLE: Listing(
        objects(Kind.DYNAMIC_TABLE),
        (
            *_PLACE, _CLUSTER, *_ROWS, OWNER, prop("target_lag", "target_lag"), kept("refresh_mode", "resolved_mode"),
            kept("refresh_mode_reason", "mode_reason"), prop("warehouse", "warehouse"), COMMENT,
            text("text", lambda item: create_text(item.record)), constant("automatic_clustering", "OFF"),
            prop("scheduling_state", "scheduling_state", "RUNNING"), Field("last_suspended_on", TIME, _suspended_on),
            letter("is_clone", lambda item: item.record.extra.get("cloned"), _TRUTHS), constant("is_replica", "false"),
            constant("is_iceberg", "false"), Field("data_timestamp", TIME, lambda item: item.facts.data_timestamp(item.record)), ROLE_TYPE,
        ),
    ),
    "OBJECTS": Listing(
        objects(*RELATIONS),
        (*_PLACE, text("kind", _object_kind), COMMENT, _CLUSTER, *_ROWS, OWNER, RETENTION, ROLE_TYPE,
         _is("is_dynamic", Kind.DYNAMIC_TABLE)),
    ),
    "COLUMNS": Listing(
        _columns,
        (
            text("table_name", lambda item: item.record.name.name), SCHEMA, text("column_name", lambda item: item.part.name),
            text("data_type", lambda item: data_type(item.part)),
            letter("null?", lambda item: item.part.nullable, ("true", "NOT_NULL")),
            text("default", lambda item: "" if item.part.identity else item.part.default or ""),
            letter("kind", lambda item: item.part.expression, ("VIRTUAL_COLUMN", "COLUMN")),
            text("expression", lambda item: item.part.expression or ""), text("comment", lambda item: item.part.comment or ""), DATABASE,
            text("autoincrement", lambda item: described_default(item.part) if item.part.identity else ""),
            constant("schema_evolution_record", None),
        ),
        terse=None,
        named=lambda item: item.part.name,
        bare_scope=Kind.TABLE,
    ),
    Kind.SEQUENCE: Listing(
        objects(Kind.SEQUENCE),
        (
            NAME, DATABASE, SCHEMA, numeric("next_value", _upcoming), prop("interval", "increment", 1), CREATED, OWNER, COMMENT, ROLE_TYPE,
            letter("ordered", lambda item: item.record.object.property("ordered")),
        ),
    ),
}  # fmt: skip
