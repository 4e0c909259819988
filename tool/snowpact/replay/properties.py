"""An object's own settings: one Change for each that differs."""

from __future__ import annotations

from typing import Any

from snowpact.model.catalog import CatalogObject
from snowpact.model.change import ChangeComment, ChangeDefinition, ChangeProperty
from snowpact.model.text import same_text
from snowpact.replay.state import ATTACHED, State


def set_property(state: State, item: CatalogObject, key: str, value: Any) -> None:
    before = item.property(key)
    if before != value:
        state.emit(ChangeProperty(kind=item.kind, object=item.name, property=key, before=before, after=value))


def set_comment(state: State, item: CatalogObject, comment: str | None) -> None:
    if item.comment != comment:
        state.emit(ChangeComment(kind=item.kind, object=item.name, before=item.comment, after=comment))


def set_definition(state: State, item: CatalogObject, definition: str | None) -> None:
    if not same_text(item.definition, definition):
        state.emit(ChangeDefinition(kind=item.kind, object=item.name, before=item.definition, after=definition))


def align(state: State, found: CatalogObject, wanted: CatalogObject, kept: frozenset[str] = ATTACHED) -> None:
    """CREATE OR ALTER of an object without columns: what is not said is unset, what is attached stays."""
    set_definition(state, found, wanted.definition)
    align_settings(state, found, wanted, kept)


def align_settings(state: State, found: CatalogObject, wanted: CatalogObject, kept: frozenset[str] = ATTACHED) -> None:
    set_comment(state, found, wanted.comment)
    before, after = dict(found.properties), dict(wanted.properties)
    for key in sorted({*before, *after} - kept):
        set_property(state, found, key, after.get(key))


def attached(found: CatalogObject, wanted: CatalogObject) -> CatalogObject:
    """``wanted`` with what is attached to ``found``, for a definition that is put in another's place."""
    return wanted.with_properties(**{key: value for key, value in found.properties if key in ATTACHED})
