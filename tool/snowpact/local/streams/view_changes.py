"""The changes of a view: its rows at the offset beside its rows now, those of them that are made of rows that were touched.

A view's row whose tables' rows nobody touched is the same at both moments. One of the same id at both moments was updated. A row is named
by the rows that it is made of, so its METADATA$ROW_ID stays as long as they live.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.encoding import quoted
from snowpact.local.objects import Record
from snowpact.local.relation import translate
from snowpact.local.scope import Scope
from snowpact.local.streams import content
from snowpact.local.streams.tracked import ID, LEAF, TOUCHED, Tracked
from snowpact.local.views import expand
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import BOOLEAN, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session
    from snowpact.local.streams.offsets import Window


@dataclass(frozen=True)
class LeafScope(Scope):
    """Names of tables mean ``leaves`` by number; ``rows`` has the DuckDB query of each: its columns, ``_rid`` and ``_touched``."""

    leaves: tuple[Record, ...] = ()
    rows: tuple[str, ...] = ()

    def resolve(self, table: exp.Table) -> exp.Expression:
        mark, index = _leaf(table.name)
        record = self.leaves[index]
        hidden = [f"CAST(_rid AS VARCHAR) AS {quoted(ID + mark)}", f"_touched AS {quoted(TOUCHED + mark)}"]
        pairs = zip(record.physical, record.object.columns, strict=True)
        columns = [f"{physical} AS {quoted(column.name)}" for physical, column in pairs]
        return exp.maybe_parse(f"(SELECT {', '.join(hidden + columns)} FROM ({self.rows[index]}))", dialect="duckdb")

    def lookup(self, name: Name) -> CatalogObject | None:
        if not name.name.startswith(LEAF):
            return super().lookup(name)
        mark, index = _leaf(name.name)
        hidden = Column(ID + mark, varchar()), Column(TOUCHED + mark, BOOLEAN)
        return CatalogObject(Kind.TABLE, Name.of("D", "S", name.name), (*hidden, *self.leaves[index].object.columns))


def _leaf(name: str) -> tuple[str, int]:
    mark, _, index = name.removeprefix(LEAF).partition("-")
    return mark, int(index)


def changes(session: Session, view: Record, tracked: Tracked, seen: Window, append_only: bool) -> exp.Expression:
    """What a stream on a view shows, as a DuckDB subquery."""
    expand(session.scope, view)  # raises where the view itself can't be read any more
    window = (seen.after, seen.until)
    if seen.initial:
        return _placed(view, _single("_new"), {"_new": _rows(session, tracked, lambda table: _whole(table, window, seen.after))})
    if append_only:
        if tracked.joins:
            raise UnsupportedFeature("append-only streams on views with joins")
        return _placed(view, _single("_new"), {"_new": _rows(session, tracked, lambda table: _touched(content.added(table, *window)))})
    sides = {"_old": _rows(session, tracked, _old(tracked, window)), "_new": _rows(session, tracked, _new(tracked, window))}
    pair = (("old", "new", "DELETE"), ("new", "old", "INSERT"))
    parts = [f"SELECT {{columns}}, '{action}', id IN (SELECT id FROM {other}), {{row}} FROM {side}" for side, other, action in pair]
    touched = "SELECT * FROM {side} WHERE touched"
    ctes = ", ".join(f"{side} AS MATERIALIZED ({touched.format(side='_' + side)})" for side in ("old", "new"))
    return _placed(view, f"WITH {ctes} {' UNION ALL '.join(parts)}", sides)


def _single(side: str) -> str:
    return f"SELECT {{columns}}, 'INSERT', FALSE, {{row}} FROM {side}"


def _rows(session: Session, tracked: Tracked, rows: Callable[[Record], str]) -> exp.Expression:
    """The rewritten query, translated, with the rows that the function gives in the place of each table."""
    scope = LeafScope(session, session.database, session.schema, 0, tuple(tracked.leaves), tuple(map(rows, tracked.leaves)))
    return translate(tracked.query, scope)[0]


def _old(tracked: Tracked, window: tuple[int, int]) -> Callable[[Record], str]:
    """The tables at the start of the window. Where every row of the view is made of one row, the touched ones will do."""
    if tracked.joins:
        return lambda table: _whole(table, window, window[0])
    return lambda table: _touched(content.before(table, *window))


def _new(tracked: Tracked, window: tuple[int, int]) -> Callable[[Record], str]:
    """The same at its end."""
    if tracked.joins:
        return lambda table: _whole(table, window, window[1])
    return lambda table: _touched(content.afterwards(table, *window))


def _whole(table: Record, window: tuple[int, int], at: int) -> str:
    return f"SELECT *, _rid IN (SELECT _rid FROM {content.logged(table, *window)}) AS _touched FROM ({content.rows_at(table, at)})"


def _touched(rows: str) -> str:
    return f"SELECT *, TRUE AS _touched FROM ({rows})"


def _placed(view: Record, text: str, sides: Mapping[str, exp.Expression]) -> exp.Expression:
    """The query ``text`` with the translated queries in the place of their names, under the stream's column names."""
    columns = [f"x{index}" for index in range(len(view.object.columns))]
    row = f"sha1('{view.id}:' || id)"
    names = [quoted(column.name) for column in (*view.object.columns, *content.METADATA)]
    inner = text.format(columns=", ".join(columns), row=row)
    tree = exp.maybe_parse(f"(SELECT * FROM ({inner}) AS c({', '.join(names)}))", dialect="duckdb")
    for table in list(tree.find_all(exp.Table)):
        if table.name in sides:
            listed = [exp.to_identifier(name) for name in ("id", "touched", *columns)]
            alias = exp.TableAlias(this=exp.to_identifier(table.name), columns=listed)
            table.replace(exp.Subquery(this=sides[table.name].copy(), alias=alias))
    return tree
