"""Which Snowflake types keep the promise of an Avro type.

The table of docs/guides (design: "What satisfies a declared type"): every Avro type has a canonical Snowflake type, for
DDL and display, and the patterns of types that satisfy it. ``snowflake.type`` on a field always wins, exactly.
What has no counterpart in Snowflake declares VARIANT with certainty *unknown*: it is to be verified, never to block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from snowpact.contracts.avro import Named, namespace_of, resolve
from snowpact.model.names import fold
from snowpact.model.pattern import FieldPattern, TypePattern
from snowpact.model.types import (
    ARRAY,
    BOOLEAN,
    DATE,
    FLOAT,
    OBJECT,
    VARIANT,
    Certainty,
    Field,
    SnowflakeType,
    binary,
    number,
    parse_type,
    timestamp,
    varchar,
)

UUID_LENGTH = 36
MOST_MEMBERS = 1000
"""Members of one structured type, all levels together: Snowflake's limit of sub-columns [M]. It also keeps a schema
whose records refer to one another twice each from growing without end."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What an Avro type promises: the canonical type, what satisfies it, and how sure that is."""

    type: SnowflakeType
    accepts: tuple[TypePattern, ...]
    nullable: bool = False
    certainty: Certainty = Certainty.EXACT
    reason: str | None = None


def promise(schema: Any, namespace: str | None, named: Named, exact: str | None = None) -> Promise:
    """The promise of a valid Avro type; ``exact`` is the field's ``snowflake.type``.

    Raises TypeSyntaxError where ``exact`` names no Snowflake type.
    """
    return _Reader(named).field(schema, namespace, exact)


def _any(base: str) -> TypePattern:
    return TypePattern(base)


def _sure(canonical: SnowflakeType, *accepts: TypePattern) -> Promise:
    return Promise(canonical, accepts or (TypePattern.only(canonical),))


def _unknown(reason: str, nullable: bool = False) -> Promise:
    return Promise(VARIANT, (TypePattern.only(VARIANT),), nullable, Certainty.UNKNOWN, reason)


def _at_least(canonical: SnowflakeType) -> Promise:
    """Times: the same kind, with at least the logical type's precision."""
    return _sure(canonical, TypePattern(canonical.base, least_precision=canonical.precision))


_WHOLE_NUMBER = TypePattern("NUMBER", scale=0)

_PRIMITIVES: dict[str, Promise] = {
    "null": _unknown("Avro null has no Snowflake type", nullable=True),
    "boolean": _sure(BOOLEAN),
    "int": _sure(number(10), _WHOLE_NUMBER),
    "long": _sure(number(19), _WHOLE_NUMBER),
    "float": _sure(FLOAT),
    "double": _sure(FLOAT),
    "bytes": _sure(binary(), _any("BINARY")),
    "string": _sure(varchar(), _any("VARCHAR")),
}

_LOGICAL: dict[str, Promise] = {
    "date": _sure(DATE),
    "time-millis": _at_least(SnowflakeType("TIME", precision=3)),
    "time-micros": _at_least(SnowflakeType("TIME", precision=6)),
    "timestamp-millis": _at_least(timestamp("LTZ", 3)),
    "timestamp-micros": _at_least(timestamp("LTZ", 6)),
    "timestamp-nanos": _at_least(timestamp("LTZ", 9)),
    "local-timestamp-millis": _at_least(timestamp("NTZ", 3)),
    "local-timestamp-micros": _at_least(timestamp("NTZ", 6)),
    "local-timestamp-nanos": _at_least(timestamp("NTZ", 9)),
    "big-decimal": _unknown("Avro big-decimal has a scale for each value, no Snowflake number has"),
    "duration": _unknown("Avro duration has no Snowflake type"),
}


class _Reader:
    """Reads one field's type; ``open`` holds the records being read, so that recursive ones end, ``left`` how many
    members it may still have."""

    def __init__(self, named: Named):
        self.named = named
        self.open: list[int] = []
        self.left = MOST_MEMBERS

    def field(self, schema: Any, namespace: str | None, exact: str | None) -> Promise:
        if exact is None:
            return self.type(schema, namespace)
        nullable = "null" in schema if isinstance(schema, list) else schema == "null"
        return replace(_sure(parse_type(exact)), nullable=nullable)

    def type(self, schema: Any, namespace: str | None) -> Promise:
        if isinstance(schema, list):
            return self.union(schema, namespace)
        if isinstance(schema, str):
            return _PRIMITIVES[schema] if schema in _PRIMITIVES else self.named_type(schema, namespace)
        logical = schema.get("logicalType")
        if logical in _LOGICAL:
            return _LOGICAL[logical]
        kind = schema["type"]
        if logical in ("decimal", "uuid"):
            return _decimal(schema) if logical == "decimal" else _uuid(kind)
        read = _COMPLEX.get(kind)
        return read(self, schema, namespace) if read else self.type(kind, namespace)

    def named_type(self, name: str, namespace: str | None) -> Promise:
        found = resolve(name, namespace, self.named)
        if found is None:
            raise KeyError(name)  # avro.check has made sure of it
        return self.type(found, name.rpartition(".")[0] or namespace)

    def union(self, branches: list[Any], namespace: str | None) -> Promise:
        others = [branch for branch in branches if branch != "null" and branch != {"type": "null"}]
        nullable = len(others) < len(branches)
        if not branches:
            return _unknown("an empty union has no value")
        if not others:
            return _PRIMITIVES["null"]
        if len(others) == 1:
            return replace(self.type(others[0], namespace), nullable=nullable)
        return replace(_sure(VARIANT), nullable=nullable)

    def enum(self, schema: dict[str, Any], _: str | None) -> Promise:
        longest = max((len(symbol) for symbol in schema["symbols"]), default=1)
        return _sure(varchar(), TypePattern("VARCHAR", least_length=longest))

    def fixed(self, schema: dict[str, Any], _: str | None) -> Promise:
        return _sure(binary(schema["size"]), TypePattern("BINARY", least_length=schema["size"]))

    def record(self, schema: dict[str, Any], namespace: str | None) -> Promise:
        """The structured type, or VARIANT or OBJECT, whose content a sample proves. A recursive record has no
        structured type, nor has one of too many members."""
        self.left -= len(schema["fields"])
        if id(schema) in self.open or self.left < 0:
            return _sure(VARIANT, TypePattern.only(VARIANT), TypePattern.only(OBJECT))
        self.open.append(id(schema))
        inside = namespace_of(schema, namespace)
        members = [(_key(field), self.field(field["type"], inside, field.get("snowflake", {}).get("type"))) for field in schema["fields"]]
        self.open.pop()
        canonical = replace(OBJECT, fields=tuple(Field(key, member.type, member.nullable) for key, member in members))
        patterns = tuple(FieldPattern(key, member.accepts, member.nullable) for key, member in members)
        structured = (TypePattern("OBJECT", fields=patterns),) if patterns else ()
        return _sure(canonical, *structured, TypePattern.only(OBJECT), TypePattern.only(VARIANT))

    def array(self, schema: dict[str, Any], namespace: str | None) -> Promise:
        items = self.type(schema["items"], namespace)
        structured = TypePattern("ARRAY", element=items.accepts)
        return _sure(ARRAY, TypePattern.only(ARRAY), structured, TypePattern.only(VARIANT))

    def map(self, schema: dict[str, Any], namespace: str | None) -> Promise:
        values = self.type(schema["values"], namespace)
        canonical = SnowflakeType("MAP", key=varchar(), element=values.type, element_nullable=values.nullable)
        structured = TypePattern("MAP", key=(_any("VARCHAR"),), element=values.accepts)
        return _sure(canonical, structured, TypePattern.only(OBJECT), TypePattern.only(VARIANT))


_COMPLEX: dict[str, Callable[[_Reader, dict[str, Any], str | None], Promise]] = {
    "enum": _Reader.enum,
    "fixed": _Reader.fixed,
    "record": _Reader.record,
    "error": _Reader.record,
    "array": _Reader.array,
    "map": _Reader.map,
}


def _key(field: dict[str, Any]) -> str:
    return fold(field.get("snowflake", {}).get("name") or field["name"])


def _decimal(schema: dict[str, Any]) -> Promise:
    return _sure(number(schema["precision"], schema.get("scale", 0)))


def _uuid(kind: str) -> Promise:
    native = TypePattern.only(SnowflakeType("UUID"))
    if kind == "fixed":
        return _sure(binary(16), TypePattern("BINARY", least_length=16), native)
    return _sure(varchar(UUID_LENGTH), TypePattern("VARCHAR", least_length=UUID_LENGTH), native)
