"""The way in: from a query's text to its columns."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import SqlglotError

from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import UNKNOWN, Certainty
from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.tokens import SqlInputError, Token, significant
from snowpact.sql.typing.guard import readable, require_readable
from snowpact.sql.typing.lineage import Lineage, Trace
from snowpact.sql.typing.naming import is_nameless, written
from snowpact.sql.typing.query import columns_of
from snowpact.sql.typing.scope import Lookup, Place, Scope, Session
from snowpact.sql.typing.typed import TypedColumn


def output_columns(query: str, lookup: Lookup, context: Session | None = None) -> list[TypedColumn]:
    """The result columns of one Snowflake query.

    lookup gives the object of a completed name, or None. A function is looked up by its argument types (``F(NUMBER, VARCHAR)``
    as the last part) and then by its bare name: a scalar one carries ``returns``, a table function its columns. context has
    the database and schema in which names are completed: for a view or dynamic table those are its own, not the session's
    (https://docs.snowflake.com/en/sql-reference/sql/create-view).

    Raises SqlInputError, and nothing else, for text that is no query, and for a ``*`` over something whose columns are not
    known. A column whose type can't be told has the type UNKNOWN, with the reason.
    """
    return _typed(query, Scope(lookup, context or Place()))


def lineage(query: str, lookup: Lookup, context: Session | None = None) -> Lineage:
    """The result columns with what each comes from, and all that the query reads; as ``output_columns`` otherwise."""
    trace = Trace()
    return trace.lineage(_typed(query, Scope(lookup, context or Place(), trace=trace)))


def objects_read(query: str, lookup: Lookup, context: Session | None = None) -> tuple[Name, ...]:
    """The tables, views and functions that a query reads, whether or not their columns are known; none of one that can't be read."""
    trace = Trace(lenient=True)
    with suppress(SqlInputError):
        _typed(query, Scope(lookup, context or Place(), trace=trace))
    return tuple(trace.objects)


def _typed(query: str, scope: Scope) -> list[TypedColumn]:
    tree = _parse(query)
    if scope.trace is not None:
        scope.trace.nameless = is_nameless(tree)
    try:
        columns = columns_of(tree, scope, lambda: written(query, significant(query)))
    except RecursionError:
        raise SqlInputError("the query is nested too deeply", 0) from None
    except NameSyntaxError as error:  # a letter that only a quoted name may have
        raise SqlInputError(str(error), 0) from error
    if "+" in query and _has_unary_plus(significant(query)):
        return [column._replace(type=UNKNOWN, certainty=Certainty.UNKNOWN, reason="unary + is not read") for column in columns]
    return columns


def _parse(query: str) -> exp.Expression:
    try:
        trees = [tree for tree in SNOWFLAKE.parser().parse(readable(query), query) if tree is not None]
    except RecursionError:
        raise SqlInputError("the query is nested too deeply", 0) from None
    except SqlInputError:
        raise
    except SqlglotError as error:
        require_readable(significant(query))
        raise SqlInputError(f"the query can't be read: {_first_line(error)}", _offset(error, query)) from error
    except Exception as error:  # sqlglot stumbles over some malformed calls (OBJECT_CONSTRUCT with an odd argument: IndexError)
        raise SqlInputError("the query can't be read", 0) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise SqlInputError("expected one query", 0)
    return trees[0]


def _first_line(error: SqlglotError) -> str:
    return str(error).splitlines()[0].partition(". Line")[0]


def _offset(error: SqlglotError, query: str) -> int:
    details = getattr(error, "errors", None) or [{}]
    line, column = details[0].get("line"), details[0].get("col")
    if not line:
        return 0
    start = sum(len(text) for text in query.splitlines(keepends=True)[: line - 1])
    return max(0, min(start + (column or 1) - 1, len(query)))


_BEFORE_VALUE = {"SELECT", "DISTINCT", "THEN", "ELSE", "WHEN", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "BY", "ON", "WHERE", "CASE"}


def _has_unary_plus(tokens: list[Token]) -> bool:
    """sqlglot drops a unary plus, and with it a conversion to NUMBER (https://docs.snowflake.com/en/sql-reference/operators-arithmetic)."""
    return any(
        token.word == "+" and (before.word in _BEFORE_VALUE or (before.kind == "op" and before.text not in {")", "]", "?"}))
        for before, token in pairwise(tokens)
    )
