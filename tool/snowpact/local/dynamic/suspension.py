"""SUSPEND and RESUME, and how both reach the dynamic tables that read a suspended one.

"Suspending a dynamic table also suspends all downstream dynamic tables that depend on it. Those can't be resumed individually
until the upstream table is resumed first" (https://docs.snowflake.com/en/user-guide/dynamic-tables/manage); resuming cascades to
all downstream ones that were not suspended by hand (https://docs.snowflake.com/en/sql-reference/sql/alter-dynamic-table).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.dynamic.graph import downstream, upstream
from snowpact.local.errors import compilation
from snowpact.local.objects import Record

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl

BY_USER, BY_ERRORS, BY_CLONE = "USER_SUSPENDED", "SUSPENDED_DUE_TO_ERRORS", "CLONED_AUTO_SUSPENDED"
UPSTREAM = "UPSTREAM_"
"""Reasons (https://docs.snowflake.com/en/user-guide/dynamic-tables/manage#suspension-reason-codes); what reads a suspended table has the
same with UPSTREAM before it."""


def is_suspended(record: Record) -> bool:
    return record.object.property("scheduling_state") == "SUSPENDED"


def suspend(change: Ddl, record: Record, reason: str) -> None:
    """Suspend a dynamic table and all that read it. One suspended otherwise already keeps its reason, but by hand is the stronger."""
    if not is_suspended(record) or reason == BY_USER:
        put_suspended(change, record, reason)
    for reader in downstream(change.session, record):
        if not is_suspended(reader):
            put_suspended(change, reader, UPSTREAM + reason)


def resume(change: Ddl, record: Record) -> None:
    """Resume it, and what was suspended only because of it. Raises while something it reads is suspended."""
    below = [item for item in upstream(change.session, record) if item.id != record.id and is_suspended(item)]
    if below:
        text = f"Dynamic table '{record.name}' can't be resumed: the upstream dynamic table '{below[0].name}' is suspended."
        raise compilation(text, 2719, "42601")  # number [M]
    put_suspended(change, record, None)
    resumed = {record.id}
    readers = [item for item in downstream(change.session, record) if str(item.extra.get("suspended")).startswith(UPSTREAM)]
    for reader in sorted(readers, key=lambda item: len(upstream(change.session, item))):  # those nearest first
        others = [item for item in upstream(change.session, reader) if item.id != reader.id]
        if not any(is_suspended(item) and item.id not in resumed for item in others):
            put_suspended(change, reader, None)
            resumed.add(reader.id)


def put_suspended(change: Ddl, record: Record, reason: str | None) -> Record:
    """The table suspended for a reason, or resumed, and since when."""
    suspended = record.object.with_properties(scheduling_state="SUSPENDED" if reason else None)
    now = change.now.isoformat()
    since = {"suspended_on": now, "resumed_on": None} if reason else {"resumed_on": now}
    return change.put(record.with_object(suspended).with_extra(suspended=reason, **since))
