"""Streamlit apps: CREATE, ALTER and DROP. `snowpact local app` runs one.

https://docs.snowflake.com/en/sql-reference/sql/create-streamlit: FROM copies the app's files from an internal named stage; without it
the app has none yet.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from snowpact.local import frame
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation
from snowpact.local.existing import existing
from snowpact.local.handlers.drop import drop
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages.files import forget, listed
from snowpact.local.stages.location import Location, folder_of, locate
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, SetProperties, UnsetProperties
from snowpact.sql.statements.settings import parse_create_settings

MAIN_FILE = "streamlit_app.py"
"""Where MAIN_FILE is not given."""

_ALTERED = {"main_file", "query_warehouse", "title"}
_SETTINGS = {"from", *_ALTERED}


@handles("CREATE", Kind.STREAMLIT)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_settings(statement.text)
    settings = dict(parsed.settings)
    if parsed.tags or parsed.flags or parsed.clone or settings.keys() - _SETTINGS:
        unknown = sorted(settings.keys() - _SETTINGS) or ["tags, flags or CLONE"]
        raise UnsupportedFeature(f"CREATE STREAMLIT with {unknown[0].upper()}")
    name = session.name(statement.name)
    found = existing(session, Kind.STREAMLIT, name, statement.modifiers)
    source = _source(session, settings.pop("from")) if "from" in settings else None
    item = CatalogObject(Kind.STREAMLIT, name, comment=parsed.comment).with_properties(**_kept({"main_file": MAIN_FILE, **settings}))
    with ddl(session) as change:
        if found:
            change.drop(found)
            change.after_commit(lambda: forget(folder_of(session, found)))
        made = change.create(item)
        if source is not None:
            change.after_commit(lambda: _copy(source, Location(folder_of(session, made), "", "")))
    return message(f"Streamlit {name.name} successfully created.")


def _source(session: Session, text: str) -> Location:
    source = locate(session, text)
    if source.record is None or source.record.object.kind is not Kind.STAGE:
        raise compilation("The source location of a Streamlit app must be an internal named stage.", 1003, "42000")  # text and number [M]
    return source


def _kept(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are stored: a warehouse by its name."""
    return {key: Name.parse(value).name if key == "query_warehouse" else value for key, value in settings.items()}


@handles("ALTER", Kind.STREAMLIT)
def alter(session: Session, statement: Classified) -> EngineResult:
    """https://docs.snowflake.com/en/sql-reference/sql/alter-streamlit: SET, UNSET and RENAME TO; its versions are refused."""
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: Action) -> Record:
    item = record.object
    if isinstance(action, SetProperties) and {key for key, _ in action.values} <= {"comment", *_ALTERED}:
        values = dict(action.values)
        item = replace(item, comment=values.pop("comment", item.comment))
        return change.alter(record, item.with_properties(**_kept(values)))
    if isinstance(action, UnsetProperties) and set(action.keys) <= {"comment", "query_warehouse", "title"}:
        item = replace(item, comment=None) if "comment" in action.keys else item
        return change.alter(record, item.with_properties(**{key: None for key in action.keys if key != "comment"}))
    return frame.plain(change, record, action)


def _copy(source: Location, target: Location) -> None:
    for file in listed(source):
        path = target.folder / file.path.relative_to(source.at(source.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, path)


@handles("DROP", Kind.STREAMLIT)
def drop_streamlit(session: Session, statement: Classified) -> EngineResult:
    record = session.find(Kind.STREAMLIT, session.name(statement.name))
    result = drop(session, statement)
    if record is not None:
        forget(folder_of(session, record))
    return result
