"""What stands on what: the relations a query reads, views looked through, and the order in which dynamic tables refresh."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.objects import Record
from snowpact.local.scope import Scope, stored
from snowpact.model.catalog import Kind

if TYPE_CHECKING:
    from snowpact.local.session import Session


def sources(session: Session, record: Record) -> list[Record]:
    """The tables and dynamic tables that a view or dynamic table reads, through any views between. Missing ones are left out."""
    found: dict[int, Record] = {}
    _collect(session, record, found, set())
    return list(found.values())


def _collect(session: Session, record: Record, found: dict[int, Record], seen: set[int]) -> None:
    scope = session.scope.inside(record)
    for table in tables(session.parse(record.object.definition or "")):
        source = _find(session, scope, table)
        if source is None or source.id in seen:
            continue
        seen.add(source.id)
        if source.object.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW):
            _collect(session, source, found, seen)
        else:
            found[source.id] = source


def _find(session: Session, scope: Scope, table: exp.Table) -> Record | None:
    return session.find("TABLE", scope.name_of(table))


def tables(tree: exp.Expression) -> Iterator[exp.Table]:
    """Table names in a query that are no common table expressions and no table functions."""
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not _is_cte(table):
            yield table


def _is_cte(table: exp.Table) -> bool:
    """Whether an unqualified name means a WITH of the query around it, or of one further out."""
    if len(table.parts) > 1:
        return False
    name = stored(table.this)
    place: exp.Expression | None = table
    while place is not None:
        with_ = place.args.get("with_") or place.args.get("with")
        if with_ and any(cte.args["alias"] and stored(cte.args["alias"].this) == name for cte in with_.expressions):
            return True
        place = place.parent
    return False


def upstream(session: Session, record: Record) -> list[Record]:
    """A dynamic table and all dynamic tables below it, each after those it reads: the order of a refresh.

    Refreshing a dynamic table refreshes those it reads first
    (https://docs.snowflake.com/en/user-guide/dynamic-tables-manual-refresh).
    """
    records: dict[int, Record] = {}
    graph: dict[int, list[int]] = {}
    waiting = [record]
    while waiting:
        current = waiting.pop()
        if current.id in records:
            continue
        records[current.id] = current
        below = [source for source in sources(session, current) if source.object.kind is Kind.DYNAMIC_TABLE]
        graph[current.id] = [source.id for source in below]
        waiting.extend(below)
    return [records[id_] for id_ in TopologicalSorter(graph).static_order()]


def downstream(session: Session, record: Record) -> list[Record]:
    """The dynamic tables that read this one, directly or through others."""
    found: dict[int, Record] = {}
    waiting = [record]
    everything = [item for item in session.engine.state if item.object.kind is Kind.DYNAMIC_TABLE]
    reads = {item.id: {source.id for source in sources(session, item)} for item in everything}
    while waiting:
        current = waiting.pop()
        for item in everything:
            if current.id in reads[item.id] and item.id not in found:
                found[item.id] = item
                waiting.append(item)
    return list(found.values())
