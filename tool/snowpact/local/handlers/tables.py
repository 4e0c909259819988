"""CREATE TABLE in all its forms, DROP and UNDROP of relations, TRUNCATE."""

from __future__ import annotations

from snowpact.local import creation
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.create_table import parse_create_table


@handles("CREATE", Kind.TABLE)
def create_table(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_table(statement.text)
    name = session.name(parsed.name)
    session.require(Kind.SCHEMA, name.parent)
    creation.refuse_unknown(parsed)
    found = session.find(Kind.TABLE, name)
    temporary = "temporary" in parsed.modifiers or "volatile" in parsed.modifiers
    if found and found.temporary != temporary and temporary:
        found = None  # a temporary table hides the permanent one of its name
    if found and "if not exists" in parsed.modifiers:
        return message(f"{name.name} already exists, statement succeeded.")
    if found and "or alter" in parsed.modifiers:
        raise UnsupportedFeature("CREATE OR ALTER TABLE")
    if found and "or replace" not in parsed.modifiers:
        raise exists(name)
    if found and found.object.kind is not Kind.TABLE:
        raise compilation(f"Object found is of type '{found.object.kind.value}' specified type was 'TABLE'.", 2002, "42710")  # number [M]
    plan = creation.plan(session, parsed, name, temporary)
    with ddl(session) as change:
        if found:
            change.drop(found)
        creation.build(change, plan)
    return message(f"Table {name.name} successfully created.")
