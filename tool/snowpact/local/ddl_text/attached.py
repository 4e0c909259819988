"""Policies and tags in a CREATE statement: behind WITH, by their full names
(https://community.snowflake.com/articles/Knowledge/get-ddl-tags-policies); white space and order are [M]."""

from __future__ import annotations

from collections.abc import Mapping

from snowpact.local.objects import Record, State
from snowpact.model.names import spell
from snowpact.sql.literals import string_constant


def of_column(state: State, record: Record, column: str) -> str:
    """Its masking policy and tags, with a space before."""
    policy, given = record.extra.get("masking", {}).get(column) or (None, [])
    using = f" USING ({', '.join(map(spell, given))})" if len(given) > 1 else ""
    masked = f" WITH MASKING POLICY {state.by_id[policy].name}{using}" if policy is not None else ""
    return masked + _with_tags(state, record.extra.get("column_tags", {}).get(column, {}))


def of_whole(state: State, record: Record) -> str:
    """Its row access policy and tags, with a space before."""
    policy, columns = record.extra.get("row_access") or (None, [])
    guarded = f" WITH ROW ACCESS POLICY {state.by_id[policy].name} ON ({', '.join(map(spell, columns))})" if policy is not None else ""
    return guarded + _with_tags(state, record.extra.get("tags", {}))


def _with_tags(state: State, values: Mapping[str, str]) -> str:
    tags = _listed(state, values)
    return f" WITH TAG ({tags})" if tags else ""


def tags_of(state: State, record: Record) -> str:
    """An object's tags behind SET TAG; empty where it has none."""
    return _listed(state, record.extra.get("tags", {}))


def _listed(state: State, values: Mapping[str, str]) -> str:
    """Tags that were dropped are on nothing any more."""
    listed = sorted((str(tag.name), value) for id_, value in values.items() if (tag := state.by_id[int(id_)]).dropped_on is None)
    return ", ".join(f"{name}={string_constant(value)}" for name, value in listed)
