"""Vectorised functions: handlers that take a pandas frame, or one series for each argument, and give a series; of tables, a frame.

https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-batch, udf-python-tabular-vectorized. A handler is marked with
``_snowflake.vectorized`` or by the attributes that this sets. It lives in the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any


def module() -> ModuleType:
    """``_snowflake``, which a body imports: there only its decorator is here."""
    made = ModuleType("_snowflake")
    made.vectorized = _vectorized  # type: ignore[attr-defined]
    return made


def _vectorized(input: Any, max_batch_size: int | None = None, flatten_object_input: bool = False) -> Callable[[Any], Any]:
    if flatten_object_input:
        raise NotImplementedError("Unsupported feature 'vectorized with flatten_object_input' in the embedded engine")

    def mark(function: Any) -> Any:
        function._sf_vectorized_input = input
        function._sf_max_batch_size = max_batch_size
        return function

    return mark


def takes_frames(function: Any) -> bool:
    return getattr(function, "_sf_vectorized_input", None) is not None


def values(function: Any, rows: list[list[Any]]) -> list[Any]:
    """What a handler gives for a batch of rows, in parts of at most its batch size. NaN and NaT are NULL."""
    import pandas

    found: list[Any] = []
    for part in _parts(function, rows):
        frame = _frame(part, range(len(part[0])))
        by_series = function._sf_vectorized_input is pandas.Series
        made = pandas.Series(function(*(frame[column] for column in frame)) if by_series else function(frame))
        if len(made) != len(frame):
            raise ValueError(f"a vectorized function gave {len(made)} values for {len(frame)} rows")
        found += made.astype(object).where(made.notna(), None).tolist()
    return found


def table_rows(method: Any, rows: list[list[Any]], names: list[str], same: bool = False) -> Iterator[list[Any]]:
    """What a table function's method makes of argument rows, in frames whose columns have the arguments' names: one frame for
    ``end_partition``, parts for ``process``, which gives as many rows as it was given (``same``).

    A method answers or yields frames, or tuples of series or arrays, a column each.
    """
    import pandas

    for part in _parts(method, rows) if same else [rows]:
        answer = method(_frame(part, names))
        answers = [answer] if isinstance(answer, pandas.DataFrame | tuple | list) else answer or ()
        made = [row for item in answers for row in _rows(item)]
        if same and len(made) != len(part):
            raise ValueError(f"a vectorized process gave {len(made)} rows for {len(part)}")
        yield from made


def _parts(function: Any, rows: list[list[Any]]) -> list[list[list[Any]]]:
    most = getattr(function, "_sf_max_batch_size", None) or len(rows) or 1
    return [rows[start : start + most] for start in range(0, len(rows), most)]


def _frame(rows: list[list[Any]], names: Any) -> Any:
    """NUMBER with a scale arrives as float64 [M]."""
    import pandas

    frame = pandas.DataFrame(rows, columns=list(names))
    for name in names:
        if set(map(type, frame[name].dropna())) == {Decimal}:
            frame[name] = frame[name].astype("float64")
    return frame


def _rows(made: Any) -> list[list[Any]]:
    import pandas

    frame = made if isinstance(made, pandas.DataFrame) else pandas.DataFrame(dict(enumerate(map(pandas.Series, made))))
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
