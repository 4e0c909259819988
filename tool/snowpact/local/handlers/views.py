"""CREATE VIEW and CREATE MATERIALIZED VIEW."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import materialized
from snowpact.local.creation import require_names
from snowpact.local.ddl import ddl
from snowpact.local.existing import existing
from snowpact.local.governance import attaching
from snowpact.local.recursive import itself_in, unrolled
from snowpact.local.registry import handles
from snowpact.local.relation import query_of
from snowpact.local.result import EngineResult, message
from snowpact.local.scope import Scope
from snowpact.local.session import Session
from snowpact.local.tables import distinct
from snowpact.local.views import check_count
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.create_view import CreateView, parse_create_view

HARMLESS = {"copy grants", "change_tracking"}
"""Options without an effect on what the engine does; CHANGE_TRACKING is kept as a property."""


@handles("CREATE", Kind.VIEW, Kind.MATERIALIZED_VIEW)
def create_view(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_view(statement.text)
    kind = Kind.MATERIALIZED_VIEW if parsed.materialized else Kind.VIEW
    if parsed.materialized and {"or_alter", "temporary", "recursive"} & parsed.modifiers:
        raise UnsupportedFeature("OR ALTER, TEMPORARY and RECURSIVE of a materialized view")
    for key, _ in parsed.options:
        if key not in HARMLESS and key != "row access policy":
            raise UnsupportedFeature(f"CREATE {kind.value} … {key.upper()}")
    name = session.name(parsed.name)
    temporary = "temporary" in parsed.modifiers
    found = existing(session, kind, name, parsed.modifiers, temporary)
    item = _object(session, parsed, name, temporary)
    kept = {"text": statement.text}
    if parsed.materialized:
        scope = Scope(session, name.parts[0], name.parts[1])
        kept["base"] = materialized.base_of(scope, session.parse(parsed.query), session.find)
    with ddl(session) as change:
        if found and "or_alter" in parsed.modifiers:
            change.alter(found, item, extra={**found.extra, **kept})
        else:
            if found:
                change.replace(found, "copy grants" in dict(parsed.options))
            record = change.create(item, temporary=temporary, extra=kept)
            attaching.on_creation(change, record, parsed.columns, parsed.tags, parsed.options)
    return message(f"{kind.value.capitalize()} {name.name} successfully created.")


def _query(scope: Scope, parsed: CreateView, name: Name) -> str:
    """The text of the view's query, for its columns: of a recursive one as what it is short for."""
    query = scope.session.parse(parsed.query)
    if not itself_in(scope, query, name):
        return parsed.query
    columns = [item.column.name for item in parsed.columns] if "recursive" in parsed.modifiers else []
    return unrolled(scope, query, name, columns).sql(dialect="snowflake")


def _object(session: Session, parsed: CreateView, name: Name, temporary: bool) -> CatalogObject:
    """The view with its columns as they are now. Its names resolve in its own schema, not in the session's."""
    scope = Scope(session, name.parts[0], name.parts[1])
    columns = query_of(session, _query(scope, parsed, name), scope).columns
    require_names(session, parsed.query, parsed.columns)
    if parsed.columns:
        check_count(name, len(parsed.columns), len(columns))
        columns = tuple(
            replace(attaching.bare(item.column), type=column.type, certainty=column.certainty, reason=column.reason, nullable=True)
            for item, column in zip(parsed.columns, columns, strict=True)
        )
    return CatalogObject(
        Kind.MATERIALIZED_VIEW if parsed.materialized else Kind.VIEW,
        name,
        distinct(columns),
        definition=parsed.query,
        comment=parsed.comment,
        properties=properties(
            secure=True if "secure" in parsed.modifiers else None,
            temporary=True if temporary else None,
            recursive=True if "recursive" in parsed.modifiers else None,
            cluster_by=parsed.cluster_by,
            change_tracking=True if dict(parsed.options).get("change_tracking") == "TRUE" else None,
        ),
    )
