"""CREATE, ALTER and DROP PIPE (https://docs.snowflake.com/en/sql-reference/sql/create-pipe, alter-pipe, drop-pipe)."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.ddl import ddl
from snowpact.local.errors import missing
from snowpact.local.existing import existing
from snowpact.local.handlers.drop import drop
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages import pipes
from snowpact.local.stages.location import named_stage
from snowpact.local.stages.transfers import read_known
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_comment
from snowpact.sql.statements.pipe import parse_create_pipe

DONE = message("Statement executed successfully.")


@handles("CREATE", Kind.PIPE)
def create_pipe(session: Session, statement: Classified) -> EngineResult:
    """The table and the stage must be there; unqualified names mean the pipe's own schema. A new pipe knows of no loads."""
    parsed = parse_create_pipe(statement.text)
    unknown = dict(parsed.settings).keys() - pipes.SETTINGS
    if unknown or "or_alter" in parsed.modifiers:
        raise UnsupportedFeature(f"CREATE PIPE … {min(unknown).upper()}" if unknown else "CREATE OR ALTER PIPE")
    name = session.name(parsed.name)
    found = existing(session, Kind.PIPE, name, parsed.modifiers)
    copy = pipes.checked(session, parsed.definition)
    inside = session.engine.connect(*name.parts[:2], session.role)
    try:
        target = pipes.table_of(inside, copy)
        named_stage(inside, pipes.stage_of(inside, copy))
    finally:
        inside.close()
    pattern = copy.options.get("PATTERN")
    settings = {key: value.upper() if key == "auto_ingest" else value for key, value in parsed.settings}
    kept = properties(**settings, target=target.name, pattern=str(pattern) if pattern else None)
    item = CatalogObject(Kind.PIPE, name, definition=parsed.definition, comment=parsed.comment, properties=kept)
    with ddl(session) as change:
        if found:
            change.drop(found)
        change.create(item)
    return message(f"Pipe {name.name} successfully created.")


@handles("ALTER", Kind.PIPE)
def alter_pipe(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name)
    record = session.find(Kind.PIPE, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, "Pipe")
    cursor = statement.cursor()
    session.commit()
    if cursor.accept("REFRESH"):
        return _refresh(session, record, cursor)
    item = _unset(record.object, cursor) if cursor.accept("UNSET") else _set(record.object, cursor)
    extra = dict(record.extra)
    if not item.property(pipes.PAUSED) and record.object.property(pipes.PAUSED):
        pipes.resume(session, record)
        extra.pop("pending", None)
    with ddl(session) as change:
        change.alter(record, item, extra=extra)
    return DONE


def _refresh(session: Session, record: Record, cursor: Cursor) -> EngineResult:
    sent, pending = pipes.send(session, record, read_known(cursor, {"PREFIX", "MODIFIED_AFTER"}))
    if pending != record.extra.get("pending", []):
        with ddl(session) as change:
            change.alter(record, extra={**record.extra, "pending": pending})
    return EngineResult((ColumnMeta("File", varchar()), ColumnMeta("Status", varchar())), [(file, "SENT") for file in sent], len(sent))


def _set(item: CatalogObject, cursor: Cursor) -> CatalogObject:
    cursor.expect("SET")
    while not cursor.done:
        if (comment := read_comment(cursor)) is not None:
            item = replace(item, comment=comment)
        elif cursor.accept("PIPE_EXECUTION_PAUSED"):
            cursor.expect("=")
            item = item.with_properties(**{pipes.PAUSED: True if cursor.expect("TRUE", "FALSE") == "TRUE" else None})
        else:
            raise UnsupportedFeature(f"ALTER PIPE … SET {cursor.peek()}")
        cursor.accept(",")
    return item


def _unset(item: CatalogObject, cursor: Cursor) -> CatalogObject:
    while not cursor.done:
        key = cursor.take().word
        if key not in {"COMMENT", "PIPE_EXECUTION_PAUSED"}:
            raise UnsupportedFeature(f"ALTER PIPE … UNSET {key}")
        item = replace(item, comment=None) if key == "COMMENT" else item.with_properties(**{pipes.PAUSED: None})
        cursor.accept(",")
    return item


@handles("DROP", Kind.PIPE)
def drop_pipe(session: Session, statement: Classified) -> EngineResult:
    return drop(session, statement)
