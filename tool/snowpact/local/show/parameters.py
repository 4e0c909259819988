"""SHOW PARAMETERS of the session: those the engine knows, whose values begin as its own: TIMEZONE as UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.information_schema.fields import TEXT
from snowpact.local.parameters import FIXED, RECORDED, default
from snowpact.local.show.request import pattern
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TYPES: dict[type, str] = {bool: "BOOLEAN", int: "NUMBER"}

COLUMNS: list[tuple[str, SnowflakeType]] = [(name, TEXT) for name in ("key", "value", "default", "level", "description", "type")]


def parameters(cursor: Cursor, session: Session) -> tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]:
    """Raises UnsupportedFeature for the parameters of anything but the session."""
    like = pattern(cursor.string()) if cursor.accept("LIKE") else None
    if cursor.accept("IN", "FOR") and not cursor.accept("SESSION"):
        raise UnsupportedFeature(f"SHOW PARAMETERS IN {cursor.peek()}")
    if like is None and cursor.accept("LIKE"):
        like = pattern(cursor.string())
    cursor.accept(";")
    cursor.finish()
    return COLUMNS, [_row(session, name) for name in sorted({*RECORDED, *FIXED}) if like is None or like.match(name)]


def _row(session: Session, name: str) -> tuple[Any, ...]:
    initial = default(name)
    value = session.parameters.get(name, initial)
    return name, _shown(value), _shown(initial), "SESSION" if name in session.parameters else "", "", _TYPES.get(type(initial), "STRING")


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
