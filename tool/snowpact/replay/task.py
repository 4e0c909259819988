"""CREATE TASK. A task is made suspended [M]. Properties: ``warehouse``, ``schedule``, ``after`` (Names), ``finalize``, ``when``, ``state``
and every other setting by its lower-case name; the definition is the statement that it runs."""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import fold
from snowpact.replay.governance import full_tags
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import ATTACHED, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.task import CreateTask, parse_create_task

UNSAID = frozenset({"state"})
"""What CREATE OR ALTER TASK leaves as it is."""


@replays("CREATE", Kind.TASK)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_task(statement.text)
    name = state.name(parsed.name, Kind.TASK)
    if parsed.clone is not None:
        source = state.require(Kind.TASK, state.name(parsed.clone, Kind.TASK))
        item = replace(source, name=name).with_properties(state="suspended", grants=None)
    else:
        item = _object(state, parsed, CatalogObject(Kind.TASK, name))
    found = state.create(item, parsed.modifiers)
    if found is not None:
        align(state, found, item, ATTACHED | UNSAID)


def _object(state: State, parsed: CreateTask, item: CatalogObject) -> CatalogObject:
    settings = {
        **dict(parsed.settings),
        "warehouse": fold(parsed.warehouse) if parsed.warehouse else None,
        "schedule": parsed.schedule,
        "after": tuple(sorted(state.name(name, Kind.TASK) for name in parsed.after)) or None,
        "finalize": state.name(parsed.finalize, Kind.TASK) if parsed.finalize else None,
        "when": parsed.when,
        "state": "suspended",
        "tags": full_tags(state, parsed.tags) or None,
    }
    return replace(item, definition=parsed.definition, comment=parsed.comment, properties=properties(**settings))
