"""CREATE, ALTER and DROP SHARE: https://docs.snowflake.com/en/sql-reference/sql/create-share, alter-share, drop-share.

Accounts that are added are kept and shown; none is there to read what is shared.
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, missing
from snowpact.local.existing import existing
from snowpact.local.governance import parties
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, AddTo, RemoveFrom, SetProperties, UnsetProperties
from snowpact.sql.statements.alter_object import parse_alter_object
from snowpact.sql.statements.settings import parse_create_settings

DONE = message("Statement executed successfully.")


@handles("CREATE", Kind.SHARE)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_settings(statement.text)
    if parsed.settings or parsed.tags or parsed.clone:
        raise UnsupportedFeature(f"CREATE SHARE … {parsed.settings[0][0].upper() if parsed.settings else 'TAG'}")
    name = session.name(parsed.name, 1)
    found = existing(session, Kind.SHARE, name, parsed.modifiers)
    with ddl(session) as change:
        if found:
            parties.follow(change, found, None)
            change.drop(found)
        change.create(CatalogObject(Kind.SHARE, name, comment=parsed.comment))
    return message(f"Share {name.name} successfully created.")


@handles("ALTER", Kind.SHARE)
def alter(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_alter_object(statement.text)
    record = _found(session, parsed.name, parsed.if_exists)
    if record is None:
        return DONE
    with ddl(session) as change:
        for action in parsed.actions:
            record = change.alter(record, _altered(record.object, action))
    return DONE


def _altered(item: CatalogObject, action: Action) -> CatalogObject:
    accounts = tuple(item.property("accounts") or ())
    if isinstance(action, AddTo) and action.key == "accounts":
        return item.with_properties(accounts=_listed((*accounts, *action.values)))
    if isinstance(action, RemoveFrom) and action.key == "accounts":
        gone = _listed(action.values) or ()
        return item.with_properties(accounts=tuple(account for account in accounts if account not in gone) or None)
    if isinstance(action, SetProperties):
        values = dict(action.values)
        if set(values) <= {"accounts", "comment"}:
            item = replace(item, comment=values["comment"]) if "comment" in values else item
            given = _listed(tuple(account.strip() for account in values.get("accounts", "").split(",") if account.strip()))
            return item.with_properties(accounts=given) if "accounts" in values else item
    if isinstance(action, UnsetProperties) and action.keys == ("comment",):
        return replace(item, comment=None)
    raise UnsupportedFeature(f"ALTER SHARE … {type(action).__name__}")


def _listed(accounts: tuple[str, ...]) -> tuple[str, ...] | None:
    names = tuple(dict.fromkeys(account.upper() for account in accounts))
    if "SNOWPACT" in {name.rpartition(".")[2] for name in names}:
        raise compilation("Cannot add the account that owns a share to it.", 3066, "42601")  # text and number [M]
    return names or None


@handles("DROP", Kind.SHARE)
def drop(session: Session, statement: Classified) -> EngineResult:
    record = _found(session, statement.name, "if_exists" in statement.modifiers)
    statement.cursor().finish()
    if record is None:
        return message("Drop statement executed successfully.")
    with ddl(session) as change:
        parties.follow(change, record, None)
        change.drop(record)
    return message(f"{record.name.name} successfully dropped.")


def _found(session: Session, written: str | None, optional: bool) -> Record | None:
    name = session.name(written, 1)
    record = session.find(Kind.SHARE, name)
    if record is None and not optional:
        raise missing(name, "Share")
    return record
