"""CREATE, ALTER and DROP TAG: https://docs.snowflake.com/en/sql-reference/sql/create-tag, alter-tag."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local import frame
from snowpact.local.ddl import Ddl, ddl
from snowpact.local.errors import compilation
from snowpact.local.existing import existing
from snowpact.local.governance import access, attaching
from snowpact.local.governance.tag_masking import arguments, carried, refuse_carrying
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.session import Session
from snowpact.model.catalog import CatalogObject, Kind, properties
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.actions import (
    Action,
    AddTo,
    RemoveFrom,
    SetMaskingPolicies,
    UnsetMaskingPolicies,
    UnsetProperties,
)
from snowpact.sql.statements.clauses import read_comment

MOST = 5000
"""Allowed values of one tag: https://docs.snowflake.com/en/sql-reference/sql/create-tag."""


@handles("CREATE", Kind.TAG)
def create(session: Session, statement: Classified) -> EngineResult:
    name = session.name(statement.name)
    found = existing(session, Kind.TAG, name, statement.modifiers)
    allowed, comment = _options(statement.cursor())
    item = CatalogObject(Kind.TAG, name, comment=comment, properties=properties(allowed_values=allowed))
    with ddl(session) as change:
        if found and "or_alter" in statement.modifiers:
            change.alter(found, item)
            return message(f"Tag {name.name} successfully altered.")
        if found:
            refuse_carrying(found)
            change.drop(found)
        change.create(item)
    return message(f"Tag {name.name} successfully created.")


def _options(cursor: Cursor) -> tuple[tuple[str, ...] | None, str | None]:
    allowed, comment = None, None
    while not cursor.done:
        if cursor.accept("ALLOWED_VALUES"):
            values = [cursor.string()]
            while cursor.accept(","):
                values.append(cursor.string())
            allowed = _checked(values)
        elif (said := read_comment(cursor)) is not None:
            comment = said
        else:
            raise UnsupportedFeature(f"CREATE TAG … {cursor.peek()}")
    return allowed, comment


def _checked(values: list[str]) -> tuple[str, ...]:
    if len(values) > MOST:
        raise compilation(f"A tag has at most {MOST} allowed values.", 3543, "22023")  # text and number [M]
    return tuple(dict.fromkeys(values))


@handles("ALTER", Kind.TAG)
def alter(session: Session, statement: Classified) -> EngineResult:
    return frame.alter(session, statement, _apply)


def _apply(change: Ddl, record: Record, action: Action) -> Record:
    item = record.object
    values = item.property("allowed_values") or ()
    if isinstance(action, AddTo) and action.key == "allowed_values":
        return change.alter(record, item.with_properties(allowed_values=_checked([*values, *action.values])))
    if isinstance(action, RemoveFrom) and action.key == "allowed_values":
        kept = tuple(value for value in values if value not in action.values)
        return change.alter(record, item.with_properties(allowed_values=kept or None))
    if isinstance(action, SetMaskingPolicies):
        return _set_policies(change, record, action)
    if isinstance(action, UnsetMaskingPolicies):
        return _unset_policies(change, record, action)
    if isinstance(action, UnsetProperties) and set(action.keys) <= {"allowed_values", "comment"}:
        item = replace(item, comment=None) if "comment" in action.keys else item
        return change.alter(record, item.with_properties(allowed_values=None) if "allowed_values" in action.keys else item)
    return frame.plain(change, record, action)


def _set_policies(change: Ddl, tag: Record, action: SetMaskingPolicies) -> Record:
    """Another policy of a type that the tag has one for takes FORCE."""
    state = change.session.engine.state
    by_type = {arguments(policy)[0][1]: policy for policy in carried(state, tag)}
    for name in action.policies:
        policy = attaching.found(change.session, Kind.MASKING_POLICY, name)
        _allowed(change, policy)
        type_ = arguments(policy)[0][1]
        if by_type.get(type_, policy).id != policy.id and not action.force:
            text = f"Tag '{tag.name}' has a masking policy for the data type {type_} already."
            raise compilation(text, 3539, "42601")  # text and number [M]
        by_type[type_] = policy
    return change.alter(tag.with_extra(policies=[policy.id for policy in by_type.values()]))


def _unset_policies(change: Ddl, tag: Record, action: UnsetMaskingPolicies) -> Record:
    kept = list(tag.extra.get("policies", ()))
    for name in action.policies:
        policy = attaching.found(change.session, Kind.MASKING_POLICY, name)
        _allowed(change, policy)
        if policy.id not in kept:
            raise compilation(f"Tag '{tag.name}' has no masking policy '{policy.name}'.", 3531, "42601")  # text and number [M]
        kept.remove(policy.id)
    return change.alter(tag.with_extra(policies=kept or None))


def _allowed(change: Ddl, policy: Record) -> None:
    """The tag's OWNERSHIP has been asked for; it takes the global APPLY MASKING POLICY or APPLY on the policy too."""
    session = change.session
    if not access.on_account(session, "APPLY MASKING POLICY") and not access.has(access.active(session), policy, "APPLY"):
        raise access.insufficient(policy)


@handles("DROP", Kind.TAG)
def drop(session: Session, statement: Classified) -> EngineResult:
    """What it was set on has it no longer."""
    return frame.drop(session, statement, _drop)


def _drop(change: Ddl, record: Record) -> None:
    refuse_carrying(record)
    change.drop(record)
