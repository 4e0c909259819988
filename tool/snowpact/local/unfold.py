"""Many rows of a client's or a handler's, inserted by one ordinary statement.

The rows travel as one JSON text that the statement unfolds, so that thousands of them are read and translated once; every value is cast
from text to its column's type, which keeps every digit.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from snowpact.local.result import EngineResult
from snowpact.model.types import BOOLEAN, DATE, FLOAT, SnowflakeType, binary, number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

BATCH = 5000


def insert(session: Session, into: str, types: Sequence[SnowflakeType], rows: Sequence[Sequence[Any]]) -> tuple[EngineResult, int]:
    """Run ``into`` (``INSERT INTO t (a, b)``) for the rows; the last statement's result and the number of rows inserted."""
    values = ", ".join(_unfolded(place, type_) for place, type_ in enumerate(types))
    statement = f"{into} SELECT {values} FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) AS f ORDER BY f.index"
    result, count = EngineResult(), 0
    for start in range(0, len(rows), BATCH):
        text = json.dumps([list(row) for row in rows[start : start + BATCH]], default=_text, ensure_ascii=False)
        result = session.execute(statement, [text])
        count += result.rowcount or 0
    return result, count


def _unfolded(place: int, type_: SnowflakeType) -> str:
    """One value of a row; VARIANT and its kin as they are, JSON null as NULL."""
    path = f"f.value[{place}]"
    if type_.base == "VARIANT":
        return f"NULLIF({path}, PARSE_JSON('null'))"
    return f"{path}::{type_}" if type_.is_semi_structured else f"{path}::VARCHAR::{type_}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date | dt.time | Decimal):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
    raise TypeError(f"a value of type {type(value).__name__} has no counterpart in SQL")


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
