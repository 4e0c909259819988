"""What a statement answers inside the engine: Target results with types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from snowpact.model.types import Certainty, SnowflakeType, number, varchar


@dataclass(frozen=True, slots=True)
class ColumnMeta:
    """One column of a result, as the client's metadata describes it."""

    name: str
    type: SnowflakeType
    nullable: bool = True
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EngineResult:
    """Typed columns, rows of Python values, the rows returned or affected, the statement's id and type."""

    columns: tuple[ColumnMeta, ...] = ()
    rows: Sequence[tuple[Any, ...]] = ()
    rowcount: int | None = None
    query_id: str | None = None
    statement_type: str = "UNKNOWN"


def message(text: str) -> EngineResult:
    """DDL's answer: one row, one column ``status``."""
    return EngineResult((ColumnMeta("status", varchar()),), ((text,),), 1)


def counts(**numbers: int) -> EngineResult:
    """DML's answer: one row with a count for each word: ``inserted=3`` is ``number of rows inserted``."""
    columns = tuple(ColumnMeta(f"number of {_COUNTED.get(word, 'rows')} {_VERB.get(word, word)}", number(38, 0), False) for word in numbers)
    return EngineResult(columns, (tuple(numbers.values()),), sum(numbers.values()))


_COUNTED = {"multi_joined": "multi-joined rows"}
_VERB = {"multi_joined": "updated"}


class Already(Exception):
    """IF NOT EXISTS met the object: the statement succeeds with ``result`` and does nothing."""

    def __init__(self, result: EngineResult):
        self.result = result
