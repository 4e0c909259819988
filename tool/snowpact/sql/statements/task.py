"""CREATE TASK.

https://docs.snowflake.com/en/sql-reference/sql/create-task. Clauses come in any order; WHEN and AS come last.
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_comment, read_tags, read_value


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Names as written. definition is the text after AS, ``definition_offset`` where it starts in the statement.

    settings are all other ``KEY = value`` by lower-case key (session parameters, error_integration, config, …).
    """

    name: str
    modifiers: frozenset[str] = frozenset()
    warehouse: str | None = None
    schedule: str | None = None
    after: tuple[str, ...] = ()
    finalize: str | None = None
    when: str | None = None
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    settings: Pairs = ()
    clone: str | None = None
    definition: str | None = None
    definition_offset: int | None = None


def parse_create_task(text: str) -> CreateTask:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.TASK or found.name is None:
        cursor.fail("expected CREATE TASK and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers}
    settings: list[tuple[str, str]] = []
    while not cursor.done:
        _read_clause(cursor, fields, settings)
    if not fields.get("definition") and "clone" not in fields:
        cursor.fail("expected AS and a statement")
    return CreateTask(**fields, settings=tuple(settings))


def _read_clause(cursor: Cursor, fields: dict, settings: list[tuple[str, str]]) -> None:
    if cursor.accept("AS"):
        fields["definition_offset"] = cursor.offset
        fields["definition"] = cursor.rest()
    elif cursor.accept("WHEN"):
        fields["when"] = cursor.until("AS")
    elif cursor.accept("AFTER"):
        fields["after"] = read_task_names(cursor)
    elif cursor.accept("CLONE"):
        fields["clone"] = cursor.name()
    elif cursor.accept("COPY GRANTS", "WITH"):
        pass
    elif cursor.accept("EXECUTE AS USER"):
        settings.append(("execute as user", cursor.name()))
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif cursor.kind == "word" and cursor.peek(1) == "=":
        key = cursor.take().word.lower()
        cursor.expect("=")
        value = cursor.name() if key in {"warehouse", "finalize"} and cursor.kind != "string" else read_value(cursor)
        if key in {"warehouse", "finalize", "schedule"}:
            fields[key] = value
        else:
            settings.append((key, value))
    else:
        cursor.fail("a task has no such clause")
    cursor.accept(",")


def read_task_names(cursor: Cursor) -> tuple[str, ...]:
    """``a, db.s.b``; older scripts put the name into quotes as a string."""
    names = [cursor.string() if cursor.kind == "string" else cursor.name()]
    while cursor.accept(","):
        names.append(cursor.string() if cursor.kind == "string" else cursor.name())
    return tuple(names)
