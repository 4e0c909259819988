"""ALERT_HISTORY of INFORMATION_SCHEMA: https://docs.snowflake.com/en/sql-reference/functions/alert_history.

Of the account's alerts, whatever the database before INFORMATION_SCHEMA; what is due later is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from snowpact.local.alerts import history
from snowpact.local.table_function import Rows, TableFunction, limit_of, moment
from snowpact.model.types import number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TYPES = {"ERROR_CODE": number(), "SCHEDULED_TIME": timestamp("LTZ"), "COMPLETED_TIME": timestamp("LTZ")}
_COLUMNS = (
    "NAME", "DATABASE_NAME", "SCHEMA_NAME", "ACTION", "ACTION_QUERY_ID", "CONDITION", "CONDITION_QUERY_ID", "ERROR_CODE", "ERROR_MESSAGE",
    "STATE", "SCHEDULED_TIME", "COMPLETED_TIME",
)  # fmt: skip
_SCHEDULED = _COLUMNS.index("SCHEDULED_TIME")


def _alert_history(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    rows = history.rows(session.duck, ", ".join(_COLUMNS))
    if given.get("SCHEDULED_TIME_RANGE_START") is not None:
        since = moment(session, given["SCHEDULED_TIME_RANGE_START"])
        rows = [row for row in rows if row[_SCHEDULED] >= since]
    if given.get("SCHEDULED_TIME_RANGE_END") is not None:
        until = moment(session, given["SCHEDULED_TIME_RANGE_END"])
        rows = [row for row in rows if row[_SCHEDULED] <= until]
    if given.get("ALERT_NAME") is not None:
        name = str(given["ALERT_NAME"]).upper()
        rows = [row for row in rows if row[0].upper() == name]
    return rows[: limit_of(given)]


FUNCTIONS: dict[str, TableFunction] = {
    "ALERT_HISTORY": TableFunction(
        tuple((name, _TYPES.get(name, varchar())) for name in _COLUMNS),
        _alert_history,
        frozenset({"SCHEDULED_TIME_RANGE_START", "SCHEDULED_TIME_RANGE_END", "RESULT_LIMIT", "ALERT_NAME"}),
    )
}
