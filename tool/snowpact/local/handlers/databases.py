"""CREATE DATABASE and CREATE SCHEMA. Every new database has a schema PUBLIC; what is created becomes current."""

from __future__ import annotations

from snowpact.local import cloning, retention
from snowpact.local.containers import drop_container
from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, missing
from snowpact.local.existing import existing
from snowpact.local.governance import access, shares
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.names import Name
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.clauses import read_comment, read_property

KNOWN = {"DATA_RETENTION_TIME_IN_DAYS", "MAX_DATA_EXTENSION_TIME_IN_DAYS", "DEFAULT_DDL_COLLATION", "LOG_LEVEL", "TRACE_LEVEL"}


@handles("CREATE", Kind.DATABASE, Kind.SCHEMA)
def create_container(session: Session, statement: Classified) -> EngineResult:
    kind = Kind(statement.kind)
    name = session.name(statement.name, 1 if kind is Kind.DATABASE else 2)
    if len(name.parts) == 2:
        if name.name == "INFORMATION_SCHEMA":
            raise compilation("Schema name 'INFORMATION_SCHEMA' is reserved.", 2002, "42710")  # number [M]
        session.require(Kind.DATABASE, Name(name.parts[:1]))
    found = existing(session, kind, name, statement.modifiers)
    if kind is Kind.DATABASE and statement.cursor().at_phrase("FROM"):
        return _from_share(session, statement, name, found)
    item, source = _read(session, statement, CatalogObject(kind, name))
    with ddl(session) as change:
        if found and "or_alter" in statement.modifiers:
            change.alter(found, item)
            return message(f"{str(kind).title()} {name.name} successfully altered.")
        if found:
            drop_container(change, found)
        change.create(item)
        if source:
            cloning.clone_inside(change, source, name)
        elif kind is Kind.DATABASE:
            change.create(CatalogObject(Kind.SCHEMA, name.child("PUBLIC")))
        change.after_commit(lambda: _make_current(session, name))
    return message(f"{str(kind).title()} {name.name} successfully created.")


def _from_share(session: Session, statement: Classified, name: Name, found: Record | None) -> EngineResult:
    """``CREATE DATABASE x FROM SHARE account.share``: it holds nothing of its own
    (https://docs.snowflake.com/en/user-guide/data-share-consumers#creating-a-database-from-a-share)."""
    cursor = statement.cursor()
    cursor.expect("FROM SHARE")
    share = shares.share_of(session, cursor.name())
    comment = read_comment(cursor)
    cursor.finish()
    if not access.on_account(session, "IMPORT SHARE"):
        raise access.refused("Insufficient privileges to operate on account 'SNOWPACT'.")
    if shares.database_of(session.engine.state, str(share.name)) is None:
        raise missing(share.name, "Share")
    with ddl(session) as change:
        if found:
            drop_container(change, found)
        change.create(CatalogObject(Kind.DATABASE, name, comment=comment), extra={"share": share.id})
    return message(f"Database {name.name} successfully created.")


def _read(session: Session, statement: Classified, item: CatalogObject) -> tuple[CatalogObject, Name | None]:
    """The object with its options, and what it is a clone of."""
    cursor: Cursor = statement.cursor()
    comment, options, source, model = None, {}, None, None
    while not cursor.done:
        if cursor.accept("CLONE"):
            source = session.name(cursor.name(), len(item.name.parts))
            model = session.find(item.kind, source)
            if model is None or not access.sees(session, model):
                raise missing(source, str(item.kind).title())
        elif cursor.accept("WITH MANAGED ACCESS"):
            options["managed_access"] = True
        elif (found := read_comment(cursor)) is not None:
            comment = found
        elif (pair := read_property(cursor, KNOWN)) is not None:
            options[pair[0]] = pair[1]
        else:
            cursor.fail(f"CREATE {item.kind.value} has no such option here")
    if model is not None:  # what is set on the model is set on its clone (https://docs.snowflake.com/en/sql-reference/sql/create-clone)
        options = {key: value for key, value in model.object.properties if key.upper() in KNOWN} | options
        comment = comment or model.object.comment
    transient = True if "transient" in statement.modifiers else None
    made = CatalogObject(item.kind, item.name, comment=comment, properties=properties(transient=transient, **options))
    return retention.check(made), source


def _make_current(session: Session, name: Name) -> None:
    session.database, session.schema = name.parts[0], name.parts[1] if len(name.parts) > 1 else "PUBLIC"
