"""System functions that act: run by ``CALL`` or as the only thing that a SELECT asks for.

Inside a larger query they are refused: nobody could say whether, or how often, they ran.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.routines.resolve import evaluated, read_arguments
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session


def _enable_dependents(session: Session, name: Any) -> str:
    from snowpact.local.handlers.tasks import enable_dependents

    enable_dependents(session, str(name))
    return "Statement executed successfully."


def _set_return_value(session: Session, value: Any) -> str:
    from snowpact.local.tasks.running import set_return_value

    set_return_value(session, value)
    return "Statement executed successfully."


ACTIONS: dict[str, Callable[[Session, Any], str]] = {
    "SYSTEM$TASK_DEPENDENTS_ENABLE": _enable_dependents,
    "SYSTEM$SET_RETURN_VALUE": _set_return_value,
}
"""By name: what takes the session and the one argument, and gives the text that is answered [M]."""


def called(session: Session, name: str, arguments: str) -> EngineResult | None:
    """``CALL name(arguments)``; None for what is no system function. Raises StatementError for one that there is not."""
    if not name.upper().startswith("SYSTEM$"):
        return None
    action = ACTIONS.get(name.upper())
    if action is None:
        from snowpact.local.handlers.query import run
        from snowpact.local.relation import query_of

        return run(session, query_of(session, f"SELECT {name}({arguments})"))
    values = evaluated(session, read_arguments(arguments))
    if len(values) != 1:
        raise compilation(f"wrong number of arguments for function {name.upper()}", 938, "22023")  # number [M]
    text = action(session, next(iter(values)).value)
    return EngineResult((ColumnMeta(name.upper(), varchar()),), ((text,),), 1)


def selected(session: Session, statement: Classified) -> EngineResult | None:
    """``SELECT name(argument) [[AS] alias]`` of a function that acts; None for any other query."""
    cursor = Cursor(statement.text, statement.tokens, 1)
    if cursor.kind != "word" or cursor.peek() not in ACTIONS or cursor.peek(1) != "(":
        return None
    name = cursor.take().text
    arguments = cursor.group_text()
    cursor.accept("AS")
    if not cursor.done:
        cursor.identifier()
    return called(session, name, arguments) if cursor.done else None
