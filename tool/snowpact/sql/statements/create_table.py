"""CREATE TABLE: columns, constraints, LIKE, CLONE, USING TEMPLATE, AS query, and every option.

https://docs.snowflake.com/en/sql-reference/sql/create-table
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_cluster_by, read_comment, read_policy, read_property, read_tags
from snowpact.sql.statements.columns import ColumnDefinition, read_column_list
from snowpact.sql.statements.constraints import ConstraintDefinition

PROPERTIES = frozenset(
    {
        "CHANGE_TRACKING", "DATA_RETENTION_TIME_IN_DAYS", "DEFAULT_DDL_COLLATION", "ENABLE_SCHEMA_EVOLUTION", "ERROR_LOGGING",
        "MAX_DATA_EXTENSION_TIME_IN_DAYS", "ROW_TIMESTAMP", "STAGE_COPY_OPTIONS", "STAGE_FILE_FORMAT",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CreateTable:
    """``name`` as written; modifiers as classify gives them (or_replace, or_alter, if_not_exists, transient, temporary, …).

    At most one of like, clone, template and query is set. ``query_offset`` is where the query starts in the statement.
    options: properties by lower-case key, ``copy grants``, ``copy tags``, policies, ``clone at``; each with its text.
    """

    name: str
    modifiers: frozenset[str] = frozenset()
    columns: tuple[ColumnDefinition, ...] = ()
    constraints: tuple[ConstraintDefinition, ...] = ()
    cluster_by: str | None = None
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    options: Pairs = ()
    like: str | None = None
    clone: str | None = None
    template: str | None = None
    query: str | None = None
    query_offset: int | None = None


def parse_create_table(text: str) -> CreateTable:
    """Raises SqlInputError for anything that is no CREATE TABLE, with the offset of what was not expected."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind is not Kind.TABLE or found.name is None:
        cursor.fail("expected CREATE TABLE and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers}
    options: list[tuple[str, str]] = []
    while not cursor.done and _read_clause(cursor, fields, options):
        pass
    cursor.finish()
    return CreateTable(**fields, options=tuple(options))


def _read_clause(cursor: Cursor, fields: dict, options: list[tuple[str, str]]) -> bool:
    if cursor.peek() == "(" and "columns" not in fields:  # most write it first, some after the comment
        fields["columns"], fields["constraints"] = read_column_list(cursor)
    elif cursor.accept("AS"):
        fields["query_offset"] = cursor.offset
        fields["query"] = cursor.rest()
    elif cursor.accept("LIKE"):
        fields["like"] = cursor.name()
    elif cursor.accept("CLONE"):
        _read_clone(cursor, fields, options)
    elif cursor.accept("USING TEMPLATE"):
        fields["template"] = cursor.group_text()
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif (keys := read_cluster_by(cursor)) is not None:
        fields["cluster_by"] = keys
    elif cursor.accept("IF NOT EXISTS"):  # at the end, as some scripts have it
        fields["modifiers"] |= {"if_not_exists"}
    elif copied := cursor.accept("COPY GRANTS", "COPY TAGS"):
        options.append((copied.lower(), "TRUE"))
    elif (pair := read_policy(cursor) or read_property(cursor, PROPERTIES)) is not None:
        options.append(pair)
    else:
        return False
    return True


def _read_clone(cursor: Cursor, fields: dict, options: list[tuple[str, str]]) -> None:
    fields["clone"] = cursor.name()
    first = cursor.at
    if cursor.accept("AT", "BEFORE"):
        cursor.skip_group()
        options.append(("clone at", cursor.span(first)))
