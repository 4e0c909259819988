"""SHOW TASKS, and DESCRIBE TASK, which has the same columns (https://docs.snowflake.com/en/sql-reference/sql/show-tasks).

Times that a task does not have yet are NULL; ``error_integration`` is the word null, as an account prints it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from snowpact.local.information_schema.fields import TIME, Field
from snowpact.local.show.listing import COMMENT, CREATED, DATABASE, NAME, OWNER, ROLE_TYPE, SCHEMA, Item, Listing, constant, objects, text
from snowpact.local.tasks.history import identity
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.task_graph import finalized, is_root, predecessors, tasks_beside
from snowpact.sql.statements.task_options import overlaps


def _prop(name: str, key: str | None = None, default: Any = None) -> Field:
    return text(name, lambda item: item.record.object.property(key or name, default))


def _full(item: Item, name: str) -> str:
    """As predecessors are printed: every part in quotes."""
    parent: Any = item.record.name.parent
    return ".".join('"' + part.replace('"', '""') + '"' for part in Name((*parent.parts, name)).parts)


def _predecessors(item: Item) -> list[str]:
    return [_full(item, name) for name in predecessors(item.record)]


def _relations(item: Item) -> str:
    """JSON of the predecessors, the finalizer of a root, the root of a finalizer."""
    found: dict[str, Any] = {"Predecessors": _predecessors(item)}
    root = finalized(item.record)
    if root is not None:
        found["FinalizedRootTask"] = _full(item, root)
    if is_root(item.record):
        beside = tasks_beside(item.session.engine.state, item.record.name.parent).values()
        last = next((task for task in beside if finalized(task) == item.record.name.name), None)
        if last is not None:
            found["FinalizerTask"] = _full(item, last.name.name)
    return json.dumps(found, separators=(",", ":"))


def _time(name: str, key: str) -> Field:
    def value(item: Item) -> datetime | None:
        kept = item.record.extra.get(key)
        return datetime.fromisoformat(kept) if kept else None

    return Field(name, TIME, value)


FIELDS = (
    CREATED, NAME, text("id", lambda item: identity(item.record.id)), DATABASE, SCHEMA, OWNER, COMMENT, _prop("warehouse"),
    _prop("schedule"),
    text("predecessors", lambda item: json.dumps(_predecessors(item), separators=(",", ":"))), _prop("state", default="suspended"),
    text("definition", lambda item: item.record.object.definition), _prop("condition", "when"),
    text("allow_overlapping_execution", lambda item: "true" if overlaps(item.record.object) else "false"),
    _prop("error_integration", default="null"), _time("last_committed_on", "resumed_on"), _time("last_suspended_on", "suspended_on"),
    ROLE_TYPE, _prop("config"), constant("budget", None), text("task_relations", _relations),
    text("last_suspended_reason", lambda item: item.record.extra.get("suspended_reason")), _prop("success_integration", default="null"),
    _prop("target_completion_interval"),
)  # fmt: skip

LISTINGS = {Kind.TASK: Listing(objects(Kind.TASK), FIELDS, ("created_on", "name", "database_name", "schema_name", "schedule", "state"))}
