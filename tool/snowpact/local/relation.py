"""Translating and describing queries: the engine's one use of ``local/translate``.

A column's type is what Snowflake would give it, never what DuckDB does: inferred from the query's text (``sql.typing``) with its certainty,
else from the translation, else, as the nearest thing, from DuckDB; the last two are certain of the family alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError

from snowpact.local.encoding import decode
from snowpact.local.scope import Scope
from snowpact.local.sequences import with_sequences
from snowpact.local.translate import twins
from snowpact.local.translate.translator import Translator
from snowpact.local.translate.typed import DUCKDB
from snowpact.local.types import declared, snowflake_type
from snowpact.model.catalog import Column
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import Certainty, SnowflakeType
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import output_columns

if TYPE_CHECKING:
    from snowpact.local.session import Session


@dataclass(frozen=True)
class Query:
    """A query as DuckDB runs it. columns: what Snowflake calls and types them; types: what the values are, for conversions."""

    sql: str
    columns: tuple[Column, ...]
    types: tuple[SnowflakeType | None, ...]


def query_of(session: Session, text: str, scope: Scope | None = None) -> Query:
    """Translate and describe a query that stands in ``text``. Raises StatementError where it would not run."""
    scope = scope or session.scope
    sql, found = outlined(session, session.parse(text), scope)
    return Query(sql, _columns(scope, text, found), tuple(type_ for _, type_ in found))


def compiled(session: Session, tree: exp.Expression, scope: Scope) -> tuple[str, list[SnowflakeType]]:
    """A query that runs as part of a statement, as DuckDB text, and the types of its values: DuckDB is asked only where they are not
    all known."""
    translated, types = translate(tree, scope)
    sql = duckdb_sql(translated, copy=False)
    if len(types) == _width(tree, translated):
        return sql, list(types.values())
    return sql, [types.get(name) or type_ for name, type_ in described(session, sql)]


def _width(tree: exp.Expression, translated: exp.Expression) -> int | None:
    """How many columns a query has, where its text tells."""
    if isinstance(tree, exp.Values):
        row = tree.expressions[0]
        return len(row.expressions) if isinstance(row, exp.Tuple) else 1
    if not isinstance(translated, exp.Select) or any(node.is_star for node in translated.selects):
        return None
    return len(translated.selects)


def outlined(session: Session, tree: exp.Expression, scope: Scope) -> tuple[str, list[tuple[str, SnowflakeType]]]:
    """A query as DuckDB text, and its columns: stored names and the types of the values."""
    translated, types = translate(tree, scope)
    sql = duckdb_sql(translated, copy=False)
    return sql, [(twins.shown(key), types.get(key) or type_) for key, type_ in described(session, sql)]


def translate(tree: exp.Expression, scope: Scope) -> tuple[exp.Expression, Mapping[str, SnowflakeType | None]]:
    """The DuckDB tree of a query, and its columns' types as far as the translator knows them."""
    translated, columns = Translator(scope).query(with_sequences(tree.copy(), scope), None)
    return translated, {name: type_ for name, type_ in (columns or {}).items() if type_ is not None}


def duckdb_sql(tree: exp.Expression, copy: bool = True) -> str:
    """The tree as DuckDB's text. What sqlglot would drop with a warning is an error here."""
    try:
        return tree.sql(dialect=DUCKDB, comments=False, unsupported_level=ErrorLevel.RAISE, copy=copy)
    except UnsupportedError as error:
        raise UnsupportedFeature(str(error)) from error


def described(session: Session, sql: str) -> list[tuple[str, SnowflakeType]]:
    """A query's columns as DuckDB sees them: stored Snowflake names, nearest types. Encoded names have no small letters; DuckDB tells a
    view's column ``C1`` by the name that it has in the table, where that is ``c1``."""
    return [(decode(name.upper()), snowflake_type(type_)) for name, type_, *_ in session.duck.execute(f"DESCRIBE {sql}").fetchall()]


def _columns(scope: Scope, text: str, found: list[tuple[str, SnowflakeType]]) -> tuple[Column, ...]:
    inferred = _inferred(scope, text)
    if inferred is None or len(inferred) != len(found):
        inferred = [None] * len(found)
    return tuple(_column(name, value, known) for (name, value), known in zip(found, inferred, strict=True))


def _column(name: str, value: SnowflakeType, known) -> Column:
    """``name``: what the translation calls it; the query's text tells better how Snowflake does (``1+1``, a second ``ID``)."""
    name = known.name if known else name
    if known is not None and known.certainty is Certainty.EXACT:
        return Column(name, known.type, certainty=Certainty.EXACT)
    reason = (known.reason if known else None) or "the embedded engine's own type, not inferred from the query"
    return Column(name, declared(value), certainty=Certainty.FAMILY, reason=reason)


def _inferred(scope: Scope, text: str) -> list | None:
    """What ``sql.typing`` says; None where it says nothing."""
    try:
        return output_columns(text, scope.lookup)
    except SqlInputError:  # a * over what only the translator knows, such as a VALUES list
        return None
