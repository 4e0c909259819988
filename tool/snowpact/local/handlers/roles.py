"""CREATE, ALTER and DROP of roles, database roles and users.

https://docs.snowflake.com/en/sql-reference/sql/create-role, drop-role, create-database-role, create-user, alter-user
"""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import frame
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation, exists
from snowpact.local.existing import existing
from snowpact.local.governance import parties, tagging
from snowpact.local.objects import DEPTH, Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.roles import BUILT_IN
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.statements.actions import Action, RenameTo, SetProperties, SetTags, UnsetProperties, UnsetTags
from snowpact.sql.statements.settings import parse_create_settings

KINDS = (Kind.ROLE, Kind.DATABASE_ROLE, Kind.USER)


@handles("CREATE", *KINDS)
def create(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_settings(statement.text)
    kind = Kind(parsed.kind)
    if parsed.clone or parsed.tags or "or_alter" in parsed.modifiers:
        raise UnsupportedFeature(f"CREATE {kind.value} … {'CLONE' if parsed.clone else 'TAG' if parsed.tags else 'OR ALTER'}")
    name = session.name(parsed.name, DEPTH[kind])
    if kind is Kind.DATABASE_ROLE:
        session.require(Kind.DATABASE, Name(name.parts[:1]))
    found = existing(session, kind, name, parsed.modifiers)
    if found and found.id < 0:
        raise exists(name, kind.value.capitalize())
    item = CatalogObject(kind, name, comment=parsed.comment)
    if kind is Kind.USER:
        item = parties.user(item, dict(parsed.settings))
    elif parsed.settings:
        raise compilation(f"invalid property '{parsed.settings[0][0].upper()}' for '{kind.value}'", 1422, "22023")
    with ddl(session) as change:
        if found:
            _drop(change, found)
        change.create(item)
    return message(f"{kind.value.capitalize()} {name.name} successfully created.")


_LOGIN_POLICIES = tuple(f"{verb} {word} POLICY" for verb in ("SET", "UNSET") for word in ("PASSWORD", "SESSION", "AUTHENTICATION"))


@handles("ALTER", *KINDS)
def alter(session: Session, statement: Classified) -> EngineResult:
    if statement.kind is Kind.USER and (phrase := statement.cursor().accept(*_LOGIN_POLICIES)):
        raise UnsupportedFeature(f"ALTER USER … {phrase}")
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: Action) -> Record:
    kind = record.object.kind
    if isinstance(action, RenameTo):
        if record.id < 0:
            raise compilation(f"The {kind} '{record.name}' can't be renamed.", 3045, "42601")  # text and number [M]
        after = frame.renamed(change, record, action)
        parties.follow(change, record, after.name)
        return after
    if isinstance(action, SetProperties):
        return change.alter(record, _with(record.object, dict(action.values)))
    if isinstance(action, UnsetProperties):
        return change.alter(record, _with(record.object, dict.fromkeys(action.keys)))
    if isinstance(action, SetTags):
        return tagging.set_tags(change, record, action)
    if isinstance(action, UnsetTags):
        return tagging.unset_tags(change, record, action)
    raise UnsupportedFeature(f"ALTER {kind.value} … {type(action).__name__}")


def _with(item: CatalogObject, settings: dict[str, str | None]) -> CatalogObject:
    if "comment" in settings:
        item = replace(item, comment=settings.pop("comment"))
    if settings and item.kind is not Kind.USER:
        raise compilation(f"invalid property '{next(iter(settings)).upper()}' for '{item.kind.value}'", 1422, "22023")
    return parties.user(item, settings) if settings else item


@handles("DROP", *KINDS)
def drop(session: Session, statement: Classified) -> EngineResult:
    return frame.drop(session, statement, _drop)


def _drop(change: Ddl, record: Record) -> None:
    """What a role owned passes to the role that drops it (https://docs.snowflake.com/en/sql-reference/sql/drop-role)."""
    if record.name.name in BUILT_IN or record.id < 0:
        raise compilation(f"Cannot drop {record.object.kind} '{record.name}'.", 3046, "42601")  # text and number [M]
    parties.follow(change, record, None)
    change.drop(record)
