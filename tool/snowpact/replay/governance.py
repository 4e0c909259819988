"""Tags, policies and metrics: what is attached to objects and columns, by full names.

Objects hold them in properties: ``tags`` ((name, value) …), ``row_access_policy`` and ``aggregation_policy`` (name, columns),
``data_metric_functions`` (a set of (name, columns)), ``search_optimization``. Columns have attributes of their own.
https://docs.snowflake.com/en/sql-reference/sql/alter-table, alter-table-column
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.names import Name
from snowpact.model.types import Certainty, parse_type
from snowpact.replay import columns
from snowpact.replay.properties import set_property
from snowpact.replay.state import Refused, State
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements import actions
from snowpact.sql.statements.clauses import Pairs, read_name, read_names
from snowpact.sql.statements.metric import read_associations

Tags = tuple[tuple[Name, str], ...]

ONE_OF_EACH = ("row access policy", "aggregation policy", "join policy", "storage lifecycle policy")
"""Of these an object has one at most."""


def known(state: State, kind: Kind, written: str | Name) -> Name:
    """The full name of a policy or tag. Raises Refused for one that is known not to exist."""
    name = state.name(written, kind)
    if state.find(kind, name) is None and state.missing(kind, name):
        raise Refused(f"002003 (02000): {kind} {name} does not exist or not authorized")
    return name


def governed(state: State, column: Column) -> Column:
    """The column with the full names of its masking policy and tags."""
    if column.masking_policy is not None:
        column = replace(column, masking_policy=known(state, Kind.MASKING_POLICY, column.masking_policy))
        _require_type(state, column, column.masking_policy)
    return replace(column, tags=full_tags(state, column.tags)) if column.tags else column


def full_tags(state: State, tags: Iterable[tuple[Name, str]]) -> Tags:
    found = {known(state, Kind.TAG, name): value for name, value in tags}
    for name, value in found.items():
        tag = state.find(Kind.TAG, name)
        allowed = tag.property("allowed_values") if tag is not None else None
        if allowed and value not in allowed:
            raise Refused(f"003541 (22023): tag value '{value}' is not an allowed value for {tag}")
    return tuple(sorted(found.items()))


def attachments(state: State, tags: Tags, options: Pairs) -> dict[str, Any]:
    """What CREATE attaches, as properties."""
    found: dict[str, Any] = {"tags": full_tags(state, tags) or None}
    for kind, text in options:
        if kind in ONE_OF_EACH:
            found[_key(kind)] = _attached(state, text)
    return found


def _key(kind: str) -> str:
    return kind.replace(" ", "_")


def _attached(state: State, text: str) -> tuple[Name, tuple[str, ...]]:
    """``policy ON (a, b)``."""
    cursor = Cursor(text)
    name = known(state, Kind.ROW_ACCESS_POLICY, read_name(cursor))
    return name, read_names(cursor) if cursor.accept("ON", "ENTITY KEY", "ALLOWED JOIN KEYS") else ()


def set_tags(state: State, item: CatalogObject, action: actions.SetTags) -> None:
    given = full_tags(state, action.tags)
    _change_tags(state, item, action.column, lambda tags: {**tags, **dict(given)})


def unset_tags(state: State, item: CatalogObject, action: actions.UnsetTags) -> None:
    gone = {state.name(name, Kind.TAG) for name in action.tags}
    _change_tags(state, item, action.column, lambda tags: {name: value for name, value in tags.items() if name not in gone})


def _change_tags(state: State, item: CatalogObject, column: str | None, change) -> None:
    if column is None:
        set_property(state, item, "tags", tuple(sorted(change(dict(item.property("tags") or ())).items())) or None)
        return
    found = columns.require(item, column)
    columns.change_property(state, item, found, "tags", tuple(sorted(change(dict(found.tags)).items())))


def same_type(state: State, one: Name, other: Name) -> bool:
    """Whether two masking policies are known to mask one data type."""
    found = [state.find(Kind.MASKING_POLICY, name) for name in (one, other)]
    types = [masked_type(item) if item is not None else None for item in found]
    return one == other or (None not in types and types[0] == types[1])


def masked_type(policy: CatalogObject) -> str | None:
    """The base of the data type that a masking policy masks."""
    given = policy.property("arguments")
    return parse_type(given[0][1]).base if given else None


def set_masking(state: State, item: CatalogObject, action: actions.SetMaskingPolicy) -> None:
    """Over another policy only with FORCE."""
    column = columns.require(item, action.column)
    policy = None if action.policy is None else known(state, Kind.MASKING_POLICY, action.policy)
    if policy is not None and column.masking_policy not in (None, policy) and not action.force:
        raise Refused(f"column {column.name} of {item} has masking policy {column.masking_policy} already: UNSET it first, or use FORCE")
    if policy is not None:
        _require_type(state, column, policy)
    columns.change_property(state, item, column, "masking_policy", policy)


def _require_type(state: State, column: Column, policy: Name) -> None:
    """A column is of the type that its policy masks (https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy#usage-notes)."""
    item = state.find(Kind.MASKING_POLICY, policy)
    masked = masked_type(item) if item is not None else None
    if masked not in (None, column.type.base) and column.certainty is not Certainty.UNKNOWN and column.type.base != "UNKNOWN":
        raise Refused(f"003534 (42601): column '{column.name}' of type {column.type} does not match the type of {item}, {masked}")


def change_policy(state: State, item: CatalogObject, action: actions.Policy) -> None:
    """ADD or DROP of a policy, a metric or search optimization."""
    if action.kind == "search optimization":
        on = action.verb == "ADD" or bool(action.text)  # DROP … ON leaves the rest
        set_property(state, item, "search_optimization", True if on else None)
    elif action.kind == "data metric function":
        _change_metric(state, item, action)
    elif action.verb == "ADD":
        given, held = _attached(state, action.text), item.property(_key(action.kind))
        for column in given[1]:
            columns.require(item, column)
        if held is not None:
            raise Refused(f"{item} has {action.kind} {held[0]} already")
        set_property(state, item, _key(action.kind), given)
    else:
        held = item.property(_key(action.kind))
        if action.verb == "DROP" and held is not None and action.text and _attached(state, action.text)[0] != held[0]:
            raise Refused(f"{action.kind} {action.text} is not attached to {item}")
        set_property(state, item, _key(action.kind), None)


def follow_rename(state: State, item: CatalogObject, column: str, to: str) -> None:
    """A row access policy and metrics that are given a column are given it under its new name."""

    def named(columns: Iterable[str]) -> tuple[str, ...]:
        return tuple(to if one == column else one for one in columns)

    held = item.property("row_access_policy")
    if held is not None:
        set_property(state, item, "row_access_policy", (held[0], named(held[1])))
    metrics = item.property("data_metric_functions")
    if metrics:
        set_property(state, item, "data_metric_functions", frozenset((metric, named(columns)) for metric, columns in metrics))


def _change_metric(state: State, item: CatalogObject, action: actions.Policy) -> None:
    """MODIFY changes expectations and whether a metric is measured, not what is attached."""
    held = frozenset(item.property("data_metric_functions") or ())
    for given in read_associations(action.text):
        entry = state.name(given.metric, Kind.DATA_METRIC_FUNCTION), given.columns
        held = {"ADD": held | {entry}, "DROP": held - {entry}}.get(action.verb, held)
    set_property(state, item, "data_metric_functions", held or None)
