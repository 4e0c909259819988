"""System functions that act: run by ``CALL`` or as the only thing that a SELECT asks for.

Inside a larger query they are refused: nobody could say whether, or how often, they ran.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.routines.resolve import evaluated, read_arguments
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting.simple import LOGS

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


_SECONDS = {"DAYS": 86400.0, "HOURS": 3600.0, "MINUTES": 60.0, "SECONDS": 1.0, "MILLISECONDS": 0.001}


def _wait(session: Session, amount: Any, unit: Any = "SECONDS") -> str:
    """https://docs.snowflake.com/en/sql-reference/functions/system_wait. It does wait."""
    each = _SECONDS.get(str(unit).upper())
    if each is None or not isinstance(amount, int) or amount < 0:
        raise compilation(f"Invalid argument for function 'SYSTEM$WAIT': ({amount}, {unit})", 1044, "42P13")
    session.stop.wait(amount * each)
    return f"waited {amount} {str(unit).lower()}"


def _log(session: Session, *message: Any) -> None:
    """SYSTEM$LOG writes to the account's event table, which is not there; its arguments have been worked out all the same."""


def _cancel_all(session: Session, session_id: Any) -> str:
    """https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries. What a session asks for itself finds nothing that
    runs: its statements run one after another."""
    for other in session.engine.sessions:
        if str(other.id) == str(session_id) and other is not session:
            other.stop.cancel()
    return f"queries of session {session_id} cancelled."


def _artifact_repository(session: Session, runtime: Any) -> str:
    """What Snowpark asks before it registers a function. Here packages are those that are installed, whatever repository is named."""
    return "snowflake.snowpark.anaconda_shared_repository"


@dataclass(frozen=True)
class _Action:
    """What takes the session and the arguments, of which there are ``least`` to ``most``, and gives the text that is answered [M]."""

    act: Callable[..., str | None]
    least: int = 1
    most: int = 1


ACTIONS: dict[str, _Action] = {
    "SYSTEM$TASK_DEPENDENTS_ENABLE": _Action(_enable_dependents),
    "SYSTEM$SET_RETURN_VALUE": _Action(_set_return_value),
    "SYSTEM$WAIT": _Action(_wait, most=2),
    "SYSTEM$LOG": _Action(_log, 2, 2),
    "SYSTEM$GET_DEFAULT_PYTHON_ARTIFACT_REPOSITORY": _Action(_artifact_repository),
    "SYSTEM$CANCEL_ALL_QUERIES": _Action(_cancel_all),
    **dict.fromkeys(LOGS[1:], _Action(_log)),
}


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
    if not action.least <= len(values) <= action.most:
        raise compilation(f"wrong number of arguments for function {name.upper()}", 938, "22023")  # number [M]
    text = action.act(session, *(value.value for value in values))
    return EngineResult((ColumnMeta(name.upper(), varchar()),), ((text,),), 1)


def selected(session: Session, statement: Classified) -> EngineResult | None:
    """``SELECT name(arguments) [[AS] alias]`` of a function that acts; None for any other query."""
    cursor = Cursor(statement.text, statement.tokens, 1)
    if cursor.kind != "word" or cursor.peek() not in ACTIONS or cursor.peek(1) != "(":
        return None
    name = cursor.take().text
    arguments = cursor.group_text()
    cursor.accept("AS")
    if not cursor.done:
        cursor.identifier()
    return called(session, name, arguments) if cursor.done else None
