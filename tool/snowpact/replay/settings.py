"""CREATE of stages, file formats, tags and streamlits: the object and its settings, by lower-case name."""

from __future__ import annotations

from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.replay.governance import full_tags
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.settings import parse_create_settings

SECRET = frozenset({"credentials", "encryption", "password", "secret_string"})
"""Settings whose values are nobody's business: a catalog is printed."""


@replays("CREATE", Kind.STAGE, Kind.FILE_FORMAT, Kind.TAG, Kind.STREAMLIT)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_settings(statement.text)
    kind = Kind(statement.kind)
    name = state.name(parsed.name, kind)
    if parsed.clone is not None:
        item = replace(state.require(kind, state.name(parsed.clone, kind)), name=name)
    else:
        settings = {key: value for key, value in parsed.settings if key not in SECRET}
        temporary = True if "temporary" in parsed.modifiers else None
        more = {"temporary": temporary, "tags": full_tags(state, parsed.tags) or None, "allowed_values": parsed.allowed_values or None}
        given = properties(**{**settings, **more})
        item = CatalogObject(kind, name, comment=parsed.comment, properties=given)
    found = state.create(item, parsed.modifiers, "copy grants" in parsed.flags)
    if found is not None:
        align(state, found, item)
