"""Measuring what is attached: the value, the expectations, and when it is due.

https://docs.snowflake.com/en/user-guide/data-quality-working#schedule-the-dmf-to-run
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.local.agenda import Agenda
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, missing, translated
from snowpact.local.handlers.query import run as run_query
from snowpact.local.objects import Record
from snowpact.local.quality import history, metrics
from snowpact.local.quality.association import ON_CHANGES, Attached, attached, base_of, held_by, schedule_of, timed
from snowpact.local.quality.history import Measurement
from snowpact.local.relation import Query, query_of
from snowpact.local.result import EngineResult
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session

_MADE = re.compile(r"\btemp\.|\b_hosted\d")
"""In a query's text: what was made for it alone, and what may change behind it."""


def measure(session: Session, one: Attached, scheduled: datetime, changed: datetime | None = None) -> Measurement:
    """Measure now. Raises StatementError where it can't be: a column or a metric that is gone, a metric that fails."""
    if None in one.columns:
        raise compilation(f"A column that metric {one.metric} measures on {one.record.name} does not exist.", 904, "42000")
    columns = [column for column in one.columns if column is not None]
    metric, function = metrics.require_metric(session, one.called.sql, len(columns))
    rows = [metrics.select_of(one.record, columns)]
    for id_, listed in one.tables:
        table = session.engine.state.by_id.get(id_)
        if table is None or table.dropped_on is not None:
            raise missing(id_, "Table")
        rows.append(metrics.select_of(table, listed))
    value = _value(_answer(session, metrics.query(session, metric, function, rows, one.condition)))
    number = function.id if function else 0
    returns = function.object.property("returns") if function else "NUMBER(38,0)"
    described = (number, metric.parts[0], metric.parts[1], metric.name.partition("(")[0], returns)
    kept = tuple((name, one.expectation_id(name), text, _violated(session, text, value)) for name, text in one.expectations)
    found = Measurement(one.record.id, one.reference, scheduled, session.now, one.record.name.parts, described, tuple(columns), value)
    return replace(found, changed=changed, expectations=kept)


def _answer(session: Session, tree: Any) -> EngineResult:
    session.now = session.engine.clock.now()
    try:
        return run_query(session, _query(session, tree.sql(dialect="snowflake")))
    except duckdb.Error as error:
        raise translated(error) from error


def _query(session: Session, text: str) -> Query:
    """The translation of a query, kept while the account's objects are the same and nothing else bears on it."""
    moment = session.engine.state.version, session.temporary_version, session.role, session.database, session.schema
    kept = session.query_cache.get(text)
    if kept is None or kept[0] != moment:
        asked = session.asked
        kept = moment, query_of(session, text)
        if session.asked == asked and not session.reads.windows and not _MADE.search(kept[1].sql):
            session.query_cache[text] = kept
    return kept[1]


def _value(result: EngineResult) -> str | None:
    """The one value, as VARIANT has it."""
    if len(result.rows) != 1 or len(result.columns) != 1:
        raise compilation("a metric answers one value", 1044, "42P13")
    value = result.rows[0][0]
    if value is None or isinstance(value, (int, float)):
        return None if value is None else json.dumps(value)
    text = str(value)
    return text if result.columns[0].type.base == "NUMBER" else json.dumps(text)


def _violated(session: Session, expression: str, value: str | None) -> bool | None:
    """Whether an expectation is not kept; None where that can't be told."""
    given = "NULL" if value is None else value.replace("'", "''").replace('"', "'") if value.startswith('"') else value
    try:
        kept = run_query(session, _query(session, f"SELECT ({expression}) FROM (SELECT {given} AS VALUE)")).rows[0][0]
    except StatementError:
        return None
    return None if kept is None else not kept


def measured_of(record: Record) -> bool:
    return record.object.kind in (Kind.TABLE, Kind.VIEW, Kind.DYNAMIC_TABLE) and bool(record.extra.get("metrics"))


@dataclass(slots=True)
class MetricPlan:
    """When the metrics of each table are due next, by its id. What a table that is measured on changes held when it last was is kept with
    it, so that what changes while no scheduler runs is seen by the next one; unseen: there may be such changes."""

    engine: Engine
    session: Session
    start: datetime
    _agenda: Agenda = field(init=False)
    _unseen: bool = True

    def __post_init__(self) -> None:
        self._agenda = Agenda(self.start, self._following)

    def next(self, now: datetime) -> datetime | None:
        if self._unseen and any(self._changed(record) for record in self._tables()):
            return now
        self._unseen = False
        return min((at for record in self._tables() if (at := self._at(record, now)) is not None), default=None)

    def run(self, moment: datetime) -> Iterator[tuple[Attached, str]]:
        """Measure what is due at a moment: each with SUCCEEDED or FAILED."""
        self._unseen = False
        for record in self._tables():
            due = self._due(record, moment)
            if due is None:
                continue
            held = held_by(self.session.duck, record)
            for one in attached(record):
                if not one.suspended and not history.is_measured(self.session.duck, one.reference, due[0]):
                    yield one, self._measured(one, *due)
            if due[1] is None:
                self._agenda.passed(record, due[0])
            else:
                with ddl(self.session) as change:
                    change.put(self.engine.state.by_id[record.id].with_extra(metrics_held=held))

    def _due(self, record: Record, moment: datetime) -> tuple[datetime, datetime | None] | None:
        """When it was due, and when the change was that calls for it; None where it is not."""
        at = self._at(record, moment)
        if at is not None:
            return (at, None) if at <= moment else None
        return (moment, moment) if self._changed(record) else None

    def _tables(self) -> list[Record]:
        return sorted((record for record in self.engine.state if measured_of(record)), key=lambda record: record.name)

    def _measured(self, one: Attached, at: datetime, changed: datetime | None) -> str:
        session = self.session
        session.database, session.schema = one.record.name.parts[:2]
        session.role = one.record.owner or session.role
        try:
            found = measure(session, one, at, changed)
        except StatementError:
            return "FAILED"
        with session.engine.lock.held(session):
            history.write(session.duck, found)
        return "SUCCEEDED"

    def _at(self, record: Record, now: datetime) -> datetime | None:
        if timed(record) is None:
            return None
        return self._agenda.at(record, schedule_of(record), record.extra["metrics_since"], now)

    def _following(self, record: Record, moment: datetime) -> datetime:
        schedule = timed(record)
        assert schedule is not None
        return schedule.after(moment, self._agenda.base(base_of(record), moment))

    def _changed(self, record: Record) -> bool:
        """Whether a table that is measured on changes has other rows than when it last was, or than when that was asked for."""
        return schedule_of(record) == ON_CHANGES and record.extra.get("metrics_held") != held_by(self.session.duck, record)
