"""CREATE SEQUENCE.

https://docs.snowflake.com/en/sql-reference/sql/create-sequence
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_comment


@dataclass(frozen=True, slots=True)
class CreateSequence:
    """order: ``ORDER`` or ``NOORDER``, None where the account's default decides."""

    name: str
    modifiers: frozenset[str] = frozenset()
    start: int = 1
    increment: int = 1
    order: str | None = None
    comment: str | None = None
    clone: str | None = None


def parse_create_sequence(text: str) -> CreateSequence:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.SEQUENCE or found.name is None:
        cursor.fail("expected CREATE SEQUENCE and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers}
    cursor.accept("WITH")
    while not cursor.done:
        if cursor.accept("START WITH", "START"):
            cursor.accept("=")
            fields["start"] = cursor.integer()
        elif (increment := read_increment(cursor)) is not None:
            fields["increment"] = increment
        elif order := cursor.accept("ORDER", "NOORDER"):
            fields["order"] = order
        elif cursor.accept("CLONE"):
            fields["clone"] = cursor.name()
        elif (comment := read_comment(cursor)) is not None:
            fields["comment"] = comment
        else:
            cursor.fail("a sequence has no such clause")
        cursor.accept(",")
    return CreateSequence(**fields)


def read_increment(cursor: Cursor) -> int | None:
    """``INCREMENT [BY] [=] n``."""
    if not cursor.accept("INCREMENT BY", "INCREMENT"):
        return None
    cursor.accept("=")
    return cursor.integer()
