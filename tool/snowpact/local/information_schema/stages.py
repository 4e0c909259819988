"""STAGES, FILE_FORMATS, PIPES, LOAD_HISTORY.

https://docs.snowflake.com/en/sql-reference/info-schema/stages, file_formats, pipes, load_history
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import (
    COMMENT,
    NUMBER,
    TEXT,
    TIME,
    Field,
    View,
    absent,
    constant,
    flag,
    owner,
    placed,
    text,
    times,
)
from snowpact.local.objects import Record
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import Kind


def stages(facts: Facts, database: str) -> list[Record]:
    return of_kind(facts, {Kind.STAGE}, database)


def _formats(facts: Facts, database: str) -> list[Record]:
    return of_kind(facts, {Kind.FILE_FORMAT}, database)


def _pipes(facts: Facts, database: str) -> list[Record]:
    return of_kind(facts, {Kind.PIPE}, database)


def _option(name: str) -> Field:
    """An option of the format, where its type has it."""

    def value(record: Record) -> str | None:
        format_ = FileFormat.load(record.extra["format"])
        try:
            found = format_[name]
        except KeyError:
            return None
        if isinstance(found, tuple):
            return f"[{', '.join(found)}]"
        return str(found).lower() if isinstance(found, bool) else None if found is None else str(found)

    return text(name, value)


_PIPE = 16
"""Where a row of ``stages/loads.py`` has its pipe: LOAD_HISTORY shows what COPY INTO loaded, and nothing else."""


@dataclass(frozen=True)
class Loaded:
    """A file that was loaded into a table."""

    record: Record
    row: tuple[Any, ...]


def loaded(facts: Facts, database: str) -> list[Loaded]:
    by_id = {record.id: record for record in of_kind(facts, {Kind.TABLE}, database)}
    return [Loaded(by_id[row[0]], row) for row in facts.file_loads() if row[0] in by_id and row[_PIPE] is None]


def of_load(name: str, at: int, numeric: bool = False) -> Field:
    return Field(name, NUMBER if numeric else TEXT, lambda item: item.row[at])


VIEWS = {
    "STAGES": View(
        stages,
        (
            *placed("STAGE"),
            text("STAGE_URL", lambda record: record.object.property("url")),
            constant("STAGE_REGION", None),
            text("STAGE_TYPE", lambda record: "External Named" if record.object.property("url") else "Internal Named"),
            owner("STAGE_OWNER"),
            COMMENT,
            *times(),
            *absent("ENDPOINT"),
            text("STORAGE_INTEGRATION", lambda record: record.object.property("storage_integration")),
            text("DIRECTORY_ENABLED", lambda record: "Y" if record.object.property("directory") else "N"),
        ),
    ),
    "FILE_FORMATS": View(
        _formats,
        (
            *placed("FILE_FORMAT"),
            owner("FILE_FORMAT_OWNER"),
            text("FILE_FORMAT_TYPE", lambda record: record.extra["format"]["type"]),
            *(
                _option(name)
                for name in (
                    "RECORD_DELIMITER", "FIELD_DELIMITER", "SKIP_HEADER", "DATE_FORMAT", "TIME_FORMAT", "TIMESTAMP_FORMAT",
                    "BINARY_FORMAT", "ESCAPE", "ESCAPE_UNENCLOSED_FIELD", "TRIM_SPACE", "FIELD_OPTIONALLY_ENCLOSED_BY", "NULL_IF",
                    "COMPRESSION", "ERROR_ON_COLUMN_COUNT_MISMATCH",
                )
            ),
            *times(),
            COMMENT,
        ),
    ),
    "PIPES": View(
        _pipes,
        (
            *placed("PIPE"),
            owner("PIPE_OWNER"),
            text("DEFINITION", lambda record: record.object.definition),
            flag("IS_AUTOINGEST_ENABLED", lambda record: record.object.property("auto_ingest") == "TRUE"),
            *absent("NOTIFICATION_CHANNEL_NAME"),
            *times(),
            COMMENT,
            text("PATTERN", lambda record: record.object.property("pattern")),
        ),
    ),
    "LOAD_HISTORY": View(
        loaded,
        (
            text("SCHEMA_NAME", lambda item: item.record.name.parts[1]),
            of_load("FILE_NAME", 3),
            text("TABLE_NAME", lambda item: item.record.name.name),
            Field("LAST_LOAD_TIME", TIME, lambda item: item.row[14]),
            of_load("STATUS", 6),
            of_load("ROW_COUNT", 8, True),
            of_load("ROW_PARSED", 7, True),
            of_load("FIRST_ERROR_MESSAGE", 10),
            of_load("FIRST_ERROR_LINE_NUMBER", 11, True),
            of_load("FIRST_ERROR_CHARACTER_POSITION", 12, True),
            of_load("FIRST_ERROR_COL_NAME", 13),
            of_load("ERROR_COUNT", 9, True),
            constant("ERROR_LIMIT", None, NUMBER),
        ),
    ),
}  # fmt: skip
