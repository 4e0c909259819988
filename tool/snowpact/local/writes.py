"""When rows of a table were last written: LAST_ALTERED, which DML moves as DDL does
(https://docs.snowflake.com/en/sql-reference/info-schema/tables).

Kept in memory, for a write of its own would cost every INSERT a tenth more; the file learns of a table's first write in a process with
that write, and of its last when the engine closes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

import duckdb

from snowpact.local.objects import Record


class Writes:
    """last: of each table written since the engine was opened, by the record's id; count: how often it was, by statements that committed or
    were about to, refreshes among them."""

    def __init__(self) -> None:
        self.last: dict[int, datetime] = {}
        self.count: Counter[int] = Counter()

    def counted(self, tables: Iterable[int]) -> None:
        """Before what wrote them commits, while it keeps other writers out."""
        self.count.update(tables)

    def note(self, connection: duckdb.DuckDBPyConnection, tables: Collection[int], now: datetime) -> None:
        """In the transaction that wrote them, before it commits."""
        self.counted(tables)
        for id_ in tables:
            if id_ not in self.last:
                _keep(connection, id_, now)
            self.last[id_] = now

    def altered(self, record: Record) -> datetime:
        """When a table, or its rows, were last changed."""
        return max(found for found in (record.created_on, record.altered_on, self.last.get(record.id)) if found is not None)

    def keep(self, connection: duckdb.DuckDBPyConnection) -> None:
        """When the engine closes."""
        for id_, moment in self.last.items():
            _keep(connection, id_, moment)


def _keep(connection: duckdb.DuckDBPyConnection, id_: int, moment: datetime) -> None:
    connection.execute("UPDATE _snow.objects SET altered_on = greatest(altered_on, ?) WHERE id = ?", [moment, id_])
