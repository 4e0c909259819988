"""TABLES, VIEWS, COLUMNS, SCHEMATA, DATABASES: INFORMATION_SCHEMA's columns with the objects' numbers and when they were dropped.

https://docs.snowflake.com/en/sql-reference/account-usage/tables, …/views, …/columns, …/schemata, …/databases. Columns that were dropped
from a table are not kept, so COLUMNS does not list them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from snowpact.local.account_usage.facts import deleted, identity
from snowpact.local.information_schema import VIEWS as IN_SCHEMA
from snowpact.local.information_schema.fields import RecordOf, View

_OWN = ("SNOWPACT_CERTAINTY", "SNOWPACT_REASON")
"""What INFORMATION_SCHEMA has of this engine alone."""


def _of(name: str, id_name: str, record_of: RecordOf) -> View:
    view = IN_SCHEMA[name]
    fields = (field for field in view.fields if field.name not in _OWN)
    return View(
        lambda facts: [item for item in view.items(facts, None) if record_of(item).id > 0],
        (identity(id_name, record_of), *fields, deleted(record_of=record_of)),
    )


def _record(item: Any) -> Any:
    return item.record


_SOURCES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "TABLES": ("TABLE_ID", _record),
    "VIEWS": ("TABLE_ID", lambda item: item),
    "COLUMNS": ("TABLE_ID", _record),
    "SCHEMATA": ("SCHEMA_ID", lambda item: item),
    "DATABASES": ("DATABASE_ID", lambda item: item),
}

VIEWS = {name: ("OBJECT_VIEWER", _of(name, *source)) for name, source in _SOURCES.items()}
