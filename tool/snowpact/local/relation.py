"""Translating and describing queries: the engine's one use of ``local/translate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.encoding import decode
from snowpact.local.scope import Scope
from snowpact.local.types import snowflake_type
from snowpact.model.catalog import Column
from snowpact.model.types import Certainty, SnowflakeType

try:
    from snowpact.local.translate.translator import translate_query
except ImportError:
    from snowpact.local.passthrough import translate_query

if TYPE_CHECKING:
    from snowpact.local.session import Session


@dataclass(frozen=True)
class Query:
    """A query as DuckDB runs it. columns: what Snowflake calls and types them; types: what the values are, for conversions."""

    sql: str
    columns: tuple[Column, ...]
    types: tuple[SnowflakeType | None, ...]


def query_of(session: Session, text: str, scope: Scope | None = None) -> Query:
    """Translate and describe a query that stands in ``text``."""
    return query_from(session, session.parse(text), scope)


def query_from(session: Session, tree: exp.Expression, scope: Scope | None = None) -> Query:
    scope = scope or session.scope
    sql = duckdb_sql(translate_query(name_projections(tree), scope))
    columns = describe(session, sql)
    return Query(sql, columns, tuple(column.type for column in columns))


def duckdb_sql(tree: exp.Expression) -> str:
    return tree.sql(dialect="duckdb", comments=False)


def name_projections(tree: exp.Expression) -> exp.Expression:
    """Give every unnamed column of a query the name Snowflake gives it: its text, upper-case outside strings [M]."""
    select = tree
    while isinstance(select, (exp.SetOperation, exp.Subquery)):
        select = select.this
    if isinstance(select, exp.Select):
        for item in list(select.expressions):
            if not item.is_star and not item.output_name:
                item.replace(exp.alias_(item.copy(), item.sql(dialect="snowflake", comments=False), quoted=True))
    return tree


def describe(session: Session, sql: str) -> tuple[Column, ...]:
    """The columns that a query answers, as DuckDB sees them."""
    rows = session.duck.execute(f"DESCRIBE {sql}").fetchall()
    reason = "the embedded engine's own type, not inferred from the query"
    return tuple(
        Column(decode(name), snowflake_type(type_), certainty=Certainty.FAMILY, reason=reason) for name, type_, *_ in rows
    )
