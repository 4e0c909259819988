"""CREATE TABLE in all its forms, and TRUNCATE."""

from __future__ import annotations

from snowpact.local import alter_to, creation, dml
from snowpact.local.ddl import ddl
from snowpact.local.errors import missing
from snowpact.local.existing import existing
from snowpact.local.governance import attaching
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.local.stages import loads
from snowpact.local.streams import log
from snowpact.model.catalog import Kind
from snowpact.sql.classify import Classified
from snowpact.sql.statements.create_table import parse_create_table


@handles("CREATE", Kind.TABLE)
def create_table(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_table(statement.text)
    name = session.name(parsed.name)
    creation.refuse_unknown(parsed)
    if "or_alter" in parsed.modifiers:
        alter_to.refuse_forms(parsed)
    temporary = bool({"temporary", "volatile"} & parsed.modifiers)
    found = existing(session, Kind.TABLE, name, parsed.modifiers, temporary)
    plan = creation.plan(session, parsed, name, temporary)
    with ddl(session) as change:
        if found and "or_alter" in parsed.modifiers:
            alter_to.alter_to(change, found, parsed, plan.item)
            return message(f"{name.name} successfully altered.")
        copy_grants = "copy grants" in dict(parsed.options)
        if found:
            change.replace(found, copy_grants)
        elif copy_grants and plan.copied:  # https://docs.snowflake.com/en/sql-reference/sql/create-clone#general-usage-notes
            change.keep_grants(plan.copied, name)
        attaching.on_creation(change, creation.build(change, plan), parsed.columns, parsed.tags, parsed.options)
    return message(f"Table {name.name} successfully created.")


@handles("TRUNCATE", Kind.TABLE)
def truncate(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name)
    found = session.find(Kind.TABLE, name)
    if found is None:
        if "if_exists" in statement.modifiers:
            return message("Statement executed successfully.")
        raise missing(name, "Table")
    dml.writable(found)
    with ddl(session) as change:
        with log.recorded(session, found, log.every_row(found), write=change.run):
            change.run(f"DELETE FROM {found.table}")
        loads.forget(change.run, found.id)
        change.alter(found)
    return message("Statement executed successfully.")
