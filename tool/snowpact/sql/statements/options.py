"""Options in brackets: ``(TYPE = CSV NULL_IF = ('', 'x') …)``, the way of file formats, directories and encryptions.

https://docs.snowflake.com/en/sql-reference/sql/create-file-format
"""

from __future__ import annotations

from collections.abc import Mapping

from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_value

Option = str | tuple[str, ...] | bool
Options = Mapping[str, Option]


def read_options(cursor: Cursor) -> dict[str, Option]:
    """A bracketed group of ``KEY = value``, commas or spaces between: keys upper-case. Raises SqlInputError for anything else."""
    cursor.expect("(")
    found: dict[str, Option] = {}
    while not cursor.accept(")"):
        key, value = read_option(cursor)
        found[key] = value
        cursor.accept(",")
    return found


def read_option(cursor: Cursor) -> tuple[str, Option]:
    """One ``KEY = value``: a string as it is, other words in upper case, TRUE and FALSE as such, a list of strings as a tuple."""
    if cursor.kind != "word":
        cursor.fail("expected an option")
    key = cursor.take().word
    cursor.expect("=")
    if cursor.peek() == "(":
        return key, _strings(cursor)
    if word := cursor.accept("TRUE", "FALSE"):
        return key, word == "TRUE"
    if cursor.kind in {"word", "quoted"}:
        name = cursor.name()
        return key, name if '"' in name or "." in name else name.upper()
    return key, read_value(cursor)


def _strings(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("(")
    found: list[str] = []
    while not cursor.accept(")"):
        found.append(cursor.string())
        cursor.accept(",")
    return tuple(found)
