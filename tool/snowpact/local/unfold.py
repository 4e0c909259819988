"""Many rows of a client's, inserted by one ordinary statement.

They take the place of an answer that the session got, and the statement reads it by RESULT_SCAN: thousands of rows are read and
translated once, and reach DuckDB as one arrow table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.model.types import BOOLEAN, DATE, FLOAT, SnowflakeType, binary, number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session


def insert(session: Session, into: str, types: Sequence[SnowflakeType], rows: Sequence[Sequence[Any]]) -> EngineResult:
    """Run ``into`` (``INSERT INTO t (a, b)``) for the rows."""
    columns = tuple(ColumnMeta(f"C{place}", type_) for place, type_ in enumerate(types))
    given = EngineResult(columns, [tuple(row) for row in rows], len(rows), session.engine.query_id())
    session.queries.remember(given)
    try:
        return session.execute(f"{into} SELECT * FROM TABLE(RESULT_SCAN('{given.query_id}'))")
    finally:
        session.queries.drop(str(given.query_id))


def type_of(values: Iterable[Any]) -> SnowflakeType | None:
    """The SQL type of a column of Python values; None where they are of different ones."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if not kinds:
        return varchar()
    if kinds == {Decimal}:
        scale = max(max(0, -int(value.as_tuple().exponent)) for value in present)
        return number(38, scale) if scale <= 37 else None
    if kinds == {dt.datetime}:
        zones = {value.tzinfo is None for value in present}
        return None if len(zones) > 1 else timestamp("NTZ" if zones.pop() else "TZ")
    return _TYPES.get(kinds.pop()) if len(kinds) == 1 else None


_TYPES = {
    bool: BOOLEAN,
    int: number(),
    float: FLOAT,
    str: varchar(),
    bytes: binary(),
    dt.date: DATE,
    dt.time: SnowflakeType("TIME", precision=9),
}
