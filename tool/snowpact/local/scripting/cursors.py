"""Cursors: https://docs.snowflake.com/en/developer-guide/snowflake-scripting/cursors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.result import EngineResult
from snowpact.local.scripting.failures import ScriptError, named
from snowpact.local.scripting.values import CursorVariable, Frame, Variable
from snowpact.sql.scripting import nodes

if TYPE_CHECKING:
    from snowpact.local.scripting.interpreter import Interpreter


def _cursor(script: Interpreter, name: str, frame: Frame, offset: int) -> CursorVariable:
    slot = frame.find(name)
    if not isinstance(slot, CursorVariable):
        raise named(compilation(f"'{name}' is no cursor", 904, "42000"), "EXPRESSION_ERROR", offset)
    return slot


def open_cursor(script: Interpreter, slot: CursorVariable, using: Sequence[Variable], frame: Frame, offset: int) -> EngineResult:
    slot.result = script.query(slot.query, frame, offset, using)
    slot.position = 0
    return slot.result


def open_(script: Interpreter, node: nodes.Open, frame: Frame) -> None:
    open_cursor(script, _cursor(script, node.cursor, frame, node.offset), script.values(node.using, frame, node.offset), frame, node.offset)


def fetch(script: Interpreter, node: nodes.Fetch, frame: Frame) -> None:
    """Past the last row the variables become NULL
    (https://docs.snowflake.com/en/developer-guide/snowflake-scripting/cursors#fetching-rows)."""
    slot = _cursor(script, node.cursor, frame, node.offset)
    if slot.position is None or slot.result is None:
        raise ScriptError("STATEMENT_ERROR", f"Cursor '{node.cursor}' is not open", 2049, "42601", node.offset)
    columns, rows = slot.result.columns, slot.result.rows
    row = rows[slot.position] if slot.position < len(rows) else (None,) * len(columns)
    slot.position += 1
    script.store_row(node.into, columns, row, frame, node.offset)


def rows_of(script: Interpreter, name: str, frame: Frame, offset: int) -> EngineResult:
    """RESULTSET_FROM_CURSOR(name): the rows of an open cursor."""
    slot = _cursor(script, name, frame, offset)
    if slot.position is None or slot.result is None:
        raise ScriptError("EXPRESSION_ERROR", f"Cursor '{name}' is not open", 2049, "42601", offset)
    return slot.result


def close(script: Interpreter, node: nodes.Close, frame: Frame) -> None:
    _cursor(script, node.cursor, frame, node.offset).position = None
