"""Masking by tags: a tag carries policies, one for each data type, and every column that has the tag, itself or by inheritance, is masked
by the one of its own type. A policy set on the column itself counts more.

``extra['policies']`` of a tag lists its policies' ids. https://docs.snowflake.com/en/user-guide/tag-based-masking-policies
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.local.errors import compilation
from snowpact.local.governance.inheritance import effective
from snowpact.local.objects import Record, State
from snowpact.model.catalog import Column
from snowpact.model.errors import StatementError
from snowpact.model.types import parse_type

MISSING, MISMATCH, MULTIPLE = (
    "COLUMN_IS_MISSING_FOR_SECONDARY_ARG", "COLUMN_DATATYPE_MISMATCH_FOR_SECONDARY_ARG", "MULTIPLE_MASKING_POLICY_ASSIGNED_TO_THE_COLUMN",
)  # fmt: skip
"""Why a policy that is set does not mask: POLICY_STATUS of https://docs.snowflake.com/en/sql-reference/functions/policy_references."""


def arguments(policy: Record) -> list[tuple[str, str]]:
    """A policy's arguments and the base of their types."""
    return [(name, parse_type(type_).base) for name, type_ in policy.object.property("arguments", ())]


def carried(state: State, tag: Record) -> list[Record]:
    return [state.by_id[id_] for id_ in tag.extra.get("policies", ())]


def by_tag(state: State, record: Record, column: Column) -> list[tuple[Record, Record]]:
    """The policies that a column has from its tags, each with its tag; more than one do not mask together."""
    if not state.masking_tags:
        return []
    tags = [state.by_id[id_] for id_ in effective(state, record, column.name) if id_ in state.masking_tags]
    return [(policy, tag) for tag in tags for policy in carried(state, tag) if arguments(policy)[0][1] == column.type.base]


def status(record: Record, policies: list[tuple[Record, Record]]) -> str | None:
    """What stands in the way of masking by these; None where nothing does. Arguments after the first are the columns of their names."""
    if len(policies) > 1:
        return MULTIPLE
    for name, base in arguments(policies[0][0])[1:]:
        other = record.object.column(name)
        if other is None:
            return MISSING
        if other.type.base != base:
            return MISMATCH
    return None


def masks(state: State, record: Record) -> dict[str, tuple[int, list[str]]]:
    """By masked column: the policy's id, and the columns that it is given. Raises where a column's tags leave open what masks it."""
    found = {column: (id_, columns) for column, (id_, columns) in record.extra.get("masking", {}).items()}
    for column in record.object.columns if state.masking_tags else ():
        policies = [] if column.name in found else by_tag(state, record, column)
        if policies:
            fault = status(record, policies)
            if fault is not None:
                text = f"Column '{column.name}' of '{record.name}' can't be masked by its tags: {fault}."
                raise StatementError(f"SQL execution error: {text}", 3538, "42601")  # text and number [M]
            policy = policies[0][0]
            found[column.name] = policy.id, [column.name, *(name for name, _ in arguments(policy)[1:])]
    return found


def tag_references(state: State, policy: Record) -> Iterator[tuple[Record, str, list[str], Record, str]]:
    """Where a policy masks by a tag: the relation, its column, the other columns given, the tag, the status."""
    tags = {record.id for record in state if policy.id in record.extra.get("policies", ())}
    for record in state if tags else ():
        for column in record.object.columns:
            own = record.extra.get("masking", {}).get(column.name)
            policies = by_tag(state, record, column)
            for found, tag in policies if own is None else ():
                if found.id == policy.id:
                    given = [name for name, _ in arguments(policy)[1:]]
                    yield record, column.name, given, tag, status(record, policies) or "ACTIVE"


def refuse_carrying(tag: Record) -> None:
    """A tag that carries policies is not dropped: they are unset first."""
    if tag.extra.get("policies"):
        text = f"Cannot perform Drop operation on Tag '{tag.name}'. A masking policy is set on it."
        raise compilation(text, 1492, "42601")  # text [M]
