"""CREATE OR ALTER DYNAMIC TABLE on a table that is there.

CREATE OR ALTER refreshes nothing: what changes of the definition is taken in by the next refresh, which initialises the table anew; a new
column shows NULL until then (https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table#create-or-alter-dynamic-table-usage-notes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.evolution import reshape
from snowpact.local.dynamic.refresh import hide, is_initialized
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject

if TYPE_CHECKING:
    pass


def alter_to(change: Ddl, record: Record, item: CatalogObject, extra: Mapping[str, Any]) -> Record:
    """Bring a dynamic table to a declaration. Raises where Snowflake refuses the way there."""
    before, item = record.object, change.inherited(item)
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
    altered = replace(item, columns=record.object.columns).with_properties(scheduling_state=state)
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
