"""Names and text of sqlglot's nodes."""

from __future__ import annotations

from sqlglot import exp

from snowpact.model.names import fold
from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.tokens import SqlInputError


def stored(identifier: exp.Expression | str | None) -> str | None:
    """The stored form of an identifier node; None where there is none, as between the dots of ``db..t``."""
    if type(identifier) is exp.Identifier:
        return identifier.this if identifier.quoted else identifier.this.upper()
    return fold(str(identifier)) if identifier else None


def function_name(node: exp.Anonymous) -> str:
    """The name of a call as written."""
    return spelled(node.this) if isinstance(node.this, exp.Identifier) else str(node.this)


def spelled(node: exp.Expression) -> str:
    """A node as sqlglot spells it. Its generator stumbles over some malformed trees that its parser lets through."""
    try:
        return node.sql(dialect=SNOWFLAKE)
    except Exception as error:
        raise SqlInputError("the query can't be read", 0) from error
