"""Valid Avro as Shapes: names resolved, aliases in full, stored keys beside Avro's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from snowpact.contracts.avro import PRIMITIVES, full_name, namespace_of
from snowpact.model.names import fold
from snowpact.model.shape import Member, Schema, Shape
from snowpact.model.types import parse_type


def schema(value: Any) -> Schema:
    """The shape of a parsed ``.avsc`` that has passed ``avro.check``."""
    reader = _Reader()
    root = reader.type(value, None)
    return Schema(root, reader.named)


class _Reader:
    def __init__(self) -> None:
        self.named: dict[str, Shape] = {}

    def type(self, value: Any, namespace: str | None) -> Shape:
        if isinstance(value, list):
            return Shape("union", branches=tuple(self.type(branch, namespace) for branch in value))
        if isinstance(value, str):
            return Shape(value) if value in PRIMITIVES else Shape("named", name=full_name(value, namespace))
        kind = value["type"]
        if kind in _COMPLEX:
            return _COMPLEX[kind](self, value, namespace)
        found = self.type(kind, namespace)
        return _logical(value, kind) if kind in PRIMITIVES else found

    def record(self, value: dict[str, Any], namespace: str | None) -> Shape:
        inside = namespace_of(value, namespace)
        members = tuple(self.member(item, inside) for item in value["fields"])
        return self.enter(Shape("record", **_naming(value, namespace), members=members))

    def enum(self, value: dict[str, Any], namespace: str | None) -> Shape:
        return self.enter(Shape("enum", **_naming(value, namespace), symbols=tuple(value["symbols"]), default=value.get("default")))

    def fixed(self, value: dict[str, Any], namespace: str | None) -> Shape:
        return self.enter(_logical(value, "fixed", **_naming(value, namespace), size=value["size"]))

    def array(self, value: dict[str, Any], namespace: str | None) -> Shape:
        return Shape("array", element=self.type(value["items"], namespace))

    def map(self, value: dict[str, Any], namespace: str | None) -> Shape:
        return Shape("map", element=self.type(value["values"], namespace))

    def enter(self, shape: Shape) -> Shape:
        self.named[shape.name or ""] = shape
        return shape

    def member(self, item: dict[str, Any], namespace: str | None) -> Member:
        snowflake = item.get("snowflake", {})
        exact = snowflake.get("type")
        return Member(
            item["name"],
            fold(snowflake.get("name") or item["name"]),
            self.type(item["type"], namespace),
            "default" in item,
            tuple(item.get("aliases", ())),
            parse_type(exact) if exact else None,
        )


_COMPLEX: dict[str, Callable[[_Reader, dict[str, Any], str | None], Shape]] = {
    "record": _Reader.record,
    "error": _Reader.record,
    "enum": _Reader.enum,
    "fixed": _Reader.fixed,
    "array": _Reader.array,
    "map": _Reader.map,
}


def _naming(value: dict[str, Any], namespace: str | None) -> dict[str, Any]:
    """An alias without a dot stands in the namespace of the name it is an alias for (Avro 1.12, Aliases)."""
    inside = namespace_of(value, namespace)
    return {"name": full_name(value["name"], inside), "aliases": tuple(full_name(alias, inside) for alias in value.get("aliases", ()))}


def _logical(value: dict[str, Any], kind: str, **rest: Any) -> Shape:
    logical = value.get("logicalType")
    digits = {"precision": value.get("precision"), "scale": value.get("scale", 0)} if logical == "decimal" else {}
    return Shape(kind, logical=logical, **digits, **rest)
