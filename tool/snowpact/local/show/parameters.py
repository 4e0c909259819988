"""SHOW PARAMETERS of the session: those the engine heeds, and what ALTER SESSION set beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local.information_schema.fields import TEXT
from snowpact.local.show.request import pattern
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

DEFAULTS: dict[str, tuple[str, str]] = {
    "AUTOCOMMIT": ("true", "BOOLEAN"),
    "QUERY_TAG": ("", "STRING"),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("false", "BOOLEAN"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ", "STRING"),
    "TIMEZONE": ("UTC", "STRING"),
}
"""(value, type) of each; the engine's session begins in UTC where an account's would be in America/Los_Angeles."""

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
    return COLUMNS, [_row(session, name) for name in sorted({*DEFAULTS, *session.parameters}) if like is None or like.match(name)]


def _row(session: Session, name: str) -> tuple[Any, ...]:
    default, type_ = DEFAULTS.get(name, ("", "STRING"))
    value = session.parameters.get(name, default)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return name, shown, default, "SESSION" if name in session.parameters else "", "", type_
