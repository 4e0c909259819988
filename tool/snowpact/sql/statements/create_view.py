"""CREATE VIEW and CREATE MATERIALIZED VIEW: column list, comment, policies, query.

https://docs.snowflake.com/en/sql-reference/sql/create-view
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_cluster_by, read_comment, read_policy, read_property, read_tags
from snowpact.sql.statements.columns import ColumnDefinition, read_column_list

_PROPERTIES = frozenset({"CHANGE_TRACKING"})


@dataclass(frozen=True, slots=True)
class CreateView:
    """``columns`` is the list as declared, empty where the query names them; their types are UNKNOWN.

    ``query`` is the text after AS and ``query_offset`` where it starts in the statement. secure, recursive and force are modifiers.
    """

    name: str
    query: str
    query_offset: int
    modifiers: frozenset[str] = frozenset()
    materialized: bool = False
    columns: tuple[ColumnDefinition, ...] = ()
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    cluster_by: str | None = None
    options: Pairs = ()


def parse_create_view(text: str) -> CreateView:
    """Raises SqlInputError for anything that is no CREATE VIEW, with the offset of what was not expected."""
    found = classify(text)
    cursor = found.cursor()
    if found.name is None or found.kind not in {Kind.VIEW, Kind.MATERIALIZED_VIEW}:
        cursor.fail("expected CREATE VIEW and a name")
    fields: dict = {"name": found.name, "modifiers": found.modifiers, "materialized": found.kind is Kind.MATERIALIZED_VIEW}
    options: list[tuple[str, str]] = []
    while not cursor.at_phrase("AS"):
        _read_clause(cursor, fields, options)
    cursor.expect("AS")
    return CreateView(**fields, query_offset=cursor.offset, query=cursor.rest() or cursor.fail("expected a query"), options=tuple(options))


def _read_clause(cursor: Cursor, fields: dict, options: list[tuple[str, str]]) -> None:
    if cursor.peek() == "(" and "columns" not in fields:
        fields["columns"], _ = read_column_list(cursor)
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif (keys := read_cluster_by(cursor)) is not None:
        fields["cluster_by"] = keys
    elif cursor.peek() == "WITH" and cursor.peek(2) == "=":
        cursor.take()  # WITH CHANGE_TRACKING = TRUE
    elif cursor.accept("COPY GRANTS"):
        options.append(("copy grants", "TRUE"))
    elif (pair := read_policy(cursor) or read_property(cursor, _PROPERTIES)) is not None:
        options.append(pair)
    else:
        cursor.fail("expected AS and a query")
