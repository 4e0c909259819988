"""Columns of what a handler gave, as arrow: checked as a whole where all values are of the type's own Python type, else one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from snowpact.local.arrow import arrow_type
from snowpact.local.routines.values import Convert
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    import pyarrow

Make = Callable[[Sequence[Any]], "pyarrow.Array"]

_OWN = {"NUMBER": int, "FLOAT": float, "VARCHAR": str, "BOOLEAN": bool, "DATE": dt.date, "BINARY": bytes}
"""The Python type whose values need no conversion."""

_DIGITS_OF_64_BITS = 18


def column(type_: SnowflakeType, convert: Convert) -> Make:
    """What makes a column of values; ``convert`` makes one of a value that is not of the type's own Python type, or raises."""
    own = _OWN.get(type_.base)
    limited = type_.base == "VARCHAR" and type_.length is not None

    def make(values: Sequence[Any]) -> pyarrow.Array:
        import pyarrow

        if own is not None and not limited and set(map(type, values)) <= {own, type(None)}:
            if type_.base != "NUMBER":
                return pyarrow.array(values, type=arrow_type(type_))
            if (whole := _whole(values, type_)) is not None:
                return whole
        return pyarrow.array([convert(value) for value in values], type=arrow_type(type_))

    return make


def _whole(values: Sequence[int | None], type_: SnowflakeType) -> pyarrow.Array | None:
    """Whole numbers that fit into 64 bits and the type; None for others."""
    import pyarrow

    if type_.scale:
        return None
    present = [value for value in values if value is not None]
    most = 10 ** min(type_.precision or 38, _DIGITS_OF_64_BITS)
    if present and not (-most < min(present) and max(present) < most):
        return None
    wide = pyarrow.array(values, type=pyarrow.int64()).cast(pyarrow.decimal128(_DIGITS_OF_64_BITS + 1, 0))
    return wide.cast(arrow_type(type_))
