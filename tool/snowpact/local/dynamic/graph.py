"""What stands on what: all that a query reads, views looked through, and the order in which dynamic tables refresh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.scope import Scope, stored
from snowpact.model.catalog import Kind
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

_VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)


def read_by(session: Session, record: Record) -> list[Record]:
    """The tables, views and functions that a view or dynamic table reads, through any views between. Missing ones are left out."""
    state = session.engine.state
    lasting = state.by_id.get(record.id) is record and not session.temporary
    if lasting and record.id in state.reads:
        return state.reads[record.id]
    found: dict[int, Record] = {}
    _collect(session, record, found)
    if lasting:
        state.reads[record.id] = list(found.values())
    return list(found.values())


def inputs_of(session: Session, record: Record) -> list[dict[str, str]]:
    """The tables, views and dynamic tables that a definition names, as DYNAMIC_TABLE_GRAPH_HISTORY gives them."""
    tree = session.parse(record.object.definition or "")
    found = {source.id: source for source in _tables_in(session.scope.inside(record), tree)}
    return [{"name": ".".join(source.name.parts), "kind": source.object.kind.value.replace(" ", "_")} for source in found.values()]


def _collect(session: Session, record: Record, found: dict[int, Record]) -> None:
    scope = session.scope.inside(record)
    tree = session.parse(record.object.definition or "")
    for source in (*_tables_in(scope, tree), *_functions_in(scope, tree)):
        if source.id not in found:
            found[source.id] = source
            if source.object.kind in _VIEWS:
                _collect(session, source, found)


def _tables_in(scope: Scope, tree: exp.Expression) -> Iterator[Record]:
    """What names in FROM mean that are no common table expressions and no table functions."""
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not _is_cte(table):
            record = scope.session.find("TABLE", scope.name_of(table))
            if record is not None:
                yield record


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


def _functions_in(scope: Scope, tree: exp.Expression) -> Iterator[Record]:
    for call in tree.find_all(exp.Anonymous):
        name = Name((*_qualifiers(call), call.name if call.args.get("quoted") else call.name.upper()))
        record = scope.session.routine(Kind.FUNCTION, name, len(call.expressions), scope)
        if record is not None:
            yield record


def _qualifiers(call: exp.Anonymous) -> list[str]:
    """The database and schema written before a function's name."""
    dot = call.parent
    if not isinstance(dot, exp.Dot) or dot.expression is not call:
        return []
    return [stored(part) for part in dot.this.find_all(exp.Identifier, bfs=False)]


def upstream(session: Session, record: Record) -> list[Record]:
    """A dynamic table and all dynamic tables below it, each after those it reads: the order of a refresh.

    Refreshing a dynamic table refreshes those it reads first
    (https://docs.snowflake.com/en/user-guide/dynamic-tables-manual-refresh), a suspended one too: suspension stops scheduled
    refreshes only (https://docs.snowflake.com/en/user-guide/dynamic-tables/manage).
    """
    return in_order(session, [record])


def in_order(session: Session, wanted: Iterable[Record]) -> list[Record]:
    """The same for several dynamic tables, each once."""
    records: dict[int, Record] = {}
    graph: dict[int, list[int]] = {}
    waiting = list(wanted)
    while waiting:
        current = waiting.pop()
        if current.id in records:
            continue
        records[current.id] = current
        below = [source for source in read_by(session, current) if source.object.kind is Kind.DYNAMIC_TABLE]
        graph[current.id] = [source.id for source in below]
        waiting.extend(below)
    try:
        return [records[id_] for id_ in TopologicalSorter(graph).static_order()]
    except CycleError as error:  # a swap or rename can make one
        text = f"Dynamic table '{records[error.args[1][0]].name}' reads itself, directly or through others."
        raise compilation(text, 2718, "42601") from error  # number [M]


def downstream(session: Session, record: Record) -> list[Record]:
    """The dynamic tables that read this one, directly or through others."""
    found: dict[int, Record] = {}
    waiting = [record]
    everything = [item for item in session.engine.state if item.object.kind is Kind.DYNAMIC_TABLE]
    reads = {item.id: {source.id for source in read_by(session, item)} for item in everything}
    while waiting:
        current = waiting.pop()
        for item in everything:
            if current.id in reads[item.id] and item.id not in found:
                found[item.id] = item
                waiting.append(item)
    return list(found.values())
