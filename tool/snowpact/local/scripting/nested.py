"""Procedures that a block declares: called by their bare name, alive as long as the block, blind to its variables.

https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-snowflake-scripting#nested-stored-procedures. That a
body sees no variable of the block around it is read cautiously [M]: one that names some fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.result import EngineResult
from snowpact.local.scripting.failures import named
from snowpact.local.scripting.values import Frame, NestedProcedure, Variable
from snowpact.model.errors import StatementError
from snowpact.model.types import parse_type
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes
from snowpact.sql.scripting.simple import read_expressions

if TYPE_CHECKING:
    from snowpact.local.scripting.interpreter import Interpreter


def declare(script: Interpreter, node: nodes.Procedure, frame: Frame) -> None:
    arguments = tuple((name, parse_type(type_)) for name, type_ in node.arguments)
    frame.slots[node.name] = NestedProcedure(node.name, arguments, parse_type(node.returns) if node.returns else None, node.body)


@dataclass(frozen=True)
class Call:
    """``CALL name(…)`` of a procedure that a block around declares."""

    procedure: NestedProcedure
    arguments: tuple[str, ...]

    def call(self, script: Interpreter, frame: Frame, offset: int) -> EngineResult:
        from snowpact.local.scripting.interpreter import run

        own = self.procedure
        if len(self.arguments) != len(own.arguments):
            text = f"Invalid argument types for function '{own.name}': {len(self.arguments)} argument(s)"
            raise named(compilation(text, 1044, "42P13"), "STATEMENT_ERROR", offset)
        given = {
            name: replace(script.evaluate(text, frame, offset, type_), declared=True)
            for (name, type_), text in zip(own.arguments, self.arguments, strict=True)
        }
        try:
            outcome = run(script.session, own.body, given)
        except StatementError as error:
            raise named(error, "STATEMENT_ERROR", offset) from error
        if (outcome.table is None) != (own.returns is not None):
            raise named(
                compilation(f"procedure '{own.name}' returns another kind of value than declared", 90207, "42601"),
                "STATEMENT_ERROR",
                offset,
            )
        if own.returns is not None:
            made = script.evaluate(":V", Frame(slots={"V": Variable(outcome.value, outcome.type)}), offset, own.returns)
            return replace(outcome, value=made.value, type=own.returns).result(own.name)
        return outcome.result(own.name)


def called(text: str, frame: Frame) -> Call | None:
    """The call of a nested procedure that a statement is; None for any other statement."""
    if text[:4].upper() != "CALL":
        return None
    cursor = Cursor(text)
    cursor.expect("CALL")
    if cursor.kind not in {"word", "quoted"} or cursor.peek(1) != "(":
        return None
    slot = frame.find(cursor.identifier())
    return Call(slot, read_expressions(cursor)) if isinstance(slot, NestedProcedure) else None
