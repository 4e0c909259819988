"""The common type of several values: branches of CASE, arguments of COALESCE, columns of a UNION, sides of a comparison.

snowflake-facts 5.3: text with anything but VARIANT gives the other type (the text is cast and may fail at run time); anything with
VARIANT gives VARIANT. In comparisons a VARIANT becomes the other side's type instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from snowpact.local.translate.coerce import convert as convert_value
from snowpact.local.translate.coerce import is_json, number_literal
from snowpact.local.translate.typed import NULL, Typed, call, cast, duck_type, refuse
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import FLOAT, VARIANT, SnowflakeType, number, varchar

_SCIENTIFIC = re.compile(r"\s*[+-]?[\d.]*e[+-]?\d+\s*|\s*[+-]?[\d.]+\s*", re.IGNORECASE)
"""Text that is a number, though none of up to 38 digits alone: which NUMBER it becomes is not documented."""

_STAMP_ORDER = ("DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ")


def common_type(types: Sequence[SnowflakeType | None]) -> SnowflakeType | None:
    """The type that all values take; None where one of them is not known."""
    result: SnowflakeType | None = NULL
    for type_ in types:
        if type_ is None or result is None:
            return None
        result = _pair(result, type_)
    return result


def _pair(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    if a == b or b == NULL:
        return a
    if a == NULL:
        return b
    bases = {a.base, b.base}
    if a.base == b.base:
        return _same_base(a, b)
    if is_json(a) or is_json(b):
        return VARIANT
    if "VARCHAR" in bases:
        return b if a.base == "VARCHAR" else a
    if bases == {"NUMBER", "FLOAT"}:
        return FLOAT
    if bases <= set(_STAMP_ORDER):
        return max(a, b, key=lambda type_: _STAMP_ORDER.index(type_.base))
    raise UnsupportedFeature(f"a common type of {a} and {b}")


def _same_base(a: SnowflakeType, b: SnowflakeType) -> SnowflakeType:
    if a.base == "NUMBER":
        scale = max(a.scale or 0, b.scale or 0)
        leading = max((a.precision or 0) - (a.scale or 0), (b.precision or 0) - (b.scale or 0))
        return number(min(38, max(leading + scale, 1)), scale)
    if a.base == "VARCHAR":
        return varchar() if a.length is None or b.length is None else varchar(max(a.length, b.length))
    if a.precision is not None and b.precision is not None:
        return a if a.precision >= b.precision else b
    return a


def unify(values: Sequence[Typed]) -> tuple[list[Typed], SnowflakeType | None]:
    """The values cast to their common type. Values of unknown type are left to DuckDB unless a VARIANT is among them."""
    values = _spelled_numbers(values)
    target = common_type([value.type for value in values])
    if target is None:
        if any(is_json(value.type) for value in values):
            refuse("VARIANT and an expression of unknown type together")
        return list(values), None
    return [fit(value, target) for value in values], target


def _spelled_numbers(values: Sequence[Typed]) -> list[Typed]:
    """Text literals among numbers, as the numbers they spell; among NUMBERs what spells none fails as a cast to one does."""
    bases = {value.base for value in values}
    if not bases & {"NUMBER", "FLOAT"} or not bases <= {"NUMBER", "FLOAT", "VARCHAR", "NULL"}:
        return list(values)
    if "FLOAT" in bases:
        return [value if value.literal is None else number_literal(value.literal) for value in values]
    target = common_type([value.type for value in values if value.base != "VARCHAR"])
    return [_spelled_number(value, target) for value in values]


def _spelled_number(value: Typed, target: SnowflakeType | None) -> Typed:
    if value.literal is None or target is None:
        return value
    number_ = number_literal(value.literal)
    if number_.base == "FLOAT":
        if _SCIENTIFIC.fullmatch(value.literal):
            refuse("implicit conversion of VARCHAR to NUMBER")
        return convert_value(value, target)
    return number_


def fit(value: Typed, target: SnowflakeType) -> Typed:
    """The value as the common type; the same object where it is that already.

    Digits behind the point are brought to the target's: of DECIMAL(38,0) and DECIMAL(38,6) DuckDB makes DECIMAL(38,0).
    """
    if value.base == target.base == "NUMBER" and value.type != target and value.type.scale != target.scale:
        return Typed(cast(value.sql, duck_type(target)), target)
    if value.base in {target.base, "NULL"} and not (value.base == "NULL" and is_json(target)):
        return value
    if {value.base, target.base} == {"NUMBER", "FLOAT"}:
        return value
    if value.base == "VARCHAR" and target.base == "NUMBER":
        refuse("implicit conversion of VARCHAR to NUMBER")  # Snowflake's precision and scale for it are not documented
    return convert_value(value, target)


def comparable(values: Sequence[Typed]) -> list[Typed]:
    """The sides of a comparison, or the operand and the list of an IN, cast as Snowflake compares them."""
    if all(is_json(value.type) or value.base == "NULL" for value in values):
        return [Typed(call("_snow.sort_key", value.sql)) if is_json(value.type) else value for value in values]
    others = [value.type for value in values if not is_json(value.type)]
    target = common_type(others)
    if target is None:
        if any(is_json(value.type) for value in values):
            refuse("comparison of VARIANT with an expression of unknown type")
        return list(values)
    return [_side(value, target) for value in values]


def _side(value: Typed, target: SnowflakeType) -> Typed:
    if value.base in {target.base, "NULL"}:
        return value
    if target.base == "NUMBER":
        if value.literal is not None:
            return number_literal(value.literal)
        # 12 fraction digits, so that '1.5' = 2 stays false; more integer digits only where the other side needs them
        leading = (target.precision or 0) - (target.scale or 0)
        scale = max(target.scale or 0, 12) if leading <= 26 or target.precision == 38 else target.scale
        return convert_value(value, number(38, scale or 0))
    if target.base == "FLOAT" and value.base == "NUMBER":
        return value
    return convert_value(value, varchar() if target.base == "VARCHAR" else target)
