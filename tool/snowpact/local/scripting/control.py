"""Choices, loops, and what leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.scripting.cursors import open_cursor
from snowpact.local.scripting.values import CursorVariable, Frame, RowVariable, Variable
from snowpact.model.types import number
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes

if TYPE_CHECKING:
    from snowpact.local.scripting.interpreter import Interpreter


class Left(Exception):
    """BREAK or CONTINUE on its way to its loop."""

    def __init__(self, node: nodes.Leave):
        self.again, self.label = node.again, node.label


_SUBJECT = " case"
"""The variable of a CASE's value; no identifier of a user's starts with a space."""


def holds(script: Interpreter, condition: str, frame: Frame, offset: int) -> bool:
    return bool(script.evaluate(condition, frame, offset).value)


def choice(script: Interpreter, node: nodes.Choice, frame: Frame) -> None:
    """IF and CASE; a CASE's value is worked out once."""
    if node.subject is not None:
        frame = Frame(frame, {_SUBJECT: script.evaluate(node.subject, frame, node.offset)})
    for branch in node.branches:
        condition = branch.condition
        if condition is not None and node.subject is not None:
            condition = f'"{_SUBJECT}" = ({condition})'
        if condition is None or holds(script, condition, frame, branch.offset):
            script.body(branch.body, Frame(frame))
            return


def turn(script: Interpreter, node: nodes.Loop | nodes.ForCounter | nodes.ForRows, frame: Frame) -> bool:
    """One turn of a loop's body; False when it was left."""
    try:
        script.body(node.body, frame)
    except Left as left:
        if left.label not in (None, node.label):
            raise
        return left.again
    return True


def loop(script: Interpreter, node: nodes.Loop, frame: Frame) -> None:
    while node.condition is None or holds(script, node.condition, frame, node.offset):
        inner = Frame(frame)
        if not turn(script, node, inner) or (node.until is not None and holds(script, node.until, inner, node.offset)):
            return


def for_counter(script: Interpreter, node: nodes.ForCounter, frame: Frame) -> None:
    first, last = (int(script.evaluate(text, frame, node.offset, number()).value) for text in (node.first, node.last))
    counted = range(last, first - 1, -1) if node.reverse else range(first, last + 1)
    for value in counted:
        if not turn(script, node, Frame(frame, {node.variable: Variable(value, number())})):
            return


def for_rows(script: Interpreter, node: nodes.ForRows, frame: Frame) -> None:
    """A cursor that is open already, perhaps with bind parameters, goes on with its next row."""
    slot = frame.find(Cursor(node.source).identifier()) if len(Cursor(node.source).tokens) == 1 else None
    if isinstance(slot, CursorVariable):
        result = slot.result if slot.position is not None and slot.result is not None else open_cursor(script, slot, (), frame, node.offset)
        rows = result.rows[slot.position :]
    else:
        result = script.query(node.source, frame, node.offset)
        rows = result.rows
    for row in rows:
        if not turn(script, node, Frame(frame, {node.variable: RowVariable(result.columns, tuple(row))})):
            break
    if isinstance(slot, CursorVariable):
        slot.position = None


def leave(script: Interpreter, node: nodes.Leave, frame: Frame) -> None:
    raise Left(node)
