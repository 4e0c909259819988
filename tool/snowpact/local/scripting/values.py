"""Variables of a script, and how their values stand in a statement's text.

A value is put into text as a literal of its own type: it can never become syntax, and the statement is typed as with a bind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.substitute import literal as plain
from snowpact.model.types import SnowflakeType
from snowpact.sql.literals import string_constant
from snowpact.sql.scripting import nodes


@dataclass(slots=True)
class Variable:
    """A scalar. declared: values are cast to ``type`` on assignment; else the type is that of the last value."""

    value: Any = None
    type: SnowflakeType | None = None
    declared: bool = False


@dataclass(slots=True)
class ResultSet:
    """What a query answered; None before its query has run."""

    result: EngineResult | None = None


@dataclass(slots=True)
class CursorVariable:
    """query: a SELECT or the name of a RESULTSET; position: the next row, None while closed."""

    query: str
    result: EngineResult | None = None
    position: int | None = None


@dataclass(slots=True)
class RowVariable:
    """One row, in FOR row IN cursor."""

    columns: tuple[ColumnMeta, ...]
    values: tuple[Any, ...]

    def field(self, name: str) -> Variable | None:
        for column, value in zip(self.columns, self.values, strict=True):
            if column.name == name:
                return Variable(value, column.type)
        return None


@dataclass(frozen=True, slots=True)
class ExceptionVariable:
    name: str
    number: int
    text: str
    state: str = "P0001"


@dataclass(frozen=True, slots=True)
class NestedProcedure:
    """A procedure that a block declares. returns: None for a table; body: its own block."""

    name: str
    arguments: tuple[tuple[str, SnowflakeType], ...]
    returns: SnowflakeType | None
    body: str


Slot = Variable | ResultSet | CursorVariable | RowVariable | ExceptionVariable | NestedProcedure


@dataclass(slots=True)
class Frame:
    """The variables of one block; an inner block sees and may hide those of the outer ones.

    handlers: those of the block that this is the frame of; handled: the frame of the block in one of whose handlers this one runs, which
    takes no exception of its handlers.
    """

    outer: Frame | None = None
    slots: dict[str, Slot] = field(default_factory=dict)
    handlers: tuple[nodes.Handler, ...] = ()
    handled: Frame | None = None

    def find(self, name: str) -> Slot | None:
        frame: Frame | None = self
        while frame is not None:
            if name in frame.slots:
                return frame.slots[name]
            frame = frame.outer
        return None

    def handler(self, name: str) -> tuple[nodes.Handler, Frame] | None:
        """The handler that takes an exception of that name raised here, and its block's frame."""
        frame: Frame | None = self
        skipped: list[Frame] = []
        while frame is not None:
            if frame.handled is not None:
                skipped.append(frame.handled)
            if not any(frame is other for other in skipped):
                for item in frame.handlers:
                    if name in item.names or "OTHER" in item.names:
                        return item, frame
            frame = frame.outer
        return None


def literal(variable: Variable) -> str:
    """The variable's value as a Snowflake expression of its type."""
    value, type_ = variable.value, variable.type
    if type_ is None or type_.base == "UNKNOWN":
        return plain(value)
    if value is None:
        return f"NULL::{type_}"
    if type_.is_semi_structured:
        parsed = f"PARSE_JSON({string_constant(value)})"
        return parsed if type_.base == "VARIANT" else f"{parsed}::{type_}"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        text = f"({text})" if value < 0 else text
        return text if type_.base == "NUMBER" and not type_.scale else f"{text}::{type_}"
    if isinstance(value, str) and type_.base == "VARCHAR":
        return string_constant(value)
    return plain(value) if type_.base in {"BOOLEAN", "BINARY", "DATE", "TIME", "FLOAT"} else f"{string_constant(str(value))}::{type_}"
