"""CREATE DYNAMIC TABLE.

https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table. ``LAG`` is the preview's spelling of TARGET_LAG, still accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_cluster_by, read_comment, read_policy, read_tags, read_value
from snowpact.sql.statements.columns import ColumnDefinition, read_column_list
from snowpact.sql.tokens import SqlInputError

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
"""Seconds of each unit of a target lag; each may also stand in the plural."""

_LAG = re.compile(r"\s*(\d+)\s+(second|minute|hour|day)s?\s*\Z", re.IGNORECASE)
_WORDS = {
    "REFRESH_MODE": {"AUTO", "FULL", "INCREMENTAL", "ADAPTIVE", "CUSTOM_INCREMENTAL"},
    "INITIALIZE": {"ON_CREATE", "ON_SCHEDULE"},
    "SCHEDULER": {"ENABLE", "DISABLE"},
}
_OTHER = frozenset({"INITIALIZATION_WAREHOUSE", "DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "ROW_TIMESTAMP"})


@dataclass(frozen=True, slots=True)
class CreateDynamicTable:
    """target_lag is ``DOWNSTREAM`` or ``'n unit'`` with the unit in lower-case plural or singular as its number asks (``5 minutes``).

    warehouse is as written. columns as declared, empty where the query names them. Either query or clone is set.
    """

    name: str
    modifiers: frozenset[str] = frozenset()
    columns: tuple[ColumnDefinition, ...] = ()
    target_lag: str | None = None
    warehouse: str | None = None
    refresh_mode: str | None = None
    initialize: str | None = None
    scheduler: str | None = None
    cluster_by: str | None = None
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    options: Pairs = ()
    clone: str | None = None
    query: str | None = None
    query_offset: int | None = None


def parse_create_dynamic_table(text: str) -> CreateDynamicTable:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.name is None or found.kind is not Kind.DYNAMIC_TABLE:
        cursor.fail("expected CREATE DYNAMIC TABLE and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers}
    options: list[tuple[str, str]] = []
    while not cursor.done and "query" not in fields:
        _read_clause(cursor, fields, options)
    cursor.finish()
    if not fields.get("query") and "clone" not in fields:
        cursor.fail("expected AS and a query")
    return CreateDynamicTable(**fields, options=tuple(options))


def _read_clause(cursor: Cursor, fields: dict, options: list[tuple[str, str]]) -> None:
    word = cursor.peek()
    if word == "(" and "columns" not in fields:  # the page puts it first; teams also write it behind the settings, and Snowflake runs it
        fields["columns"], keys = read_column_list(cursor)
        if keys:
            raise SqlInputError("a dynamic table has no declared constraints", cursor.offset)
    elif cursor.accept("AS"):
        fields["query_offset"] = cursor.offset
        fields["query"] = cursor.rest()
    elif cursor.accept("CLONE"):
        fields["clone"] = cursor.name()
    elif cursor.accept("TARGET_LAG", "LAG"):
        fields["target_lag"] = read_lag(cursor)
    elif cursor.accept("WAREHOUSE"):
        cursor.expect("=")
        fields["warehouse"] = cursor.name()
    elif word in _WORDS and cursor.accept(word):
        fields[word.lower()] = read_choice(cursor, word)
    elif (keys := read_cluster_by(cursor)) is not None:
        fields["cluster_by"] = keys
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    else:
        options.append(_read_option(cursor))


def _read_option(cursor: Cursor) -> tuple[str, str]:
    """What the engine may refuse, but the parser has to know."""
    if found := cursor.accept("COPY GRANTS", "COPY TAGS", "REQUIRE USER"):
        return found.lower(), "TRUE"
    if cursor.accept("IMMUTABLE WHERE", "FROZEN WHERE"):  # the older spelling is still accepted
        return "frozen where", cursor.group_text()
    if cursor.accept("BACKFILL FROM"):
        return "backfill from", cursor.name()
    if cursor.accept("EXECUTE AS USER"):
        return "execute as user", cursor.name()
    if cursor.accept("REFRESH USING"):
        return "refresh using", cursor.group_text()
    if cursor.peek() in _OTHER and cursor.peek(1) == "=":
        key = cursor.take().word.lower()
        cursor.expect("=")
        return key, read_value(cursor)
    return read_policy(cursor) or cursor.fail("a dynamic table has no such clause")


def read_lag(cursor: Cursor) -> str:
    """``= 'n unit'`` or ``= DOWNSTREAM``, in quotes or without, in one spelling."""
    cursor.expect("=")
    offset = cursor.offset
    text = read_value(cursor)
    if text.strip().upper() == "DOWNSTREAM":
        return "DOWNSTREAM"
    match = _LAG.match(text)
    if not match:
        raise SqlInputError(f"{text!r} is no target lag: expected DOWNSTREAM or 'n seconds | minutes | hours | days'", offset)
    count, unit = int(match[1]), match[2].lower()
    return f"{count} {unit}" + ("" if count == 1 else "s")


def lag_seconds(lag: str) -> int | None:
    """The seconds of a target lag as ``read_lag`` spells it; None for DOWNSTREAM."""
    if lag == "DOWNSTREAM":
        return None
    count, unit = lag.split()
    return int(count) * UNITS[unit.removesuffix("s")]


def read_choice(cursor: Cursor, key: str) -> str:
    """``= WORD`` where only some words are allowed."""
    cursor.expect("=")
    offset = cursor.offset
    value = read_value(cursor).upper()
    if value not in _WORDS[key]:
        raise SqlInputError(f"{key} is one of {', '.join(sorted(_WORDS[key]))}, not {value}", offset)
    return value
