"""CREATE STREAM.

https://docs.snowflake.com/en/sql-reference/sql/create-stream
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_comment, read_tags, read_value

_SOURCES = ("EXTERNAL TABLE", "EVENT TABLE", "DYNAMIC TABLE", "ICEBERG TABLE", "TABLE", "VIEW", "STAGE")
_MODES = {"APPEND_ONLY": "APPEND_ONLY", "INSERT_ONLY": "INSERT_ONLY"}


@dataclass(frozen=True, slots=True)
class CreateStream:
    """source is as written, source_kind Snowflake's word (``TABLE``, ``VIEW``, ``STAGE``, …). mode is DEFAULT, APPEND_ONLY or INSERT_ONLY.

    at is the text of AT or BEFORE with its brackets. Either source or clone is set.
    """

    name: str
    modifiers: frozenset[str] = frozenset()
    source_kind: str = "TABLE"
    source: str | None = None
    mode: str = "DEFAULT"
    show_initial_rows: bool = False
    at: str | None = None
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    copy_grants: bool = False
    clone: str | None = None


def parse_create_stream(text: str) -> CreateStream:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.STREAM or found.name is None:
        cursor.fail("expected CREATE STREAM and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers}
    while not cursor.done:
        _read_clause(cursor, fields)
    if "source" not in fields and "clone" not in fields:
        cursor.fail("expected ON and what the stream follows")
    return CreateStream(**fields)


def _read_clause(cursor: Cursor, fields: dict) -> None:
    word = cursor.peek()
    if cursor.accept("ON"):
        fields["source_kind"] = cursor.expect(*_SOURCES)
        fields["source"] = cursor.name()
    elif word in {"AT", "BEFORE"}:
        first = cursor.at
        cursor.take()
        cursor.skip_group()
        fields["at"] = cursor.span(first)
    elif cursor.accept("CLONE"):
        fields["clone"] = cursor.name()
    elif cursor.accept("COPY GRANTS"):
        fields["copy_grants"] = True
    elif word in {*_MODES, "SHOW_INITIAL_ROWS"}:
        cursor.take()
        cursor.expect("=")
        on = read_value(cursor).upper() == "TRUE"
        if word == "SHOW_INITIAL_ROWS":
            fields["show_initial_rows"] = on
        elif on:
            fields["mode"] = _MODES[word]
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    else:
        cursor.fail("a stream has no such clause")
