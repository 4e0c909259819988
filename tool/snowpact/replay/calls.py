"""CALL, EXECUTE IMMEDIATE, EXECUTE TASK and anonymous blocks: read as far as they are static; the rest may touch their own database.

A comment inside the statement narrows that: see ``touches``.
A procedure with owner's rights runs in its own database and schema, one with caller's rights in the session's
(https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights).
"""

from __future__ import annotations

from collections.abc import Callable

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.replay.static import Reading
from snowpact.replay.touches import narrowed
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor

DEEPEST = 20
"""Calls within calls; who nests deeper most likely calls himself."""


def _told(read: Callable[[State, Classified], None]) -> Callable[[State, Classified], None]:
    """What the statement says of itself goes before what could not be told."""

    def family(state: State, statement: Classified) -> None:
        said = narrowed(statement.text)
        try:
            read(state, statement)
        except Opaque as opaque:
            if said is None:
                raise
            if said:
                raise Opaque(opaque.reason, said) from opaque

    return family


def _read(state: State, text: str) -> None:
    from snowpact.replay.replay import run  # families are loaded by the registry that run asks

    if state.depth >= DEEPEST:
        raise Opaque("calls are nested too deeply to be followed")
    state.depth += 1
    try:
        reading = Reading(state, run)
        reading.body(text)
        reading.finish()
    except Opaque as opaque:
        raise Opaque(opaque.reason, state.everywhere() if opaque.touches is None else opaque.touches) from opaque
    finally:
        state.depth -= 1


@replays("BLOCK")
@_told
def block(state: State, statement: Classified) -> None:
    _read(state, statement.text)


@replays("EXECUTE IMMEDIATE")
@_told
def execute_immediate(state: State, statement: Classified) -> None:
    cursor = statement.cursor()
    if cursor.kind not in {"string", "dollar"}:
        raise Opaque("what it executes is not in the statement")
    text = cursor.string()
    if not cursor.done and cursor.peek() != "USING":
        raise Opaque("a statement is put together as it runs")
    _read(state, text)


@replays("EXECUTE TASK")
@_told
def execute_task(state: State, statement: Classified) -> None:
    name = state.name(statement.name or "", Kind.TASK)
    task = state.find(Kind.TASK, name)
    if task is None:
        raise Opaque(f"task {name} was never created here", _database(name))
    if task.definition is not None:
        _read(_at_home(state, task), task.definition)


@replays("CALL")
@_told
def call(state: State, statement: Classified) -> None:
    written = statement.name or ""
    if written.upper().startswith("SYSTEM$"):
        return
    if statement.tokens and statement.tokens[0].word == "WITH":
        raise Opaque("an anonymous procedure is not read")
    name = state.name(written, Kind.PROCEDURE)
    found = _overload(state, name, statement.cursor())
    if found is None:
        raise Opaque(f"procedure {name} was never created here", _database(name))
    if found.property("language") != "SQL" or found.definition is None:
        raise Opaque(f"procedure {name} is written in {found.property('language')}", _database(name))
    _read(state if found.property("execute_as") == "CALLER" else _at_home(state, found), found.definition)


def _database(name: Name) -> tuple[Name, ...]:
    return (Name.of(name.parts[0]),)


def _at_home(state: State, item: CatalogObject) -> State:
    return state.inside(item.name)


def _overload(state: State, name: Name, cursor: Cursor) -> CatalogObject | None:
    """The one procedure of that name that takes so many arguments; None where none or several do."""
    if cursor.peek() != "(":
        return None
    given = _count(cursor.group_text())
    fitting = []
    for item in state.draft.overloads(Kind.PROCEDURE, name):
        arguments = item.property("arguments") or ()
        required = sum(argument[2] is None for argument in arguments if len(argument) > 2)
        if required <= given <= len(arguments):
            fitting.append(item)
    if not fitting and state.missing(Kind.PROCEDURE, name):
        raise Refused(f"002141 (42601): Unknown user-defined procedure {name}")
    return fitting[0] if len(fitting) == 1 else None


def _count(arguments: str) -> int:
    cursor = Cursor(arguments)
    if cursor.done:
        return 0
    count = 1
    cursor.until(",")
    while cursor.accept(","):
        cursor.until(",")
        count += 1
    return count
