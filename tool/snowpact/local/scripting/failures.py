"""What goes wrong in a script: exceptions that handlers may catch, and the text of those that nobody does."""

from __future__ import annotations

from snowpact.local.stopping import CANCELED, TIMED_OUT
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.tokens import locate


class ScriptError(StatementError):
    """An exception inside a script. name: STATEMENT_ERROR, EXPRESSION_ERROR, or the script's own, as RAISE named it."""

    def __init__(self, name: str, message: str, errno: int | None, sqlstate: str | None, offset: int):
        self.name, self.offset = name, offset
        super().__init__(message, errno, sqlstate)


def named(error: StatementError, name: str, offset: int) -> ScriptError:
    """An engine error as the script's exception. What only this engine lacks, and what ends the whole statement, is raised on: no handler
    may hide it."""
    if isinstance(error, UnsupportedFeature | ScriptError) or error.errno in (CANCELED, TIMED_OUT):
        raise error
    return ScriptError(name, error.message, error.errno, error.sqlstate, offset)


def uncaught(error: ScriptError, script: str) -> StatementError:
    """The error of CALL or the block; number and state are the exception's own [M]
    (https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions)."""
    line, char = locate(script, error.offset)
    text = f"Uncaught exception of type '{error.name}' on line {line} at position {char - 1} : {error.message}"
    return StatementError(text, error.errno, error.sqlstate)
