"""SHOW PARAMETERS: of the session those the engine knows, whose values begin as its own (TIMEZONE as UTC); of an object those that it has.

https://docs.snowflake.com/en/sql-reference/sql/show-parameters
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.errors import missing
from snowpact.local.governance import access
from snowpact.local.information_schema.fields import TEXT
from snowpact.local.objects import DEPTH, Record
from snowpact.local.parameters import NAMES, default
from snowpact.local.show.request import pattern
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TYPES: dict[type, str] = {bool: "BOOLEAN", int: "NUMBER"}

COLUMNS: list[tuple[str, SnowflakeType]] = [(name, TEXT) for name in ("key", "value", "default", "level", "description", "type")]

_KEPT: dict[str, Any] = {"DATA_RETENTION_TIME_IN_DAYS": 1, "DEFAULT_DDL_COLLATION": "", "MAX_DATA_EXTENSION_TIME_IN_DAYS": 14}
_OF: dict[Kind, dict[str, Any]] = {
    Kind.TABLE: _KEPT,
    Kind.SCHEMA: {**_KEPT, "LOG_LEVEL": "OFF", "TRACE_LEVEL": "OFF"},
    Kind.DATABASE: {**_KEPT, "LOG_LEVEL": "OFF", "TRACE_LEVEL": "OFF"},
    Kind.WAREHOUSE: {
        "MAX_CONCURRENCY_LEVEL": 8, "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": 0, "STATEMENT_TIMEOUT_IN_SECONDS": 172800,
    },
}  # fmt: skip
"""The parameters of objects that the engine keeps, with their defaults."""


def parameters(cursor: Cursor, session: Session) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """Raises UnsupportedFeature for the parameters of what the engine keeps none for: the account, users, tasks."""
    like = pattern(cursor.string()) if cursor.accept("LIKE") else None
    holder = None
    if cursor.accept("IN", "FOR") and not cursor.accept("SESSION"):
        holder = _holder(cursor, session)
    if like is None and cursor.accept("LIKE"):
        like = pattern(cursor.string())
    cursor.accept(";")
    cursor.finish()
    if holder is None:
        rows = [_row(session, name) for name in sorted(NAMES)]
    else:
        rows = [_of_object(session, holder, name, initial) for name, initial in _OF[holder.object.kind].items()]
    return COLUMNS, [row for row in rows if like is None or like.match(row[0])]


def _holder(cursor: Cursor, session: Session) -> Record:
    word = cursor.accept("TABLE", "SCHEMA", "DATABASE", "WAREHOUSE")
    if not word:
        raise UnsupportedFeature(f"SHOW PARAMETERS IN {cursor.peek()}")
    kind = Kind(word)
    name = session.name(cursor.name(), DEPTH.get(kind, 3)) if not cursor.done and not cursor.at_phrase("LIKE") else _current(session, kind)
    record = session.find(kind, name)
    if record is None or not access.sees(session, record):
        raise missing(name, kind.value.capitalize())
    if record.object.kind is not kind:
        raise UnsupportedFeature(f"SHOW PARAMETERS IN TABLE of a {record.object.kind}")
    return record


def _current(session: Session, kind: Kind) -> Name:
    current = {Kind.SCHEMA: (session.database, session.schema), Kind.DATABASE: (session.database,), Kind.WAREHOUSE: (session.warehouse,)}
    parts = current.get(kind, (None,))
    if None in parts:
        raise missing("?", kind.value.capitalize())
    return Name(tuple(str(part) for part in parts))


def _of_object(session: Session, record: Record, name: str, initial: Any) -> tuple[Any, ...]:
    """The value is the object's, or else its schema's or database's; level says whose."""
    value, level = initial, ""
    for depth in range(len(record.name.parts), 0, -1):
        kind = record.object.kind if depth == len(record.name.parts) else {2: Kind.SCHEMA, 1: Kind.DATABASE}[depth]
        holder = session.find(kind, Name(record.name.parts[:depth]))
        given = holder.object.property(name.lower()) if holder is not None else None
        if given is not None:
            value, level = given, kind.value
            break
    return name, _shown(value), _shown(initial), level, "", _TYPES.get(type(initial), "STRING")


def _row(session: Session, name: str) -> tuple[Any, ...]:
    initial = default(name)
    value, level = session.parameters.found(name)
    return name, _shown(value), _shown(initial), level, "", _TYPES.get(type(initial), "STRING")


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
