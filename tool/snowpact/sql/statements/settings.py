"""CREATE of objects that are a name and ``KEY = value`` settings: stages, file formats, tags, warehouses, roles, users, shares, streamlits.

Any setting is read, known or not: none changes what a query answers. https://docs.snowflake.com/en/sql-reference/sql/create-stage,
create-file-format, create-tag, create-warehouse, create-role, create-user, create-share, create-streamlit
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_comment, read_tags, read_value

_FLAGS = ("COPY GRANTS", "WITH MANAGED ACCESS", "ENCRYPT", "WITH")
"""Words that stand alone; WITH only introduces settings."""

_WITHOUT_SIGN = ("FROM",)


@dataclass(frozen=True, slots=True)
class CreateSettings:
    """settings by lower-case key, each value as text; flags are the phrases that stand alone, in lower case. allowed_values: a tag's."""

    kind: Kind | str
    name: str
    modifiers: frozenset[str] = frozenset()
    settings: Pairs = ()
    flags: tuple[str, ...] = ()
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    clone: str | None = None
    allowed_values: tuple[str, ...] = ()


def parse_create_settings(text: str) -> CreateSettings:
    """Raises SqlInputError for what is no CREATE with a name and settings."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is None or found.name is None:
        cursor.fail("expected CREATE, a kind and a name")
    settings: list[tuple[str, str]] = []
    flags: list[str] = []
    fields: dict = {}
    while not cursor.done:
        if tags := read_tags(cursor):
            fields["tags"] = tags
        elif (comment := read_comment(cursor)) is not None:
            fields["comment"] = comment
        elif cursor.accept("CLONE"):
            fields["clone"] = cursor.name()
            if cursor.accept("AT", "BEFORE"):
                cursor.skip_group()
        elif cursor.accept("ALLOWED_VALUES"):
            fields["allowed_values"] = _read_strings(cursor)
        elif phrase := cursor.accept(*_FLAGS):
            flags.append(phrase.lower())
        else:
            settings.append(read_setting(cursor))
        cursor.accept(",")
    return CreateSettings(found.kind, found.name, found.modifiers, tuple(settings), tuple(flags), **fields)


def _read_strings(cursor: Cursor) -> tuple[str, ...]:
    """``'a', 'b'``: what stands behind ALLOWED_VALUES, without brackets."""
    cursor.accept("=")
    values = [cursor.string()]
    while cursor.peek() == "," and cursor.tokens[cursor.at + 1 : cursor.at + 2] and cursor.tokens[cursor.at + 1].kind == "string":
        cursor.take()
        values.append(cursor.string())
    return tuple(dict.fromkeys(values))


def read_setting(cursor: Cursor) -> tuple[str, str]:
    """``KEY = value``, ``KEY = (…)``, and ``KEY value`` for the few keys that take no sign."""
    if cursor.kind != "word":
        cursor.fail("expected a setting")
    key = cursor.take().word
    if key == "TRIGGERS":  # of a resource monitor: ON 80 PERCENT DO SUSPEND …
        return "triggers", cursor.rest()
    if not cursor.accept("=") and key not in _WITHOUT_SIGN:
        cursor.fail(f"expected = after {key}")
    if cursor.kind == "stage":
        return key.lower(), cursor.take().text
    if cursor.peek() == "=":  # ENABLED == TRUE is refused
        cursor.fail("expected a value")
    return key.lower(), read_value(cursor)
