"""How each dynamic table was described when: a line for every change of its lag, warehouse, definition, name or scheduling state.

Written with the statement that makes the change; what a table read is put down when its description ends
(https://docs.snowflake.com/en/sql-reference/functions/dynamic_table_graph_history).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from snowpact.local.dynamic.graph import inputs_of
from snowpact.local.objects import Record, State
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

SETUP = """
CREATE TABLE _snow.descriptions (
    object_id BIGINT, database_name VARCHAR, schema_name VARCHAR, name VARCHAR, inputs VARCHAR, target_lag VARCHAR, query_text VARCHAR,
    valid_from TIMESTAMPTZ, valid_to TIMESTAMPTZ, scheduling_state VARCHAR, alter_trigger VARCHAR
)
"""

_MESSAGES = {
    "USER_SUSPENDED": "The dynamic table was suspended by a user.",
    "SUSPENDED_DUE_TO_ERRORS": "The dynamic table was suspended due to 5 consecutive refresh errors.",
    "CLONED_AUTO_SUSPENDED": "The dynamic table was suspended because it is a clone.",
}
"""Texts of the reasons; but for the second [M]."""


def note(change: Ddl, before: State) -> None:
    """Before a statement commits: end the descriptions that it makes untrue and begin those that are true from now on."""
    for record in change.records.values():
        if record.object.kind is not Kind.DYNAMIC_TABLE:
            continue
        old = before.by_id.get(record.id)
        old = old if old is not None and old.dropped_on is None else None
        new = record if record.dropped_on is None else None
        if old is not None and (new is None or _told(old) != _told(new)):
            inputs = json.dumps(inputs_of(change.session, old))
            change.run(
                "UPDATE _snow.descriptions SET valid_to = ?, inputs = ? WHERE object_id = ? AND valid_to IS NULL",
                [change.now, inputs, record.id],
            )
        if new is not None and (old is None or _told(old) != _told(new)):
            _begin(change, new, _triggers(old, new))


def _told(record: Record) -> tuple[Any, ...]:
    item = record.object
    return item.name, item.property("target_lag"), item.property("warehouse"), item.definition, record.extra.get("suspended")


def _triggers(old: Record | None, new: Record) -> list[str]:
    if old is None:
        return ["CREATE_DYNAMIC_TABLE"]
    found = []
    if old.object.property("target_lag") != new.object.property("target_lag"):
        found.append("ALTER_TARGET_LAG")
    if old.object.property("warehouse") != new.object.property("warehouse"):
        found.append("ALTER_WAREHOUSE")
    if old.extra.get("suspended") != new.extra.get("suspended"):
        found.append("SUSPEND" if new.extra.get("suspended") else "RESUME")
    return found or ["NONE"]


def _begin(change: Ddl, record: Record, triggers: list[str]) -> None:
    database, schema, name = record.name.parts
    change.run(
        "INSERT INTO _snow.descriptions VALUES (?, ?, ?, ?, NULL, ?, ?, ?, NULL, ?, ?)",
        [
            record.id, database, schema, name, record.object.property("target_lag"), record.object.definition, change.now,
            json.dumps(scheduling_state(record)), json.dumps(triggers),
        ],
    )  # fmt: skip


def scheduling_state(record: Record, active: str = "ACTIVE") -> dict[str, str]:
    """The state, why, and since when."""
    reason = record.extra.get("suspended")
    if not reason:
        resumed = record.extra.get("resumed_on")
        return {"state": active, **({"resumed_on": resumed} if resumed else {})}
    text = _MESSAGES.get(reason, "The dynamic table was suspended because one that it reads is.")
    return {"state": "SUSPENDED", "reason_code": reason, "reason_message": text, "suspended_on": record.extra.get("suspended_on", "")}


def lines(session: Session) -> list[tuple[Any, ...]]:
    """All descriptions, oldest first: the table's columns, the inputs of those that are true now worked out."""
    found = []
    for row in session.duck.execute("SELECT * FROM _snow.descriptions ORDER BY valid_from, object_id").fetchall():
        record = session.engine.state.by_id.get(row[0])
        inputs = row[4] if row[4] is not None or record is None else json.dumps(inputs_of(session, record))
        found.append((*row[:4], inputs, *row[5:]))
    return found
