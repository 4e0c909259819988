"""CREATE OR ALTER DYNAMIC TABLE on a table that is there, and CLONE.

CREATE OR ALTER refreshes nothing: what changes of the definition is taken in by the next refresh, which initialises the table anew; a new
column shows NULL until then (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table#create-or-alter-dynamic-table-usage-notes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local import tables
from snowpact.local.cloning import clone_rows
from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.definition import check_lag, warehouse_named
from snowpact.local.dynamic.evolution import reshape
from snowpact.local.dynamic.refresh import hide, is_initialized
from snowpact.local.dynamic.suspension import BY_CLONE, put_suspended
from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.statements.dynamic_table import CreateDynamicTable

if TYPE_CHECKING:
    from snowpact.local.session import Session


def alter_to(change: Ddl, record: Record, item: CatalogObject, extra: Mapping[str, Any]) -> Record:
    """Bring a dynamic table to a declaration. Raises where Snowflake refuses the way there."""
    before = record.object
    if before.property("transient") != item.property("transient"):
        raise _refused("a transient dynamic table into a permanent one, or the other way round")
    _check_columns(before, item)
    redefined = before.definition != item.definition or record.extra.get("named") != extra.get("named")
    other_mode = record.extra.get("resolved_mode") != extra["resolved_mode"]
    if [column.name for column in before.columns] != [column.name for column in item.columns]:
        record = reshape(change, record, item.columns)
        if not is_initialized(record):
            hide(change, record)
    reason = "The definition was altered." if redefined else "The refresh mode was altered." if other_mode else record.extra.get("reinit")
    state = before.property("scheduling_state")
    altered = replace(item, columns=record.object.columns).with_properties(scheduling_state=state, grants=before.property("grants"))
    return change.alter(record.with_extra(**extra, reinit=reason if is_initialized(record) else None), altered)


def _refused(what: str) -> Exception:
    return compilation(f"CREATE OR ALTER DYNAMIC TABLE can't change {what}.", 2236, "42601")  # text and number [M]


def _check_columns(before: CatalogObject, wanted: CatalogObject) -> None:
    """Columns may go and may be added at the end; so the last ones can also be renamed. Types stay."""
    kept = [column.name for column in before.columns if wanted.column(column.name)]
    if not kept or [column.name for column in wanted.columns][: len(kept)] != kept:
        raise _refused("the order of columns, or rename others than the last")
    for name in kept:
        old, new = before.column(name), wanted.column(name)
        if old is not None and new is not None and old.type != new.type:
            raise _refused(f"the type of column '{name}' from {old.type} to {new.type}")


def clone(session: Session, parsed: CreateDynamicTable, name: Name) -> tuple[CatalogObject, Record]:
    """The clone to be, and what it is one of. It starts suspended
    (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table#label-create-dt-clone-syntax)."""
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
    return item.with_properties(grants=None), source


def _has_bare_names(session: Session, record: Record) -> bool:
    tree = session.parse(record.object.definition or "")
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables_ = [table for table in tree.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    return any(len(table.parts) < 3 and table.name not in ctes for table in tables_)


def make_clone(change: Ddl, source: Record, item: CatalogObject) -> Record:
    """A copy with the rows as they are. Its next refresh runs in full: it has no offset of its own yet."""
    extra = {**source.extra, "text": None, "tables": None, "query": None, "state": None, "cloned": True}
    kept = {key: value for key, value in extra.items() if value is not None}
    record = tables.make(change, item, extra=kept, like=source)
    clone_rows(change, source, record)
    if not is_initialized(source):
        hide(change, record)
    return put_suspended(change, record, BY_CLONE)
