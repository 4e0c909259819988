"""ALTER TABLE, VIEW, DATABASE, SCHEMA, WAREHOUSE; ALTER SESSION stands with the session's own statements."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import alter, retention
from snowpact.local.alter import GOVERNING
from snowpact.local.containers import rename, swap
from snowpact.local.ddl import ddl
from snowpact.local.errors import exists, missing
from snowpact.local.governance import tagging
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.statements import actions
from snowpact.sql.statements.alter import parse_alter
from snowpact.sql.statements.alter_columns import read_set_tags, read_unset_tags
from snowpact.sql.statements.clauses import read_value

DONE = message("Statement executed successfully.")


@handles("ALTER", Kind.TABLE, Kind.VIEW)
def alter_relation(session: Session, statement: Classified) -> EngineResult:
    _refuse_policies(statement)
    parsed = parse_alter(statement.text)
    kind = Kind(statement.kind)
    name = session.name(parsed.name)
    record = session.find(kind, name)
    if record is None or (kind is Kind.VIEW) != (record.object.kind is Kind.VIEW):
        if parsed.if_exists and record is None:
            return DONE
        raise missing(name, str(kind).title())
    if record.object.kind not in (Kind.TABLE, Kind.VIEW):
        raise UnsupportedFeature(f"ALTER {kind.value} on a {record.object.kind}")
    if record.object.kind is Kind.VIEW:
        for action in parsed.actions:
            if not isinstance(action, _VIEW_ACTIONS):
                raise UnsupportedFeature(f"ALTER VIEW … {type(action).__name__}")
    with ddl(session) as change:
        for action in parsed.actions:
            record = alter.apply(change, record, action)
    return DONE


def _refuse_policies(statement: Classified) -> None:
    """Kinds of policy that the engine does not have."""
    words = [token.word for token in statement.tokens]
    for policy in ("AGGREGATION", "PROJECTION", "JOIN"):
        if any(words[at + 1 : at + 3] == [policy, "POLICY"] for at, word in enumerate(words) if word in {"SET", "UNSET"}):
            raise UnsupportedFeature(f"ALTER {Kind(statement.kind).value} … {policy} POLICY")


_VIEW_ACTIONS = (actions.RenameTo, actions.SetProperties, actions.UnsetProperties, actions.SetColumnComment, *GOVERNING)


@handles("ALTER", Kind.DATABASE, Kind.SCHEMA)
def alter_container(session: Session, statement: Classified) -> EngineResult:
    kind = Kind(statement.kind)
    depth = 1 if kind is Kind.DATABASE else 2
    name = session.name(statement.name, depth)
    record = session.find(kind, name)
    if record is None:
        if "if_exists" in statement.modifiers:
            return DONE
        raise missing(name, str(kind).title())
    cursor = statement.cursor()
    with ddl(session) as change:
        if cursor.accept("RENAME TO"):
            to = session.name(cursor.name(), depth)
            if session.find(kind, to):
                raise exists(to, str(kind).title())
            rename(change, record, to)
        elif cursor.accept("SET TAG"):
            tagging.set_tags(change, record, read_set_tags(cursor))
        elif cursor.accept("UNSET TAG"):
            tagging.unset_tags(change, record, read_unset_tags(cursor))
        elif command := cursor.accept("ENABLE MANAGED ACCESS", "DISABLE MANAGED ACCESS"):
            change.alter(record, record.object.with_properties(managed_access=command.startswith("ENABLE") or None))
        elif cursor.accept("SWAP WITH"):
            swap(change, record, session.require(kind, session.name(cursor.name(), depth)))
        else:
            change.alter(record, retention.check(set_options(record.object, cursor)))
        cursor.finish()
    return DONE


KNOWN_OPTIONS = {"data_retention_time_in_days", "max_data_extension_time_in_days", "default_ddl_collation", "log_level", "trace_level"}


def set_options(item: CatalogObject, cursor, known: frozenset[str] | set[str] | None = None) -> CatalogObject:
    """``SET key = value …`` and ``UNSET key, …`` on an object that keeps its options as properties. known None: KNOWN_OPTIONS."""
    known = KNOWN_OPTIONS if known is None else known
    if cursor.accept("SET"):
        while not cursor.done:
            key = cursor.take().word.lower()
            cursor.expect("=")
            item = _with_option(item, key, read_value(cursor), known)
            cursor.accept(",")
        return item
    cursor.expect("UNSET")
    while not cursor.done:
        item = _with_option(item, cursor.take().word.lower(), None, known)
        cursor.accept(",")
    return item


def _with_option(item: CatalogObject, key: str, value: str | None, known: frozenset[str] | set[str]) -> CatalogObject:
    if key == "comment":
        return replace(item, comment=value)
    if key not in known:
        raise UnsupportedFeature(f"ALTER {item.kind.value} … SET {key.upper()}")
    return item.with_properties(**{key: value})
