"""What a table function of INFORMATION_SCHEMA is: its columns, its rows, the parameters that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from snowpact.local.errors import compilation
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class TableFunction:
    """parameters that are carried out; any other is refused. positional: the order of those without a name.

    rows: of the session, the database and the arguments by name.
    """

    columns: tuple[tuple[str, SnowflakeType], ...]
    rows: Callable[[Session, str, Mapping[str, Any]], Rows]
    parameters: frozenset[str] = frozenset()
    positional: tuple[str, ...] = ()


def moment(session: Session, value: Any) -> datetime:
    """A point in time that was given as an argument, in the session's time zone where it tells none. Raises for text that is none."""
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise compilation(f"Timestamp '{value}' is not recognized", 100035, "22007") from error
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=ZoneInfo(session.parameters["TIMEZONE"])).astimezone(UTC)


def limit_of(given: Mapping[str, Any], default: int = 100, most: int = 10_000) -> int:
    """RESULT_LIMIT. Raises for what is no number from 1 to ``most``."""
    limit = given.get("RESULT_LIMIT", default)
    if not isinstance(limit, int) or not 1 <= limit <= most:
        raise compilation(f"invalid value [{limit}] for parameter 'RESULT_LIMIT'", 1017, "22023")  # number [M]
    return limit
