"""Avro's rules for schemas, checked more strictly than fastavro does.

fastavro lets through duplicate fields, invalid names, defaults that fit no first branch, and logical types on types
they don't belong to (it ignores those, as the specification allows; a contract must not be read in two ways).
https://avro.apache.org/docs/1.12.0/specification/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from snowpact.contracts.document import Path
from snowpact.contracts.faults import Faults, did_you_mean, shown
from snowpact.model.types import MAX_PRECISION

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
COMPLEX = ("record", "error", "enum", "array", "map", "fixed")

LOGICAL_TYPES: dict[str, tuple[str, ...]] = {
    "decimal": ("bytes", "fixed"),
    "big-decimal": ("bytes",),
    "uuid": ("string", "fixed"),
    "date": ("int",),
    "time-millis": ("int",),
    "time-micros": ("long",),
    "timestamp-millis": ("long",),
    "timestamp-micros": ("long",),
    "timestamp-nanos": ("long",),
    "local-timestamp-millis": ("long",),
    "local-timestamp-micros": ("long",),
    "local-timestamp-nanos": ("long",),
    "duration": ("fixed",),
}
"""Every logical type of the specification, with the types that it may stand on."""

_FIXED_SIZES = {"uuid": 16, "duration": 12}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_INTEGERS = {"int": 31, "long": 63}
_MOST_FIXED = 67_108_864  # bytes of the longest BINARY: https://docs.snowflake.com/en/sql-reference/data-types-text

Named = dict[str, dict[str, Any]]
"""Named types by full name."""


def is_name(text: Any) -> bool:
    return isinstance(text, str) and bool(_NAME.match(text))


def is_dotted(text: Any) -> bool:
    return isinstance(text, str) and all(_NAME.match(part) for part in text.split("."))


def full_name(name: str, namespace: str | None) -> str:
    """A dot in the name makes it a full name and the namespace is not looked at."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def namespace_of(schema: dict[str, Any], enclosing: str | None) -> str | None:
    """The namespace that stands inside a named type."""
    name = schema.get("name")
    if isinstance(name, str) and "." in name:
        return name.rpartition(".")[0]
    given = schema.get("namespace")
    return given or None if isinstance(given, str) else enclosing


def decimal_digits(size: int) -> int:
    """How many decimal digits a two's complement number of ``size`` bytes always holds."""
    return len(str(2 ** (8 * min(size, 64) - 1) - 1)) - 1 if size > 0 else 0


def check(schema: Any, faults: Faults) -> Named:
    """Add a fault for everything that Avro refuses; the named types of the schema."""
    checker = _Checker(faults)
    checker.type(schema, (), None)
    whole = not faults
    for field, path, namespace, refers in checker.defaults:
        if whole or not refers:  # a named type that is itself at fault says nothing about a default
            checker.default(field, path, namespace)
    return checker.named


class _Checker:
    def __init__(self, faults: Faults):
        self.faults = faults
        self.named: Named = {}
        self.references = 0
        self.defaults: list[tuple[dict[str, Any], Path, str | None, bool]] = []

    def type(self, schema: Any, path: Path, namespace: str | None) -> None:
        if isinstance(schema, str):
            self.reference(schema, path, namespace)
        elif isinstance(schema, list):
            self.union(schema, path, namespace)
        elif isinstance(schema, dict):
            self.object(schema, path, namespace)
        else:
            self.faults.add(path, f"expected an Avro type (a name, a list or an object), found {shown(schema)}")

    def reference(self, name: str, path: Path, namespace: str | None) -> None:
        if name in PRIMITIVES:
            return
        self.references += 1
        if resolve(name, namespace, self.named) is not None:
            return
        if name in COMPLEX:
            self.faults.add(path, f'"{name}" stands alone: expected an object {{"type": "{name}", …}}')
        else:
            hint = did_you_mean(name, (*PRIMITIVES, *self.named))
            self.faults.add(path, f"unknown type '{name}': expected {', '.join(PRIMITIVES)} or a type named before{hint}")

    def union(self, branches: list[Any], path: Path, namespace: str | None) -> None:
        seen: set[str] = set()
        for index, branch in enumerate(branches):
            if isinstance(branch, list):
                self.faults.add((*path, index), "a union may not stand directly in a union")
                continue
            self.type(branch, (*path, index), namespace)
            label = branch_label(branch, namespace)
            if label in seen:
                self.faults.add((*path, index), f"the union has two branches of type {label}: expected each once")
            seen.add(label)

    def object(self, schema: dict[str, Any], path: Path, namespace: str | None) -> None:
        kind = schema.get("type")
        if not isinstance(kind, str):
            self.faults.add((*path, "type"), f"expected the name of a type, found {_found(schema, 'type')}")
            return
        if kind in ("record", "error", "enum", "fixed"):
            namespace = self.name(schema, path, namespace)
        if kind in ("record", "error"):
            self.record(schema, path, namespace)
        elif kind == "enum":
            self.enum(schema, path)
        elif kind == "fixed":
            self.size(schema, path)
        elif kind in ("array", "map"):
            self.inner(schema, path, "items" if kind == "array" else "values", namespace)
        else:
            self.reference(kind, (*path, "type"), namespace)
        if "logicalType" in schema:
            self.logical(schema, kind, (*path, "logicalType"))

    def inner(self, schema: dict[str, Any], path: Path, key: str, namespace: str | None) -> None:
        if key in schema:
            self.type(schema[key], (*path, key), namespace)
        else:
            self.faults.add(path, f"'{key}' is missing: expected the type of the {key}")

    def name(self, schema: dict[str, Any], path: Path, enclosing: str | None) -> str | None:
        """Check and enter a named type; the namespace inside it."""
        name, given = schema.get("name"), schema.get("namespace")
        if given not in (None, "") and not is_dotted(given):
            self.faults.add((*path, "namespace"), f"{shown(given)} is no namespace: expected names joined by dots")
        if not is_dotted(name):
            missing = "'name' is missing" if name is None else f"{shown(name)} is no Avro name"
            self.faults.add((*path, "name"), f"{missing}: expected letters, digits and _, not starting with a digit")
            return enclosing
        self.aliases(schema, path)
        inside = namespace_of(schema, enclosing)
        full = full_name(name, inside)
        if full in self.named:
            self.faults.add((*path, "name"), f"the type '{full}' is defined twice: expected its name alone where it is used again")
        self.named.setdefault(full, schema)
        return inside

    def aliases(self, schema: dict[str, Any], path: Path) -> None:
        aliases = schema.get("aliases", [])
        if not isinstance(aliases, list) or not all(is_dotted(alias) for alias in aliases):
            self.faults.add((*path, "aliases"), "expected a list of Avro names")

    def record(self, schema: dict[str, Any], path: Path, namespace: str | None) -> None:
        fields = schema.get("fields")
        if not isinstance(fields, list):
            self.faults.add((*path, "fields"), "'fields' is missing or no list: expected the list of the record's fields")
            return
        seen: dict[str, int] = {}
        for index, field in enumerate(fields):
            at = (*path, "fields", index)
            if not isinstance(field, dict):
                self.faults.add(at, f"expected a field (an object with name and type), found {shown(field)}")
                continue
            self.field(field, at, namespace)
            name = field.get("name")
            if isinstance(name, str) and name in seen:
                self.faults.add((*at, "name"), f"duplicate field '{name}': it is field {seen[name] + 1} already")
            elif isinstance(name, str):
                seen[name] = index

    def field(self, field: dict[str, Any], path: Path, namespace: str | None) -> None:
        name = field.get("name")
        if not is_name(name):
            missing = "'name' is missing" if name is None else f"{shown(name)} is no Avro name"
            self.faults.add((*path, "name"), f"{missing}: expected letters, digits and _, not starting with a digit")
        self.aliases(field, path)
        if field.get("order", "ascending") not in ("ascending", "descending", "ignore"):
            self.faults.add((*path, "order"), 'expected "ascending", "descending" or "ignore"')
        if "type" not in field:
            self.faults.add(path, "'type' is missing: expected an Avro type")
            return
        faults, references = len(self.faults), self.references
        self.type(field["type"], (*path, "type"), namespace)
        if "default" in field and len(self.faults) == faults:
            self.defaults.append((field, path, namespace, self.references > references))

    def default(self, field: dict[str, Any], path: Path, namespace: str | None) -> None:
        schema, value = field["type"], field["default"]
        if not fits(value, schema, namespace, self.named):
            first = schema[0] if isinstance(schema, list) and schema else schema
            where = "the union's first branch, " if isinstance(schema, list) else ""
            expected = where + (branch_label(first, namespace) if first != [] else "no value at all")
            self.faults.add((*path, "default"), f"the default {shown(value)} does not fit: expected {expected}")

    def enum(self, schema: dict[str, Any], path: Path) -> None:
        symbols = schema.get("symbols")
        if not isinstance(symbols, list):
            self.faults.add((*path, "symbols"), "'symbols' is missing or no list: expected the list of the enum's symbols")
            return
        for index, symbol in enumerate(symbols):
            if not is_name(symbol):
                expected = "expected letters, digits and _, not starting with a digit"
                self.faults.add((*path, "symbols", index), f"{shown(symbol)} is no enum symbol: {expected}")
            elif symbol in symbols[:index]:
                self.faults.add((*path, "symbols", index), f"duplicate symbol '{symbol}'")
        if "default" in schema and schema["default"] not in symbols:
            self.faults.add((*path, "default"), f"the default {shown(schema['default'])} is none of the symbols")

    def size(self, schema: dict[str, Any], path: Path) -> None:
        size = schema.get("size")
        if not _is_integer(size) or not 1 <= size <= _MOST_FIXED:
            self.faults.add((*path, "size"), f"expected the size in bytes, 1 to {_MOST_FIXED}, found {_found(schema, 'size')}")

    def logical(self, schema: dict[str, Any], kind: str, path: Path) -> None:
        word = schema["logicalType"]
        if not isinstance(word, str) or word not in LOGICAL_TYPES:
            hint = did_you_mean(word, LOGICAL_TYPES) if isinstance(word, str) else ""
            self.faults.add(path, f"unknown logical type {shown(word)}: expected {', '.join(LOGICAL_TYPES)}{hint}")
        elif kind not in LOGICAL_TYPES[word]:
            self.faults.add(path, f"logical type {word} on {kind}: expected it on {' or '.join(LOGICAL_TYPES[word])}")
        elif word == "decimal":
            self.decimal(schema, kind, path[:-1])
        elif kind == "fixed" and schema.get("size") != _FIXED_SIZES[word]:
            self.faults.add((*path[:-1], "size"), f"{word} on fixed: expected a size of {_FIXED_SIZES[word]}")

    def decimal(self, schema: dict[str, Any], kind: str, path: Path) -> None:
        precision, scale, size = schema.get("precision"), schema.get("scale", 0), schema.get("size")
        if not _is_integer(precision) or not 1 <= precision <= MAX_PRECISION:
            limit = f"1 to {MAX_PRECISION}, Snowflake's largest"
            self.faults.add((*path, "precision"), f"expected a precision from {limit}, found {_found(schema, 'precision')}")
            return
        most = min(precision, MAX_PRECISION - 1)
        if not _is_integer(scale) or not 0 <= scale <= most:
            limit = f"0 to {most} beside a precision of {precision}"
            self.faults.add((*path, "scale"), f"expected a scale from {limit}, found {shown(scale)}")
        if kind == "fixed" and _is_integer(size) and size > 0 and decimal_digits(size) < precision:
            digits = decimal_digits(size)
            self.faults.add((*path, "size"), f"a fixed of {size} bytes holds {digits} digits, fewer than precision {precision}")


def _found(schema: dict[str, Any], key: str) -> str:
    return shown(schema[key]) if key in schema else "none"


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def resolve(name: str, namespace: str | None, named: Named) -> dict[str, Any] | None:
    """The named type that ``name`` means inside ``namespace``."""
    return named.get(full_name(name, namespace))


def branch_label(schema: Any, namespace: str | None) -> str:
    """What tells the branches of a union apart: the full name of a named type, else the type."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if kind in ("record", "error", "enum", "fixed"):
            return full_name(str(schema.get("name")), namespace_of(schema, namespace))
        schema = kind
    if isinstance(schema, list):
        return "union"
    return schema if schema in PRIMITIVES or schema in COMPLEX else full_name(str(schema), namespace)


def fits(value: Any, schema: Any, namespace: str | None, named: Named) -> bool:
    """Whether a JSON value is a default of the type: of a union, of its first branch."""
    if isinstance(schema, list):
        return bool(schema) and fits(value, schema[0], namespace, named)
    if isinstance(schema, str) and schema not in PRIMITIVES:
        found = resolve(schema, namespace, named)
        return found is not None and fits(value, found, schema.rpartition(".")[0] or namespace, named)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if kind in _INTEGERS:
        return _is_integer(value) and -(2 ** _INTEGERS[kind]) <= value < 2 ** _INTEGERS[kind]
    if kind in ("record", "error"):
        inside = namespace_of(schema, namespace)
        return isinstance(value, dict) and all(_member_fits(value, field, inside, named) for field in schema["fields"])
    inner = list(_inner_values(value, schema, kind))
    if inner:
        return all(fits(item, item_type, namespace, named) for item, item_type in inner)
    if isinstance(schema, dict) and kind not in PRIMITIVES and kind not in COMPLEX:
        return fits(value, kind, namespace, named)
    return _SCALARS[kind](value, schema)


def _member_fits(value: dict[str, Any], field: dict[str, Any], namespace: str | None, named: Named) -> bool:
    if field["name"] not in value:
        return "default" in field
    return fits(value[field["name"]], field["type"], namespace, named)


def _inner_values(value: Any, schema: Any, kind: str) -> Iterator[tuple[Any, Any]]:
    if kind == "array" and isinstance(value, list):
        yield from ((item, schema["items"]) for item in value)
    if kind == "map" and isinstance(value, dict):
        yield from ((item, schema["values"]) for item in value.values())


def _is_bytes(value: Any, schema: Any) -> bool:
    """Code points 0 to 255 stand for bytes."""
    fixed = isinstance(schema, dict) and schema["type"] == "fixed"
    return isinstance(value, str) and all(ord(char) < 256 for char in value) and (not fixed or len(value) == schema["size"])


_SCALARS = {
    "null": lambda value, _: value is None,
    "boolean": lambda value, _: isinstance(value, bool),
    "float": lambda value, _: isinstance(value, (int, float)) and not isinstance(value, bool),
    "double": lambda value, _: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value, _: isinstance(value, str),
    "bytes": _is_bytes,
    "fixed": _is_bytes,
    "enum": lambda value, schema: value in schema["symbols"],
    "array": lambda value, _: isinstance(value, list),
    "map": lambda value, _: isinstance(value, dict),
}
