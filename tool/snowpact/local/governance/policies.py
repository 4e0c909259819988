"""Masking and row access policies: what is attached to a relation, and reading through it.

``extra['masking']`` of a relation is ``{column: [policy's id, the columns it is given]}``; ``extra['row_access']`` is ``[policy's id,
columns]``. A policy's body is translated like that of a SQL function, in its own schema and with its owner's rights, wherever the
relation is read: in queries, views, streams and DML (https://docs.snowflake.com/en/user-guide/security-column-intro,
https://docs.snowflake.com/en/user-guide/security-row-intro). Rows first, then columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.errors import compilation
from snowpact.local.governance.tag_masking import masks
from snowpact.local.objects import Record, State
from snowpact.model.catalog import Kind
from snowpact.model.types import parse_type

if TYPE_CHECKING:
    from snowpact.local.routines.definition import Definition
    from snowpact.local.scope import Scope

KINDS = (Kind.MASKING_POLICY, Kind.ROW_ACCESS_POLICY)
_ALIAS = " protected"
"""No identifier of a user's starts with a space."""


def protected(scope: Scope, record: Record, relation: exp.Expression, more: Sequence[str] = ()) -> exp.Expression:
    """A relation of the record's columns as the session may see them. more: columns of the relation that the record does not have."""
    masking, row_access = masks(scope.session.engine.state, record), record.extra.get("row_access")
    if not masking and row_access is None:
        return relation
    names = [*(column.name for column in record.object.columns), *more]
    items = [exp.alias_(_column(name), encode(name), quoted=True) for name in names]
    visible = _aliased(exp.select(*items), relation)
    if row_access is not None:
        visible.set("where", exp.Where(this=_applied(scope, (record, None), *row_access)))
    if not masking:
        return exp.Subquery(this=visible)
    masked = [
        exp.alias_(_applied(scope, (record, name), *masking[name]) if name in masking else _column(name), encode(name), quoted=True)
        for name in names
    ]
    return exp.Subquery(this=_aliased(exp.select(*masked), exp.Subquery(this=visible)))


def _aliased(query: exp.Select, relation: exp.Expression) -> exp.Select:
    relation.set("alias", exp.TableAlias(this=exp.to_identifier(_ALIAS, quoted=True)))
    return query.from_(relation)


def _column(name: str) -> exp.Expression:
    return exp.column(exp.to_identifier(encode(name), quoted=True), table=exp.to_identifier(_ALIAS, quoted=True))


def _applied(scope: Scope, guarded: tuple[Record, str | None], policy: int, columns: Sequence[str]) -> exp.Expression:
    """A policy's body over columns of the relation. guarded: what it protects, the relation or a column of it."""
    from snowpact.local.routines.functions import inside, scalar_body

    definition = definition_of(scope.session.engine.state.by_id[policy])
    own = replace(inside(scope, definition), invoker=scope.owner, guarded=guarded)
    return scalar_body(own, definition, [_column(name) for name in columns])


def definition_of(policy: Record) -> Definition:
    """A policy as a function of its arguments."""
    from snowpact.local.routines.definition import Definition, Parameter

    item = policy.object
    return Definition(
        id=policy.id,
        kind=item.kind,
        name=item.name,
        parameters=tuple(Parameter(name, parse_type(type_)) for name, type_ in item.property("arguments", ())),
        returns=parse_type(item.property("returns")),
        columns=None,
        language="SQL",
        body=item.definition or "",
        handler=None,
        caller=False,
        strict=False,
        volatile=False,
    )


def references(state: State, policy: Record) -> Iterator[tuple[Record, str | None, list[str]]]:
    """Where a policy is attached: the relation, the masked column, the other columns that it is given; or the tag that carries it."""
    for record in state:
        if policy.id in record.extra.get("policies", ()):
            yield record, None, []
        for column, (id_, columns) in record.extra.get("masking", {}).items():
            if id_ == policy.id:
                yield record, column, columns[1:]
        id_, columns = record.extra.get("row_access") or (None, [])
        if id_ == policy.id:
            yield record, None, columns


def refuse_attached(state: State, policy: Record, verb: str) -> None:
    """A policy that protects something is neither dropped nor replaced."""
    if next(references(state, policy), None) is not None:
        kind = policy.object.kind.value.title()
        text = f"Cannot perform {verb} operation on {kind} '{policy.name}'. The policy is attached to one or more entities."
        raise compilation(text, 1492, "42601")


def used_columns(record: Record) -> set[str]:
    """The columns that the relation's policies stand on or are given."""
    masking = record.extra.get("masking", {})
    given = [*(columns for _, columns in masking.values()), (record.extra.get("row_access") or (None, []))[1]]
    return {column for columns in given for column in columns}


def column_renamed(record: Record, old: str, new: str) -> Record:
    """The record's policies under a column's new name."""

    def named(columns: Sequence[str]) -> list[str]:
        return [new if column == old else column for column in columns]

    masking = {new if name == old else name: [id_, named(columns)] for name, (id_, columns) in record.extra.get("masking", {}).items()}
    id_, columns = record.extra.get("row_access") or (None, [])
    return record.with_extra(masking=masking or None, row_access=[id_, named(columns)] if id_ is not None else None)


def policy_names(state: State, record: Record) -> dict[str, str]:
    """The full name of each masked column's policy."""
    return {column: str(state.by_id[id_].name) for column, (id_, _) in masks(state, record).items()}
