"""The target lag that counts: a DOWNSTREAM dynamic table is as fresh as its readers ask it to be.

https://docs.snowflake.com/en/user-guide/dynamic-tables-target-lag: with DOWNSTREAM a table refreshes when a dynamic table
that reads it does; without such a reader it never refreshes by itself.
"""

from __future__ import annotations

from snowpact.model.catalog import Catalog, CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.sql.statements.dynamic_table import lag_seconds
from snowpact.sql.typing import Place, objects_read


def effective_lags(catalog: Catalog) -> dict[Name, str]:
    """The shortest lag of the readers of each DOWNSTREAM dynamic table, directly or through others; none where nobody reads it."""
    relations = catalog.relations()
    downstream = [item for item in relations if item.kind is Kind.DYNAMIC_TABLE and item.property("target_lag") == "DOWNSTREAM"]
    readers: dict[Name, list[CatalogObject]] = {}
    for item in relations if downstream else ():
        if item.kind in (Kind.VIEW, Kind.DYNAMIC_TABLE) and item.definition:
            for name in objects_read(item.definition, catalog.relation, Place(*item.name.parts[:2])):
                readers.setdefault(name, []).append(item)
    asked = {item.name: _asked(item.name, readers, set()) for item in downstream}
    return {name: min(lags, key=lambda lag: lag_seconds(lag) or 0) for name, lags in asked.items() if lags}


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
