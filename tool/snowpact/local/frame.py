"""What ALTER and DROP of a named object have in common, whatever its kind: finding it, IF EXISTS, its new name and comment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from snowpact.local.containers import rename
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import exists, missing
from snowpact.local.objects import DEPTH, Record
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, RenameTo, SetProperties, UnsetProperties
from snowpact.sql.statements.alter_object import parse_alter_object

DONE = message("Statement executed successfully.")
NOTHING_DROPPED = message("Drop statement executed successfully.")


def found(session: Session, kind: Kind, written: str | None, optional: bool) -> Record | None:
    """The object of that kind; None where it may be missing and is. INTEGRATION means one of any kind."""
    name = session.name(written, DEPTH.get(kind, 3))
    record = session.find(kind, name)
    if record is not None and record.object.kind is not kind and kind is not Kind.INTEGRATION:
        raise missing(name, kind.value.capitalize())
    if record is None and not optional:
        raise missing(name, kind.value.capitalize())
    return record


def alter(session: Session, statement: Classified, apply: Callable[[Ddl, Record, Action], Record]) -> EngineResult:
    """``apply`` carries out one action and answers the object as it leaves it."""
    parsed = parse_alter_object(statement.text)
    record = found(session, Kind(parsed.kind), parsed.name, parsed.if_exists)
    if record is None:
        return DONE
    with ddl(session) as change:
        for action in parsed.actions:
            record = apply(change, record, action)
    return DONE


def plain(change: Ddl, record: Record, action: Action) -> Record:
    """RENAME TO, and SET and UNSET of COMMENT alone. Raises UnsupportedFeature for any other action."""
    item = record.object
    if isinstance(action, RenameTo):
        return renamed(change, record, action)
    if isinstance(action, SetProperties) and [key for key, _ in action.values] == ["comment"]:
        return change.alter(record, replace(item, comment=action.values[0][1]))
    if isinstance(action, UnsetProperties) and action.keys == ("comment",):
        return change.alter(record, replace(item, comment=None))
    raise UnsupportedFeature(f"ALTER {item.kind.value} … {type(action).__name__}")


def renamed(change: Ddl, record: Record, action: RenameTo) -> Record:
    kind = record.object.kind
    to = change.session.name(action.name, DEPTH.get(kind, 3))
    if change.get(kind.domain, to):
        raise exists(to, kind.value.capitalize())
    rename(change, record, to)
    return change.records[record.id]


def drop(session: Session, statement: Classified, drop_record: Callable[[Ddl, Record], None] = Ddl.drop) -> EngineResult:
    """``drop_record`` also raises where the object must stay."""
    record = found(session, Kind(statement.kind), statement.name, "if_exists" in statement.modifiers)
    statement.cursor().finish()
    if record is None:
        return NOTHING_DROPPED
    with ddl(session) as change:
        drop_record(change, record)
    return message(f"{record.name.name} successfully dropped.")
