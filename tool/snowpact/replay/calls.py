"""CALL, EXECUTE IMMEDIATE and anonymous blocks: what they run is not in the statement, so they may touch their own database.

A comment ``-- snowpact: touches A.B.C, D.E`` (or ``none``) inside the statement narrows that; a rehearsal holds it to its word.
"""

from __future__ import annotations

import re

from snowpact.model.names import Name
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified

_TOUCHES = re.compile(r"--\s*snowpact:\s*touches\s+(?P<names>[^\n]+)", re.IGNORECASE)


def narrowed(text: str) -> tuple[Name, ...] | None:
    """What the statement says it touches; None where it says nothing."""
    match = _TOUCHES.search(text)
    if match is None:
        return None
    named = match["names"].strip()
    return () if named.lower() == "none" else tuple(Name.parse(part) for part in named.split(","))


def _runs(state: State, statement: Classified) -> None:
    told = narrowed(statement.text)
    if told == ():
        return
    raise Opaque("what it runs is not in the statement", told if told is not None else _reach(state, statement))


def _reach(state: State, statement: Classified) -> tuple[Name, ...]:
    """The database of the procedure that is called, else the session's."""
    if statement.verb == "CALL" and statement.name:
        try:
            return (Name.of(state.name(statement.name).parts[0]),)
        except Refused:
            return ()
    return (Name.of(state.database),) if state.database else ()


for _verb in ("CALL", "EXECUTE IMMEDIATE", "BLOCK", "EXECUTE TASK"):
    replays(_verb)(_runs)
