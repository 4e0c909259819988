"""CREATE ALERT: https://docs.snowflake.com/en/sql-reference/sql/create-alert. IF and THEN come last."""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_comment, read_tags
from snowpact.sql.statements.settings import read_setting


@dataclass(frozen=True, slots=True)
class CreateAlert:
    """condition: the statement inside EXISTS; action: the statement after THEN. settings by lower-case key."""

    name: str
    condition: str | None
    action: str | None
    modifiers: frozenset[str] = frozenset()
    settings: Pairs = ()
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    clone: str | None = None


def parse_create_alert(text: str) -> CreateAlert:
    """Raises SqlInputError naming what was expected."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.ALERT or found.name is None:
        cursor.fail("expected CREATE ALERT and a name")
    if cursor.accept("CLONE"):
        source = cursor.name()
        cursor.finish()
        return CreateAlert(found.name, None, None, found.modifiers, clone=source)
    fields: dict = {}
    settings: list[tuple[str, str]] = []
    while not cursor.accept("IF"):
        if tags := read_tags(cursor):
            fields["tags"] = tags
        elif (comment := read_comment(cursor)) is not None:
            fields["comment"] = comment
        else:
            settings.append(read_setting(cursor))
        cursor.accept(",")
    cursor.expect("(")
    condition = read_condition(cursor)
    cursor.expect(")")
    cursor.expect("THEN")
    action = cursor.rest() or cursor.fail("expected a statement")
    return CreateAlert(found.name, condition, action, found.modifiers, tuple(settings), **fields)


def read_condition(cursor: Cursor) -> str:
    """``EXISTS (statement)``."""
    cursor.expect("EXISTS")
    return cursor.group_text() or cursor.fail("expected a statement")
