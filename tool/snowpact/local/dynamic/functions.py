"""DYNAMIC_TABLES, DYNAMIC_TABLE_REFRESH_HISTORY and DYNAMIC_TABLE_GRAPH_HISTORY of INFORMATION_SCHEMA.

https://docs.snowflake.com/en/sql-reference/functions/dynamic_tables, dynamic_table_refresh_history, dynamic_table_graph_history
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from snowpact.local.dynamic import descriptions, history
from snowpact.local.dynamic.graph import downstream, upstream
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.table_function import Rows, TableFunction, limit_of
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import ARRAY, OBJECT, SnowflakeType, number, timestamp, varchar
from snowpact.sql.statements.dynamic_table import lag_seconds

if TYPE_CHECKING:
    from snowpact.local.session import Session

KEPT = timedelta(days=7)
_ORDER = ("FAILED", "UPSTREAM_FAILED", "SKIPPED", "SUCCEEDED", "CANCELLED")
"""DYNAMIC_TABLES lists by the state of the last refresh."""


def _is_named(parts: Sequence[str], wanted: str | None) -> bool:
    """Whether NAME asks for the table, qualified or not, in any case."""
    if wanted is None:
        return True
    asked = tuple(part.upper() for part in Name.parse(wanted).parts)
    return tuple(part.upper() for part in parts)[-len(asked) :] == asked


def _refresh_history(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The account's latest refreshes."""
    prefix = str(given.get("NAME_PREFIX", "")).upper()
    start, end = given.get("DATA_TIMESTAMP_START"), given.get("DATA_TIMESTAMP_END")
    rows = []
    for row in history.rows(session.duck):
        name, schema, of, qualified, state, at = (*row[:5], row[8])
        fits = _is_named((of, schema, name), given.get("NAME")) and qualified.upper().startswith(prefix)
        timely = (start is None or at >= start) and (end is None or at <= end)
        if fits and timely and not (given.get("ERROR_ONLY") is True and state == "SUCCEEDED"):
            rows.append(row)
    return rows[-limit_of(given) :]


def _dynamic_tables(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    records = [record for record in session.engine.state if record.object.kind is Kind.DYNAMIC_TABLE]
    chosen = [record for record in records if _is_named(record.name.parts, given.get("NAME"))]
    if given.get("INCLUDE_CONNECTED") is True:
        if "NAME" not in given or "RESULT_LIMIT" in given:
            raise compilation("INCLUDE_CONNECTED needs the argument NAME and excludes RESULT_LIMIT.", 1017, "22023")  # number [M]
        chosen = _connected(session, chosen)
    start = given.get("REFRESH_DATA_TIMESTAMP_START")
    refreshes = history.rows(session.duck)
    rows = [_table_row(record, _of(record, refreshes, start)) for record in chosen]
    rows.sort(key=lambda row: (_ORDER.index(row[12]) if row[12] in _ORDER else len(_ORDER), row[3]))
    return rows[: limit_of(given)]


def _connected(session: Session, records: Sequence[Record]) -> list[Record]:
    """All dynamic tables that hang together with these."""
    found: dict[int, Record] = {}
    waiting = list(records)
    while waiting:
        record = waiting.pop()
        if record.id not in found:
            found[record.id] = record
            waiting += [*upstream(session, record), *downstream(session, record)]
    return list(found.values())


def _of(record: Record, refreshes: Rows, start: datetime | None) -> Rows:
    parts = record.name.parts
    return [row for row in refreshes if (row[2], row[1], row[0]) == parts and (start is None or row[8] >= start)]


def _table_row(record: Record, refreshes: Rows) -> tuple[Any, ...]:
    database, schema, name = record.name.parts
    lag = record.object.property("target_lag")
    done = [row for row in refreshes if row[4] == "SUCCEEDED"]
    last = refreshes[-1] if refreshes else None
    return (
        name, schema, database, ".".join(record.name.parts), lag_seconds(lag), "DOWNSTREAM" if lag == "DOWNSTREAM" else "USER_DEFINED",
        json.dumps(descriptions.scheduling_state(record, "RUNNING")), *_lags(done, lag_seconds(lag)), done[-1][8] if done else None,
        last[4] if last else None, last[5] if last else None, last[6] if last else None, None, None,
    )  # fmt: skip


def _lags(done: Rows, target: int | None) -> tuple[float | None, ...]:
    """The mean and the longest lag in seconds between the first and the last refresh, the time above the target and the part within it.

    Between two refreshes the lag grows from the end of the first minus its data's moment to the end of the second minus the same moment.
    """
    area = above = span = 0.0
    longest: float | None = None
    for one, other in pairwise(done):
        least, most = (one[10] - one[8]).total_seconds(), (other[10] - one[8]).total_seconds()
        area += (most * most - least * least) / 2
        span += most - least
        longest = max(longest or 0.0, most)
        above += 0.0 if target is None else max(0.0, most - max(least, float(target)))
    if not span:
        return None, longest, None, None
    within = None if target is None else round(1 - above / span, 6)
    return round(area / span, 3), longest, None if target is None else round(above, 3), within


def _graph_history(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The descriptions that are true now, those true at a moment, or those of a range."""
    at, start, end = given.get("AS_OF"), given.get("HISTORY_START"), given.get("HISTORY_END")
    if end is not None and start is None:
        raise compilation("HISTORY_END needs the argument HISTORY_START.", 1017, "22023")  # number [M]
    rows = []
    for _, of, schema, name, inputs, lag, query, begun, ended, state, triggers in descriptions.lines(session):
        if ended is not None and ended < session.now - KEPT:
            continue
        if at is not None:
            fits = begun <= at and (ended is None or at < ended)
        elif start is not None:
            fits = (ended is None or ended >= start) and (end is None or begun <= end)
        else:
            fits = ended is None
        if fits:
            kind = "DOWNSTREAM" if lag == "DOWNSTREAM" else "USER_DEFINED"
            rows.append((name, schema, of, f"{of}.{schema}.{name}", inputs, kind, lag_seconds(lag), query, begun, ended, state, triggers))
    return rows


_PLACE = tuple((name, varchar()) for name in ("NAME", "SCHEMA_NAME", "DATABASE_NAME", "QUALIFIED_NAME"))
_TIME, _SECONDS = timestamp("LTZ"), number(38, 3)

_TABLES: tuple[tuple[str, SnowflakeType], ...] = (
    *_PLACE,
    ("TARGET_LAG_SEC", number()), ("TARGET_LAG_TYPE", varchar()), ("SCHEDULING_STATE", OBJECT), ("MEAN_LAG_SEC", _SECONDS),
    ("MAXIMUM_LAG_SEC", _SECONDS), ("TIME_ABOVE_TARGET_LAG_SEC", _SECONDS), ("TIME_WITHIN_TARGET_LAG_RATIO", number(38, 6)),
    ("LATEST_DATA_TIMESTAMP", _TIME), ("LAST_COMPLETED_REFRESH_STATE", varchar()), ("LAST_COMPLETED_REFRESH_STATE_CODE", varchar()),
    ("LAST_COMPLETED_REFRESH_STATE_MESSAGE", varchar()), ("EXECUTING_REFRESH_QUERY_ID", varchar()), ("RECOMMENDATIONS", OBJECT),
)  # fmt: skip
_GRAPH: tuple[tuple[str, SnowflakeType], ...] = (
    *_PLACE,
    ("INPUTS", ARRAY), ("TARGET_LAG_TYPE", varchar()), ("TARGET_LAG_SEC", number()), ("QUERY_TEXT", varchar()), ("VALID_FROM", _TIME),
    ("VALID_TO", _TIME), ("SCHEDULING_STATE", OBJECT), ("ALTER_TRIGGER", ARRAY),
)  # fmt: skip

FUNCTIONS: dict[str, TableFunction] = {
    "DYNAMIC_TABLE_REFRESH_HISTORY": TableFunction(
        history.COLUMNS,
        _refresh_history,
        frozenset({"NAME", "NAME_PREFIX", "RESULT_LIMIT", "ERROR_ONLY", "DATA_TIMESTAMP_START", "DATA_TIMESTAMP_END"}),
    ),
    "DYNAMIC_TABLES": TableFunction(
        _TABLES, _dynamic_tables, frozenset({"NAME", "REFRESH_DATA_TIMESTAMP_START", "RESULT_LIMIT", "INCLUDE_CONNECTED"})
    ),
    "DYNAMIC_TABLE_GRAPH_HISTORY": TableFunction(_GRAPH, _graph_history, frozenset({"AS_OF", "HISTORY_START", "HISTORY_END"})),
}
