"""CREATE EXTERNAL, ICEBERG, HYBRID and EVENT TABLE.

An external table has a column VALUE (VARIANT) before those it declares; an event table's columns are given
(https://docs.snowflake.com/en/sql-reference/sql/create-external-table, /en/developer-guide/logging-tracing/event-table-columns).
Without a column list an Iceberg table's columns are in its catalog: opaque.
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.types import ARRAY, OBJECT, VARIANT, timestamp, varchar
from snowpact.replay.governance import attachments, governed
from snowpact.replay.queries import columns_of, declared_over, distinct
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.replay.table import completed
from snowpact.sql.classify import Classified
from snowpact.sql.statements.other_tables import CreateOtherTable, parse_create_other_table

_EVENT = (
    ("TIMESTAMP", timestamp()), ("START_TIMESTAMP", timestamp()), ("OBSERVED_TIMESTAMP", timestamp()), ("TRACE", OBJECT),
    ("RESOURCE", OBJECT), ("RESOURCE_ATTRIBUTES", OBJECT), ("SCOPE", OBJECT), ("SCOPE_ATTRIBUTES", OBJECT),
    ("RECORD_TYPE", varchar()), ("RECORD", OBJECT), ("RECORD_ATTRIBUTES", OBJECT), ("VALUE", VARIANT), ("EXEMPLARS", ARRAY),
)  # fmt: skip


@replays("CREATE", Kind.EXTERNAL_TABLE, Kind.ICEBERG_TABLE, Kind.HYBRID_TABLE, Kind.EVENT_TABLE)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_other_table(statement.text)
    name = state.name(parsed.name)
    if parsed.template is not None:
        raise Opaque(f"the columns of {name} come from files (USING TEMPLATE)", (name,))
    item = _object(state, parsed, CatalogObject(parsed.kind, name))
    if state.create(item, parsed.modifiers, ("copy grants", "TRUE") in parsed.settings) is not None:
        raise Refused(f"CREATE OR ALTER takes no {parsed.kind.value}")


def _object(state: State, parsed: CreateOtherTable, item: CatalogObject) -> CatalogObject:
    settings = {key.replace(" ", "_"): value for key, value in parsed.settings if key not in ("copy grants", "copy tags")}
    if parsed.cluster_by:
        settings["cluster_by"] = parsed.cluster_by
    item = replace(item, comment=parsed.comment, properties=properties(**{**settings, **attachments(state, parsed.tags, parsed.settings)}))
    copied = parsed.like or parsed.clone
    if copied:
        source = state.require(Kind.TABLE, state.name(copied))
        return replace(source.with_properties(grants=None), kind=item.kind, name=item.name, comment=parsed.comment or source.comment)
    columns = tuple(governed(state, definition.column) for definition in parsed.columns)
    if parsed.query is not None:
        columns = declared_over(parsed.columns, columns_of(state, parsed.query, item.name))
    columns = _given(parsed.kind, columns)
    if not columns:
        raise Opaque(f"the columns of {item.name} are in the catalog that it comes from", (item.name,))
    item = replace(item, columns=distinct(columns))
    return replace(item, constraints=tuple(completed(state, key.constraint, item) for key in parsed.constraints))


def _given(kind: Kind, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    if kind is Kind.EVENT_TABLE and not columns:
        return tuple(Column(name, given) for name, given in _EVENT)
    if kind is Kind.EXTERNAL_TABLE and all(column.name != "VALUE" for column in columns):
        return (Column("VALUE", VARIANT), *columns)
    return columns
