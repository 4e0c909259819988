"""Metrics on tables and views: ADD, DROP and MODIFY DATA METRIC FUNCTION, and DATA_METRIC_SCHEDULE.

https://docs.snowflake.com/en/user-guide/data-quality-working. A table's metrics are kept with it, in ``extra['metrics']``; a column is kept
by what physically holds it, so that a metric follows a renamed column.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.local.alter_columns import require
from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.quality.metrics import is_system, require_metric
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.schedule import Every, Schedule, parse_schedule
from snowpact.sql.statements.metric import Association, read_associations

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session
    from snowpact.sql.statements.actions import Policy

ON_CHANGES, DEFAULT = "TRIGGER_ON_CHANGES", "60 MINUTE"
MINUTES = {5, 15, 30, 60, 720, 1440}
"""https://docs.snowflake.com/en/user-guide/data-quality-working#schedule-the-dmf-to-run"""

_SPACE = uuid.UUID("2f1d2a7c-3b52-4d0a-8f5e-7a4c0f4d9e21")


@dataclass(frozen=True, slots=True)
class Attached:
    """A metric on a table. columns: their names now, None for one that is gone; tables: further tables with their columns."""

    number: int
    metric: Name
    columns: tuple[str | None, ...]
    tables: tuple[tuple[int, tuple[str, ...]], ...]
    condition: tuple[str, str] | None
    suspended: bool
    expectations: tuple[tuple[str, str], ...]
    record: Record

    @property
    def called(self) -> Name:
        """The metric's name without its signature."""
        return Name((*self.metric.parts[:2], self.metric.name.partition("(")[0]))

    @property
    def reference(self) -> str:
        return str(uuid.uuid5(_SPACE, f"{self.record.id} {self.number}"))

    def expectation_id(self, name: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{self.record.id} {self.number} {name}"))


def attached(record: Record) -> list[Attached]:
    """The metrics of a table or view, in the order in which they were added."""
    names = [column.name for column in record.object.columns]
    held = dict(zip(record.physical or names, names, strict=True))  # a view has nothing physical
    found = []
    for kept in record.extra.get("metrics", ()):
        columns = tuple(held.get(column) for column in kept["columns"])
        tables = tuple((id_, tuple(listed)) for id_, listed in kept["tables"])
        expectations = tuple((name, text) for name, text in kept["expectations"])
        metric = Name(tuple(kept["metric"]))
        condition = tuple(kept["condition"]) if kept["condition"] else None
        found.append(Attached(kept["number"], metric, columns, tables, condition, kept["suspended"], expectations, record))
    return found


def schedule_of(record: Record) -> str:
    """'' where all are suspended."""
    return record.object.property("data_metric_schedule", DEFAULT)


def timed(record: Record) -> Schedule | None:
    """The schedule where it is one of times."""
    text = schedule_of(record)
    return None if text in ("", ON_CHANGES) else parse_schedule(text)


def held_by(duck: duckdb.DuckDBPyConnection, record: Record) -> str:
    """What tells whether a table's rows are still the same."""
    return str(duck.execute(f"SELECT count(*), sum(hash(t)) FROM {record.table} t").fetchone())


def _held(change: Ddl, record: Record) -> str | None:
    """What the table holds, where it is measured on changes: what comes after counts as one."""
    return held_by(change.session.duck, record) if schedule_of(record) == ON_CHANGES and record.extra.get("metrics") else None


def base_of(record: Record) -> datetime:
    return datetime.fromisoformat(record.extra["metrics_since"])


def set_schedule(change: Ddl, record: Record, text: str | None) -> Record:
    """None: back to the default. Raises for a schedule that metrics can't have."""
    if text is not None:
        text = _checked(record, text.strip())
    record = record.with_object(record.object.with_properties(data_metric_schedule=text))
    return change.alter(record.with_extra(metrics_since=change.now.isoformat(), metrics_held=_held(change, record)))


def _checked(record: Record, text: str) -> str:
    if text.upper() == ON_CHANGES:
        if record.object.kind is Kind.VIEW:
            raise compilation("TRIGGER_ON_CHANGES is not supported for views.", 1008, "22023")  # text and number [M]
        return ON_CHANGES
    if text:
        schedule = parse_schedule(text)
        if isinstance(schedule, Every) and (schedule.seconds % 60 or schedule.seconds // 60 not in MINUTES):
            raise compilation(f"invalid value [{text}] for parameter 'DATA_METRIC_SCHEDULE'", 1008, "22023")  # number [M]
    return text


def change_metrics(change: Ddl, record: Record, action: Policy) -> Record:
    """ADD, DROP or MODIFY, one metric after another."""
    for given in read_associations(action.text):
        if given.options:
            raise UnsupportedFeature(f"{action.verb} DATA METRIC FUNCTION … {given.options[0].upper()}")
        record = _VERBS[action.verb](change, record, given)
    return record


def _key(record: Record, given: Association) -> list[str]:
    if not record.physical:
        for column in given.columns:
            require(record, column)
        return list(given.columns)
    return [record.physical_of(require(record, column).name) for column in given.columns]


def _find(session: Session, record: Record, given: Association) -> dict[str, Any] | None:
    """The metric on these very columns, as it is kept."""
    metric, _ = require_metric(session, given.metric, len(given.columns))
    key = _key(record, given)
    return next((kept for kept in record.extra.get("metrics", ()) if kept["metric"] == list(metric.parts) and kept["columns"] == key), None)


def _require(session: Session, record: Record, given: Association) -> dict[str, Any]:
    found = _find(session, record, given)
    if found is None:
        raise missing(f"{given.metric} ON ({given.on}) of {record.name}", "Data metric function association")
    return found


def _add(change: Ddl, record: Record, given: Association) -> Record:
    session = change.session
    if record.temporary:
        raise UnsupportedFeature("metrics on temporary tables")
    if _find(session, record, given) is not None:
        text = f"Data metric function {given.metric} is already associated with these columns of {record.name}."
        raise StatementError(text, 2002, "42710")  # text and number [M]
    metric, function = require_metric(session, given.metric, len(given.columns))
    _check_types(record, given, function)
    if (given.condition is None) == (is_system(metric) and metric.name == "ACCEPTED_VALUES"):
        raise compilation(f"{metric.name} takes {'a' if given.condition is None else 'no'} condition", 1044, "42P13")
    if function is not None and len(function.object.property("tables")) != 1 + len(given.tables):
        raise compilation(f"{metric} takes {len(function.object.property('tables'))} table(s)", 1044, "42P13")
    kept = {
        "number": 1 + max((one["number"] for one in record.extra.get("metrics", ())), default=0),
        "metric": list(metric.parts),
        "columns": _key(record, given),
        "tables": [[session.require(Kind.TABLE, session.name(name)).id, list(columns)] for name, columns in given.tables],
        "condition": list(given.condition) if given.condition else None,
        "suspended": False,
        "expectations": [list(pair) for pair in given.expectations],
    }
    since = record.extra.get("metrics_since") or change.now.isoformat()
    record = record.with_extra(metrics=[*record.extra.get("metrics", ()), kept], metrics_since=since)
    return change.alter(record.with_extra(metrics_held=record.extra.get("metrics_held") or _held(change, record)))


def _check_types(record: Record, given: Association, function: Record | None) -> None:
    """The columns' types must be those of the metric's signature."""
    if function is None:
        return
    wanted = [type_ for _, type_ in function.object.property("tables")[0][1]]
    found = [require(record, column).type.base for column in given.columns]
    if [one.partition("(")[0] for one in wanted] != found:
        text = f"Invalid argument types for function '{function.name.name}': ({', '.join(found)})"
        raise compilation(text, 1044, "42P13")


def _drop(change: Ddl, record: Record, given: Association) -> Record:
    gone = _require(change.session, record, given)
    left = [kept for kept in record.extra["metrics"] if kept is not gone]
    return change.alter(record.with_extra(metrics=left or None, metrics_held=record.extra.get("metrics_held") if left else None))


def _modify(change: Ddl, record: Record, given: Association) -> Record:
    found = _require(change.session, record, given)
    after = {**found, **_MODIFIED[given.command](found, dict(given.expectations))}
    return change.alter(record.with_extra(metrics=[after if kept is found else kept for kept in record.extra["metrics"]]))


def _expected(found: dict[str, Any], given: dict[str, str], present: bool) -> dict[str, str]:
    """The expectations held; raises unless those given are among them, or are not."""
    held = dict(found["expectations"])
    for name in given:
        if (name in held) is not present:
            text = f"Expectation '{name}' {'does not exist' if present else 'already exists'}."
            raise compilation(text, 2003 if present else 2002, "02000" if present else "42710")  # [M]
    return held


_MODIFIED: dict[str, Any] = {
    "SUSPEND": lambda found, given: {"suspended": True},
    "RESUME": lambda found, given: {"suspended": False},
    "ADD": lambda found, given: {"expectations": [list(pair) for pair in {**_expected(found, given, False), **given}.items()]},
    "MODIFY": lambda found, given: {"expectations": [list(pair) for pair in {**_expected(found, given, True), **given}.items()]},
    "DROP": lambda found, given: {
        "expectations": [[name, text] for name, text in _expected(found, given, True).items() if name not in given]
    },
}
_VERBS = {"ADD": _add, "DROP": _drop, "MODIFY": _modify}
