"""Which rows of a load would fail, and why: the load's SELECT on a connection of its own, on ever smaller parts of the rows.

An error ends DuckDB's transaction, so it is looked for where no transaction of the session's is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from snowpact.local import tables
from snowpact.local.errors import translated
from snowpact.local.objects import Record
from snowpact.local.stages import reading, source
from snowpact.model.errors import StatementError
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session

_ALL = "temp._probed"


@dataclass(frozen=True)
class Failed:
    """A row that can't be loaded."""

    row: int
    error: StatementError
    column: str | None


class Probe:
    """Runs what would be inserted: ``sql`` gives ``columns``' values with ``types``."""

    def __init__(self, session: Session, record: Record, columns: Sequence[str], sql: str, types: Sequence[SnowflakeType | None]):
        self.duck = session.engine.store.connection.cursor()
        self.columns = list(columns)
        names = [f"x{index}" for index in range(1, len(columns) + 1)]
        self.source = f"({sql}) AS s({', '.join(names)})"
        self.values = []
        for name, type_, column in zip(names, types, columns, strict=True):
            target = record.object.column(column)
            value = tables.assigned(name, type_, target)
            if target is not None and not target.nullable:
                value = f"CASE WHEN {value} IS NULL THEN error('SNOW:100072:22000:NULL result in a non-nullable column') ELSE {value} END"
            self.values.append(value)

    def failures(self, rows: Sequence[tuple[int, int, int, int, reading.Fields]], width: int) -> list[Failed]:
        """Every row that fails, in the order of the files."""
        try:
            reading.fill(self.duck.execute, _ALL, rows, width)
            return list(self._within(0, len(rows) - 1)) if rows else []
        finally:
            self.duck.close()

    def _within(self, low: int, high: int) -> Iterable[Failed]:
        error = self._error(low, high, self.values)
        if error is None:
            return
        if low < high:
            middle = (low + high) // 2
            yield from self._within(low, middle)
            yield from self._within(middle + 1, high)
            return
        guilty = (name for name, value in zip(self.columns, self.values, strict=True) if self._error(low, low, [value]) is not None)
        yield Failed(low, error, next(guilty, None))

    def _error(self, low: int, high: int, values: Sequence[str]) -> StatementError | None:
        self.duck.execute(f"CREATE OR REPLACE TEMP VIEW {source.TABLE} AS SELECT * FROM {_ALL} WHERE n BETWEEN {low} AND {high}")
        try:
            self.duck.execute(f"CREATE OR REPLACE TEMP TABLE _values AS SELECT {', '.join(values)} FROM {self.source}")
        except duckdb.Error as error:
            return translated(error)
        return None
