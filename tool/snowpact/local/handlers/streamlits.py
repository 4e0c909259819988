"""Streamlit apps: CREATE and DROP. `snowpact local app` runs one.

https://docs.snowflake.com/en/sql-reference/sql/create-streamlit: FROM copies the app's files from an internal named stage.
"""

from __future__ import annotations

import shutil

from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation
from snowpact.local.existing import existing
from snowpact.local.handlers.drop import drop
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages.files import forget, listed
from snowpact.local.stages.location import Location, folder_of, locate
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.settings import parse_create_settings

MAIN_FILE = "streamlit_app.py"
"""Where MAIN_FILE is not given."""

_SETTINGS = {"from", "main_file", "query_warehouse", "title"}


@handles("CREATE", Kind.STREAMLIT)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_settings(statement.text)
    settings = dict(parsed.settings)
    if parsed.tags or parsed.flags or parsed.clone or settings.keys() - _SETTINGS:
        unknown = sorted(settings.keys() - _SETTINGS) or ["tags, flags or CLONE"]
        raise UnsupportedFeature(f"CREATE STREAMLIT with {unknown[0].upper()}")
    name = session.name(statement.name)
    found = existing(session, Kind.STREAMLIT, name, statement.modifiers)
    if "from" not in settings:
        raise UnsupportedFeature("CREATE STREAMLIT without FROM")
    source = locate(session, settings.pop("from"))
    if source.record is None or source.record.object.kind is not Kind.STAGE:
        raise compilation("The source location of a Streamlit app must be an internal named stage.", 1003, "42000")  # text and number [M]
    settings = {"main_file": MAIN_FILE, **settings}
    if "query_warehouse" in settings:
        settings["query_warehouse"] = Name.parse(settings["query_warehouse"]).name
    item = CatalogObject(Kind.STREAMLIT, name, comment=parsed.comment).with_properties(**settings)
    with ddl(session) as change:
        if found:
            change.drop(found)
            change.after_commit(lambda: forget(folder_of(session, found)))
        made = change.create(item)
        change.after_commit(lambda: _copy(source, Location(folder_of(session, made), "", "")))
    return message(f"Streamlit {name.name} successfully created.")


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
