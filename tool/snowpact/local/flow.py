"""The flow operator: ``SHOW TABLES ->> SELECT "name" FROM $1``.

The statements run one after another, a failure stops them, and the answer is the last one's. In FROM, ``$1`` is the result of the statement
before, ``$2`` that of the one before it (https://docs.snowflake.com/en/sql-reference/operators-flow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_constant

if TYPE_CHECKING:
    from snowpact.local.result import EngineResult
    from snowpact.local.session import Session

OPERATOR = "->>"
_BEFORE_RELATION = {"FROM", "JOIN"}


def run(session: Session, text: str) -> EngineResult:
    done: list[EngineResult] = []
    for step in _steps(text):
        done.append(session.execute(_with_results(step, [str(result.query_id) for result in done])))
    return done[-1]


def _steps(text: str) -> list[str]:
    """The texts between the operators that stand in no brackets."""
    cursor = Cursor(text)
    found: list[str] = []
    while not cursor.done:
        found.append(cursor.until(OPERATOR))
        if not cursor.done:
            cursor.expect(OPERATOR)
            if cursor.done:
                cursor.fail(f"expected a statement after {OPERATOR}")
    return found


def _with_results(step: str, ids: list[str]) -> str:
    """The statement with each ``$n`` in FROM as the result that it means."""
    cursor = Cursor(step)
    written, at = "", 0
    for before, token in zip(cursor.tokens, cursor.tokens[1:], strict=False):
        number = token.text.removeprefix("$")
        if before.word not in _BEFORE_RELATION or not token.text.startswith("$") or not number.isdigit():
            continue
        if not 1 <= int(number) <= len(ids):
            raise compilation(f"There is no statement ${number} before this one in the flow.", 1003, "42000")  # text and number [M]
        written += f"{step[at : token.start]}TABLE(RESULT_SCAN({string_constant(ids[-int(number)])}))"
        at = token.end
    return written + step[at:]
