"""What a SHOW asks for: where, which names, how many.

``SHOW … [LIKE '…'] [IN …] [STARTS WITH '…'] [LIMIT n [FROM '…']]`` (https://docs.snowflake.com/en/sql-reference/sql/show): LIKE
ignores case, the others do not; FROM takes what follows a name, in the order of names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session
    from snowpact.local.show.listing import Listing

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Request:
    """within: the database, schema or table asked about, None for the account. history: what was dropped too."""

    within: Name | None = None
    like: re.Pattern[str] | None = None
    starts: str = ""
    limit: int | None = None
    after: str | None = None
    history: bool = False

    def covers(self, record: Record) -> bool:
        return self.within is None or record.name.within(self.within)

    def selects(self, name: str) -> bool:
        return (self.like is None or self.like.match(name) is not None) and name.startswith(self.starts)

    def page(self, items: list[Item], named: Callable[[Item], str]) -> list[Item]:
        if self.after is not None:
            items = [item for item in items if named(item) > self.after]
        return items if self.limit is None else items[: self.limit]


def read(cursor: Cursor, session: Session, listing: Listing) -> Request:
    """The rest of a SHOW statement, after the kind. Raises SqlInputError for what does not belong there."""
    history = bool(cursor.accept("HISTORY"))
    if history and not listing.history:
        raise UnsupportedFeature("SHOW … HISTORY")
    like = pattern(cursor.string()) if cursor.accept("LIKE") else None
    within = _scope(cursor, session, listing)
    if like is None and cursor.accept("LIKE"):  # accepted in this place too
        like = pattern(cursor.string())
    starts = cursor.string() if cursor.accept("STARTS WITH") else ""
    limit, after = None, None
    if cursor.accept("LIMIT"):
        limit = cursor.integer()
        after = cursor.string() if cursor.accept("FROM") else None
    cursor.accept(";")
    cursor.finish()
    return Request(within, like, starts, limit, after, history)


def pattern(like: str) -> re.Pattern[str]:
    r"""A LIKE pattern, any case; a backslash escapes."""
    parts = {"%": ".*", "_": "."}
    pieces = re.findall(r"\\.|.", like, re.DOTALL)
    body = "".join(parts.get(piece) or re.escape(piece[-1]) for piece in pieces)
    return re.compile(f"{body}\\Z", re.IGNORECASE | re.DOTALL)


def _scope(cursor: Cursor, session: Session, listing: Listing) -> Name | None:
    """Where to look: without IN the current database, or the account where there is none."""
    if listing.account_wide:
        if cursor.accept("IN ACCOUNT") or not cursor.at_phrase("IN"):
            return None
        cursor.fail("expected IN ACCOUNT")
    if not cursor.accept("IN"):
        return Name.of(session.database) if session.database else None
    if cursor.accept("ACCOUNT"):
        return None
    word = cursor.accept("DATABASE", "SCHEMA", "TABLE", "VIEW")
    kind = {"DATABASE": Kind.DATABASE, "SCHEMA": Kind.SCHEMA, "": listing.bare_scope}.get(word, Kind.TABLE)
    if cursor.done or cursor.at_phrase("LIKE") or cursor.at_phrase("STARTS WITH") or cursor.at_phrase("LIMIT"):
        return _current(session, kind)
    return _existing(session, kind, cursor.name())


def _current(session: Session, kind: Kind) -> Name | None:
    if session.database is None:
        return None
    return Name.of(session.database, session.schema) if kind is not Kind.DATABASE and session.schema else Name.of(session.database)


def _existing(session: Session, kind: Kind, text: str) -> Name:
    parts = {Kind.DATABASE: 1, Kind.SCHEMA: 2}.get(kind, 3)
    given = Name.parse(text)
    if kind is Kind.SCHEMA and len(given.parts) == 1 and session.find(Kind.DATABASE, given) and not _has_schema(session, given):
        return given  # SHOW TABLES IN db
    name = session.name(text, parts)
    if not _sees(session, session.find(kind, name)) and name.parts[-1] != "INFORMATION_SCHEMA":
        if kind is Kind.TABLE:
            raise missing(name, "Table")
        raise compilation("Object does not exist, or operation cannot be performed.", 2043, "02000")
    return name


def _sees(session: Session, found: Record | None) -> bool:
    """Whether there is such an object, and for this session: MANAGE GRANTS shows everything, as in the lists."""
    return found is not None and (access.sees(session, found) or access.on_account(session, "MANAGE GRANTS"))


def _has_schema(session: Session, name: Name) -> bool:
    return session.database is not None and session.find(Kind.SCHEMA, Name.of(session.database, name.name)) is not None
