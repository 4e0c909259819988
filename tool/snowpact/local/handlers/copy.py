"""COPY INTO a table (load), COPY INTO a location (unload), and COPY FILES."""

from __future__ import annotations

from snowpact.local import dml
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages.copying import copy_files
from snowpact.local.stages.loading import load
from snowpact.local.stages.unloading import unload
from snowpact.local.stages.validating import OPTION, validate
from snowpact.model.catalog import Kind
from snowpact.model.types import number, varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.copy import parse_copy

_TEXTS = {"file", "status", "first_error", "first_error_column_name"}
_LOADED = (
    "file", "status", "rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error", "first_error_line",
    "first_error_character", "first_error_column_name",
)  # fmt: skip


@handles("COPY")
def copy(session: Session, statement: Classified) -> EngineResult:
    if statement.tokens[1].word == "FILES":
        return _files(session, Cursor(statement.text, statement.tokens, 2))
    parsed = parse_copy(statement.text)
    if parsed.unloads:
        counted = unload(session, parsed)
        names = ("rows_unloaded", "input_bytes", "output_bytes")
        return EngineResult(tuple(ColumnMeta(name, number(38, 0)) for name in names), [counted], 1)
    record = dml.writable(session.require(Kind.TABLE, session.name(parsed.target)))
    if OPTION in parsed.options:
        return validate(session, record, parsed)
    done = load(session, record, parsed)
    if not done:
        return message("Copy executed with 0 files processed.")
    rows = []
    for item in done:
        line, character, text, column = item.first
        numbers = (item.parsed, item.loaded, item.error_limit, len(item.errors))
        rows.append((item.label, item.status, *numbers, text, line, character, column))
    if parsed.options.get("RETURN_FAILED_ONLY") is True:
        rows = [row for row in rows if row[1] != "LOADED"]
    metas = tuple(ColumnMeta(name, varchar() if name in _TEXTS else number(38, 0)) for name in _LOADED)
    return EngineResult(metas, rows, sum(item.loaded for item in done))


def _files(session: Session, cursor: Cursor) -> EngineResult:
    copied, detailed = copy_files(session, cursor)
    if not detailed:
        return EngineResult((ColumnMeta("numOfFilesCopied", number(38, 0)),), [(len(copied),)], 1)
    return EngineResult((ColumnMeta("file", varchar()),), [(name,) for name in copied], len(copied))
