"""Stages and file formats: CREATE, ALTER, DROP.

https://docs.snowflake.com/en/sql-reference/sql/create-stage, https://docs.snowflake.com/en/sql-reference/sql/create-file-format.

An external stage can be made, shown and dropped; its files are nowhere that the engine looks, so reading them is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from snowpact.local.containers import rename
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.existing import existing
from snowpact.local.handlers.drop import drop
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages.directory import refreshed
from snowpact.local.stages.files import forget
from snowpact.local.stages.formats import FileFormat, format_of, named
from snowpact.local.stages.location import folder_of
from snowpact.local.stages.transfers import read_known
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_comment, read_tags
from snowpact.sql.statements.options import Option, read_option, read_options

DONE = message("Statement executed successfully.")
_LABEL = {Kind.STAGE: "Stage", Kind.FILE_FORMAT: "File format"}


@handles("CREATE", Kind.STAGE)
def create_stage(session: Session, statement: Classified) -> EngineResult:
    temporary = "temporary" in statement.modifiers
    name = session.name(statement.name)
    found = existing(session, Kind.STAGE, name, statement.modifiers, temporary)
    item, extra = _stage(session, statement.cursor(), CatalogObject(Kind.STAGE, name), {})
    with ddl(session) as change:
        if found:
            change.drop(found)
            change.after_commit(lambda: forget(folder_of(session, found)))
        change.create(item, extra=extra, temporary=temporary)
    return message(f"Stage area {name.name} successfully created.")


def _stage(session: Session, cursor: Cursor, item: CatalogObject, extra: dict[str, Any]) -> tuple[CatalogObject, dict[str, Any]]:
    """A stage with the options that follow."""
    while not cursor.done:
        if (comment := read_comment(cursor)) is not None:
            item = replace(item, comment=comment)
        elif read_tags(cursor):
            raise UnsupportedFeature("tags on a stage")
        elif cursor.accept("CLONE"):
            raise UnsupportedFeature("CREATE STAGE … CLONE")
        elif cursor.accept("FILE_FORMAT"):
            cursor.expect("=")
            extra = {**extra, "format": _given_format(session, cursor).dump()}
        elif cursor.accept("DIRECTORY"):
            cursor.expect("=")
            item = item.with_properties(directory=True if read_options(cursor).get("ENABLE") is True else None)
        elif word := cursor.accept("ENCRYPTION", "CREDENTIALS", "COPY_OPTIONS"):
            cursor.expect("=")
            if word == "COPY_OPTIONS":
                raise UnsupportedFeature("COPY_OPTIONS of a stage")
            options = read_options(cursor)
            item = item.with_properties(**{word.lower(): str(options.get("TYPE", "given"))})
        elif cursor.peek() in _STAGE_OPTIONS:
            key, value = read_option(cursor)
            item = item.with_properties(**{key.lower(): str(value)})
        else:
            cursor.fail(f"a stage has no such option: {cursor.peek()}")
        cursor.accept(",")
    return item, extra


_STAGE_OPTIONS = {"URL", "STORAGE_INTEGRATION", "ENDPOINT", "USE_PRIVATELINK_ENDPOINT", "AWS_ACCESS_POINT_ARN"}


def _given_format(session: Session, cursor: Cursor) -> FileFormat:
    """``(TYPE = … | FORMAT_NAME = …)`` or the bare name of a format."""
    if cursor.peek() == "(":
        return format_of(session, read_options(cursor))
    return named(session, cursor.string() if cursor.kind == "string" else cursor.name())


@handles("CREATE", Kind.FILE_FORMAT)
def create_file_format(session: Session, statement: Classified) -> EngineResult:
    temporary = "temporary" in statement.modifiers
    name = session.name(statement.name)
    found = existing(session, Kind.FILE_FORMAT, name, statement.modifiers, temporary)
    base = FileFormat.load(found.extra["format"]) if found and "or_alter" in statement.modifiers else None
    item, format_ = _format(session, statement.cursor(), CatalogObject(Kind.FILE_FORMAT, name), base)
    with ddl(session) as change:
        if found and base is not None:
            change.alter(found, item, extra={**found.extra, "format": format_.dump()})
            return message(f"File format {name.name} successfully altered.")
        if found:
            change.drop(found)
        change.create(item, extra={"format": format_.dump()}, temporary=temporary)
    return message(f"File format {name.name} successfully created.")


def _format(session: Session, cursor: Cursor, item: CatalogObject, base: FileFormat | None) -> tuple[CatalogObject, FileFormat]:
    options: dict[str, Option] = {}
    while not cursor.done:
        if (comment := read_comment(cursor)) is not None:
            item = replace(item, comment=comment)
        else:
            key, value = read_option(cursor)
            options[key] = value
        cursor.accept(",")
    return item, format_of(session, options, base)


@handles("ALTER", Kind.STAGE, Kind.FILE_FORMAT)
def alter(session: Session, statement: Classified) -> EngineResult:
    kind = Kind(statement.kind)
    name = session.name(statement.name)
    record = session.find(kind, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, _LABEL[kind])
    cursor = statement.cursor()
    if kind is Kind.STAGE and cursor.accept("REFRESH"):
        return _refresh(session, record, cursor)
    with ddl(session) as change:
        if cursor.accept("RENAME TO"):
            to = session.name(cursor.name())
            if session.find(kind, to):
                raise exists(to, _LABEL[kind])
            rename(change, record, to)
            cursor.finish()
        else:
            item, extra = _altered(session, cursor, record)
            change.alter(record, item, extra=extra)
    return DONE


def _refresh(session: Session, record: Record, cursor: Cursor) -> EngineResult:
    below = read_known(cursor, {"SUBPATH"}).get("SUBPATH", "")
    files, changes = refreshed(session, record, str(below))
    with ddl(session) as change:
        change.alter(record, extra={**record.extra, "files": files})
    return EngineResult(tuple(ColumnMeta(name, varchar()) for name in ("file", "status", "description")), changes, len(changes))


def _altered(session: Session, cursor: Cursor, record: Record) -> tuple[CatalogObject, dict[str, Any]]:
    kind, item = record.object.kind, record.object
    if cursor.accept("UNSET"):
        cursor.expect("COMMENT")
        cursor.finish()
        return replace(item, comment=None), dict(record.extra)
    if not cursor.accept("SET"):
        raise UnsupportedFeature(f"ALTER {kind.value} … {cursor.peek()}")
    if kind is Kind.FILE_FORMAT:
        base = FileFormat.load(record.extra["format"])
        item, format_ = _format(session, cursor, item, base)
        if format_.type != base.type:
            raise compilation("The type of a file format can't be changed.", 1003, "42000")  # text and number [M]
        return item, {**record.extra, "format": format_.dump()}
    return _stage(session, cursor, item, dict(record.extra))


@handles("DROP", Kind.STAGE, Kind.FILE_FORMAT)
def drop_stage(session: Session, statement: Classified) -> EngineResult:
    """A stage's files go with it (https://docs.snowflake.com/en/sql-reference/sql/drop-stage)."""
    record = session.find(Kind(statement.kind), session.name(statement.name))
    result = drop(session, statement)
    if record is not None and record.object.kind is Kind.STAGE:
        forget(folder_of(session, record))
    return result
