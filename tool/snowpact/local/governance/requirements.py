"""What a statement needs before it runs: a table of verbs and kinds. Queries ask where they resolve their names (``scope``).

"Access control requirements" on each statement's page of https://docs.snowflake.com/en/sql-reference/sql-all, and
https://docs.snowflake.com/en/user-guide/security-access-control-privileges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access, shares
from snowpact.local.objects import DEPTH, Record
from snowpact.local.result import Already, message
from snowpact.model.catalog import RELATIONS, Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.session import Session

Rule = Callable[["Session", Classified], None]

OWNERSHIP = ("OWNERSHIP",)
_CHANGING = {"CREATE", "ALTER", "DROP", "UNDROP", "COMMENT", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY"}
_GOVERNED = RELATIONS | {Kind.DATABASE, Kind.SCHEMA, Kind.WAREHOUSE, Kind.ROLE, Kind.USER}
_ROUTINES = (Kind.PROCEDURE, Kind.FUNCTION)
"""Named with their argument types: their handlers, which read those, ask for themselves."""


def check(session: Session, statement: Classified) -> None:
    """Raise where the session's roles may not run the statement. What is not there at all is the handler's to say."""
    rule = _RULES.get(statement.verb)
    if session.engine.state.imported and statement.verb in _CHANGING and isinstance(statement.kind, Kind) and _named(statement):
        name = session.name(statement.name, DEPTH.get(statement.kind, 3))
        shares.refuse_changes(session, name, statement.verb)
    if rule is not None and isinstance(statement.kind, Kind) and _named(statement):
        rule(session, statement)
    elif statement.verb == "CREATE" and statement.kind in _ROUTINES and statement.name is not None:
        _create(session, statement)


def _named(statement: Classified) -> bool:
    """Whether the statement names an object that can be looked up. Files of a stage are asked for where they are located."""
    return statement.name is not None and statement.name[0] not in "@$" and statement.kind not in _ROUTINES


def _found(session: Session, statement: Classified) -> Record | None:
    assert isinstance(statement.kind, Kind)
    name = session.name(statement.name, DEPTH.get(statement.kind, 3))
    return session.find(statement.kind, name)


def _need(session: Session, statement: Classified, *privileges: str) -> None:
    """The statement's object must be seen, with one of these privileges on it. IF EXISTS does not find what is not seen."""
    record = _found(session, statement)
    if record is None:
        return
    label = record.object.kind.value.capitalize()
    try:
        access.require(session, record, *privileges, label=label)
    except StatementError as error:
        if error.errno == 2003 and "if_exists" in statement.modifiers:
            raise Already(message("Statement executed successfully.")) from error
        raise


def _needs(*privileges: str) -> Rule:
    return lambda session, statement: _need(session, statement, *privileges)


def _alter(session: Session, statement: Classified) -> None:
    words = [token.word for token in statement.tokens[statement.next : statement.next + 2]]
    if {token.word for token in statement.tokens[statement.next :]} & {"POLICY", "POLICIES", "TAG"} and statement.kind in _GOVERNED:
        _need(session, statement)  # what is attached has rules of its own: governance/attaching.py
    elif words and (words[0] in {"SUSPEND", "RESUME", "REFRESH", "ABORT"} or words == ["SET", "PIPE_EXECUTION_PAUSED"]):
        _need(session, statement, "OPERATE")
    elif words and words[0] in {"SET", "UNSET"} and statement.kind in (Kind.WAREHOUSE, Kind.DATABASE, Kind.SCHEMA):
        _need(session, statement, "MODIFY")
    else:
        _need(session, statement, *OWNERSHIP)


def _create(session: Session, statement: Classified) -> None:
    """The privilege to create is the primary role's alone. What CREATE OR REPLACE replaces has to be owned."""
    assert isinstance(statement.kind, Kind)
    kind = statement.kind
    name = session.name(statement.name, DEPTH.get(kind, 3))
    roles = access.primary(session)
    temporary = {"temporary", "volatile"} & statement.modifiers
    if kind is Kind.RESOURCE_MONITOR and "ACCOUNTADMIN" not in roles:  # nobody else's, and nothing that could be granted
        raise access.refused("Insufficient privileges to operate on account 'SNOWPACT'.")
    if len(name.parts) == 1 and kind is not Kind.RESOURCE_MONITOR:
        if f"CREATE {kind.domain}" not in session.engine.state.hierarchy.account_privileges(roles):
            raise access.refused("Insufficient privileges to operate on account 'SNOWPACT'.")
    elif len(name.parts) > 1:
        _create_in(session, roles, kind, name, bool(temporary))
    found = None if temporary else session.find(kind, name)
    if found is None or found.temporary:
        return
    if not access.visible(session, access.active(session), found) and "if_not_exists" not in statement.modifiers:
        raise _hidden(found)
    if {"or_replace", "or_alter"} & statement.modifiers and not access.owns(access.active(session), found):
        raise access.insufficient(found)


def _create_in(session: Session, roles: access.Roles, kind: Kind, name: Name, temporary: bool) -> None:
    container_kind = Kind.SCHEMA if len(name.parts) == 3 else Kind.DATABASE
    container = session.find(container_kind, Name(name.parts[:-1]))
    if container is None:
        return
    if not access.visible(session, roles, container):
        raise missing(container.name, container_kind.value.capitalize())
    if not (temporary and kind is Kind.TABLE) and not access.has(roles, container, f"CREATE {kind.value}"):
        raise access.insufficient(container)


def _hidden(record: Record) -> StatementError:
    text = (
        f"{record.object.kind.value.capitalize()} '{record.name.name}' already exists, but current role has no privileges on it. If this "
        "is unexpected and you cannot resolve this problem, contact your system administrator. ACCOUNTADMIN role may be required to manage "
        "the privileges on the object."
    )
    return compilation(text, 3041, "42710")


def _insert(session: Session, statement: Classified) -> None:
    _need(session, statement, "INSERT")
    if "overwrite" in statement.modifiers:
        _need(session, statement, "DELETE")


def _merge(session: Session, statement: Classified) -> None:
    """A MERGE needs what its clauses do."""
    tokens = statement.tokens
    after_then = {tokens[index + 1].word for index, token in enumerate(tokens[:-1]) if token.word == "THEN"}
    for privilege in sorted(after_then & {"INSERT", "UPDATE", "DELETE"}):
        _need(session, statement, privilege)


def _use(session: Session, statement: Classified) -> None:
    """What is not seen can't be used; a warehouse takes USAGE."""
    record = _found(session, statement)
    if record is None or record.object.kind is Kind.ROLE:
        return
    privileges = ("USAGE",) if record.object.kind is Kind.WAREHOUSE else ()
    roles = access.active(session)
    if not access.has(roles, record, *privileges) or not access.reachable(session, roles, record.name):
        raise compilation("Object does not exist, or operation cannot be performed.", 2043, "02000")


def _undrop(session: Session, statement: Classified) -> None:
    assert isinstance(statement.kind, Kind)
    kind = statement.kind
    name = session.name(statement.name, DEPTH.get(kind, 3))
    gone = [record for record in session.engine.state.dropped if record.key == (kind.domain, name)]
    if gone and not any(access.owns(access.active(session), record) for record in gone):
        raise missing(name, kind.value.capitalize())


def _comment(session: Session, statement: Classified) -> None:
    if statement.kind in RELATIONS or statement.kind not in _ROUTINES:
        _need(session, statement, *OWNERSHIP)


_RULES: dict[str, Rule] = {
    "CREATE": _create,
    "ALTER": _alter,
    "DROP": _needs(*OWNERSHIP),
    "UNDROP": _undrop,
    "COMMENT": _comment,
    "DESCRIBE": _needs(),
    "USE": _use,
    "INSERT": _insert,
    "UPDATE": _needs("UPDATE"),
    "DELETE": _needs("DELETE"),
    "MERGE": _merge,
    "TRUNCATE": _needs("TRUNCATE", "DELETE"),
    "COPY": _needs("INSERT"),
    "EXECUTE TASK": _needs("OPERATE"),
    "EXECUTE ALERT": _needs("OPERATE"),
}
