"""SHOW GRANTS and SHOW FUTURE GRANTS: https://docs.snowflake.com/en/sql-reference/sql/show-grants.

Names of database roles and shares come without a prefix, and kinds as they are (bundle 2026_06, BCR-2371).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import missing
from snowpact.local.governance import access
from snowpact.local.governance.held import Held, account_grants, future_grants, grants, owner
from snowpact.local.information_schema.fields import TEXT, TIME
from snowpact.local.objects import DEPTH, Record
from snowpact.model.catalog import INTEGRATIONS, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name, spell
from snowpact.model.types import SnowflakeType
from snowpact.sql.cursor import Cursor
from snowpact.sql.kinds import take_kind
from snowpact.sql.statements.routine import read_signature

if TYPE_CHECKING:
    from snowpact.local.session import Session

Answer = tuple[list[tuple[str, SnowflakeType]], list[tuple[Any, ...]]]

GRANTS = ("created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option", "granted_by")
TO_USER = ("created_on", "privilege", "granted_on", "name", "role", "granted_to", "grantee_name", "grant_option", "granted_by")
OF_ROLE = ("created_on", "role", "granted_to", "grantee_name", "granted_by")
FUTURE = ("created_on", "privilege", "grant_on", "name", "grant_to", "grantee_name", "grant_option")
ACCOUNT = "SNOWPACT"
"""The account's name."""


def show_grants(cursor: Cursor, session: Session) -> Answer:
    """What follows SHOW GRANTS. Raises "does not exist or not authorized" for an object, role, user or share that is not there."""
    form = cursor.accept("ON ACCOUNT", "ON", "TO", "OF") or "MINE"
    names, rows = _FORMS[form](cursor, session)
    return _page(cursor, names, rows)


def show_future_grants(cursor: Cursor, session: Session) -> Answer:
    word = cursor.expect("IN SCHEMA", "IN DATABASE", "TO ROLE", "TO DATABASE ROLE")
    if word.startswith("IN"):
        kind = Kind(word.split()[1])
        container = _require(session, kind, cursor.name(), 2 if kind is Kind.SCHEMA else 1)
        rows = [_future(container, kind, held) for kind, held in future_grants(container)]
    else:
        to = word.removeprefix("TO ")
        role = str(_require(session, Kind(to), cursor.name(), 1 if to == "ROLE" else 2).name)
        rows = [
            _future(container, kind, held)
            for container in _records(session)
            for kind, held in future_grants(container)
            if (held.to, held.grantee) == (to, role)
        ]
    return _page(cursor, FUTURE, rows)


def _page(cursor: Cursor, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Answer:
    limit = cursor.integer() if cursor.accept("LIMIT") else None
    cursor.accept(";")
    cursor.finish()
    return [(name, TIME if name == "created_on" else TEXT) for name in names], rows[:limit]


def _records(session: Session) -> list[Record]:
    return sorted(session.engine.state, key=lambda record: (record.object.kind.value, record.name.parts))


def _require(session: Session, kind: Kind, written: str, parts: int) -> Record:
    name = session.name(written, parts)
    found = session.find(kind, name)
    if found is None:
        raise missing(name, kind.value.capitalize())
    return found


def word_of(kind: Kind) -> str:
    """A kind as this output writes it: ``DYNAMIC_TABLE``; an integration of any kind is one [M]."""
    return (kind.domain if kind in INTEGRATIONS else kind.value).replace(" ", "_")


def _grantee(held: Held) -> str:
    return Name.parse(held.grantee).name


def _row(record: Record, held: Held) -> tuple[Any, ...]:
    option = str(held.option).lower()
    kind = word_of(record.object.kind)
    return held.on, held.privilege, kind, str(record.name), held.to.replace(" ", "_"), _grantee(held), option, held.by


def _ownership(record: Record) -> tuple[Any, ...]:
    to = record.extra.get("owner_kind", "ROLE")
    return _row(record, Held("OWNERSHIP", to, owner(record), True, owner(record), record.created_on))


def _future(container: Record, kind: Kind, held: Held) -> tuple[Any, ...]:
    name = f"{container.name}.<{word_of(kind)}>"
    return held.on, held.privilege, word_of(kind), name, held.to.replace(" ", "_"), _grantee(held), str(held.option).lower()


def _account_row(held: Held) -> tuple[Any, ...]:
    return held.on, held.privilege, "ACCOUNT", ACCOUNT, held.to, _grantee(held), str(held.option).lower(), held.by


def _on_account(cursor: Cursor, session: Session) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    roles = [record for record in _records(session) if record.object.kind is Kind.ROLE]
    return GRANTS, [_account_row(held) for role in roles for held in account_grants(role)]


def _on(cursor: Cursor, session: Session) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    kind = take_kind(cursor) if cursor.peek(1) != "." else Kind.TABLE
    kind = kind or Kind.TABLE
    if not isinstance(kind, Kind):
        raise UnsupportedFeature(f"SHOW GRANTS ON {kind}")
    written = cursor.name()
    signature = read_signature(cursor) if cursor.peek() == "(" else ""
    name = session.name(written, DEPTH.get(kind, 3))
    name = name.with_signature(signature) if signature else name
    record = session.find(kind, name)
    if record is None or not (access.sees(session, record) or access.on_account(session, "MANAGE GRANTS")):
        raise missing(name, kind.value.capitalize())
    return GRANTS, [_ownership(record)] * bool(record.owner) + [_row(record, held) for held in grants(record)]


def _to(cursor: Cursor, session: Session) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    word = cursor.expect("ROLE", "DATABASE ROLE", "USER", "SHARE")
    record = _require(session, Kind(word), cursor.name(), 2 if word == "DATABASE ROLE" else 1)
    if word == "USER":
        return TO_USER, list(_of_user(session, str(record.name)))
    account = [_account_row(held) for held in account_grants(record)] if word == "ROLE" else []
    return GRANTS, [*account, *_granted_to(session, word, str(record.name))]


def _granted_to(session: Session, to: str, name: str) -> Iterator[tuple[Any, ...]]:
    for record in _records(session):
        if record.owner and owner(record) == name and record.extra.get("owner_kind", "ROLE") == to:
            yield _ownership(record)
        yield from (_row(record, held) for held in grants(record) if (held.to, held.grantee) == (to, name))


def _of_user(session: Session, user: str) -> Iterator[tuple[Any, ...]]:
    """Roles, and what was granted to the user directly."""
    for record in _records(session):
        for held in grants(record):
            if (held.to, held.grantee) == ("USER", user):
                row = _row(record, held)
                yield (*row[:4], record.name.name if record.object.kind is Kind.ROLE else None, *row[4:])


def _of(cursor: Cursor, session: Session) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    word = cursor.expect("ROLE", "DATABASE ROLE", "SHARE")
    if word == "SHARE":
        _require(session, Kind.SHARE, cursor.name(), 1)
        return ("created_on", "share", "granted_to", "grantee_name", "granted_by"), []  # who made a database of it, elsewhere
    record = _require(session, Kind(word), cursor.name(), 1 if word == "ROLE" else 2)
    return OF_ROLE, [(held.on, record.name.name, held.to.replace(" ", "_"), _grantee(held), held.by) for held in grants(record)]


def _mine(cursor: Cursor, session: Session) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    return TO_USER, list(_of_user(session, spell(session.user)))


_FORMS: dict[str, Callable[[Cursor, Session], tuple[tuple[str, ...], list[tuple[Any, ...]]]]] = {
    "ON ACCOUNT": _on_account,
    "ON": _on,
    "TO": _to,
    "OF": _of,
    "MINE": _mine,
}
