"""The column part of ALTER TABLE, ALTER VIEW and ALTER DYNAMIC TABLE: ``{ ALTER | MODIFY } [COLUMN] c …``.

https://docs.snowflake.com/en/sql-reference/sql/alter-table-column: several columns in one statement, brackets and the word COLUMN optional.
"""

from __future__ import annotations

from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.actions import (
    Action,
    SetColumnComment,
    SetDefault,
    SetMaskingPolicy,
    SetNullable,
    SetProjectionPolicy,
    SetTags,
    SetType,
    UnsetTags,
)
from snowpact.sql.statements.clauses import read_name, read_type


def read_column_actions(cursor: Cursor) -> list[Action]:
    """After ALTER or MODIFY."""
    bracketed = bool(cursor.accept("("))
    actions = [_read_one(cursor)]
    while cursor.accept(","):
        cursor.accept("ALTER", "MODIFY")
        actions.append(_read_one(cursor))
    if bracketed:
        cursor.expect(")")
    return actions


def _read_one(cursor: Cursor) -> Action:
    cursor.accept("COLUMN")
    column = cursor.identifier()
    if cursor.accept("SET NOT NULL", "NOT NULL"):
        return SetNullable(column, False)
    if cursor.accept("DROP NOT NULL"):
        return SetNullable(column, True)
    if cursor.accept("SET DATA TYPE", "TYPE"):
        return SetType(column, read_type(cursor))
    if cursor.accept("SET DEFAULT"):
        return SetDefault(column, cursor.until(","))
    if cursor.accept("DROP DEFAULT"):
        return SetDefault(column, None)
    if cursor.accept("COMMENT"):
        cursor.accept("=")
        return SetColumnComment(column, cursor.string())
    if cursor.accept("UNSET COMMENT"):
        return SetColumnComment(column, None)
    return _read_governance(cursor, column)


def _read_governance(cursor: Cursor, column: str) -> Action:
    if cursor.accept("SET MASKING POLICY"):
        policy = read_name(cursor)
        using = cursor.group_text() if cursor.accept("USING") else None
        return SetMaskingPolicy(column, policy, using, bool(cursor.accept("FORCE")))
    if cursor.accept("UNSET MASKING POLICY"):
        return SetMaskingPolicy(column, None)
    if cursor.accept("SET PROJECTION POLICY"):
        return SetProjectionPolicy(column, read_name(cursor), bool(cursor.accept("FORCE")))
    if cursor.accept("UNSET PROJECTION POLICY"):
        return SetProjectionPolicy(column, None)
    if cursor.accept("SET TAG"):
        return read_set_tags(cursor, column)
    if cursor.accept("UNSET TAG"):
        return read_unset_tags(cursor, column)
    return cursor.fail("a column has no such action")


def read_set_tags(cursor: Cursor, column: str | None = None) -> SetTags:
    """After SET TAG: ``a = 'x' [, b = 'y']``. A comma followed by no tag belongs to the list of columns."""
    tags = []
    while True:
        name = read_name(cursor)
        cursor.expect("=")
        tags.append((name, cursor.string()))
        if not (cursor.peek() == "," and _tag_follows(cursor)):
            return SetTags(tuple(tags), column)
        cursor.take()


def _tag_follows(cursor: Cursor) -> bool:
    """Whether ``name =`` stands after the comma, the name with up to three parts."""
    ahead = 2
    while cursor.peek(ahead) == ".":
        ahead += 2
    return cursor.peek(ahead) == "="


def read_unset_tags(cursor: Cursor, column: str | None = None) -> UnsetTags:
    tags = [read_name(cursor)]
    while cursor.accept(","):
        tags.append(read_name(cursor))
    return UnsetTags(tuple(tags), column)
