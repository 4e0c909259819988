"""Session parameters: which there are, their defaults, and which values the engine can honour.

Recorded are those that change nothing about a result; those that would change one may only be set to what the engine does anyway,
anything else is refused. https://docs.snowflake.com/en/sql-reference/parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snowpact.local.errors import compilation
from snowpact.model.errors import UnsupportedFeature

RECORDED: dict[str, Any] = {
    "ABORT_DETACHED_QUERY": False,
    "AUTOCOMMIT": True,
    "CLIENT_MEMORY_LIMIT": 1536,
    "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX": False,
    "CLIENT_PREFETCH_THREADS": 4,
    "CLIENT_RESULT_CHUNK_SIZE": 160,
    "CLIENT_SESSION_KEEP_ALIVE": False,
    "CLIENT_TELEMETRY_ENABLED": True,
    "ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION": True,
    "ERROR_ON_NONDETERMINISTIC_MERGE": True,
    "JSON_INDENT": 2,
    "LOCK_TIMEOUT": 43200,
    "LOG_LEVEL": "OFF",
    "MULTI_STATEMENT_COUNT": 1,
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "ARROW",
    "QUERY_TAG": "",
    "ROWS_PER_RESULTSET": 0,
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": 0,
    "STATEMENT_TIMEOUT_IN_SECONDS": 172800,
    "TRACE_LEVEL": "OFF",
    "USE_CACHED_RESULT": True,
}
"""Parameters that may have any value, with their defaults. A MERGE that would be nondeterministic asks for its own."""

_AT_DEFAULT = frozenset({"JSON_INDENT", "ROWS_PER_RESULTSET"})
"""Those among them that would change results, and have their default value alone."""

FIXED: dict[str, tuple[str, ...]] = {
    "BINARY_INPUT_FORMAT": ("HEX",),
    "BINARY_OUTPUT_FORMAT": ("HEX",),
    "DATE_INPUT_FORMAT": ("AUTO",),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD",),
    "ERROR_ON_NONDETERMINISTIC_UPDATE": ("FALSE",),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("FALSE",),
    "STRICT_JSON_OUTPUT": ("FALSE",),
    "TIMESTAMP_DAY_IS_ALWAYS_24H": ("FALSE",),
    "TIMESTAMP_INPUT_FORMAT": ("AUTO",),
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": ("",),
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3",),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ",),
    "TIMESTAMP_TZ_OUTPUT_FORMAT": ("",),
    "TIME_INPUT_FORMAT": ("AUTO",),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS",),
    "TRANSACTION_ABORT_ON_ERROR": ("FALSE",),
    "TRANSACTION_DEFAULT_ISOLATION_LEVEL": ("READ COMMITTED",),
    "TWO_DIGIT_CENTURY_START": ("1970",),
    "WEEK_OF_YEAR_POLICY": ("0",),
    "WEEK_START": ("0",),
}
"""Parameters that change results: the values with which the engine agrees."""

_Checked = tuple[Any, Callable[[str], Any]]


def _zone(text: str) -> str | None:
    """A time zone that the IANA database and DuckDB have; names are case-sensitive."""
    try:
        known = bool(ZoneInfo(text).key) and text in _zones()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    return text if known else None


@cache
def _zones() -> frozenset[str]:
    import duckdb

    return frozenset(name for (name,) in duckdb.connect().execute("SELECT name FROM pg_timezone_names()").fetchall())


EFFECTIVE: dict[str, _Checked] = {"TIMEZONE": ("UTC", _zone)}
"""Parameters whose values have their effect: the default, and what makes a value of a text or None. TIMEZONE is UTC, where an account that
nobody has set up has America/Los_Angeles."""

NAMES = frozenset({*RECORDED, *FIXED, *EFFECTIVE})


def default(name: str) -> Any:
    """A parameter's default. Raises Snowflake's invalid parameter."""
    if name in RECORDED:
        return RECORDED[name]
    if name in FIXED:
        return FIXED[name][0]
    if name in EFFECTIVE:
        return EFFECTIVE[name][0]
    raise compilation(f"invalid parameter '{name}'", 1006, "22023")  # number [M]


def checked(name: str, text: str) -> Any:
    """The value that ``text`` gives a parameter. Raises UnsupportedFeature for one that the engine could not honour."""
    before = default(name)
    if name in FIXED:
        if text.upper() not in FIXED[name]:
            raise UnsupportedFeature(f"{name} = {text}")
        return text
    if name in EFFECTIVE:
        made = EFFECTIVE[name][1](text)
        if made is None:
            raise compilation(f"invalid value [{text}] for parameter '{name}'", 1008, "22023")  # number [M]
        return made
    if isinstance(before, bool):
        if text.upper() not in {"TRUE", "FALSE"}:
            raise compilation(f"invalid value [{text}] for parameter '{name}'", 1008, "22023")
        return text.upper() == "TRUE"
    if isinstance(before, int):
        if not text.lstrip("-").isdigit():
            raise compilation(f"invalid value [{text}] for parameter '{name}'", 1008, "22023")
        if name in _AT_DEFAULT and int(text) != before:
            raise UnsupportedFeature(f"{name} = {text}")
        return int(text)
    return text
