"""What SNOWFLAKE.LOCAL, INFORMATION_SCHEMA and the system functions tell of metrics.

https://docs.snowflake.com/en/sql-reference/local/data_quality_monitoring_results, data_quality_monitoring_expectation_status,
functions/data_metric_function_references, functions/system_evaluate_data_quality_expectations
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.quality import history
from snowpact.local.quality.association import Attached, attached, schedule_of
from snowpact.local.quality.measure import measure, measured_of
from snowpact.local.quality.metrics import is_system
from snowpact.local.table_function import Rows, TableFunction
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import BOOLEAN, SnowflakeType, number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TEXT, _TIME, _NUMBER, _ARRAY, _VARIANT = varchar(), timestamp("LTZ"), number(), SnowflakeType("ARRAY"), SnowflakeType("VARIANT")

_MEASURED = (
    ("SCHEDULED_TIME", _TIME), ("CHANGE_COMMIT_TIME", _TIME), ("MEASUREMENT_TIME", _TIME), ("TABLE_ID", _NUMBER), ("TABLE_NAME", _TEXT),
    ("TABLE_SCHEMA", _TEXT), ("TABLE_DATABASE", _TEXT), ("METRIC_ID", _NUMBER), ("METRIC_NAME", _TEXT), ("METRIC_SCHEMA", _TEXT),
    ("METRIC_DATABASE", _TEXT), ("METRIC_RETURN_TYPE", _TEXT), ("ARGUMENT_IDS", _ARRAY), ("ARGUMENT_TYPES", _ARRAY),
    ("ARGUMENT_NAMES", _ARRAY), ("REFERENCE_ID", _TEXT), ("VALUE", _VARIANT),
)  # fmt: skip
_EXPECTED = (
    *_MEASURED, ("EXPECTATION_NAME", _TEXT), ("EXPECTATION_ID", _TEXT), ("EXPECTATION_EXPRESSION", _TEXT),
    ("EXPECTATION_VIOLATED", BOOLEAN),
)  # fmt: skip


def _measured(row: tuple[Any, ...]) -> tuple[Any, ...]:
    id_, reference, scheduled, changed, at, entity, metric, arguments, value, _ = row
    number_, database, schema, name, returns = metric
    lists = ([0 for _ in arguments], ["COLUMN" for _ in arguments], arguments)
    return (
        scheduled, changed, at, id_, *reversed(entity), number_, name, schema, database, returns, *map(json.dumps, lists), reference, value,
    )  # fmt: skip


def _results(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    return [_measured(row) for row in _of(session, given)]


def _status(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    return [(*_measured(row), *expectation) for row in _of(session, given) for expectation in row[9]]


def _of(session: Session, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The measurements of the object that REF_ENTITY_NAME names; of all without it."""
    found = history.rows(session.duck)
    if "REF_ENTITY_NAME" not in given:
        return found
    record = _entity(session, given)
    return [row for row in found if row[0] == record.id]


def _entity(session: Session, given: Mapping[str, Any]) -> Record:
    if given.get("REF_ENTITY_NAME") is None:
        raise compilation("Missing argument REF_ENTITY_NAME", 938, "22023")  # number [M]
    name = session.complete(Name.parse(str(given["REF_ENTITY_NAME"])))
    found = session.find("TABLE", name)
    if found is None:
        raise missing(name)
    return found


_EVALUATED = (
    ("METRIC_DATABASE", _TEXT), ("METRIC_SCHEMA", _TEXT), ("METRIC_NAME", _TEXT), ("EXPECTATION_NAME", _TEXT), ("EXPECTATION_ID", _TEXT),
    ("EXPECTATION_EXPRESSION", _TEXT), ("ARGUMENTS", _ARRAY), ("VALUE", _VARIANT), ("EXPECTATION_VIOLATED", BOOLEAN),
)  # fmt: skip


def _evaluate(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """Each expectation of a table as it is kept now; those of suspended metrics only where SKIP_SUSPENDED_DMF is FALSE."""
    rows = []
    for one in attached(_entity(session, given)):
        if not one.expectations or (one.suspended and given.get("SKIP_SUSPENDED_DMF", True) is not False):
            continue
        found = measure(session, one, session.now)
        metric = found.metric[1:4]
        arguments = json.dumps(found.arguments)
        rows += [(*metric, name, id_, text, arguments, found.value, broken) for name, id_, text, broken in found.expectations]
    return rows


_REFERENCES = tuple(
    (name, _TEXT)
    for name in (
        "METRIC_DATABASE_NAME", "METRIC_SCHEMA_NAME", "METRIC_NAME", "METRIC_SIGNATURE", "METRIC_DATA_TYPE", "REF_ENTITY_DATABASE_NAME",
        "REF_ENTITY_SCHEMA_NAME", "REF_ENTITY_NAME", "REF_ENTITY_DOMAIN", "REF_ARGUMENTS", "REF_ID", "SCHEDULE", "SCHEDULE_STATUS",
    )
)  # fmt: skip


def _references(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The associations of one table or view (REF_ENTITY_NAME), or those of one metric (METRIC_NAME)."""
    if given.get("METRIC_NAME") is not None:
        name = Name.parse(str(given["METRIC_NAME"]))
        wanted = name if is_system(name) else session.complete(name)
        tables = sorted((record for record in session.engine.state if measured_of(record)), key=lambda record: record.name)
        found = [one for record in tables for one in attached(record)]
        return [_reference(one) for one in found if one.called == wanted]
    return [_reference(one) for one in attached(_entity(session, given))]


def _reference(one: Attached) -> tuple[Any, ...]:
    name, _, types = one.metric.name.partition("(")
    arguments = [{"domain": "COLUMN", "name": column} for column in one.columns]
    signature = f"({types}" if types else f"(TABLE({', '.join('ANY' for _ in one.columns)}))"
    domain = "VIEW" if one.record.object.kind is Kind.VIEW else "TABLE"
    return (
        *one.metric.parts[:2], name, signature, "NUMBER(38,0)", *one.record.name.parts, domain, json.dumps(arguments), one.reference,
        schedule_of(one.record) or None, _schedule_status(one),
    )  # fmt: skip


def _schedule_status(one: Attached) -> str:
    if None in one.columns:
        return "SUSPENDED_TABLE_COLUMN_DOES_NOT_EXIST_OR_NOT_AUTHORIZED"
    return "SUSPENDED_BY_USER_ACTION" if one.suspended or not schedule_of(one.record) else "STARTED"


_ENTITY = frozenset({"REF_ENTITY_NAME", "REF_ENTITY_DOMAIN"})

LOCAL: dict[str, TableFunction] = {
    "DATA_QUALITY_MONITORING_RESULTS": TableFunction(_MEASURED, _results, _ENTITY),
    "DATA_QUALITY_MONITORING_EXPECTATION_STATUS": TableFunction(_EXPECTED, _status, _ENTITY),
}
"""Of SNOWFLAKE.LOCAL, as views and as table functions."""

SYSTEM: dict[str, TableFunction] = {
    "SYSTEM$EVALUATE_DATA_QUALITY_EXPECTATIONS": TableFunction(_EVALUATED, _evaluate, frozenset({"REF_ENTITY_NAME", "SKIP_SUSPENDED_DMF"}))
}

FUNCTIONS: dict[str, TableFunction] = {
    "DATA_METRIC_FUNCTION_REFERENCES": TableFunction(_REFERENCES, _references, _ENTITY | {"METRIC_NAME"}),
}
"""Of INFORMATION_SCHEMA."""
