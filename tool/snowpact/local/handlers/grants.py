"""GRANT and REVOKE: of privileges on objects, all objects and future objects, on the account, of roles, of OWNERSHIP.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege, revoke-privilege, grant-role, grant-database-role, grant-ownership
"""

from __future__ import annotations

from itertools import takewhile

from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import missing
from snowpact.local.governance import authority, giving, granting, ownership
from snowpact.local.governance.granting import Grantee
from snowpact.local.governance.held import Held, account_grants, future_grants, with_account, with_future
from snowpact.local.objects import DEPTH, Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.privileges import ACCOUNT
from snowpact.sql.classify import Classified
from snowpact.sql.statements.grant import Grant, parse_grant

DONE = message("Statement executed successfully.")
_ROLE_KINDS = (Kind.ROLE, Kind.DATABASE_ROLE)


@handles("GRANT")
@handles("REVOKE")
def grant(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_grant(statement.text)
    if _names_columns(statement):
        raise UnsupportedFeature("privileges on columns")
    grantee = granting.grantee(session, parsed)
    with ddl(session) as change:
        skipped = _SCOPES[parsed.scope](change, parsed, grantee)
    if skipped:
        raise granting.dependents_left(skipped)
    return DONE


def _names_columns(statement: Classified) -> bool:
    """Whether a list of columns stands after a privilege."""
    before_on = takewhile(lambda word: word not in {"ON", "TO", "FROM"}, (token.word for token in statement.tokens))
    return "(" in before_on


def _objects(change: Ddl, parsed: Grant, grantee: Grantee) -> int:
    kind = _kind(parsed)
    record = _named(change.session, kind, parsed)
    if kind in _ROLE_KINDS and parsed.privileges == ("USAGE",):
        return giving.role(change, record, grantee, parsed)
    return _one(change, record, parsed, grantee)


def _all(change: Ddl, parsed: Grant, grantee: Grantee) -> int:
    kind, container = _kind(parsed), _container(change.session, parsed)
    inside = [record for record in change.session.engine.state.within(container.name) if record.object.kind is kind]
    return sum(_one(change, record, parsed, grantee) for record in inside)


def _one(change: Ddl, record: Record, parsed: Grant, grantee: Grantee) -> int:
    if grantee.to == "USER":
        raise UnsupportedFeature("privileges granted to a user")
    if "OWNERSHIP" in parsed.privileges:
        ownership.transfer(change, record, grantee, parsed)
        return 0
    if parsed.revoke:
        return granting.revoke(change, record, parsed, grantee)
    return granting.grant(change, record, parsed, grantee)


def _future(change: Ddl, parsed: Grant, grantee: Grantee) -> int:
    kind, container = _kind(parsed), _container(change.session, parsed)
    if kind in DEPTH and kind is not Kind.SCHEMA:
        raise granting.invalid(f"FUTURE {kind.value}", "this container")
    if grantee.to not in ("ROLE", "DATABASE ROLE"):
        raise UnsupportedFeature(f"future grants to a {grantee.to.lower()}")
    by = authority.future_grantor(change.session, container, "Revoke" if parsed.revoke else "Grant")
    names = ("OWNERSHIP",) if parsed.privileges == ("OWNERSHIP",) else granting.privileges(kind, parsed)
    given = [(kind, Held(privilege, grantee.to, grantee.name, parsed.option, by, change.now)) for privilege in names]
    keys = {(kind, held.key) for _, held in given}
    kept = [(of, held) for of, held in future_grants(container) if (of, held.key) not in keys]
    change.put(with_future(container, kept if parsed.revoke else [*kept, *given]))
    return 0


def _account(change: Ddl, parsed: Grant, grantee: Grantee) -> int:
    """Privileges on the account: kept with the role that has them."""
    if grantee.to != "ROLE":
        raise UnsupportedFeature(f"privileges on the account for a {grantee.to.lower()}")
    names = sorted(ACCOUNT) if parsed.privileges == ("ALL",) else parsed.privileges
    for privilege in names:
        if privilege not in ACCOUNT:
            raise granting.invalid(privilege, "ACCOUNT")
    role = change.get(Kind.ROLE.domain, Name.parse(grantee.name))
    assert role is not None
    held = account_grants(role)
    for privilege in names:
        by = authority.account_grantor(change.session, privilege, "Revoke" if parsed.revoke else "Grant")
        held = granting.changed(held, Held(privilege, grantee.to, grantee.name, parsed.option, by, change.now), parsed)
    change.put(with_account(role, held))
    return 0


_SCOPES = {"object": _objects, "all": _all, "future": _future, "account": _account}


def _kind(parsed: Grant) -> Kind:
    if not isinstance(parsed.kind, Kind):
        raise UnsupportedFeature(f"grants on {parsed.kind}" if parsed.kind else "this form of GRANT")
    return parsed.kind


def _named(session: Session, kind: Kind, parsed: Grant) -> Record:
    """The object granted on. TABLE, or no word at all, also means a view or dynamic table [M]; a routine has its signature, and a
    data metric function is a function."""
    name = session.name(parsed.name, DEPTH.get(kind, 3))
    if parsed.signature:
        name = name.with_signature(parsed.signature)
    record = session.find(kind, name)
    if record is None or (record.object.kind is not kind and kind not in (Kind.TABLE, Kind.INTEGRATION, Kind.FUNCTION)):
        raise missing(name, kind.value.capitalize())
    if kind is Kind.DATABASE and "IMPORTED PRIVILEGES" in parsed.privileges and "share" not in record.extra and record.id > 0:
        raise granting.invalid("IMPORTED PRIVILEGES", "a DATABASE that is not made from a share")
    return record


def _container(session: Session, parsed: Grant) -> Record:
    if parsed.container not in (Kind.DATABASE, Kind.SCHEMA):
        raise UnsupportedFeature(f"grants on all objects in {parsed.container}")
    kind = Kind(parsed.container)
    name = session.name(parsed.name, DEPTH[kind])
    record = session.find(kind, name)
    if record is None:
        raise missing(name, kind.value.capitalize())
    return record
