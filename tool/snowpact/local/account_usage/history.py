"""QUERY_HISTORY and TASK_HISTORY.

https://docs.snowflake.com/en/sql-reference/account-usage/query_history, …/task_history
"""

from __future__ import annotations

from typing import Any

from snowpact.local import query_history
from snowpact.local.information_schema.fields import Field, View
from snowpact.local.tasks import functions as tasks


def _queries(facts: Any) -> list[query_history.Ran]:
    return [ran for ran in facts.session.engine.history if ran.ended is not None]


def _tasks(facts: Any) -> list[dict[str, Any]]:
    names = [name for name, _ in tasks.RUN_COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in tasks.runs(facts.session)]


def _cell(name: str, type_: Any) -> Field:
    return Field(name, type_, lambda row: row[name])


_LEFT_OUT = ("NEXT_SCHEDULED_TIME",)

VIEWS = {
    "QUERY_HISTORY": ("GOVERNANCE_VIEWER", View(_queries, tuple(Field(*column) for column in query_history.VIEW))),
    "TASK_HISTORY": (
        "USAGE_VIEWER", View(_tasks, tuple(_cell(*column) for column in tasks.RUN_COLUMNS if column[0] not in _LEFT_OUT)),
    ),
}  # fmt: skip
