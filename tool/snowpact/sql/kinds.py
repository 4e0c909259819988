"""Snowflake's words for kinds of object, as tokens spell them.

The list is that of the CREATE and SHOW pages of https://docs.snowflake.com/en/sql-reference/sql-all. A kind the model
knows becomes a Kind, others stay text.
"""

from __future__ import annotations

from snowpact.model.catalog import Kind
from snowpact.sql.cursor import Cursor

OTHER_KINDS = (
    "ACCOUNT", "AGENT", "APPLICATION", "APPLICATION PACKAGE", "APPLICATION ROLE",
    "BACKUP POLICY", "BACKUP SET", "CATALOG INTEGRATION", "COMPUTE POOL", "CONNECTION", "CONTACT",
    "CORTEX SEARCH SERVICE", "DATASET", "DBT PROJECT", "DCM PROJECT", "DYNAMIC ICEBERG TABLE",
    "EXTERNAL FUNCTION", "EXTERNAL VOLUME", "FAILOVER GROUP", "FEATURE POLICY", "GIT REPOSITORY",
    "IMAGE REPOSITORY", "INDEX", "JOIN POLICY", "LISTING", "MANAGED ACCOUNT", "MODEL", "MODEL MONITOR",
    "NOTEBOOK",
    "ORGANIZATION ACCOUNT", "PACKAGES POLICY", "PRIVACY POLICY",
    "REPLICATION GROUP", "SEMANTIC VIEW", "SERVICE", "SESSION",
    "SNAPSHOT", "STORAGE LIFECYCLE POLICY", "TYPE", "VERSIONED SCHEMA",
)  # fmt: skip
ACCOUNT_WIDE = {"ACCOUNT", "SESSION"}
"""Kinds that ALTER may address without a name."""

_ALIASES = {
    "AGGREGATE FUNCTION": Kind.FUNCTION,
    "TABLE FUNCTION": Kind.FUNCTION,
    "USER FUNCTION": Kind.FUNCTION,
    "USER PROCEDURE": Kind.PROCEDURE,
    "READ ONLY TABLE": Kind.TABLE,
}
_LISTED = {
    "CLASSES", "COLUMNS", "DELEGATED AUTHORIZATIONS", "FUTURE GRANTS", "GLOBAL ACCOUNTS",
    "GRANTS", "IMPORTED KEYS", "LOCKS", "OBJECTS", "ORGANIZATION ACCOUNTS", "PARAMETERS", "PRIMARY KEYS", "REGIONS", "REPLICATION ACCOUNTS",
    "REPLICATION DATABASES", "TRANSACTIONS", "UNIQUE KEYS", "VARIABLES",
}  # fmt: skip
"""What SHOW lists beside objects of a kind."""


def _plural(words: str) -> str:
    if words.endswith("Y"):
        return words[:-1] + "IES"
    return words + ("ES" if words.endswith(("X", "SS")) else "S")


_KINDS: dict[str, Kind | str] = {**{name: name for name in OTHER_KINDS}, **{kind.value: kind for kind in Kind}, **_ALIASES}
_SHOWN: dict[str, Kind | str] = {**{name: name for name in _LISTED}, **{_plural(name): kind for name, kind in _KINDS.items()}}


def _by_first_word(table: dict[str, Kind | str]) -> dict[str, list[tuple[str, Kind | str]]]:
    index: dict[str, list[tuple[str, Kind | str]]] = {}
    for words in sorted(table, key=lambda words: -len(words.split())):
        index.setdefault(words.split()[0], []).append((words, table[words]))
    return index


_ONE = _by_first_word(_KINDS)
_MANY = _by_first_word(_SHOWN)


def take_kind(cursor: Cursor) -> Kind | str | None:
    """Take the longest kind that comes next; None, and nothing taken, for words that are no kind."""
    return _take(cursor, _ONE)


def take_listed_kind(cursor: Cursor) -> Kind | str | None:
    """The same for SHOW, in the plural: ``TABLES``, ``PRIMARY KEYS``."""
    return _take(cursor, _MANY)


def _take(cursor: Cursor, index: dict[str, list[tuple[str, Kind | str]]]) -> Kind | str | None:
    return next((kind for words, kind in index.get(cursor.peek(), ()) if cursor.accept(words)), None)
