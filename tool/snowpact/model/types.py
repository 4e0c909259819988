"""Snowflake data types: one canonical form, parsed from any synonym.

Synonyms and defaults: https://docs.snowflake.com/en/sql-reference/intro-summary-data-types. ``INT`` and its kin are
NUMBER(38,0) and may not carry a precision; CHAR without a length is VARCHAR(1). ``16777216`` and ``134217728``
both mean "no length given" for text (8388608 and 67108864 for binary): Snowflake writes either, depending on the path
by which a column came to be, so both are stored here as ``length=None``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from snowpact.model.names import fold, spell

UNBOUNDED_TEXT = frozenset({16_777_216, 134_217_728})
UNBOUNDED_BINARY = frozenset({8_388_608, 67_108_864})
MAX_PRECISION = 38
DEFAULT_FRACTION = 9


class TypeSyntaxError(ValueError):
    """Text that names no Snowflake type."""


class Certainty(Enum):
    """How sure a producer is of a column's type: only EXACT may block on precision, scale or length."""

    EXACT = "exact"
    FAMILY = "family"
    UNKNOWN = "unknown"

    def __and__(self, other: Certainty) -> Certainty:
        order = (Certainty.UNKNOWN, Certainty.FAMILY, Certainty.EXACT)
        return min(self, other, key=order.index)


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a structured OBJECT."""

    name: str
    type: SnowflakeType
    nullable: bool = True

    def __str__(self) -> str:
        return f"{spell(self.name)} {self.type}" + ("" if self.nullable else " NOT NULL")


@dataclass(frozen=True, slots=True)
class SnowflakeType:
    """A type in canonical form.

    base: NUMBER FLOAT DECFLOAT VARCHAR BINARY BOOLEAN DATE TIME TIMESTAMP_NTZ TIMESTAMP_LTZ TIMESTAMP_TZ VARIANT OBJECT
    ARRAY MAP VECTOR GEOGRAPHY GEOMETRY UUID FILE, INTERVAL forms as written, or UNKNOWN.
    precision, scale: of NUMBER; precision alone is the fraction digits of TIME and TIMESTAMP.
    length: characters of VARCHAR, bytes of BINARY, dimension of VECTOR; None where unbounded.
    fields: of a structured OBJECT; key, element: of MAP; element: of a structured ARRAY or a VECTOR.
    """

    base: str
    precision: int | None = None
    scale: int | None = None
    length: int | None = None
    fields: tuple[Field, ...] = ()
    key: SnowflakeType | None = None
    element: SnowflakeType | None = None
    element_nullable: bool = True

    def __str__(self) -> str:
        """As DESCRIBE TABLE prints it, with an unbounded length left out."""
        required = "" if self.element_nullable else " NOT NULL"
        if self.base == "NUMBER":
            return f"NUMBER({self.precision},{self.scale})"
        if self.precision is not None:
            return f"{self.base}({self.precision})"
        if self.fields:
            return f"OBJECT({', '.join(str(field) for field in self.fields)})"
        if self.base == "MAP":
            return f"MAP({self.key}, {self.element}{required})"
        if self.base == "VECTOR":
            return f"VECTOR({'INT' if self.element and self.element.base == 'NUMBER' else 'FLOAT'}, {self.length})"
        if self.element is not None:
            return f"{self.base}({self.element}{required})"
        if self.length is not None:
            return f"{self.base}({self.length})"
        return self.base

    @property
    def is_timestamp(self) -> bool:
        return self.base.startswith("TIMESTAMP_")

    @property
    def is_semi_structured(self) -> bool:
        return self.base in {"VARIANT", "OBJECT", "ARRAY", "MAP"}

    @property
    def is_structured(self) -> bool:
        return bool(self.fields) or self.base == "MAP" or (self.base == "ARRAY" and self.element is not None)


@lru_cache(maxsize=1024)
def number(precision: int = MAX_PRECISION, scale: int = 0) -> SnowflakeType:
    return SnowflakeType("NUMBER", precision=precision, scale=scale)


@lru_cache(maxsize=1024)
def varchar(length: int | None = None) -> SnowflakeType:
    return SnowflakeType("VARCHAR", length=None if length in UNBOUNDED_TEXT else length)


def binary(length: int | None = None) -> SnowflakeType:
    return SnowflakeType("BINARY", length=None if length in UNBOUNDED_BINARY else length)


def timestamp(kind: str = "NTZ", precision: int = DEFAULT_FRACTION) -> SnowflakeType:
    return SnowflakeType(f"TIMESTAMP_{kind}", precision=precision)


FLOAT = SnowflakeType("FLOAT")
BOOLEAN = SnowflakeType("BOOLEAN")
DATE = SnowflakeType("DATE")
VARIANT = SnowflakeType("VARIANT")
OBJECT = SnowflakeType("OBJECT")
ARRAY = SnowflakeType("ARRAY")
UNKNOWN = SnowflakeType("UNKNOWN")

_NUMBER = ("NUMBER", "DECIMAL", "DEC", "NUMERIC")
_INTEGER = ("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT")
_FLOAT = ("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL")
_TEXT = ("VARCHAR", "STRING", "TEXT", "VARCHAR2", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING")
_CHAR = ("CHAR", "CHARACTER", "NCHAR")
_BINARY = ("BINARY", "VARBINARY")
_FRACTION = {
    "TIME": "TIME",
    "DATETIME": "TIMESTAMP_NTZ",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP_NTZ": "TIMESTAMP_NTZ",
    "TIMESTAMPNTZ": "TIMESTAMP_NTZ",
    "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP_NTZ",
    "TIMESTAMP_LTZ": "TIMESTAMP_LTZ",
    "TIMESTAMPLTZ": "TIMESTAMP_LTZ",
    "TIMESTAMP WITH LOCAL TIME ZONE": "TIMESTAMP_LTZ",
    "TIMESTAMP_TZ": "TIMESTAMP_TZ",
    "TIMESTAMPTZ": "TIMESTAMP_TZ",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ",
}
_INTERVAL_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_PLAIN = {"BOOLEAN", "DATE", "VARIANT", "DECFLOAT", "GEOGRAPHY", "GEOMETRY", "UUID", "FILE", "UNKNOWN"}
_MULTI_WORD = sorted(
    [name for name in (*_FLOAT, *_TEXT, *_FRACTION) if " " in name], key=len, reverse=True
)
_LEX = re.compile(r'\s*("(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*|\d+|[(),])')


@lru_cache(maxsize=4096)
def parse_type(text: str) -> SnowflakeType:
    """The canonical type that ``text`` names, any synonym, case and spacing.

    ``TIMESTAMP`` is taken as TIMESTAMP_NTZ, the default of TIMESTAMP_TYPE_MAPPING. A collation or other column
    property after the type is not part of it. Raises TypeSyntaxError, with what was expected.
    """
    parser = _TypeParser(text)
    result = parser.type()
    parser.end()
    return result


class _TypeParser:
    def __init__(self, text: str):
        self.text = text
        self.tokens: list[str] = []
        position = 0
        while text[position:].strip():
            match = _LEX.match(text, position)
            if not match:
                raise TypeSyntaxError(f"{text!r} is not a Snowflake type")
            self.tokens.append(match[1])
            position = match.end()
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index].upper() if index < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        if not token or (expected and token not in expected):
            raise TypeSyntaxError(f"{self.text!r} is not a Snowflake type: expected {' or '.join(expected) or 'more'}")
        self.at += 1
        return token

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise TypeSyntaxError(f"{self.text!r} is not a Snowflake type: unexpected {self.tokens[self.at]!r}")

    def type(self) -> SnowflakeType:
        word = self._word()
        if word in _NUMBER:
            precision, scale = self._numbers(2) or (MAX_PRECISION, 0)
            return self._number(precision, 0 if scale is None else scale)
        if word in _INTEGER:
            return number()
        if word in _FLOAT:
            return FLOAT
        if word in _TEXT or word in _CHAR:
            given = self._numbers(1)
            return varchar(self._length(given[0], 134_217_728) if given else 1 if word in _CHAR else None)
        if word in _BINARY:
            given = self._numbers(1)
            return binary(self._length(given[0], 67_108_864) if given else None)
        if word in _FRACTION:
            given = self._numbers(1)
            return self._fraction(_FRACTION[word], given[0] if given else DEFAULT_FRACTION)
        if word in _PLAIN:
            return SnowflakeType(word)
        if word in _NESTED:
            return _NESTED[word](self)
        if word == "INTERVAL":
            return self._interval()
        raise TypeSyntaxError(f"{self.text!r} is not a Snowflake type")

    def _interval(self) -> SnowflakeType:
        """``INTERVAL YEAR TO MONTH``, ``INTERVAL SECOND(3)``: https://docs.snowflake.com/en/sql-reference/data-types-datetime."""
        words = ["INTERVAL", self._interval_field()]
        if self.peek() == "TO":
            words += [self.take("TO"), self._interval_field()]
        return SnowflakeType(" ".join(words))

    def _interval_field(self) -> str:
        field = self.take(*_INTERVAL_FIELDS)
        digits = self._numbers(2)
        return field if digits is None else f"{field}({', '.join(str(value) for value in digits if value is not None)})"

    def _word(self) -> str:
        for name in _MULTI_WORD:
            words = name.split()
            if [self.peek(ahead) for ahead in range(len(words))] == words:
                self.at += len(words)
                return name
        return self.take()

    def _numbers(self, most: int) -> tuple[int, int | None] | None:
        if self.peek() != "(":
            return None
        self.take("(")
        values: list[int | None] = [self._integer()]
        while self.peek() == "," and len(values) < most:
            self.take(",")
            values.append(self._integer())
        self.take(")")
        return values[0], values[1] if len(values) > 1 else None  # type: ignore[return-value]

    def _integer(self) -> int:
        token = self.take()
        if not token.isdigit():
            raise TypeSyntaxError(f"{self.text!r} is not a Snowflake type: {token} is not a number")
        return int(token)

    def _number(self, precision: int, scale: int) -> SnowflakeType:
        if not 1 <= precision <= MAX_PRECISION:
            raise TypeSyntaxError(f"{self.text}: precision {precision} is outside 1 to 38")
        if not 0 <= scale <= min(precision, 37):
            raise TypeSyntaxError(f"{self.text}: scale {scale} is outside 0 to {min(precision, 37)}")
        return number(precision, scale)

    def _length(self, length: int, most: int) -> int:
        if not 1 <= length <= most:
            raise TypeSyntaxError(f"{self.text}: length {length} is outside 1 to {most}")
        return length

    def _fraction(self, base: str, digits: int) -> SnowflakeType:
        if digits > 9:
            raise TypeSyntaxError(f"{self.text}: {digits} fractional digits, at most 9")
        return SnowflakeType(base, precision=digits)

    def _required(self) -> bool:
        if self.peek() == "NOT" and self.peek(1) == "NULL":
            self.at += 2
            return True
        return False

    def object(self) -> SnowflakeType:
        if self.peek() != "(":
            return OBJECT
        self.take("(")
        fields: list[Field] = []
        while self.peek() != ")":
            if fields:
                self.take(",")
            if self.at >= len(self.tokens):
                self.take(")")
            name = fold(self.tokens[self.at])
            self.at += 1
            inner = self.type()
            fields.append(Field(name, inner, not self._required()))
        self.take(")")
        return replace(OBJECT, fields=tuple(fields))

    def array(self) -> SnowflakeType:
        if self.peek() != "(":
            return ARRAY
        self.take("(")
        element = self.type()
        required = self._required()
        self.take(")")
        return replace(ARRAY, element=element, element_nullable=not required)

    def map(self) -> SnowflakeType:
        self.take("(")
        key = self.type()
        self.take(",")
        element = self.type()
        required = self._required()
        self.take(")")
        return SnowflakeType("MAP", key=key, element=element, element_nullable=not required)

    def vector(self) -> SnowflakeType:
        self.take("(")
        kind = self.take("INT", "INTEGER", "FLOAT")
        self.take(",")
        dimension = self._length(self._integer(), 4096)
        self.take(")")
        return SnowflakeType("VECTOR", length=dimension, element=FLOAT if kind == "FLOAT" else number())


_NESTED = {
    "OBJECT": _TypeParser.object,
    "ARRAY": _TypeParser.array,
    "MAP": _TypeParser.map,
    "VECTOR": _TypeParser.vector,
}
