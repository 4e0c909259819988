"""What CREATE does about an object that is there already: one rule for every kind."""

from __future__ import annotations

from collections.abc import Collection

from snowpact.local.errors import compilation, exists, syntax_error
from snowpact.local.objects import Record
from snowpact.local.result import Already, message
from snowpact.local.session import Session
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.names import Name


def existing(session: Session, kind: Kind, name: Name, modifiers: Collection[str], temporary: bool = False) -> Record | None:
    """The object that CREATE is to replace or alter; None where it makes a new one.

    A temporary object hides a permanent one of its name and does not replace it. Raises Already, or Snowflake's error where the name
    is taken.
    """
    if {"or_replace", "if_not_exists"} <= set(modifiers):
        raise compilation("options 'OR REPLACE' and 'IF NOT EXISTS' are incompatible.", 1420, "42601")  # number [M]
    if {"or_alter", "if_not_exists"} <= set(modifiers):
        raise syntax_error("IF")
    if len(name.parts) == 3:
        session.require(Kind.SCHEMA, Name(name.parts[:2]))
        if name.schema == "INFORMATION_SCHEMA":
            raise compilation("Objects can't be created in INFORMATION_SCHEMA.", 3001, "42501")
    found = session.find(kind, name)
    if found is None and kind in RELATIONS and session.find(Kind.STREAM, name):  # FROM could not tell them apart
        raise exists(name)
    if found is None or (temporary and not found.temporary):
        return None
    if "if_not_exists" in modifiers:
        raise Already(message(f"{name.name} already exists, statement succeeded."))
    if not {"or_replace", "or_alter"} & set(modifiers):
        raise exists(name)
    if found.object.kind is not kind:
        raise compilation(f"Object found is of type '{found.object.kind.value}' specified type was '{kind.value}'.", 2002, "42710")  # [M]
    return found
