"""An INFORMATION_SCHEMA view as a relation that a query can read: a temporary DuckDB table, made anew each time it is asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local.encoding import encode, quoted
from snowpact.local.errors import missing
from snowpact.local.facts import SessionFacts
from snowpact.local.governance import access
from snowpact.local.information_schema import view
from snowpact.local.types import duckdb_type
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session

_HOME = "temp"
"""DuckDB's own database of temporary tables."""
MOST_CALLED = 1000


def relation(session: Session, database: str, name: str) -> exp.Expression:
    """The rows of ``database.INFORMATION_SCHEMA.name`` as they are now.

    Raises "does not exist or not authorized" for a missing database, UnsupportedFeature for a view the engine does not have.
    """
    found = session.find(Kind.DATABASE, Name.of(database))
    if found is None or not access.has(access.active(session), found):
        raise missing(Name.of(database), "Database")
    columns, rows = view(name, database, SessionFacts(session))
    return rows_as_relation(session, f"{database}.{name}", columns, rows)


def rows_as_relation(session: Session, name: str, columns: list[tuple[str, SnowflakeType]], rows: list[tuple[Any, ...]]) -> exp.Expression:
    """Rows that Python worked out, as a temporary DuckDB table of that name."""
    table = f"_information_schema {name}"
    _fill(session, quoted(table), columns, rows)
    return exp.Table(this=exp.to_identifier(encode(table), quoted=True), db=exp.to_identifier(_HOME))


def called_as_relation(
    session: Session, name: str, arguments: Mapping[str, Any], columns: list[tuple[str, SnowflakeType]], rows: list[tuple[Any, ...]]
) -> exp.Expression:
    """The same for what a function answers: calls with other arguments in one query are other tables. Some of the latest are kept."""
    digest = hashlib.sha256(repr(sorted(arguments.items())).encode()).hexdigest()[:32]
    known = f"{name} {digest}"
    session.called[known] = session.called.pop(known, None)
    for old in list(session.called)[:-MOST_CALLED]:
        del session.called[old]
        session.duck.execute(f"DROP TABLE IF EXISTS {_HOME}.{quoted(f'_information_schema {old}')}")
    return rows_as_relation(session, known, columns, rows)


def reads_metadata(tree: exp.Expression) -> bool:
    """Whether a translated query reads a relation made here: it shows one moment, so nobody may keep such a query for later."""
    return any(table.db == _HOME for table in tree.find_all(exp.Table))


def _fill(session: Session, table: str, columns: list[tuple[str, SnowflakeType]], rows: list[tuple[Any, ...]]) -> None:
    """Column by column as one JSON text: the fastest way of small values into DuckDB without another library."""
    by_column = {str(index): [_plain(row[index]) for row in rows] for index in range(len(columns))}
    filled = {key: values for key, values in by_column.items() if key == "0" or any(value is not None for value in values)}
    shape = json.dumps({key: ["VARCHAR"] for key in filled})

    def value(index: int) -> str:
        return f'unnest(j."{index}")' if str(index) in filled else "NULL"

    selected = ", ".join(f"CAST({value(index)} AS {duckdb_type(type_)}) AS {quoted(name)}" for index, (name, type_) in enumerate(columns))
    session.duck.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {selected} FROM (SELECT from_json(?, '{shape}') AS j)", [json.dumps(filled)]
    )


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, datetime) else str(value)
