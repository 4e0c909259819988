"""Clones of dynamic tables (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table#label-create-dt-clone-syntax)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import tables
from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.definition import check_lag, warehouse_named
from snowpact.local.dynamic.refresh import hide, is_initialized
from snowpact.local.dynamic.suspension import BY_CLONE, put_suspended
from snowpact.local.errors import missing
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.statements.dynamic_table import CreateDynamicTable

if TYPE_CHECKING:
    from snowpact.local.session import Session


def clone(session: Session, parsed: CreateDynamicTable, name: Name) -> tuple[CatalogObject, Record]:
    """The clone to be, and what it is one of."""
    source = session.find(Kind.DYNAMIC_TABLE, session.name(parsed.clone))
    if source is None or source.object.kind is not Kind.DYNAMIC_TABLE:
        raise missing(session.name(parsed.clone), "Dynamic table")
    if source.name.parent != name.parent and _has_bare_names(session, source):
        raise UnsupportedFeature("CLONE into another schema of a dynamic table whose definition has unqualified names")
    item = replace(source.object, name=name, comment=parsed.comment or source.object.comment)
    if parsed.target_lag is not None:
        check_lag(parsed.target_lag)
        item = item.with_properties(target_lag=parsed.target_lag)
    if parsed.warehouse is not None:
        item = item.with_properties(warehouse=warehouse_named(session, parsed.warehouse))
    return item, source


def _has_bare_names(session: Session, record: Record) -> bool:
    tree = session.parse(record.object.definition or "")
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables_ = [table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    return any(len(table.parts) < 3 and table.name not in ctes for table in tables_)


def make_clone(change: Ddl, source: Record, item: CatalogObject, grants: bool = False) -> Record:
    """A suspended copy with the rows as they are. Its next refresh runs in full: it has no offset of its own yet.

    grants: it keeps what was granted on the source, as the clone of a schema or database does for what lies inside.
    """
    dropped = {"text", "tables", "query", "state", *(() if grants else ("grants",))}
    kept = {key: value for key, value in source.extra.items() if key not in dropped}
    record = tables.make(change, item, extra={**kept, "cloned": True}, like=source)
    tables.clone_rows(change, source, record)
    if not is_initialized(source):
        hide(change, record)
    return put_suspended(change, record, BY_CLONE)
