"""Whether a JSON value, as a VARIANT holds one, is what a contract's Avro type says.

Keys beside those of a record are free. A key that is missing reads as NULL in SQL, so it satisfies a type that allows null; an Avro
default promises nothing of the stored value. Dates, times, bytes and decimals stand in JSON as Snowflake writes them (TO_JSON,
https://docs.snowflake.com/en/sql-reference/functions/to_json), times also as the numbers that Avro itself keeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from snowpact.contracts.document import Path, spell_path
from snowpact.model.shape import Schema, Shape

_INTEGERS = {"int": 31, "long": 63}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"([0-9a-f]{2})*", re.IGNORECASE)
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d(:\d\d(\.\d{1,9})?)?"
_ZONE = r"( ?(Z|[+-]\d\d:?\d\d))?"
_MOMENTS = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "timestamp": re.compile(f"{_DATE}([T ]{_TIME}{_ZONE})?"),
    "local-timestamp": re.compile(f"{_DATE}([T ]{_TIME}{_ZONE})?"),
}
_NO_FINITE = {"NaN", "inf", "-inf", "Infinity", "-Infinity"}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One value that is not as declared: where within the column's value, as ``$.items[2].sku``, and what was expected and found."""

    path: str
    message: str


def misfit(schema: Schema, shape: Shape, value: Any) -> Misfit | None:
    """The first thing about a parsed JSON value that the shape does not allow. Numbers come as int, or as Decimal."""
    found = next(_Reader(schema).misfits(shape, value, ()), None)
    return Misfit(spell_path(found[0]), found[1]) if found else None


def _kind(value: Any) -> str:
    kinds = {bool: "a boolean", int: "a number", Decimal: "a number", str: "a text", list: "an array", dict: "an object"}
    return "null" if value is None else kinds[type(value)]


class _Reader:
    def __init__(self, schema: Schema):
        self.schema = schema

    def misfits(self, shape: Shape, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
        shape = self.schema.of(shape)
        if shape.kind == "union":
            yield from self.union(shape, value, path)
        elif shape.kind in _CONTAINERS:
            kind, inside = _CONTAINERS[shape.kind]
            if isinstance(value, kind):
                yield from inside(self, shape, value, path)
            else:
                yield path, f"expected {shape.label}, found {_kind(value)}"
        elif not _fits(shape, value):
            yield path, f"expected {_expected(shape)}, found {_kind(value)}{_further(shape, value)}"

    def union(self, shape: Shape, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
        """Of a value that fits no branch, what is wrong in the only one that could be meant, else the choice."""
        wrong = [next(self.misfits(branch, value, path), None) for branch in shape.branches]
        if None in wrong:
            return
        meant = [found for found, branch in zip(wrong, shape.branches, strict=True) if self.schema.of(branch).kind != "null"]
        if len(meant) == 1 and value is not None and meant[0] is not None:
            yield meant[0]
        else:
            labels = " or ".join(self.schema.of(branch).label for branch in shape.branches)
            yield path, f"expected {labels or 'a branch of an empty union'}, found {_kind(value)}"

    def record(self, shape: Shape, value: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
        for member in shape.members:
            name = member.name if member.name in value else member.key
            if name in value:
                yield from self.misfits(member.shape, value[name], (*path, name))
            elif next(self.misfits(member.shape, None, path), None) is not None:
                yield (*path, member.name), f"expected {self.schema.of(member.shape).label}, the key is missing"

    def array(self, shape: Shape, value: list[Any], path: Path) -> Iterator[tuple[Path, str]]:
        for index, item in enumerate(value):
            yield from self.misfits(shape.element, item, (*path, index))

    def map(self, shape: Shape, value: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
        for key, item in value.items():
            yield from self.misfits(shape.element, item, (*path, key))


_CONTAINERS: dict[str, tuple[type, Callable]] = {
    "record": (dict, _Reader.record),
    "error": (dict, _Reader.record),
    "array": (list, _Reader.array),
    "map": (dict, _Reader.map),
}


def _fits(shape: Shape, value: Any) -> bool:
    if shape.logical == "decimal":
        return _is_decimal(shape, value)
    moment = _moment(shape)
    if moment is not None and isinstance(value, str):
        return moment.fullmatch(value) is not None
    if shape.logical == "uuid":
        return isinstance(value, str) and _UUID.fullmatch(value) is not None
    return _SCALARS[shape.kind](shape, value)


def _moment(shape: Shape) -> re.Pattern[str] | None:
    """``timestamp-millis`` and the like: what their text looks like."""
    return _MOMENTS.get(re.sub("-(millis|micros|nanos)$", "", shape.logical or ""))


def _is_decimal(shape: Shape, value: Any) -> bool:
    """A number of at most so many digits before and after the point, or the text of one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    if not number.is_finite() or shape.precision is None:
        return number.is_finite()
    scale = shape.scale or 0
    exponent = number.normalize().as_tuple().exponent
    return -int(exponent) <= scale and abs(number) < Decimal(10) ** (shape.precision - scale)


def _is_integer(shape: Shape, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    limit = 1 << _INTEGERS[shape.kind]
    return -limit <= value < limit and value == int(value)


def _is_float(shape: Shape, value: Any) -> bool:
    return (isinstance(value, int | Decimal) and not isinstance(value, bool)) or (isinstance(value, str) and value in _NO_FINITE)


def _is_fixed(shape: Shape, value: Any) -> bool:
    return _is_bytes(shape, value) and len(value) == 2 * (shape.size or 0)


def _is_bytes(shape: Shape, value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


_SCALARS: dict[str, Callable[[Shape, Any], bool]] = {
    "null": lambda shape, value: value is None,
    "boolean": lambda shape, value: isinstance(value, bool),
    "int": _is_integer,
    "long": _is_integer,
    "float": _is_float,
    "double": _is_float,
    "string": lambda shape, value: isinstance(value, str),
    "enum": lambda shape, value: isinstance(value, str) and value in shape.symbols,
    "bytes": _is_bytes,
    "fixed": _is_fixed,
}


def _expected(shape: Shape) -> str:
    if shape.kind == "enum":
        return f"a symbol of {shape.label}"
    return shape.label


def _further(shape: Shape, value: Any) -> str:
    """Where the kind alone is right. The value itself is not told: reports travel further than data may."""
    right = {"enum": str, "string": str, "bytes": str, "fixed": str, "int": int | Decimal, "long": int | Decimal}.get(shape.kind)
    if right is None or not isinstance(value, right) or isinstance(value, bool):
        return ""
    return " that is none of them" if shape.kind == "enum" else " that is none"
