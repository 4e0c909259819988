"""CREATE EXTERNAL, ICEBERG, HYBRID and EVENT TABLE.

https://docs.snowflake.com/en/sql-reference/sql/create-external-table, create-iceberg-table, create-hybrid-table, create-event-table
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_cluster_by, read_comment, read_policy, read_tags
from snowpact.sql.statements.columns import ColumnDefinition, read_column
from snowpact.sql.statements.constraints import STARTS, ConstraintDefinition, read_constraint
from snowpact.sql.statements.settings import read_setting

KINDS = frozenset({Kind.EXTERNAL_TABLE, Kind.ICEBERG_TABLE, Kind.HYBRID_TABLE, Kind.EVENT_TABLE})


@dataclass(frozen=True, slots=True)
class CreateOtherTable:
    """settings by lower-case key, and ``partition by``, ``copy grants``, policies; at most one of like, clone, template, query is set."""

    kind: Kind
    name: str
    modifiers: frozenset[str] = frozenset()
    columns: tuple[ColumnDefinition, ...] = ()
    constraints: tuple[ConstraintDefinition, ...] = ()
    cluster_by: str | None = None
    comment: str | None = None
    tags: tuple[tuple[Name, str], ...] = ()
    settings: Pairs = ()
    like: str | None = None
    clone: str | None = None
    template: str | None = None
    query: str | None = None


def parse_create_other_table(text: str) -> CreateOtherTable:
    """Raises SqlInputError naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.kind not in KINDS or found.name is None:
        cursor.fail("expected CREATE EXTERNAL, ICEBERG, HYBRID or EVENT TABLE and a name")
    fields: dict = {"kind": found.kind, "name": found.name, "modifiers": found.modifiers}
    settings: list[tuple[str, str]] = []
    if cursor.peek() == "(":
        fields["columns"], fields["constraints"] = _read_columns(cursor)
    while not cursor.done:
        _read_clause(cursor, fields, settings)
        cursor.accept(",")
    return CreateOtherTable(**fields, settings=tuple(settings))


def _read_columns(cursor: Cursor) -> tuple[tuple[ColumnDefinition, ...], tuple[ConstraintDefinition, ...]]:
    """As of any table, and secondary indexes of hybrid tables, which change no column."""
    cursor.expect("(")
    columns: list[ColumnDefinition] = []
    keys: list[ConstraintDefinition] = []
    while not cursor.accept(")"):
        if cursor.peek() in {"INDEX", "UNIQUE"} and cursor.peek(2) == "(":
            cursor.at += 2
            cursor.skip_group()
            if cursor.accept("INCLUDE"):
                cursor.skip_group()
        elif (cursor.peek() in STARTS and cursor.peek(1) in {"KEY", "("}) or cursor.at_phrase("CONSTRAINT"):
            keys.append(read_constraint(cursor))
        else:
            columns.append(read_column(cursor))
            keys.extend(columns[-1].constraints)
        if cursor.peek() != ")":
            cursor.expect(",")
    return tuple(columns), tuple(keys)


def _read_clause(cursor: Cursor, fields: dict, settings: list[tuple[str, str]]) -> None:
    if cursor.accept("AS"):
        fields["query"] = cursor.rest()
    elif cursor.accept("LIKE"):
        fields["like"] = cursor.name()
    elif cursor.accept("CLONE"):
        fields["clone"] = cursor.name()
        if cursor.accept("AT", "BEFORE"):
            cursor.skip_group()
    elif cursor.accept("USING TEMPLATE"):
        fields["template"] = cursor.group_text()
    elif cursor.accept("PARTITION BY"):
        settings.append(("partition by", cursor.group_text()))
    elif phrase := cursor.accept("COPY GRANTS", "COPY TAGS"):
        settings.append((phrase.lower(), "TRUE"))
    elif policy := read_policy(cursor):
        settings.append(policy)
    elif tags := read_tags(cursor):
        fields["tags"] = tags
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif (keys := read_cluster_by(cursor)) is not None:
        fields["cluster_by"] = keys
    elif cursor.peek() == "WITH" and cursor.peek(2) == "=":
        cursor.take()  # WITH LOCATION = @stage
    else:
        settings.append(read_setting(cursor))
