"""A stream in FROM: its columns, its rows, and why it may not be read any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.errors import compilation, missing
from snowpact.local.governance.policies import protected
from snowpact.local.governance.tag_masking import masks
from snowpact.local.objects import Record, State
from snowpact.local.streams import content, view_changes
from snowpact.local.streams.offsets import Window, window
from snowpact.local.streams.tracked import Tracked
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature

if TYPE_CHECKING:
    from snowpact.local.scope import Scope
    from snowpact.local.session import Session

VIEWS = (Kind.VIEW,)


def source_of(state: State, stream: Record) -> Record:
    """What a stream stands on, found by its identity: a rename is followed, a like of the same name is not it.

    Raises once it, or a table that its view reads, was dropped or replaced.
    """
    fault = fault_of(state, stream)
    if fault is not None:
        raise fault
    return state.by_id[stream.extra["source"]]


def fault_of(state: State, stream: Record) -> StatementError | None:
    """Why a stream can't be read; None where it can (https://docs.snowflake.com/en/user-guide/streams-intro#data-retention-period-and-staleness).

    Text and number [M]: no page of Snowflake's tells them.
    """
    for id_ in _stands_on(stream):
        record = state.by_id.get(id_)
        if record is None or record.dropped_on is not None:
            name = record.name if record else stream.object.property("source")
            text = f"Base table '{name}' dropped, cannot read from stream '{stream.name}'."
            if is_stale(state, stream):
                text = f"Stream '{stream.name}' is stale: '{name}' was replaced. Recreate the stream with CREATE OR REPLACE STREAM."
            return compilation(text, 2151, "02000")
    return None


def _stands_on(stream: Record) -> list[int]:
    """The ids of its source, of the tables that it follows, and of the views between them."""
    return list(dict.fromkeys((stream.extra["source"], *stream.extra.get("views", ()), *stream.extra["tables"])))


def is_stale(state: State, stream: Record) -> bool:
    """Whether its source was replaced, by CREATE OR REPLACE: at that moment another object came to be under the name."""
    for id_ in _stands_on(stream):
        record = state.by_id.get(id_)
        if record is not None and record.dropped_on is not None:
            born = (other for other in state.by_id.values() if other.created_on == record.dropped_on)
            if any(other.object.kind.domain == record.object.kind.domain for other in born):
                return True
    return False


def columns_of(session: Session, stream: Record) -> CatalogObject:
    """A stream as what has columns: those its source has now, and three of its own."""
    source = source_of(session.engine.state, stream)
    columns = [replace(column, nullable=True, default=None, identity=None) for column in source.object.columns]
    return replace(stream.object, columns=(*columns, *content.METADATA))


def relation(scope: Scope, table: exp.Table) -> exp.Expression:
    """What stands in FROM for a stream's name. Raises 002003 where there is no such stream; reading one takes SELECT on it and on its
    source (https://docs.snowflake.com/en/user-guide/streams-intro#required-access-privileges)."""
    name = scope.name_of(table)
    stream = scope.session.find(Kind.STREAM, name)
    if stream is None:
        raise missing(name)
    scope.require(stream, "SELECT")
    if scope.depth:
        raise UnsupportedFeature("a view or dynamic table over a stream")
    source = source_of(scope.session.engine.state, stream)
    scope.require(source, "SELECT")
    rows = _rows(scope.session, stream, window(scope.session, stream))
    state = scope.session.engine.state
    if source.object.kind in VIEWS and any(_is_protected(state, state.by_id[id_]) for id_ in stream.extra["tables"]):
        raise UnsupportedFeature("a stream on a view over a table with policies")
    return protected(scope, source, rows, [column.name for column in content.METADATA])


def _is_protected(state: State, table: Record) -> bool:
    return bool(masks(state, table) or table.extra.get("row_access"))


def has_data(scope: Scope, name: str) -> exp.Expression:
    """SYSTEM$STREAM_HAS_DATA as a condition. It is no reading that moves the stream
    (https://docs.snowflake.com/en/sql-reference/functions/system_stream_has_data)."""
    session = scope.session
    stream = session.require(Kind.STREAM, session.name(name))
    scope.require(stream, "SELECT")
    rows = _rows(session, stream, window(session, stream, reads=False))
    return exp.Exists(this=exp.select("1").from_(rows))


def _rows(session: Session, stream: Record, seen: Window) -> exp.Expression:
    """What the stream shows, as a DuckDB subquery."""
    source = source_of(session.engine.state, stream)
    append_only = stream.object.property("mode") == "APPEND_ONLY"
    if source.object.kind in VIEWS:
        return view_changes.changes(session, source, _tracked(session, stream, source), seen, append_only)
    if seen.initial:
        text = content.initial(source, seen.after)
    else:
        text = (content.additions if append_only else content.net_changes)(source, seen.after, seen.until)
    return exp.maybe_parse(f"({text})", dialect="duckdb")


def _tracked(session: Session, stream: Record, view: Record) -> Tracked:
    """The view's query as it is; raises where it reads other tables or views than those that the stream has followed."""
    tracked = Tracked(session, view)
    followed, read = {*_stands_on(stream)}, {view.id, *tracked.views, *(table.id for table in tracked.tables)}
    if followed != read:
        text = f"Stream '{stream.name}' is stale: the view '{view.name}' reads other tables or views than it did."  # text [M]
        raise compilation(text, 2151, "02000")
    return tracked
