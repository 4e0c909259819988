"""CREATE, ALTER and DROP STREAM (https://docs.snowflake.com/en/sql-reference/sql/create-stream)."""

from __future__ import annotations

import re
from dataclasses import replace

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import exists, missing
from snowpact.local.existing import existing
from snowpact.local.governance import access
from snowpact.local.handlers.alter import set_options
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.streams import offsets
from snowpact.local.streams.log import is_tracked, track
from snowpact.local.streams.reading import VIEWS, source_of
from snowpact.local.streams.tracked import Tracked
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.stream import CreateStream, parse_create_stream

SOURCES = {"TABLE": (Kind.TABLE,), "VIEW": VIEWS, "DYNAMIC TABLE": (Kind.DYNAMIC_TABLE,)}
DONE = message("Statement executed successfully.")
_AT_STREAM = re.compile(r"AT\s*\(\s*STREAM\s*=>\s*'([^']+)'\s*\)", re.IGNORECASE)


@handles("CREATE", Kind.STREAM)
def create_stream(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_stream(statement.text)
    _refuse(parsed)
    name = session.name(parsed.name)
    found = existing(session, Kind.STREAM, name, parsed.modifiers)
    if session.find(Kind.TABLE, name):  # FROM could not tell them apart
        raise exists(name)
    model = _model(session, parsed)
    if parsed.clone is not None and model is not None:
        item = replace(model.object, name=name, comment=parsed.comment or model.object.comment)
        source = source_of(session.engine.state, model)
    else:
        source = _source(session, parsed)
        item = _object(parsed, CatalogObject(Kind.STREAM, name), source)
    if model is not None and model.extra["source"] != source.id:
        raise UnsupportedFeature("AT (STREAM => …) of a stream on another source")
    _may_follow(session, source)
    with ddl(session) as change:
        if found and parsed.copy_grants:
            change.keep_grants(found)
        _make(change, item, source, model)
        if found:  # after: the new one may start from its offset
            _drop(change, found)
    return message(f"Stream {name.name} successfully created.")


def _refuse(parsed: CreateStream) -> None:
    for what, present in (
        ("CREATE OR ALTER STREAM", "or_alter" in parsed.modifiers),
        ("streams with INSERT_ONLY", parsed.mode == "INSERT_ONLY"),
        (f"streams on {parsed.source_kind}", parsed.clone is None and parsed.source_kind not in SOURCES),
        ("CREATE STREAM … AT | BEFORE", parsed.at and not _AT_STREAM.fullmatch(parsed.at)),
        ("CREATE STREAM … TAG", parsed.tags),
    ):
        if present:
            raise UnsupportedFeature(what)


def _model(session: Session, parsed: CreateStream) -> Record | None:
    """The stream whose offset the new one starts from: ``CLONE s`` or ``AT (STREAM => 's')``."""
    at = _AT_STREAM.fullmatch(parsed.at) if parsed.at else None
    text = parsed.clone or (at[1] if at else None)
    return session.require(Kind.STREAM, session.name(text)) if text else None


def _source(session: Session, parsed: CreateStream) -> Record:
    name = session.name(parsed.source)
    source = session.find(Kind.TABLE, name)
    if source is None or source.object.kind not in SOURCES[parsed.source_kind]:
        raise missing(name, parsed.source_kind.title())
    access.require(session, source, "SELECT")
    if source.temporary:
        raise UnsupportedFeature("streams on temporary tables and views")
    return source


def _may_follow(session: Session, source: Record) -> None:
    """The first stream on a table or view is for its owner to make, unless change tracking was enabled
    (https://docs.snowflake.com/en/sql-reference/sql/create-stream#access-control-requirements); the text is [M]."""
    if not is_tracked(source) and source.object.kind is not Kind.DYNAMIC_TABLE and not access.owns(access.active(session), source):
        raise access.refused(f"Insufficient privileges to operate on stream source without CHANGE_TRACKING enabled '{source.name.name}'.")


def _object(parsed: CreateStream, item: CatalogObject, source: Record) -> CatalogObject:
    kept = properties(
        source=source.name, source_kind=parsed.source_kind, mode=parsed.mode, show_initial_rows=parsed.show_initial_rows or None
    )
    return replace(item, comment=parsed.comment, properties=kept)


def _make(change: Ddl, item: CatalogObject, source: Record, model: Record | None) -> Record:
    if source.object.kind not in VIEWS:
        return offsets.begin(change, item, source, [source], model=model)
    tracked = Tracked(change.session, source)
    track(change, source)
    return offsets.begin(change, item, source, tracked.tables, tracked.views, model)


@handles("DROP", Kind.STREAM)
def drop_stream(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name)
    record = session.find(Kind.STREAM, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return message("Drop statement executed successfully.")
        raise missing(name, "Stream")
    statement.cursor().finish()
    with ddl(session) as change:
        _drop(change, record)
    return message(f"{name.name} successfully dropped.")


def _drop(change: Ddl, stream: Record) -> None:
    """A stream that was dropped can't come back; a log that was its alone goes with it, when the statement ends."""
    change.run("DELETE FROM _snow.offsets WHERE stream = ?", [stream.id])
    change.drop(stream)


@handles("ALTER", Kind.STREAM)
def alter_stream(session: Session, statement: Classified) -> EngineResult:
    """SET COMMENT and UNSET COMMENT; nothing else of a stream can be changed
    (https://docs.snowflake.com/en/sql-reference/sql/alter-stream)."""
    name = session.name(statement.name)
    record = session.find(Kind.STREAM, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, "Stream")
    with ddl(session) as change:
        cursor = statement.cursor()
        change.alter(record, set_options(record.object, cursor, frozenset()))
        cursor.finish()
    return DONE
