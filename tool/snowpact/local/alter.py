"""ALTER TABLE and ALTER VIEW, action by action: a table of functions (change, record, action) → record.

Each function changes the physical table in the statement's transaction and gives the object in its new shape.
https://docs.snowflake.com/en/sql-reference/sql/alter-table, alter-table-column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from snowpact.local import alter_columns as columns
from snowpact.local import search_optimization
from snowpact.local.containers import rename
from snowpact.local.ddl import Ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.governance import access, attaching, tagging
from snowpact.local.governance.policies import column_renamed, used_columns
from snowpact.local.objects import Record
from snowpact.local.streams import log
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.statements import actions

KEPT_PROPERTIES = {"change_tracking", "data_retention_time_in_days", "max_data_extension_time_in_days", "enable_schema_evolution", "secure"}
"""Properties without an effect on what the engine does: kept and shown."""


def apply(change: Ddl, record: Record, action: actions.Action) -> Record:
    """Carry out one action. Raises UnsupportedFeature for one that the engine would have to ignore."""
    handler = _ACTIONS.get(type(action))
    if handler is None:
        raise UnsupportedFeature(f"ALTER {record.object.kind.value} … {type(action).__name__}")
    after = _with_policies(change, record, handler(change, record, action), action)
    log.adapt(change, record, after)
    return after


def _with_policies(change: Ddl, before: Record, after: Record, action: actions.Action) -> Record:
    """Policies and tags follow a column that is renamed; one that they stand on is not dropped, nor given another type."""
    used = used_columns(before)
    if isinstance(action, actions.RenameColumn) and ("column_tags" in after.extra or action.column in used):
        return change.put(tagging.column_renamed(column_renamed(after, action.column, action.to), action.column, action.to))
    if isinstance(action, actions.DropColumn) and action.column in used:
        raise compilation(f"Column '{action.column}' can't be dropped: a policy is attached to it.", 3537, "42601")  # text and number [M]
    if isinstance(action, actions.DropColumn) and "column_tags" in after.extra:
        return change.put(tagging.column_renamed(after, action.column, None))
    column = before.object.column(action.column) if isinstance(action, actions.SetType) and action.column in used else None
    if column is not None and action.type.base != column.type.base:
        raise compilation(f"Column '{action.column}' has a policy of another data type.", 3534, "42601")  # text and number [M]
    return after


def _rename(change: Ddl, record: Record, action: actions.RenameTo) -> Record:
    session = change.session
    to = session.name(action.name)
    schema = session.require(Kind.SCHEMA, to.parent)
    if to.parent != record.name.parent:
        access.require(session, schema, f"CREATE {record.object.kind.value}", label="Schema")
    if change.get(record.object.kind.domain, to):
        raise exists(to)
    rename(change, record, to)
    return change.records[record.id]


def _swap(change: Ddl, record: Record, action: actions.SwapWith) -> Record:
    session = change.session
    other = session.find(record.object.kind, session.name(action.name))
    if other is None:
        raise missing(session.name(action.name), "Table")
    access.require(session, other, "OWNERSHIP", label="Table")
    if other.object.kind is not record.object.kind or other.temporary != record.temporary:
        raise compilation(f"Cannot swap {record.name} with {other.name}: they are of different kinds.", 1506, "42601")  # number [M]
    change.alter(other, replace(other.object, name=record.name))
    return change.alter(record, replace(record.object, name=other.name))


def _cluster(change: Ddl, record: Record, action: actions.ClusterBy) -> Record:
    return change.alter(record, record.object.with_properties(cluster_by=action.keys))


def _set(change: Ddl, record: Record, action: actions.SetProperties) -> Record:
    item = record.object
    for key, value in action.values:
        if key == "data_metric_schedule":
            record = _schedule(change, record.with_object(item), value)
            item = record.object
        elif key == "comment":
            item = replace(item, comment=value)
        elif key in KEPT_PROPERTIES:
            record = record.with_extra(tracked=None) if key == "change_tracking" else record
            item = item.with_properties(**{key: True if value.upper() == "TRUE" else None if value.upper() == "FALSE" else value})
        else:
            raise UnsupportedFeature(f"ALTER {item.kind.value} … SET {key.upper()}")
    return change.alter(record, item)


def _unset(change: Ddl, record: Record, action: actions.UnsetProperties) -> Record:
    item = record.object
    for key in action.keys:
        if key == "data_metric_schedule":
            record = _schedule(change, record.with_object(item), None)
            item = record.object
            continue
        if key != "comment" and key not in KEPT_PROPERTIES:
            raise UnsupportedFeature(f"ALTER {item.kind.value} … UNSET {key.upper()}")
        record = record.with_extra(tracked=None) if key == "change_tracking" else record
        item = replace(item, comment=None) if key == "comment" else item.with_properties(**{key: None})
    return change.alter(record, item)


def _policy(change: Ddl, record: Record, action: actions.Policy) -> Record:
    """Metrics are attached in words of their own; what else is attached is a policy."""
    if action.kind == "search optimization":
        return search_optimization.altered(change, record, action)
    if action.kind != "data metric function":
        return attaching.change_policy(change, record, action)
    from snowpact.local.quality.association import change_metrics

    return change_metrics(change, record, action)


def _schedule(change: Ddl, record: Record, text: str | None) -> Record:
    from snowpact.local.quality.association import set_schedule

    return set_schedule(change, record, text)


def _add_constraint(change: Ddl, record: Record, action: actions.AddConstraint) -> Record:
    item, constraint = record.object, action.definition.constraint
    if constraint.kind == "CHECK":
        raise UnsupportedFeature("CHECK constraints")
    if constraint.kind == "PRIMARY KEY" and any(other.kind == "PRIMARY KEY" for other in item.constraints):
        raise compilation("primary key already exists for table", 2200, "42710")  # number [M]
    for column in constraint.columns:
        columns.require(record, column)
    if constraint.references is not None:
        constraint = replace(constraint, references=change.session.complete(constraint.references))
        change.session.require(Kind.TABLE, constraint.references)
    return change.alter(record, replace(item, constraints=(*item.constraints, constraint)))


def _matches(constraint: Any, kind: str, name: str | None, listed: tuple[str, ...]) -> bool:
    if name is not None:
        return constraint.name == name
    return constraint.kind == kind and (not listed or constraint.columns == listed)


def _drop_constraint(change: Ddl, record: Record, action: actions.DropConstraint) -> Record:
    kept = tuple(item for item in record.object.constraints if not _matches(item, action.kind, action.name, action.columns))
    if len(kept) == len(record.object.constraints):
        raise compilation(f"constraint '{action.name or action.kind}' does not exist.", 2210, "42704")  # number [M]
    return change.alter(record, replace(record.object, constraints=kept))


def _rename_constraint(change: Ddl, record: Record, action: actions.RenameConstraint) -> Record:
    if not any(item.name == action.name for item in record.object.constraints):
        raise compilation(f"constraint '{action.name}' does not exist.", 2210, "42704")  # number [M]
    renamed = tuple(replace(item, name=action.to) if item.name == action.name else item for item in record.object.constraints)
    return change.alter(record, replace(record.object, constraints=renamed))


def _alter_constraint(change: Ddl, record: Record, action: actions.AlterConstraint) -> Record:
    """RELY and its kin change nothing that is enforced; ENFORCED would."""
    if "ENFORCED" in action.properties:
        raise UnsupportedFeature("enforced constraints")
    if not any(_matches(item, action.kind, action.name, action.columns) for item in record.object.constraints):
        raise compilation(f"constraint '{action.name or action.kind}' does not exist.", 2210, "42704")  # number [M]
    return change.alter(record)


_ACTIONS: dict[type, Callable[[Ddl, Record, Any], Record]] = {
    actions.AddColumn: columns.add,
    actions.DropColumn: columns.drop,
    actions.RenameColumn: columns.rename,
    actions.SetType: columns.set_type,
    actions.SetNullable: columns.set_nullable,
    actions.SetDefault: columns.set_default,
    actions.SetColumnComment: columns.set_comment,
    actions.RenameTo: _rename,
    actions.SwapWith: _swap,
    actions.ClusterBy: _cluster,
    actions.SetProperties: _set,
    actions.UnsetProperties: _unset,
    actions.AddConstraint: _add_constraint,
    actions.DropConstraint: _drop_constraint,
    actions.RenameConstraint: _rename_constraint,
    actions.AlterConstraint: _alter_constraint,
    actions.SetMaskingPolicy: attaching.set_masking,
    actions.Policy: _policy,
    actions.SetTags: tagging.set_tags,
    actions.UnsetTags: tagging.unset_tags,
}

GOVERNING = (actions.SetMaskingPolicy, actions.Policy, actions.SetTags, actions.UnsetTags)
"""What is attached to an object and leaves its definition alone."""
