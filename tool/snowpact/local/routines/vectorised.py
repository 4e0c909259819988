"""Vectorised functions: handlers that take a pandas frame, or one series for each argument, and give a series.

https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-batch. A handler is marked with ``_snowflake.vectorized`` or by the
attributes that this sets. It lives in the worker.
"""

from __future__ import annotations

from collections.abc import Callable
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

    most = getattr(function, "_sf_max_batch_size", None) or len(rows) or 1
    found: list[Any] = []
    for start in range(0, len(rows), most):
        frame = pandas.DataFrame(rows[start : start + most])
        by_series = function._sf_vectorized_input is pandas.Series
        made = pandas.Series(function(*(frame[column] for column in frame)) if by_series else function(frame))
        if len(made) != len(frame):
            raise ValueError(f"a vectorized function gave {len(made)} values for {len(frame)} rows")
        found += made.astype(object).where(made.notna(), None).tolist()
    return found
