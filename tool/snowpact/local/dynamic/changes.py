"""What a dynamic table's sources have gone through since its last refresh: it follows their change logs as a stream does (local/streams).

Its offset is a row of ``_snow.offsets`` under its own id and moves in the refresh's transaction. A table that is dropped follows nothing;
brought back, it is refreshed in full and follows anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.ddl import Ddl
from snowpact.local.dynamic.terms import MINUS, OLD, PLUS, Changes
from snowpact.local.encoding import quoted
from snowpact.local.objects import Record
from snowpact.local.relation import duckdb_sql
from snowpact.local.streams import content, log
from snowpact.local.streams.offsets import held
from snowpact.local.translate.typed import DUCKDB

if TYPE_CHECKING:
    from snowpact.local.session import Session


def digest(sql: str) -> str:
    """What tells whether a query still means what it meant: another text may read other tables, columns or settings."""
    return hashlib.sha256(sql.encode()).hexdigest()


def follow(change: Ddl, record: Record, ids: Sequence[int], sql: str) -> Record:
    """From now on the table follows those with these ids; none: it follows nothing."""
    for id_ in ids:
        log.start(change, change.session.engine.state.by_id[id_])
    change.run("DELETE FROM _snow.offsets WHERE stream = ?", [record.id])
    if ids:
        change.run("INSERT INTO _snow.offsets SELECT ?, seq, FALSE, ? FROM _snow.clock", [record.id, change.now])
    return record.with_extra(tables=list(ids) or None, query=digest(sql) if ids else None)


def move(change: Ddl, record: Record) -> None:
    """The table has taken in everything up to now."""
    for id_ in record.extra["tables"]:
        log.trim(change.run, change.session.engine.state, id_, held(change.session))
    change.run("UPDATE _snow.offsets SET seq = (SELECT seq FROM _snow.clock), moved_on = ? WHERE stream = ?", [change.now, record.id])


def since_last(change: Ddl, record: Record) -> Changes:
    """What changed in the tables that a table follows."""
    after, until = change.run("SELECT seq, (SELECT seq FROM _snow.clock) FROM _snow.offsets WHERE stream = ?", [record.id]).fetchone()
    changed = [id_ for id_ in record.extra["tables"] if _any(change, id_, after)]
    return _Window(change, after, until).changes(frozenset(changed))


def imagined(session: Session, ids: Sequence[int]) -> Changes:
    """Changes of everything, as if: what a query can be maintained with is known before anything has changed."""
    nothing = exp.to_table("temp._nothing")
    return Changes(
        session.engine.state,
        frozenset(ids),
        lambda id_, version: nothing.copy(),
        lambda queries: "_nothing",
        lambda query: is_real(session, query),
    )


def _any(change: Ddl, id_: int, after: int) -> bool:
    return change.run(f"SELECT count(*) > 0 FROM (SELECT 1 FROM {log.table(id_)} WHERE _seq > {after} LIMIT 1)").fetchone()[0]


def is_real(session: Session, query: exp.Expression) -> bool:
    """Whether a column of the query is a FLOAT, for DuckDB."""
    rows = session.duck.execute(f"DESCRIBE {duckdb_sql(query)}").fetchall()
    return any(row[1] in ("DOUBLE", "FLOAT") for row in rows)


_ACTIONS = {PLUS: "INSERT", MINUS: "DELETE"}


class _Window:
    """The changes with a number in (after, until], put down in temporary tables where they are asked for."""

    def __init__(self, change: Ddl, after: int, until: int):
        self.change = change
        self.after, self.until = after, until
        self.state = change.session.engine.state
        self.made: set[int] = set()
        self.keys = 0

    def changes(self, changed: frozenset[int]) -> Changes:
        return Changes(self.state, changed, self.relation, self.gathered, lambda query: is_real(self.change.session, query))

    def relation(self, id_: int, version: str) -> exp.Expression:
        record = self.state.by_id[id_]
        if version == OLD:
            pairs = zip(record.physical, record.object.columns, strict=True)
            columns = ", ".join(f"{physical} AS {quoted(column.name)}" for physical, column in pairs)
            return exp.maybe_parse(f"(SELECT {columns} FROM ({content.rows_at(record, self.after)}))", dialect=DUCKDB)
        if id_ not in self.made:
            net = content.net_changes(record, self.after, self.until)
            self.change.run(f"CREATE OR REPLACE TEMP TABLE _changed_{id_} AS {net}")
            self.made.add(id_)
        names = ", ".join(quoted(column.name) for column in record.object.columns)
        rows = f"SELECT {names} FROM temp._changed_{id_} WHERE \"METADATA$ACTION\" = '{_ACTIONS[version]}'"
        return exp.maybe_parse(f"({rows})", dialect=DUCKDB)

    def gathered(self, queries: list[exp.Expression]) -> str | None:
        if not queries:
            return None
        self.keys += 1
        table = f"_keys_{self.keys}"
        rows = " UNION ALL ".join(f"({duckdb_sql(query)})" for query in queries)
        self.change.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT * FROM ({rows})")
        return table if self.change.run(f"SELECT count(*) FROM temp.{table}").fetchone()[0] else None
