"""The common type of several expressions: CASE, IFF, COALESCE, set operations, VALUES.

From Snowpark's table of SYSTEM$TYPEOF results on CASE. Where sources conflict (NUMBER with another NUMBER, BOOLEAN with
VARCHAR) the answer is family or unknown. A NULL constant takes the type of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from snowpact.model.types import FLOAT, MAX_PRECISION, VARIANT, SnowflakeType, number, varchar
from snowpact.sql.typing.typed import NULL, Typed, any_nullable, derived, exact, family, unknown

_TIMES = {"DATE", "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"}


def common(inputs: Sequence[Typed], nullable: bool | None = None) -> Typed:
    """The type that holds all of ``inputs``; nullable as given, else where one of them is."""
    typed = [item for item in inputs if not item.null]
    may_be_null = any_nullable(inputs) if nullable is None else nullable
    if not typed:
        return NULL
    result = reduce(_pair, typed)
    return Typed(result.type, result.certainty, result.reason, may_be_null)


def _pair(left: Typed, right: Typed) -> Typed:
    if not left.base or not right.base:
        return unknown((left if not left.base else right).reason or "one branch has an unknown type")
    if left.type is right.type or left.type == right.type:
        return derived(left.type, (left, right))
    rule = _SAME.get(left.base) if left.base == right.base else None
    if rule is not None:
        return rule(left, right)
    return _different(left, right)


def _texts(left: Typed, right: Typed) -> Typed:
    lengths = left.type.length, right.type.length
    return derived(varchar(None if None in lengths else max(lengths)), (left, right))


def _numbers(left: Typed, right: Typed) -> Typed:
    leading = max((item.type.precision or MAX_PRECISION) - (item.type.scale or 0) for item in (left, right))
    scale = max(left.type.scale or 0, right.type.scale or 0)
    guess = number(max(1, min(MAX_PRECISION, leading + scale)), scale)
    return family(guess, "sources differ on the common type of two different NUMBERs")


def _fractions(left: Typed, right: Typed) -> Typed:
    guess = max(left.type, right.type, key=lambda type_: type_.precision or 0)
    return family(guess, "the common precision of two times is not documented")


_SAME = {"VARCHAR": _texts, "NUMBER": _numbers, **dict.fromkeys(_TIMES - {"DATE"}, _fractions)}


def _different(left: Typed, right: Typed) -> Typed:
    bases = {left.base, right.base}
    if "VARIANT" in bases:
        return exact(VARIANT)
    if bases == {"NUMBER", "FLOAT"}:
        return exact(FLOAT)
    if "DECFLOAT" in bases and bases <= {"DECFLOAT", "NUMBER", "FLOAT"}:
        return exact(SnowflakeType("DECFLOAT"))
    if "DATE" in bases and len(bases & _TIMES) == 2 and "TIME" not in bases:
        return _surer(left if right.base == "DATE" else right, "a date with a timestamp gives that timestamp")
    if "VARCHAR" in bases and "NUMBER" in bases:
        return family((left if left.is_number else right).type, "a string with a number gives a number of undocumented precision")
    if "VARCHAR" in bases and bases & _TIMES:
        return _surer(left if right.base == "VARCHAR" else right, "a string with a date or time gives that")
    return unknown(f"the common type of {left.base} and {right.base} is not documented")


def _surer(item: Typed, reason: str) -> Typed:
    """Only a type that has no precision follows for sure."""
    return exact(item.type) if item.base == "DATE" else family(item.type, reason)
