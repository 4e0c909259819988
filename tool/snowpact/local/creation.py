"""What CREATE TABLE makes: from columns, LIKE, CLONE or a query; worked out first, so that an error leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from snowpact.local import defaults, retention, tables
from snowpact.local.ddl import Ddl
from snowpact.local.errors import compilation, invalid_identifier, missing
from snowpact.local.governance import access, attaching
from snowpact.local.objects import Record
from snowpact.local.relation import Query, query_of
from snowpact.local.session import Session
from snowpact.local.stages.template import columns_of
from snowpact.local.streams import offsets
from snowpact.model.catalog import CatalogObject, Column, Constraint, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.statements.columns import ColumnDefinition
from snowpact.sql.statements.create_table import CreateTable
from snowpact.sql.typing import is_nameless

IGNORED = {"copy grants", "copy tags", "max_data_extension_time_in_days", "data_retention_time_in_days", "enable_schema_evolution"}
"""Options without an effect on what the engine makes; the last two are kept as properties."""


@dataclass(frozen=True)
class Plan:
    """An object to be made and where its rows come from: a query, or a table whose physical rows are copied."""

    item: CatalogObject
    temporary: bool = False
    query: Query | None = None
    copied: Record | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def refuse_unknown(parsed: CreateTable) -> None:
    """Raise for what the engine would have to ignore."""
    if parsed.like and "copy grants" in dict(parsed.options):
        raise UnsupportedFeature("COPY GRANTS with LIKE")
    for item in parsed.columns:
        if item.options and dict(item.options).keys() - {"order", "masking using"}:
            raise UnsupportedFeature("column policies")
        if item.column.type.base != "UNKNOWN":
            tables.refuse_column(item.column)
    for key, _ in parsed.options:
        if key not in IGNORED and key not in ("change_tracking", "row access policy"):
            raise UnsupportedFeature(f"CREATE TABLE … {key.upper()}")


def plan(session: Session, parsed: CreateTable, name: Name, temporary: bool) -> Plan:
    options = dict(parsed.options)
    shared = properties(
        transient=True if "transient" in parsed.modifiers else None,
        temporary=True if temporary else None,
        cluster_by=parsed.cluster_by,
        change_tracking=True if options.get("change_tracking") == "TRUE" else None,
        enable_schema_evolution=True if options.get("enable_schema_evolution") == "TRUE" else None,
        data_retention_time_in_days=options.get("data_retention_time_in_days"),
    )
    item = retention.check(CatalogObject(Kind.TABLE, name, comment=parsed.comment, properties=shared))
    if parsed.like or parsed.clone:
        source = session.require(Kind.TABLE, session.name(parsed.like or parsed.clone))
        access.require(session, source, "SELECT", label="Table")
        if source.object.kind is not Kind.TABLE:
            raise UnsupportedFeature(f"CREATE TABLE … {'LIKE' if parsed.like else 'CLONE'} of a {source.object.kind}")
        kept = {"cluster_by": source.object.property("cluster_by"), **dict(shared)}
        made = replace(source.object, name=name, comment=parsed.comment or source.object.comment, properties=properties(**kept))
        kept_extra = {key: source.extra[key] for key in attaching.ATTACHED if key in source.extra}
        return Plan(made, temporary, copied=source if parsed.clone else None, extra=kept_extra)
    if parsed.template is not None:
        return Plan(replace(item, columns=tables.distinct(columns_of(session, parsed.template))), temporary)
    if parsed.query is None:
        columns = tuple(attaching.bare(item.column) for item in parsed.columns)
        if not columns:
            raise compilation("Missing column specification", 2022, "42601")  # number [M]
        defaults.check(session, columns)
        return Plan(replace(item, columns=tables.distinct(columns), constraints=_constraints(session, parsed)), temporary)
    query = query_of(session, parsed.query)
    require_names(session, parsed.query, parsed.columns)
    columns = tuple(_named_by(query, parsed.columns)) if parsed.columns else query.columns
    return Plan(replace(item, columns=tables.distinct(columns), constraints=_constraints(session, parsed)), temporary, query)


def require_names(session: Session, query: str, declared: tuple[ColumnDefinition, ...]) -> None:
    """A table or view made of a query needs a name for each column: of an expression an alias, or a list of names."""
    if not declared and is_nameless(session.parse(query)):
        raise compilation("Missing column specification", 2022, "42601")  # number [M]


def _named_by(query: Query, declared: tuple[ColumnDefinition, ...]) -> list[Column]:
    """CTAS with a column list: names, and types where given, from the list."""
    if len(declared) != len(query.columns):
        raise compilation("Invalid column definition list", 2026, "42601")
    pairs = zip([attaching.bare(item.column) for item in declared], query.columns, strict=True)
    return [
        replace(column, type=found.type, certainty=found.certainty, reason=found.reason) if column.type.base == "UNKNOWN" else column
        for column, found in pairs
    ]


def _constraints(session: Session, parsed: CreateTable) -> tuple[Constraint, ...]:
    """Declared keys: kept and not enforced, as Snowflake does; a CHECK would have to be."""
    found = []
    for item in parsed.constraints:
        constraint = item.constraint
        if constraint.kind == "CHECK":
            raise UnsupportedFeature("CHECK constraints")
        if constraint.references is not None:
            constraint = replace(constraint, references=session.complete(constraint.references))
            if session.find(Kind.TABLE, constraint.references) is None and constraint.references != session.name(parsed.name):
                raise missing(constraint.references, "Table")
        declared = {column.column.name for column in parsed.columns}
        for column in constraint.columns:
            if column not in declared:
                raise invalid_identifier(column)
        found.append(constraint)
    return tuple(found)


def build(change: Ddl, plan: Plan) -> Record:
    """Make the table and fill it, in the statement's transaction."""
    record = tables.make(change, plan.item, plan.temporary, plan.extra, like=plan.copied)
    names = [column.name for column in plan.item.columns]
    if plan.query is not None:
        change.run(tables.insert(record, names, plan.query.sql, plan.query.types))
        offsets.move(change.session, change.run)
    elif plan.copied is not None:
        tables.clone_rows(change, plan.copied, record)
    return record
