"""What was measured, one row for each measurement, and for each expectation whether it was kept.

Columns as the views of SNOWFLAKE.LOCAL have them
(https://docs.snowflake.com/en/sql-reference/local/data_quality_monitoring_expectation_status).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

SETUP = """
CREATE TABLE _snow.measurements (
    number BIGINT, object_id BIGINT, reference VARCHAR, scheduled_time TIMESTAMPTZ, change_time TIMESTAMPTZ, measured_on TIMESTAMPTZ,
    entity JSON, metric JSON, arguments JSON, value VARCHAR, expectations JSON
)
"""
"""entity and metric: the parts of their names; expectations: [name, id, expression, violated] of each."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """scheduled: when it was due; changed: when the change happened that called for it. value: as text, as VARIANT would print it.

    metric: id, database, schema, name, returned type. expectations: name, id, expression, violated (None where it could not be told).
    """

    object_id: int
    reference: str
    scheduled: datetime
    measured: datetime
    entity: tuple[str, ...]
    metric: tuple[Any, ...]
    arguments: tuple[str, ...]
    value: str | None
    changed: datetime | None = None
    expectations: tuple[tuple[str, str, str, bool | None], ...] = ()


def write(duck: duckdb.DuckDBPyConnection, found: Measurement) -> None:
    duck.execute(
        "INSERT INTO _snow.measurements VALUES (nextval('_snow.run_number'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            found.object_id, found.reference, found.scheduled, found.changed, found.measured, json.dumps(found.entity),
            json.dumps(found.metric), json.dumps(found.arguments), found.value, json.dumps(found.expectations),
        ],
    )  # fmt: skip


def is_measured(duck: duckdb.DuckDBPyConnection, reference: str, at: datetime) -> bool:
    sql = "SELECT count(*) FROM _snow.measurements WHERE reference = ? AND scheduled_time = ?"
    return duck.execute(sql, [reference, at]).fetchone()[0] > 0


def rows(duck: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Every measurement, the latest first: (object, reference, times, entity, metric, arguments, value, expectations)."""
    found = duck.execute(
        "SELECT object_id, reference, scheduled_time, change_time, measured_on, entity, metric, arguments, value, expectations "
        "FROM _snow.measurements ORDER BY scheduled_time DESC, number DESC"
    ).fetchall()
    return [(*row[:5], *(json.loads(part) for part in row[5:8]), row[8], json.loads(row[9])) for row in found]
