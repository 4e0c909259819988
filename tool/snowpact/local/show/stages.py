"""SHOW STAGES, SHOW FILE FORMATS, and DESCRIBE of both.

https://docs.snowflake.com/en/sql-reference/sql/show-stages, show-file-formats, desc-stage, desc-file-format
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import missing
from snowpact.local.information_schema.fields import TEXT
from snowpact.local.objects import Record
from snowpact.local.show.listing import (
    COMMENT,
    CREATED,
    DATABASE,
    NAME,
    OWNER,
    ROLE_TYPE,
    SCHEMA,
    Item,
    Listing,
    constant,
    letter,
    objects,
    prop,
    text,
)
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import Classified
from snowpact.sql.file_formats import DEFAULTS

if TYPE_CHECKING:
    from snowpact.local.session import Session


def stage_type(record: Record) -> str:
    """The spelling of a temporary stage's is [M]."""
    return ("EXTERNAL" if record.object.property("url") else "INTERNAL") + (" TEMPORARY" if record.temporary else "")


def format_type(record: Record) -> str:
    return record.extra["format"]["type"]


def _options(item: Item) -> str:
    format_ = FileFormat.load(item.record.extra["format"])
    return json.dumps({"TYPE": format_.type, **{key: _plain(format_[key]) for key in DEFAULTS[format_.type]}}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else "NONE" if value is None else value


LISTINGS: dict[Kind | str, Listing] = {
    Kind.STAGE: Listing(
        objects(Kind.STAGE),
        (
            CREATED, NAME, DATABASE, SCHEMA, prop("url", "url", ""),
            letter("has_credentials", lambda item: item.record.object.property("credentials")),
            letter("has_encryption_key", lambda item: item.record.object.property("encryption")),
            OWNER, COMMENT, constant("region", None), text("type", lambda item: stage_type(item.record)), constant("cloud", None),
            constant("notification_channel", None), prop("storage_integration", "storage_integration"), prop("endpoint", "endpoint"),
            ROLE_TYPE, letter("directory_enabled", lambda item: item.record.object.property("directory")),
        ),
    ),
    Kind.FILE_FORMAT: Listing(
        objects(Kind.FILE_FORMAT),
        (
            CREATED, NAME, DATABASE, SCHEMA, text("type", lambda item: format_type(item.record)), OWNER, COMMENT,
            text("format_options", _options), ROLE_TYPE,
        ),
    ),
}  # fmt: skip

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]
_HEAD: list[tuple[str, SnowflakeType]] = [(name, TEXT) for name in ("property", "property_type", "property_value", "property_default")]


def _found(statement: Classified, session: Session, kind: Kind, label: str) -> Record:
    name = session.name(statement.name)
    record = session.find(kind, name)
    if record is None:
        raise missing(name, label)
    return record


def describe_format(statement: Classified, session: Session) -> Answer:
    return _HEAD, _properties(FileFormat.load(_found(statement, session, Kind.FILE_FORMAT, "File format").extra["format"]))


def describe_stage(statement: Classified, session: Session) -> Answer:
    """The stage's file format, location and directory."""
    record = _found(statement, session, Kind.STAGE, "Stage")
    kept = record.extra.get("format")
    rows = [("STAGE_FILE_FORMAT", *row) for row in _properties(FileFormat.load(kept) if kept else FileFormat())]
    rows.append(("STAGE_LOCATION", "URL", "String", json.dumps([record.object.property("url", "")]), ""))
    rows.append(("DIRECTORY", "ENABLE", "Boolean", _shown(bool(record.object.property("directory"))), "false"))
    return [("parent_property", TEXT), *_HEAD], rows


def _properties(format_: FileFormat) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [("TYPE", "String", format_.type, "CSV")]
    for key, default in DEFAULTS[format_.type].items():
        type_ = {bool: "Boolean", int: "Integer", tuple: "List"}.get(type(default), "String")
        rows.append((key, type_, _shown(format_[key]), _shown(default)))
    return rows


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_escaped(item) for item in value) + "]"
    return "NONE" if value is None else _escaped(str(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
