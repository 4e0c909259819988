"""CREATE DATABASE and SCHEMA. Every new database has a schema PUBLIC; what is created becomes current [M]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.change import CreateObject
from snowpact.model.names import Name
from snowpact.replay.properties import align_settings
from snowpact.replay.registry import replays
from snowpact.replay.state import Opaque, Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.relocate import relocated
from snowpact.sql.statements.clauses import read_comment, read_property

SETTINGS = {"DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "DEFAULT_DDL_COLLATION", "LOG_LEVEL", "TRACE_LEVEL"}


@replays("CREATE", Kind.DATABASE, Kind.SCHEMA, "VERSIONED SCHEMA")
def create(state: State, statement: Classified) -> None:
    """A versioned schema is the schema of a native app's setup script, made anew with each version."""
    kind = Kind.DATABASE if statement.kind is Kind.DATABASE else Kind.SCHEMA
    name = state.name(statement.name or "", kind)
    item, source = _read(state, statement, CatalogObject(kind, name))
    item = state.inherited(item)
    found = state.find(kind, name)
    if kind is Kind.SCHEMA and name.name == "INFORMATION_SCHEMA":
        raise Refused(f"002002 (42710): {kind} {name} already exists")
    copied = state.draft.within(source) if source is not None else []
    if found is not None and "or_replace" in statement.modifiers:
        state.drop(found)
        found = None
    if found is None and kind is Kind.SCHEMA and name.parent is not None:
        _require_database(state, name.parent)
    altered = state.create(item, statement.modifiers)
    if altered is not None:
        align_settings(state, altered, item)
    if found is None:
        state.complete.add(name)
        if source is not None:
            _clone_inside(state, copied, source, name)
        elif kind is Kind.DATABASE:
            public = state.inherited(CatalogObject(Kind.SCHEMA, name.child("PUBLIC")))
            state.emit(CreateObject(kind=Kind.SCHEMA, object=public.name, after=public))
            state.complete.add(public.name)
    state.use(name.parts[0], name.parts[1] if kind is Kind.SCHEMA else "PUBLIC")


def _require_database(state: State, database: Name) -> None:
    """A schema in a database that nobody made here: the database stands on the target already, unless it was dropped here."""
    if state.find(Kind.DATABASE, database) is None and not state.suppose(Kind.DATABASE, database, CatalogObject(Kind.DATABASE, database)):
        state.require(Kind.DATABASE, database)


def _read(state: State, statement: Classified, item: CatalogObject) -> tuple[CatalogObject, Name | None]:
    """The object with its options, and what it is a clone of."""
    cursor = statement.cursor()
    comment, source, model, settings = None, None, None, {}
    while not cursor.done:
        if cursor.accept("CLONE"):
            source = state.name(cursor.name(), item.kind)
            model = state.require(item.kind, source)
        elif cursor.accept("WITH MANAGED ACCESS"):
            settings["managed_access"] = True
        elif (found := read_comment(cursor)) is not None:
            comment = found
        elif (pair := read_property(cursor, SETTINGS)) is not None:
            settings[pair[0]] = pair[1]
        elif cursor.accept("FROM SHARE"):
            raise Opaque(f"{item.name} is made from a share, whose content is its provider's", (item.name,))
        else:
            raise Opaque(f"CREATE {item.kind.value} with a clause that is not modelled: {cursor.rest()[:40]}", (item.name,))
    if model is not None:  # what is set on the model is set on its clone (https://docs.snowflake.com/en/sql-reference/sql/create-clone)
        settings = {key: value for key, value in model.properties if key.upper() in SETTINGS} | settings
        comment = comment or model.comment
    transient = True if "transient" in statement.modifiers else None
    return replace(item, comment=comment, properties=properties(transient=transient, **settings)), source


def _clone_inside(state: State, copied: Sequence[CatalogObject], source: Name, target: Name) -> None:
    """Everything that was in the source, under the target's name; containers before what is in them. What runs by itself starts suspended
    (https://docs.snowflake.com/en/sql-reference/sql/create-clone); a stream starts now."""
    for item in reversed(copied):
        name = Name((*target.parts, *item.name.parts[len(source.parts) :]))
        copy = state.inherited(relocated(replace(item, name=name), source, target)).with_properties(**_ANEW.get(item.kind, {}))
        state.emit(CreateObject(kind=item.kind, object=name, after=copy))


_ANEW: dict[Kind, dict[str, str | None]] = {
    Kind.TASK: {"state": "suspended"},
    Kind.DYNAMIC_TABLE: {"scheduling_state": "SUSPENDED"},
    Kind.STREAM: {"show_initial_rows": None},
}
