"""ALTER of what has no columns: streams, tasks, sequences, stages, file formats, pipes, tags, policies, routines, schemas, databases.

https://docs.snowflake.com/en/sql-reference/sql/alter and the page of each kind. Any ``KEY = value`` is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.actions import (
    Action,
    AddTo,
    Command,
    RemoveFrom,
    RenameTo,
    SetDefinition,
    SetMaskingPolicies,
    SetProperties,
    SwapWith,
    UnsetMaskingPolicies,
    UnsetProperties,
)
from snowpact.sql.statements.alert import read_condition
from snowpact.sql.statements.alter_columns import read_set_tags, read_unset_tags
from snowpact.sql.statements.clauses import read_name
from snowpact.sql.statements.routine import read_signature
from snowpact.sql.statements.sequence import read_increment
from snowpact.sql.statements.settings import read_setting
from snowpact.sql.statements.task import read_task_names

_COMMANDS = (
    "SUSPEND", "RESUME", "REFRESH", "ENABLE MANAGED ACCESS", "DISABLE MANAGED ACCESS", "ENABLE REPLICATION", "DISABLE REPLICATION",
    "ENABLE FAILOVER", "DISABLE FAILOVER", "PRIMARY", "ADD LIVE VERSION", "ADD VERSION", "COMMIT", "ABORT", "PUSH", "PULL", "FETCH",
)  # fmt: skip
_LISTS = ("ALLOWED_VALUES", "ACCOUNTS")


@dataclass(frozen=True, slots=True)
class AlterObject:
    """name as written; signature holds a routine's argument types."""

    kind: Kind | str
    name: str
    if_exists: bool
    actions: tuple[Action, ...]
    signature: str = ""


def parse_alter_object(text: str) -> AlterObject:
    """Raises SqlInputError for an action that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "ALTER" or found.kind is None or found.name is None:
        cursor.fail("expected ALTER, a kind and a name")
    signature = ""
    if found.kind in {Kind.PROCEDURE, Kind.FUNCTION}:
        signature = read_signature(cursor)
    elif cursor.peek() == "(":
        cursor.skip_group()
    actions = _read_action(cursor)
    while cursor.accept(",") or not cursor.done:
        actions += _read_action(cursor)
    return AlterObject(found.kind, found.name, "if_exists" in found.modifiers, tuple(actions), signature)


def _read_action(cursor: Cursor) -> list[Action]:
    if cursor.accept("RENAME TO"):
        return [RenameTo(cursor.name())]
    if cursor.accept("SWAP WITH"):
        return [SwapWith(cursor.name())]
    if cursor.accept("MODIFY AS"):
        return [SetDefinition(cursor.rest() or cursor.fail("expected a statement"))]
    if cursor.accept("SET BODY ->"):
        return [SetDefinition(cursor.rest() or cursor.fail("expected an expression"))]
    if cursor.accept("MODIFY CONDITION"):
        return [SetProperties((("condition", read_condition(cursor)),))]
    if cursor.accept("MODIFY ACTION"):
        return [SetDefinition(cursor.rest() or cursor.fail("expected a statement"))]
    if cursor.accept("MODIFY WHEN"):
        return [SetProperties((("when", cursor.rest()),))]
    if cursor.accept("REMOVE WHEN"):
        return [UnsetProperties(("when",))]
    if cursor.accept("EXECUTE AS"):
        return [SetProperties((("execute_as", cursor.expect("OWNER", "CALLER", "RESTRICTED CALLER")),))]
    if word := cursor.accept("ADD AFTER", "REMOVE AFTER"):
        return [(AddTo if word.startswith("ADD") else RemoveFrom)("after", read_task_names(cursor))]
    if (listed := _read_list(cursor)) is not None:
        return [listed]
    if cursor.accept("UNSET"):
        return [_read_unset(cursor)]
    if cursor.accept("SET"):
        return _read_set(cursor)
    if command := cursor.accept(*_COMMANDS):
        return [Command(command, cursor.rest())]
    return cursor.fail("ALTER has no such action here")


def _read_list(cursor: Cursor) -> Action | None:
    """``ADD ALLOWED_VALUES 'a', 'b'``, ``REMOVE ACCOUNTS = x, y``."""
    if cursor.peek() not in {"ADD", "REMOVE", "DROP"} or cursor.peek(1) not in _LISTS:
        return None
    action = AddTo if cursor.take().word == "ADD" else RemoveFrom
    key = cursor.take().word.lower()
    cursor.accept("=")
    values = [_one(cursor)]
    while cursor.accept(","):
        values.append(_one(cursor))
    if cursor.peek(1) == "=":
        cursor.rest()  # SHARE_RESTRICTIONS = …, which is about accounts, not about what is shared
    return action(key, tuple(values))


def _one(cursor: Cursor) -> str:
    return cursor.string() if cursor.kind == "string" else cursor.name()


def _read_unset(cursor: Cursor) -> Action:
    if cursor.accept("TAG"):
        return read_unset_tags(cursor)
    if cursor.accept("MASKING POLICY"):
        return UnsetMaskingPolicies(_read_policies(cursor))
    keys = [_key(cursor)]
    while cursor.accept(","):
        keys.append(_key(cursor))
    return UnsetProperties(tuple(keys))


def _read_policies(cursor: Cursor) -> tuple[Name, ...]:
    """``p, MASKING POLICY q``: the words before the first are taken."""
    found = [read_name(cursor)]
    while cursor.accept(", MASKING POLICY"):
        found.append(read_name(cursor))
    return tuple(found)


def _key(cursor: Cursor) -> str:
    if cursor.kind != "word":
        cursor.fail("expected a property")
    return cursor.take().word.lower()


def _read_set(cursor: Cursor) -> list[Action]:
    if cursor.accept("TAG"):
        return [read_set_tags(cursor)]
    if cursor.accept("MASKING POLICY"):
        return [SetMaskingPolicies(_read_policies(cursor), force=bool(cursor.accept("FORCE")))]
    if cursor.accept("SECURE"):
        return [SetProperties((("secure", "TRUE"),))]
    values: list[tuple[str, str]] = []
    while not cursor.done and cursor.peek() not in {"SET", "UNSET"}:
        if (increment := read_increment(cursor)) is not None:
            values.append(("increment", str(increment)))
        elif order := cursor.accept("ORDER", "NOORDER"):
            values.append(("order", order))
        elif cursor.accept("ACCOUNTS"):
            values.append(("accounts", _accounts(cursor)))
        else:
            values.append(read_setting(cursor))
        cursor.accept(",")
    if not values:
        cursor.fail("expected a setting")
    return [SetProperties(tuple(values))]


def _accounts(cursor: Cursor) -> str:
    cursor.expect("=")
    found = [cursor.name()]
    while cursor.peek() == "," and cursor.peek(2) != "=":
        cursor.take()
        found.append(cursor.name())
    return ", ".join(found)
