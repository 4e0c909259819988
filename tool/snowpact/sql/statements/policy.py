"""CREATE of masking, row access and other policies: ``AS (arguments) RETURNS type -> body``.

https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy, create-row-access-policy, create-aggregation-policy
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import Pairs, read_comment, read_tags, read_type
from snowpact.sql.statements.settings import read_setting


@dataclass(frozen=True, slots=True)
class CreatePolicy:
    """returns is None for the kinds that name no data type; constraint is what they name then (``AGGREGATION_CONSTRAINT``)."""

    name: str
    modifiers: frozenset[str] = frozenset()
    arguments: tuple[tuple[str, SnowflakeType], ...] = ()
    returns: SnowflakeType | None = None
    body: str = ""
    settings: Pairs = ()
    comment: str | None = None
    constraint: str = ""


_CONSTRAINTS = ("AGGREGATION_CONSTRAINT", "PROJECTION_CONSTRAINT", "JOIN_CONSTRAINT", "PRIVACY_BUDGET")


def parse_create_policy(text: str) -> CreatePolicy:
    """Raises SqlInputError for what is no CREATE POLICY with a body."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.name is None:
        cursor.fail("expected CREATE, a kind of policy and a name")
    cursor.expect("AS")
    arguments = _read_arguments(cursor)
    cursor.expect("RETURNS")
    constraint = cursor.accept(*_CONSTRAINTS)
    returns = None if constraint else read_type(cursor)
    cursor.accept("NOT NULL")
    cursor.expect("->")
    body, comment, settings = _read_body(cursor)
    return CreatePolicy(found.name, found.modifiers, arguments, returns, body, settings, comment, constraint)


def _read_arguments(cursor: Cursor) -> tuple[tuple[str, SnowflakeType], ...]:
    cursor.expect("(")
    found: list[tuple[str, SnowflakeType]] = []
    while not cursor.accept(")"):
        found.append((cursor.identifier(), read_type(cursor)))
        if cursor.peek() != ")":
            cursor.expect(",")
    return tuple(found)


_AFTER = ("COMMENT", "EXEMPT_OTHER_POLICIES", "WITH", "TAG")


def _read_body(cursor: Cursor) -> tuple[str, str | None, Pairs]:
    """The expression, and what stands behind it. A CASE of the body may hold columns of any name, but no ``=`` after COMMENT alone."""
    first = cursor.at
    while not cursor.done and not (cursor.peek() in _AFTER and (cursor.peek(1) == "=" or cursor.peek() != "COMMENT")):
        if cursor.peek() == "(":
            cursor.skip_group()
        else:
            cursor.at += 1
    if cursor.at == first:
        cursor.fail("expected the body of the policy")
    body = cursor.span(first)
    comment, settings = None, []
    while not cursor.done:
        if (said := read_comment(cursor)) is not None:
            comment = said
        elif not read_tags(cursor):
            settings.append(read_setting(cursor))
    return body, comment, tuple(settings)
