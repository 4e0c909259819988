"""GRANT and REVOKE.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege, revoke-privilege, grant-role, grant-database-role, grant-ownership,
grant-privilege-share, grant-application-role
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.kinds import take_kind, take_listed_kind
from snowpact.sql.statements.metric import read_signature as read_metric_signature
from snowpact.sql.statements.routine import read_signature

_GRANTEES = ("DATABASE ROLE", "APPLICATION ROLE", "APPLICATION PACKAGE", "APPLICATION", "ROLE", "USER", "SHARE")
_ROLES = ("DATABASE ROLE", "APPLICATION ROLE", "ROLE")
_ROLE_KINDS = {"ROLE": Kind.ROLE, "DATABASE ROLE": Kind.DATABASE_ROLE}
_TAILS = ("WITH GRANT OPTION", "REVOKE CURRENT GRANTS", "COPY CURRENT GRANTS", "CASCADE", "RESTRICT")


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement. privileges in upper case (``SELECT``, ``CREATE TABLE``, ``ALL``, ``OWNERSHIP``); for a role that is granted ``USAGE``.

    scope: ``object``, ``all`` or ``future`` (of a kind, in the container ``name`` of kind ``container``), or ``account``. name and grantee
    are as written; signature holds a routine's argument types (``(NUMBER)``). option: WITH GRANT OPTION, or GRANT OPTION FOR of a REVOKE;
    current_grants: what OWNERSHIP does with them, ``COPY`` or ``REVOKE``, empty where it is not said.
    """

    revoke: bool
    privileges: tuple[str, ...]
    scope: str
    grantee_kind: str
    grantee: str
    kind: Kind | str | None = None
    name: str | None = None
    container: Kind | str | None = None
    signature: str = ""
    option: bool = False
    current_grants: str = ""
    cascade: bool = False


def parse_grant(text: str) -> Grant:
    """Raises SqlInputError for what is no GRANT or REVOKE."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb not in {"GRANT", "REVOKE"}:
        cursor.fail("expected GRANT or REVOKE")
    revoke = found.verb == "REVOKE"
    option = bool(cursor.accept("GRANT OPTION FOR")) if revoke else False
    fields: dict = {"scope": "object"}
    role = cursor.accept(*_ROLES) if cursor.peek(1) != "," else ""
    if role:
        fields |= {"kind": _ROLE_KINDS.get(role, role), "name": cursor.name()}
        privileges: tuple[str, ...] = ("USAGE",)
    else:
        privileges = _read_privileges(cursor)
        if cursor.accept("ON"):
            _read_object(cursor, fields)
        elif privileges and revoke is False and cursor.peek() == "TO":
            fields["scope"] = "account"
    cursor.expect("FROM" if revoke else "TO")
    cursor.accept("SHARE IN")  # of an application package
    grantee_kind = cursor.accept(*_GRANTEES) or "ROLE"  # older scripts leave the word out
    grantee = cursor.name()
    tails = _read_tails(cursor)
    fields["current_grants"] = next((phrase.split()[0] for phrase in tails if phrase.endswith("CURRENT GRANTS")), "")
    option = option or "WITH GRANT OPTION" in tails
    return Grant(revoke, privileges, grantee_kind=grantee_kind, grantee=grantee, option=option, cascade="CASCADE" in tails, **fields)


def _read_tails(cursor: Cursor) -> set[str]:
    found = set()
    while phrase := cursor.accept(*_TAILS):
        found.add(phrase)
    cursor.finish()
    return found


def _read_privileges(cursor: Cursor) -> tuple[str, ...]:
    """Words up to ON, TO or FROM; commas divide. A list of columns after one is taken, and so are the words CALLER and INHERITED CALLER."""
    found: list[str] = []
    words: list[str] = []
    while not cursor.done and not (cursor.peek() in {"ON", "TO", "FROM"} and words):
        if cursor.accept(","):
            found.append(" ".join(words))
            words = []
        elif cursor.peek() == "(":
            cursor.skip_group()
        elif cursor.kind == "word":
            words.append(cursor.take().word)
        else:
            cursor.fail("expected a privilege")
    found.append(" ".join(words))
    return tuple("ALL" if privilege == "ALL PRIVILEGES" else privilege for privilege in found)


def _read_object(cursor: Cursor, fields: dict) -> None:
    if cursor.accept("ACCOUNT"):
        fields["scope"] = "account"
        return
    if scope := cursor.accept("ALL", "FUTURE"):
        fields["scope"] = scope.lower()
        fields["kind"] = take_listed_kind(cursor) or cursor.fail("expected a kind of object")
        cursor.expect("IN")
        fields["container"] = take_kind(cursor) or cursor.fail("expected DATABASE or SCHEMA")
        fields["name"] = cursor.name()
        return
    kind = take_kind(cursor) if cursor.peek(1) != "." else None  # a schema may be called STAGE
    fields["kind"] = kind or Kind.TABLE  # GRANT SELECT ON t is accepted [M]
    fields["name"] = cursor.name()
    if cursor.peek() == "(" and fields["kind"] is Kind.DATA_METRIC_FUNCTION:
        cursor.skip_group()
    elif cursor.peek() == "(" and cursor.peek(1) == "TABLE":  # a data metric function is granted on as a function
        fields["signature"] = read_metric_signature(cursor)
    elif cursor.peek() == "(":
        fields["signature"] = read_signature(cursor)
