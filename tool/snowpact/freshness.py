"""The target lag that counts: a DOWNSTREAM dynamic table is as fresh as its readers ask it to be.

https://docs.snowflake.com/en/user-guide/dynamic-tables-target-lag: with DOWNSTREAM a table refreshes when a dynamic table
that reads it does; without such a reader it never refreshes by itself.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.sql.statements.dynamic_table import lag_seconds
from snowpact.sql.tokens import SqlInputError, significant
from snowpact.sql.typing.guard import require_bounded


def effective_lags(catalog: Catalog) -> dict[Name, str]:
    """The shortest lag of the readers of each DOWNSTREAM dynamic table, directly or through others; none where nobody reads it."""
    readers: dict[Name, list[CatalogObject]] = {}
    for item in catalog.relations():
        if item.kind in (Kind.VIEW, Kind.DYNAMIC_TABLE):
            for name in _reads(item):
                readers.setdefault(name, []).append(item)
    found: dict[Name, str] = {}
    for item in catalog.relations():
        if item.kind is Kind.DYNAMIC_TABLE and item.property("target_lag") == "DOWNSTREAM":
            asked = _asked(item.name, readers, set())
            if asked:
                found[item.name] = min(asked, key=lambda lag: lag_seconds(lag) or 0)
    return found


def _asked(name: Name, readers: dict[Name, list[CatalogObject]], seen: set[Name]) -> set[str]:
    lags: set[str] = set()
    waiting = [name]
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader.name in seen:
                continue
            seen.add(reader.name)
            lag = reader.property("target_lag")
            if reader.kind is Kind.DYNAMIC_TABLE and lag and lag != "DOWNSTREAM":
                lags.add(lag)
            else:
                waiting.append(reader.name)
    return lags


def _reads(item: CatalogObject) -> set[Name]:
    """The relations that a definition names, completed by its own database and schema. A query that can't be read says nothing."""
    query = item.definition or "SELECT 1"
    try:
        require_bounded(significant(query))
        tree = sqlglot.parse_one(query, dialect="snowflake")
    except (SqlglotError, SqlInputError):
        return set()
    database, schema = item.name.parts[0], item.name.parts[1]
    names = set()
    for table in tree.find_all(exp.Table):
        parts = [part.name if part.args.get("quoted") else part.name.upper() for part in table.parts if isinstance(part, exp.Identifier)]
        if parts:
            names.add(Name((*(database, schema)[: 3 - len(parts)], *parts)))
    return names
