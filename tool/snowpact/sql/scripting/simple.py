"""The statements of a script that hold no other statement, and the lists that stand in them."""

from __future__ import annotations

from collections.abc import Callable

from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes


def read_label(cursor: Cursor) -> str | None:
    return cursor.identifier() if cursor.kind in {"word", "quoted"} else None


def read_names(cursor: Cursor) -> tuple[str, ...]:
    """Variables, a colon before each optional."""
    names: list[str] = []
    while not names or cursor.accept(","):
        cursor.accept(":")
        names.append(cursor.identifier())
    return tuple(names)


def read_expressions(cursor: Cursor) -> tuple[str, ...]:
    """``(a, :b, 1 + 2)``: the texts of the expressions in the brackets."""
    inner = Cursor(cursor.group_text())
    found: list[str] = []
    while not inner.done:
        if found:
            inner.expect(",")
        found.append(inner.until(","))
    return tuple(found)


def _leave(cursor: Cursor, offset: int) -> nodes.Node:
    again = cursor.take().word in {"CONTINUE", "ITERATE"}
    return nodes.Leave(offset=offset, again=again, label=read_label(cursor))


def _open(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.expect("OPEN")
    name = cursor.identifier()
    return nodes.Open(offset=offset, cursor=name, using=read_expressions(cursor) if cursor.accept("USING") else ())


def _fetch(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.expect("FETCH")
    name = cursor.identifier()
    cursor.expect("INTO")
    return nodes.Fetch(offset=offset, cursor=name, into=read_names(cursor))


def _close(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.expect("CLOSE")
    return nodes.Close(offset=offset, cursor=cursor.identifier())


def _raise(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.expect("RAISE")
    return nodes.Raise(offset=offset, name=read_label(cursor))


def _nothing(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.expect("NULL")
    return nodes.Nothing(offset=offset)


def _log(cursor: Cursor, offset: int) -> nodes.Node:
    cursor.take()
    return nodes.Log(offset=offset, arguments=read_expressions(cursor))


LOGS = ("SYSTEM$LOG", *(f"SYSTEM$LOG_{level}" for level in ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")))
"""https://docs.snowflake.com/en/sql-reference/functions/system_log"""

STATEMENTS: dict[str, Callable[[Cursor, int], nodes.Node]] = {
    **dict.fromkeys(("BREAK", "EXIT", "CONTINUE", "ITERATE"), _leave),
    "OPEN": _open,
    "FETCH": _fetch,
    "CLOSE": _close,
    "RAISE": _raise,
    "NULL": _nothing,
    **dict.fromkeys(LOGS, _log),
}
