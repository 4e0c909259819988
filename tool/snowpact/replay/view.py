"""CREATE VIEW. The column list is frozen here: ``SELECT *`` is expanded once, at creation.

https://docs.snowflake.com/en/sql-reference/sql/create-view
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.change import ReplaceObject
from snowpact.model.names import Name
from snowpact.replay.governance import attachments, governed
from snowpact.replay.properties import attached
from snowpact.replay.queries import columns_of, declared_over, require_names
from snowpact.replay.registry import replays
from snowpact.replay.state import State
from snowpact.sql.classify import Classified
from snowpact.sql.statements.create_view import CreateView, parse_create_view


@replays("CREATE", Kind.VIEW, Kind.MATERIALIZED_VIEW)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_view(statement.text)
    name = state.name(parsed.name)
    with _reading_itself(state, name, parsed):
        found = columns_of(state.inside(name), parsed.query, name)
        require_names(state, parsed.columns, name)
    columns = tuple(governed(state, replace(column, nullable=True)) for column in declared_over(parsed.columns, found))
    item = CatalogObject(
        Kind.MATERIALIZED_VIEW if parsed.materialized else Kind.VIEW,
        name,
        columns,
        definition=parsed.query,
        comment=parsed.comment,
        properties=properties(
            secure=True if "secure" in parsed.modifiers else None,
            temporary=True if "temporary" in parsed.modifiers else None,
            recursive=True if "recursive" in parsed.modifiers else None,
            change_tracking=True if dict(parsed.options).get("change_tracking") == "TRUE" else None,
            cluster_by=parsed.cluster_by,
            **attachments(state, parsed.tags, parsed.options),
        ),
    )
    altered = state.create(item, parsed.modifiers, ("copy grants", "TRUE") in parsed.options)
    if altered is not None and altered != (wanted := attached(altered, item)):
        state.emit(ReplaceObject(kind=altered.kind, object=name, before=altered, after=wanted))


@contextmanager
def _reading_itself(state: State, name: Name, parsed: CreateView) -> Iterator[None]:
    """A recursive view's query reads the view, by the columns that it must declare."""
    itself = CatalogObject(Kind.VIEW, name, tuple(definition.column for definition in parsed.columns))
    if "recursive" not in parsed.modifiers or itself.key in state.draft:
        yield
        return
    state.draft[itself.key] = itself
    try:
        yield
    finally:
        del state.draft[itself.key]
