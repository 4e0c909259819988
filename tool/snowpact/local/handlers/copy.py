"""COPY INTO a table (load) and COPY INTO a location (unload)."""

from __future__ import annotations

from snowpact.local import dml
from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages.loading import limit_of, load
from snowpact.local.stages.unloading import unload
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import number, varchar
from snowpact.sql.classify import Classified
from snowpact.sql.statements.copy import parse_copy

_TEXTS = {"file", "status", "first_error", "first_error_column_name"}
_LOADED = (
    "file", "status", "rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error", "first_error_line",
    "first_error_character", "first_error_column_name",
)  # fmt: skip


@handles("COPY")
def copy(session: Session, statement: Classified) -> EngineResult:
    if statement.tokens[1].word == "FILES":
        raise UnsupportedFeature("COPY FILES")
    parsed = parse_copy(statement.text)
    if parsed.unloads:
        counted = unload(session, parsed)
        names = ("rows_unloaded", "input_bytes", "output_bytes")
        return EngineResult(tuple(ColumnMeta(name, number(38, 0)) for name in names), [counted], 1)
    record = dml.writable(session.require(Kind.TABLE, session.name(parsed.target)))
    done = load(session, record, parsed)
    if not done:
        return message("Copy executed with 0 files processed.")
    rows = []
    for item in done:
        line, character, text, column = item.first
        numbers = (item.parsed, item.loaded, limit_of(parsed, item), len(item.errors))
        rows.append((item.label, item.status, *numbers, text, line, character, column))
    if parsed.options.get("RETURN_FAILED_ONLY") is True:
        rows = [row for row in rows if row[1] != "LOADED"]
    metas = tuple(ColumnMeta(name, varchar() if name in _TEXTS else number(38, 0)) for name in _LOADED)
    return EngineResult(metas, rows, sum(item.loaded for item in done))
