"""VALIDATION_MODE of COPY INTO a table: what a load would meet, without loading.

https://docs.snowflake.com/en/sql-reference/sql/copy-into-table (VALIDATION_MODE), functions/validate (Output). Where in a file's bytes a
record stands is not told here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snowpact.local import tables, types
from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.stages import reading, source
from snowpact.local.stages.loading import Ready, planned, prepare
from snowpact.local.stages.probe import Probe
from snowpact.model.errors import StatementError
from snowpact.model.types import number, varchar
from snowpact.sql.statements.copy import CopyInto

if TYPE_CHECKING:
    from snowpact.local.session import Session

OPTION = "VALIDATION_MODE"
_MODE = re.compile(r"RETURN_(?:(\d+)_ROWS|(ALL_)?ERRORS)")
_NUMBERS = {"LINE", "CHARACTER", "BYTE_OFFSET", "CODE", "ROW_NUMBER", "ROW_START_LINE"}
_NAMES = (
    "ERROR", "FILE", "LINE", "CHARACTER", "BYTE_OFFSET", "CATEGORY", "CODE", "SQL_STATE", "COLUMN_NAME", "ROW_NUMBER", "ROW_START_LINE",
    "REJECTED_RECORD",
)  # fmt: skip


def validate(session: Session, record: Record, copy: CopyInto) -> EngineResult:
    """RETURN_n_ROWS: the rows as they would be loaded, or the first error raised. RETURN_ERRORS: every error, a row each;
    RETURN_ALL_ERRORS: also of files that were loaded in part before. Raises for a COPY with a query."""
    options = dict(copy.options)
    mode = _MODE.fullmatch(str(options.pop(OPTION)).upper())
    if mode is None:
        raise compilation(f"invalid value ['{copy.options[OPTION]}'] for parameter '{OPTION}'", 1008, "22023")
    if copy.query is not None:
        raise compilation(f"{OPTION} does not support COPY statements that transform data.", 2070, "42601")  # text and number [M]
    again = {"FORCE": True} if mode[2] else {}
    ready = prepare(planned(session, record, replace(copy, options={**options, **again})))
    if mode[1]:
        return _rows(ready, int(mode[1]))
    found = _errors(ready, ready.rows.rows)
    metas = tuple(ColumnMeta(name, number(38, 0) if name in _NUMBERS else varchar()) for name in _NAMES)
    return EngineResult(metas, found, len(found))


def _errors(ready: Ready, rows: list[tuple[int, int, int, int, reading.Fields]]) -> list[tuple[Any, ...]]:
    """Parsing and conversion errors, by file and row."""
    plan, files = ready.plan, ready.rows.files
    found = [
        (index, item.number, item.line, fault.character, fault.message, "parsing", fault.errno, "22000", None)
        for index, item, fault in ready.rows.faults
    ]
    probe = Probe(plan.session, plan.record, ready.columns, ready.sql, ready.types)
    for failed in probe.failures(rows, ready.width):
        _, file, row, line, _ = rows[failed.row]
        place = plan.record.object.position(failed.column) + 1 if failed.column else None
        column = f'"{plan.record.name.name}"["{failed.column}":{place}]' if failed.column else None
        found.append((file, row, line, 1, failed.error.message, "conversion", failed.error.errno, failed.error.sqlstate, column))
    texts = {index: _texts(ready, index) for index in {item[0] for item in found}}
    shown = []
    for file, row, line, character, message, category, code, state, column in sorted(found, key=lambda item: item[:2]):
        label, text = plan.location.listed(files[file].name), texts[file].get(row)
        shown.append((message, label, line, character, None, category, code, state, column, row, line, text))
    return shown


def _texts(ready: Ready, index: int) -> dict[int, str]:
    """A file's records as they are written; Parquet has none."""
    if ready.plan.format.type == "PARQUET":
        return {}
    return {item.number: item.text for item in reading.parsed(ready.rows.files[index], ready.plan.format)}


def _rows(ready: Ready, count: int) -> EngineResult:
    rows = ready.rows.rows[:count]
    ready.rows.faults = [fault for fault in ready.rows.faults if fault[1].number <= count]
    errors = _errors(ready, rows)
    if errors:
        message, file, line, character, *_ = errors[0]
        raise StatementError(f"{message}\n  File '{file}', line {line}, character {character}", errors[0][6], errors[0][7])
    duck = ready.plan.session.duck
    reading.fill(duck.execute, source.TABLE, rows, ready.width)
    targets = [ready.plan.record.object.column(name) for name in ready.columns]
    names = [f"x{index}" for index in range(1, len(targets) + 1)]
    values = [tables.assigned(name, type_, target) for name, type_, target in zip(names, ready.types, targets, strict=True)]
    found = duck.execute(f"SELECT {', '.join(values)} FROM ({ready.sql}) AS s({', '.join(names)})").fetchall()
    metas = tuple(ColumnMeta(target.name, target.type) for target in targets if target is not None)
    return EngineResult(metas, types.converted(found, (meta.type for meta in metas)), len(found))
