"""What is left to do: scripts against the ledger.

schemachange's decisions (``deploy``), but what it passes over silently has a name here: a version that comes late, an
applied script that was edited. Rules turn those into findings; ``to_run`` is what apply would run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from snowpact.migrations.ledger import FAILED, SUCCESS, Row
from snowpact.migrations.order import order, version_key
from snowpact.migrations.render import Rendered
from snowpact.migrations.script import Script


class State(str, Enum):
    PENDING = "pending"
    APPLIED = "applied"
    FAILED = "failed"
    """Its last run failed; it is run again."""
    LATE = "late"
    """Its version is below one that was applied: schemachange would never run it, and say nothing."""
    EDITED = "edited"
    """Applied once for all, and its text is another now."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Entry:
    """row is the one that decided: the last success, or the failure; None for what never ran."""

    rendered: Rendered
    state: State
    row: Row | None = None

    @property
    def script(self) -> Script:
        return self.rendered.script


@dataclass(frozen=True, slots=True)
class Plan:
    """entries in the order in which they run; missing: the last row of each applied script that has no file."""

    entries: tuple[Entry, ...]
    missing: tuple[Row, ...] = ()
    highest: str | None = None
    """The highest version that was applied."""

    def of(self, *states: State) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.state in states)

    @property
    def to_run(self) -> tuple[Entry, ...]:
        return self.of(State.PENDING, State.FAILED)


def pending(scripts: Iterable[Rendered], rows: Iterable[Row] | None, out_of_order: bool = False) -> Plan:
    """The plan for rendered scripts against a ledger's rows, oldest first; None for a ledger that does not exist.

    out_of_order: a late version is pending, unless that very version ran, under another file's name.
    """
    history: dict[str, list[Row]] = {}
    for row in rows or ():
        history.setdefault(row.script, []).append(row)
    ran = (row for script in history.values() for row in script if row.kind == "V" and row.status == SUCCESS and row.version)
    applied = {row.version: row for row in ran}
    highest = max(applied, key=version_key, default=None)
    by_script = {rendered.script: rendered for rendered in scripts}
    entries = []
    for script in order(by_script):
        state, row = _judge(by_script[script], history.get(script.name, []), None if out_of_order else highest)
        if state in (State.PENDING, State.LATE) and script.version in applied:  # under another name: a version runs once
            state, row = State.LATE, applied[script.version]
        entries.append(Entry(by_script[script], state, row))
    names = {script.name for script in by_script}
    gone = (_last(found, SUCCESS) for name, found in history.items() if name not in names)
    return Plan(tuple(entries), tuple(row for row in gone if row is not None), highest)


def _judge(rendered: Rendered, rows: list[Row], highest: str | None) -> tuple[State, Row | None]:
    script, success = rendered.script, _last(rows, SUCCESS)
    same = success is not None and (not success.checksum or success.checksum in rendered.accepted)
    if script.kind == "V" and success is not None:
        return State.APPLIED if same else State.EDITED, success
    if rows and rows[-1].status == FAILED:
        return State.FAILED, rows[-1]
    if script.kind == "R" and same:
        return State.APPLIED, success
    if script.kind == "V" and highest is not None and version_key(script.version) < version_key(highest):
        return State.LATE, None
    return State.PENDING, success


def _last(rows: list[Row], status: str) -> Row | None:
    return next((row for row in reversed(rows) if row.status == status), None)
