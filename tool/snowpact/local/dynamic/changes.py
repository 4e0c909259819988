"""What a dynamic table's sources have gone through since its last refresh: it follows their change logs as a stream does (local/streams).

Its offset is a row of ``_snow.offsets`` under its own id and moves in the refresh's transaction. A table that is dropped follows nothing;
brought back, it is refreshed in full and follows anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
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


def digest(session: Session, sql: str) -> str:
    """What tells whether a query still means what it meant: another text may read other tables, columns or settings; casts
    go by the time zone."""
    return hashlib.sha256(f"{session.parameters.zone} {sql}".encode()).hexdigest()


def follow(change: Ddl, record: Record, ids: Sequence[int], sql: str) -> Record:
    """From now on the table follows those with these ids; none: it follows nothing."""
    for id_ in ids:
        log.start(change, change.records.get(id_) or change.session.engine.state.by_id[id_])
    change.run("DELETE FROM _snow.offsets WHERE stream = ?", [record.id])
    if ids:
        change.run("INSERT INTO _snow.offsets SELECT ?, seq, FALSE, ? FROM _snow.clock", [record.id, change.now])
    return record.with_extra(tables=list(ids) or None, query=digest(change.session, sql) if ids else None)


def since_last(change: Ddl, record: Record) -> Span:
    """What the tables that a table follows have gone through since its last refresh."""
    ids = record.extra["tables"]
    own = f"(SELECT seq FROM _snow.offsets WHERE stream = {record.id})"
    images = [f"(SELECT [min(_seq), max(_seq), min(_image)] FROM {log.table(id_)} WHERE _seq > {own})" for id_ in ids]
    after, until, *found = change.run(f"SELECT {', '.join([own, '(SELECT seq FROM _snow.clock)', *images])}").fetchone()
    return Span(change, record, after, until, {id_: seen for id_, seen in zip(ids, found, strict=True) if seen[0] is not None})


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


def is_real(session: Session, query: exp.Expression) -> bool:
    """Whether a column of the query is a FLOAT, for DuckDB."""
    rows = session.duck.execute(f"DESCRIBE {duckdb_sql(query)}").fetchall()
    return any(row[1] in ("DOUBLE", "FLOAT") for row in rows)


_IMAGE = {PLUS: "<>", MINUS: "="}


class Span:
    """The changes with a number in (after, until] of the tables in ``images``, which have some: the least and the greatest number of each,
    and its least image."""

    def __init__(self, change: Ddl, record: Record, after: int, until: int, images: Mapping[int, Sequence[int]]):
        self.change, self.record = change, record
        self.after, self.until = after, until
        self.images = images
        self.state = change.session.engine.state
        self.made: set[int] = set()
        self.keys = 0

    def changes(self) -> Changes:
        grown = frozenset(id_ for id_, (*_, image) in self.images.items() if image == log.ADDED)
        real = partial(is_real, self.change.session)
        return Changes(self.state, frozenset(self.images), self.relation, self.gathered, real, grown)

    def move(self) -> None:
        """The table has taken all of it in."""
        moved = "UPDATE _snow.offsets SET seq = ?, moved_on = ? WHERE stream = ?"
        self.change.run(moved, [self.until, self.change.now, self.record.id])
        for id_ in self.images:
            log.trim(self.change.run, self.state, id_, held(self.change.session))

    def relation(self, id_: int, version: str) -> exp.Expression:
        record = self.state.by_id[id_]
        columns = ", ".join(
            f"{physical} AS {quoted(column.name)}" for physical, column in zip(record.physical, record.object.columns, strict=True)
        )
        if version == OLD:
            rows = f"SELECT {columns} FROM ({content.rows_at(record, self.after)})"
        elif self._is_plain(id_):
            rows = f"SELECT {columns} FROM {content.logged(record, self.after, self.until)} WHERE _image {_IMAGE[version]} {log.OLD}"
        else:
            if id_ not in self.made:
                net = f"SELECT {columns}, _image FROM ({content.net_images(record, self.after, self.until)})"
                self.change.run(f"CREATE OR REPLACE TEMP TABLE _changed_{id_} AS {net}")
                self.made.add(id_)
            rows = f"SELECT * EXCLUDE _image FROM temp._changed_{id_} WHERE _image {_IMAGE[version]} {log.OLD}"
        return exp.maybe_parse(f"({rows})", dialect=DUCKDB)

    def _is_plain(self, id_: int) -> bool:
        """Whether no row has two old images or two new ones: one statement changed the table, or all that did only added rows."""
        first, last, image = self.images[id_]
        return first == last or image == log.ADDED

    def gathered(self, queries: list[exp.Expression]) -> str | None:
        if not queries:
            return None
        self.keys += 1
        table = f"_keys_{self.keys}"
        rows = " UNION ALL ".join(f"({duckdb_sql(query)})" for query in queries)
        made = self.change.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT DISTINCT * FROM ({rows})").fetchone()[0]
        return table if made else None
