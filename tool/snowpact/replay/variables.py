"""Session variables: SET and UNSET, and ``$name`` replaced by its value where that is known.

Only constants are known, and constants put together by ``||``; a variable set from a query makes whatever it names opaque.
https://docs.snowflake.com/en/sql-reference/session-variables
"""

from __future__ import annotations

from collections.abc import Mapping

from snowpact.model.names import fold
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_constant
from snowpact.sql.tokens import significant


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """The statement with each known variable's value in its place."""
    if not variables or "$" not in text:
        return text
    pieces, done = [], 0
    for token in significant(text):
        value = variables.get(token.text[1:].upper()) if token.kind == "variable" else None
        if value is not None:
            pieces += [text[done : token.start], value]
            done = token.end
    return "".join([*pieces, text[done:]])


@replays("SET")
def set_(state: State, statement: Classified) -> None:
    """``SET a = 'x'`` and ``SET (a, b) = ('x', 'y')``."""
    cursor = statement.cursor()
    if statement.name is not None:
        names = [fold(statement.name)]
        cursor.expect("=")
        values = [_constant(Cursor(statement.text, cursor.tokens[cursor.at :]))]
    else:
        names = _parts(Cursor(cursor.group_text()))
        cursor.expect("=")
        values = [_constant(Cursor(part)) for part in _items(cursor.group_text())] if cursor.peek() == "(" else []
    for at, name in enumerate(names):
        value = values[at] if len(values) == len(names) else None
        state.variables.pop(name, None)
        if value is not None:
            state.variables[name] = value


@replays("UNSET")
def unset(state: State, statement: Classified) -> None:
    cursor = statement.cursor()
    names = [fold(statement.name)] if statement.name is not None else _parts(Cursor(cursor.group_text()))
    for name in names:
        state.variables.pop(name, None)


def _parts(cursor: Cursor) -> list[str]:
    names = [cursor.identifier()]
    while cursor.accept(","):
        names.append(cursor.identifier())
    return names


def _items(text: str) -> list[str]:
    """The expressions of a list."""
    cursor = Cursor(text)
    found = [cursor.until(",")]
    while cursor.accept(","):
        found.append(cursor.until(","))
    return found


def _constant(cursor: Cursor) -> str | None:
    """The constant that an expression is, as SQL; None for what has to be computed."""
    if len(cursor.tokens) == 1 and (cursor.kind == "number" or cursor.peek() in {"TRUE", "FALSE", "NULL"}):
        return cursor.take().text
    text = _joined(cursor)
    return string_constant(text) if text is not None and cursor.done else None


def _joined(cursor: Cursor) -> str | None:
    """Constants put together by ``||`` and CONCAT."""
    text = ""
    while True:
        if cursor.kind in {"string", "dollar"}:
            text += cursor.string()
        elif cursor.kind == "number":
            text += cursor.take().text
        elif cursor.accept("CONCAT"):
            parts = [_joined(Cursor(part)) for part in _items(cursor.group_text())]
            if None in parts:
                return None
            text += "".join(part for part in parts if part is not None)
        else:
            return None
        if not cursor.accept("||"):
            return text
