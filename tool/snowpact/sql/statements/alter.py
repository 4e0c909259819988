"""ALTER of tables of all kinds, views, warehouses and sessions: one statement, one or more actions.

https://docs.snowflake.com/en/sql-reference/sql/alter-table, alter-view, alter-dynamic-table, alter-warehouse, alter-session
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from snowpact.model.catalog import Kind
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.actions import (
    Action,
    AddColumn,
    AddConstraint,
    AlterConstraint,
    ClusterBy,
    Command,
    DropColumn,
    DropConstraint,
    Policy,
    RenameColumn,
    RenameConstraint,
    RenameTo,
    SetProperties,
    SwapWith,
    UnsetProperties,
)
from snowpact.sql.statements.alter_columns import read_column_actions, read_set_tags, read_unset_tags
from snowpact.sql.statements.clauses import read_names, read_properties
from snowpact.sql.statements.columns import read_column
from snowpact.sql.statements.constraints import STARTS, read_constraint, read_constraint_properties
from snowpact.sql.statements.create_table import PROPERTIES
from snowpact.sql.statements.dynamic_table import read_lag


@dataclass(frozen=True, slots=True)
class Alter:
    """name is as written; None for a session and for ``ALTER WAREHOUSE RESUME``, which mean the current one."""

    kind: Kind | str
    name: str | None
    if_exists: bool
    actions: tuple[Action, ...]


def parse_alter(text: str) -> Alter:
    """Raises SqlInputError for what is no ALTER of these kinds, and for every action that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "ALTER" or found.kind not in _READERS:
        cursor.fail("expected ALTER TABLE, VIEW, DYNAMIC TABLE, WAREHOUSE or SESSION")
    name = found.name
    if found.kind is Kind.WAREHOUSE and name is not None and name.upper() in {"SUSPEND", "RESUME", "SET"} and _nameless(cursor):
        name, cursor.at = None, cursor.at - 1
    elif name is None and found.kind != "SESSION":
        cursor.fail("expected a name")
    read = _READERS[found.kind]
    actions = read(cursor)
    while cursor.accept(","):
        actions += read(cursor)
    cursor.finish()
    return Alter(found.kind, name, "if_exists" in found.modifiers, tuple(actions))


def _nameless(cursor: Cursor) -> bool:
    """``ALTER WAREHOUSE SUSPEND``: the word read as a name is the action."""
    return cursor.done or cursor.peek(1) == "=" or cursor.at_phrase("IF SUSPENDED")


_OBJECT_PROPERTIES = PROPERTIES | {"COMMENT", "DATA_METRIC_SCHEDULE"}
_LAGGED_PROPERTIES = {
    "COMMENT", "WAREHOUSE", "INITIALIZATION_WAREHOUSE", "REFRESH_MODE", "SCHEDULER", "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS", "DEFAULT_DDL_COLLATION", "DATA_METRIC_SCHEDULE", "ROW_TIMESTAMP",
}  # fmt: skip
_POLICIES = (
    "ROW ACCESS POLICY", "AGGREGATION POLICY", "JOIN POLICY", "STORAGE LIFECYCLE POLICY", "DATA METRIC FUNCTION", "SEARCH OPTIMIZATION",
)  # fmt: skip


_OTHER_DROPS = ("DROP CLUSTERING KEY", "DROP ALL ROW ACCESS POLICIES")


def _table(cursor: Cursor) -> list[Action]:
    if cursor.at_phrase("ADD") and _policy_follows(cursor):
        return [_policy(cursor)]
    if cursor.accept("ADD"):
        return _add(cursor)
    if cursor.accept("RENAME COLUMN"):
        column = cursor.identifier()
        cursor.expect("TO")
        return [RenameColumn(column, cursor.identifier())]
    if cursor.accept("RENAME CONSTRAINT"):
        name = cursor.identifier()
        cursor.expect("TO")
        return [RenameConstraint(name, cursor.identifier())]
    if cursor.peek() in {"ALTER", "MODIFY"} and cursor.peek(1) in {"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN"}:
        cursor.take()
        kind, name, columns = _constraint_target(cursor)
        return [AlterConstraint(kind, name, columns, read_constraint_properties(cursor))]
    if cursor.at_phrase("DROP") and not _policy_follows(cursor) and not any(cursor.at_phrase(phrase) for phrase in _OTHER_DROPS):
        cursor.take()
        return _drop(cursor)
    return _common(cursor, _OBJECT_PROPERTIES)


def _view(cursor: Cursor) -> list[Action]:
    if cursor.accept("SET SECURE"):
        return [SetProperties((("secure", "TRUE"),))]
    if cursor.accept("UNSET SECURE"):
        return [UnsetProperties(("secure",))]
    return _common(cursor, frozenset({"COMMENT", "CHANGE_TRACKING", "DATA_METRIC_SCHEDULE"}))


def _dynamic_table(cursor: Cursor) -> list[Action]:
    if cursor.at_phrase("SET TARGET_LAG") or cursor.at_phrase("SET LAG") or (cursor.at_phrase("SET") and cursor.peek(2) == "="):
        cursor.take()
        return [SetProperties(_lagged(cursor))]
    if command := cursor.accept("REFRESH COPY SESSION", "REFRESH"):
        return [Command(command)]
    if cursor.peek(1) != "RECLUSTER" and (command := cursor.accept("SUSPEND", "RESUME")):
        return [Command(command)]
    return _common(cursor, _LAGGED_PROPERTIES)


_FILES = ("REFRESH", "ADD FILES", "REMOVE FILES", "ADD PARTITION", "DROP PARTITION", "CONVERT TO MANAGED")


def _other_table(cursor: Cursor) -> list[Action]:
    """External, Iceberg, hybrid and event tables: files and partitions come and go, the rest is as of any table."""
    if command := cursor.accept(*_FILES):
        return [Command(command, cursor.rest())]
    return _table(cursor)


def _materialized_view(cursor: Cursor) -> list[Action]:
    if cursor.peek(1) != "RECLUSTER" and (command := cursor.accept("SUSPEND", "RESUME")):
        return [Command(command)]
    return _view(cursor)


def _lagged(cursor: Cursor) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    while not cursor.done:
        if cursor.accept("TARGET_LAG", "LAG"):
            found.append(("target_lag", read_lag(cursor)))
        else:
            found.extend(read_properties(cursor, _LAGGED_PROPERTIES))
        cursor.accept(",")
    return tuple(found)


def _common(cursor: Cursor, known: frozenset[str] | set[str]) -> list[Action]:
    """What tables, views and dynamic tables share."""
    if cursor.accept("RENAME TO"):
        return [RenameTo(cursor.name())]
    if cursor.accept("SWAP WITH"):
        return [SwapWith(cursor.name())]
    if cursor.at_phrase("MODIFY DATA METRIC FUNCTION"):
        return [_policy(cursor)]
    if cursor.accept("ALTER", "MODIFY"):
        return read_column_actions(cursor)
    if cursor.accept("CLUSTER BY"):
        return [ClusterBy(cursor.group_text())]
    if cursor.accept("DROP CLUSTERING KEY"):
        return [ClusterBy(None)]
    if command := cursor.accept("SUSPEND RECLUSTER", "RESUME RECLUSTER"):
        return [Command(command)]
    if _policy_follows(cursor):
        return [_policy(cursor)]
    if cursor.accept("DROP ALL ROW ACCESS POLICIES"):
        return [Policy("DROP ALL", "row access policy")]
    return _set(cursor, known)


def _set(cursor: Cursor, known: frozenset[str] | set[str] | None) -> list[Action]:
    if cursor.accept("SET TAG"):
        return [read_set_tags(cursor)]
    if cursor.accept("UNSET TAG"):
        return [read_unset_tags(cursor)]
    if cursor.accept("SET"):
        return [SetProperties(read_properties(cursor, known))]
    if not cursor.accept("UNSET"):
        cursor.fail("ALTER has no such action here")
    keys = [_key(cursor, known)]
    while cursor.accept(","):
        keys.append(_key(cursor, known))
    return [UnsetProperties(tuple(keys))]


def _key(cursor: Cursor, known: frozenset[str] | set[str] | None) -> str:
    if cursor.kind != "word" or (known is not None and cursor.peek() not in known):
        cursor.fail("expected a property")
    return cursor.take().word.lower()


def _policy_follows(cursor: Cursor) -> bool:
    if cursor.at_phrase("MODIFY DATA METRIC FUNCTION"):
        return True
    words = [phrase.split() for phrase in _POLICIES]
    return cursor.peek() in {"ADD", "DROP"} and any(cursor.at_phrase(f"{cursor.peek()} {' '.join(phrase)}") for phrase in words)


def _policy(cursor: Cursor) -> Policy:
    verb = cursor.expect("ADD", "DROP", "MODIFY")
    kind = cursor.expect(*_POLICIES).lower()
    if kind in ("data metric function", "search optimization"):  # several may follow, and commas are within them
        return Policy(verb, kind, cursor.rest())
    return Policy(verb, kind, "" if cursor.done or cursor.peek() == "," else cursor.until(","))


def _add(cursor: Cursor) -> list[Action]:
    if (cursor.peek() in STARTS and cursor.peek(1) in {"KEY", "("}) or cursor.at_phrase("CONSTRAINT"):
        return [AddConstraint(read_constraint(cursor))]
    cursor.accept("COLUMN")
    actions: list[Action] = []
    while True:
        missing = bool(cursor.accept("IF NOT EXISTS"))
        actions.append(AddColumn(read_column(cursor), missing))
        if cursor.peek() != "," or cursor.peek(1) == "ADD":
            return actions
        cursor.take()
        cursor.accept("COLUMN")


def _drop(cursor: Cursor) -> list[Action]:
    if any(cursor.at_phrase(phrase) for phrase in ("CONSTRAINT", "PRIMARY KEY", "FOREIGN KEY", "UNIQUE (")):
        kind, name, columns = _constraint_target(cursor)
        cursor.accept("CASCADE", "RESTRICT")
        return [DropConstraint(kind, name, columns)]
    cursor.accept("COLUMN")
    exists = bool(cursor.accept("IF EXISTS"))
    actions: list[Action] = [DropColumn(cursor.identifier(), exists)]
    while cursor.accept(","):
        cursor.accept("COLUMN")
        actions.append(DropColumn(cursor.identifier(), exists))
    cursor.accept("CASCADE", "RESTRICT")
    return actions


def _constraint_target(cursor: Cursor) -> tuple[str, str | None, tuple[str, ...]]:
    if cursor.accept("CONSTRAINT"):
        return "CONSTRAINT", cursor.identifier(), ()
    kind = cursor.expect("PRIMARY KEY", "UNIQUE", "FOREIGN KEY")
    return kind, None, read_names(cursor) if cursor.peek() == "(" else ()


def _warehouse(cursor: Cursor) -> list[Action]:
    if command := cursor.accept("RESUME IF SUSPENDED", "SUSPEND", "RESUME", "ABORT ALL QUERIES"):
        return [Command(command)]
    if cursor.accept("RENAME TO"):
        return [RenameTo(cursor.name())]
    return _set(cursor, None)


def _session(cursor: Cursor) -> list[Action]:
    return _set(cursor, None)


_READERS: dict[Kind | str, Callable[[Cursor], list[Action]]] = {
    Kind.TABLE: _table,
    Kind.VIEW: _view,
    Kind.MATERIALIZED_VIEW: _materialized_view,
    **dict.fromkeys((Kind.EXTERNAL_TABLE, Kind.ICEBERG_TABLE, Kind.HYBRID_TABLE, Kind.EVENT_TABLE), _other_table),
    Kind.DYNAMIC_TABLE: _dynamic_table,
    Kind.WAREHOUSE: _warehouse,
    "SESSION": _session,
}
