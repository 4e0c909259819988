"""What the views are written with: a Field is a column and where its value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from snowpact.local.objects import Record
from snowpact.model.types import SnowflakeType, number, timestamp, varchar

TEXT, NUMBER, TIME = varchar(), number(9, 0), timestamp("LTZ")

RecordOf = Callable[[Any], Record]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a view; ``value`` takes one of the view's items."""

    name: str
    type: SnowflakeType
    value: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class View:
    """A view: the items it has a row for, given the facts and the database (None: all), and its columns."""

    items: Callable[..., Iterable[Any]]
    fields: tuple[Field, ...]


def itself(record: Record) -> Record:
    return record


def text(name: str, value: Callable[[Any], Any]) -> Field:
    return Field(name, TEXT, value)


def numeric(name: str, value: Callable[[Any], Any]) -> Field:
    return Field(name, NUMBER, value)


def constant(name: str, value: Any, type_: SnowflakeType = TEXT) -> Field:
    return Field(name, type_, lambda item: value)


def absent(*names: str) -> tuple[Field, ...]:
    """Columns that Snowflake's pages call not applicable."""
    return tuple(constant(name, None) for name in names)


def flag(name: str, value: Callable[[Any], Any]) -> Field:
    """YES or NO, as INFORMATION_SCHEMA writes truth."""
    return text(name, lambda item: "YES" if value(item) else "NO")


def placed(prefix: str, record_of: RecordOf = itself) -> tuple[Field, ...]:
    """``<prefix>_CATALOG``, ``_SCHEMA`` and ``_NAME``; a routine's name without its argument types."""
    return (
        text(f"{prefix}_CATALOG", lambda item: record_of(item).name.parts[0]),
        text(f"{prefix}_SCHEMA", lambda item: record_of(item).name.parts[1]),
        text(f"{prefix}_NAME", lambda item: plain_name(record_of(item))),
    )


def plain_name(record: Record) -> str:
    """The last part of a name, without the argument types of a routine."""
    last = record.name.parts[-1]
    return last.split("(")[0] if record.object.kind.domain in {"FUNCTION", "PROCEDURE"} else last


def owner(name: str) -> Field:
    return text(name, lambda record: record.owner)


def times(record_of: RecordOf = itself) -> tuple[Field, ...]:
    return (Field("CREATED", TIME, lambda item: record_of(item).created_on), changed("LAST_ALTERED", record_of))


def changed(name: str, record_of: RecordOf = itself) -> Field:
    return Field(name, TIME, lambda item: record_of(item).altered_on or record_of(item).created_on)


COMMENT = text("COMMENT", lambda record: record.object.comment)
ROLE_TYPE = constant("OWNER_ROLE_TYPE", "ROLE")


def has(key: str) -> Callable[[Record], bool]:
    """Whether an object has a property, as a value for ``flag``."""
    return lambda record: bool(record.object.property(key))
