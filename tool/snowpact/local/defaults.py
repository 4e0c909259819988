"""Column defaults: kept as Snowflake text and evaluated by the INSERT that needs them, since they may depend on its session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from snowpact.local import tables
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.relation import compiled
from snowpact.model.catalog import Column
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session


def evaluated(session: Session, record: Record, given: Iterable[str]) -> dict[str, tuple[str, SnowflakeType | None]]:
    """DuckDB scalar queries, with their types, for the columns with a default that a statement leaves out."""
    left_out = set(given)
    found = [column for column in record.object.columns if column.name not in left_out and column.default is not None]
    return {column.name: value_of(session, column) for column in found}


def check(session: Session, columns: Iterable[Column]) -> None:
    """Raise for a default that could never be stored: a subquery or column in it, an unknown function, a type that does not fit."""
    for column in columns:
        if column.default is None:
            continue
        tree = session.parse(f"SELECT {column.default} AS D")
        if tree.find(exp.Query) is not tree or tree.find(exp.Subquery, exp.Window, exp.AggFunc):
            raise compilation(f"Invalid column default expression [{column.default}]", 2263, "22000")
        tables.assigned("d", value_of(session, column)[1], column)


def value_of(session: Session, column: Column) -> tuple[str, SnowflakeType | None]:
    """A column's default as a DuckDB expression: evaluated anew for every row (UUID_STRING(), a sequence's NEXTVAL)."""
    tree = session.parse(f"SELECT {column.default} AS D")
    sql, types = compiled(session, tree, session.scope)
    projection = sqlglot.parse_one(sql, dialect="duckdb").selects[0].unalias()
    return projection.sql(dialect="duckdb"), types[0]
