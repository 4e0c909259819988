"""CREATE PIPE … AS COPY INTO ….

https://docs.snowflake.com/en/sql-reference/sql/create-pipe
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.sql.classify import classify
from snowpact.sql.statements.clauses import Pairs, read_comment
from snowpact.sql.statements.settings import read_setting


@dataclass(frozen=True, slots=True)
class CreatePipe:
    """definition is the COPY statement; target the table that it loads, as written."""

    name: str
    definition: str
    target: str | None = None
    modifiers: frozenset[str] = frozenset()
    settings: Pairs = ()
    comment: str | None = None


def parse_create_pipe(text: str) -> CreatePipe:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.PIPE or found.name is None:
        cursor.fail("expected CREATE PIPE and a name")
    settings: list[tuple[str, str]] = []
    comment = None
    while not cursor.accept("AS"):
        if (said := read_comment(cursor)) is not None:
            comment = said
        else:
            settings.append(read_setting(cursor))
        cursor.accept(",")
    definition = cursor.rest() or cursor.fail("expected COPY INTO")
    return CreatePipe(found.name, definition, classify(definition).name, found.modifiers, tuple(settings), comment)
