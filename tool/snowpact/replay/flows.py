"""A catalog's flows: views and dynamic tables from what their queries read, streams from their source, tasks, pipes and procedures in SQL
from what their statements read into what those write. A task runs after another, and runs the procedure that it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Kind
from snowpact.model.graph import Edge, Graph, Node
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.readers import READING, Reader, read
from snowpact.replay.state import Opaque, Refused, State, nothing_assumed
from snowpact.replay.static import texts
from snowpact.sql.classify import classify
from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing import statement_lineage

DRAWN = RELATIONS | {Kind.STREAM, Kind.TASK, Kind.PIPE, Kind.PROCEDURE, Kind.STAGE}
_WRITING = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "TRUNCATE"}


def flows(catalog: Catalog) -> Graph:
    """Every relation, stream, task and pipe; procedures and stages where something is drawn to or from them."""
    state = State.starting(catalog, nothing_assumed)
    edges: dict[Edge, None] = {}
    for item in catalog:
        if item.kind in READING:
            edges.update(dict.fromkeys(_edges(state, read(state, item))))
        elif item.kind is Kind.PROCEDURE and str(item.property("language") or "SQL").upper() == "SQL":
            for text in texts(item.definition or ""):
                edges.update(dict.fromkeys(_stated(state, item, text)))
    joined = {key for edge in edges for key in (edge.source, edge.target)}
    shown = [item for item in catalog if item.kind in DRAWN and (item.kind not in (Kind.PROCEDURE, Kind.STAGE) or item.key in joined)]
    nodes = sorted((Node(item.kind, item.name) for item in shown), key=lambda node: (node.name, node.kind.value))
    known = {node.key for node in nodes}
    return Graph(tuple(nodes), tuple(edge for edge in edges if edge.source in known and edge.target in known))


def _edges(state: State, reader: Reader) -> Iterator[Edge]:
    item, target = reader.item, reader.item.property("target")
    written = {target} if isinstance(target, Name) else _written(state, item, item.definition or "") if item.kind is Kind.TASK else set()
    yield from _joined(state, item, reader.reads, written)
    for name in item.property("after") or ():
        yield Edge((Kind.TASK.domain, name), item.key, after=True)
    root = item.property("finalize")
    if isinstance(root, Name):
        yield Edge((Kind.TASK.domain, root), item.key, after=True)


def _stated(state: State, item: CatalogObject, text: str) -> Iterator[Edge]:
    """One statement of a procedure's body."""
    inside = state.inside(item.name)
    with suppress(SqlInputError, NameSyntaxError, Refused, Opaque):
        statement = classify(text)
        if statement.verb == "CALL" and statement.name:
            yield from _joined(state, item, [inside.name(statement.name)], set())
            return
        found = statement_lineage(text, inside.lookup, inside)
        written = _written(state, item, text)
        yield from _joined(state, item, [*found.objects, *written], written)


def _joined(state: State, item: CatalogObject, names: Iterable[Name], written: set[Name]) -> Iterator[Edge]:
    for name in names:
        found = _named(state, name)
        if found is None or found.key == item.key:
            continue
        if found.kind is Kind.PROCEDURE:
            yield Edge(item.key, found.key, after=True)
        else:
            yield Edge(item.key, found.key) if name in written else Edge(found.key, item.key)


def _named(state: State, name: Name) -> CatalogObject | None:
    found = next((item for domain in ("TABLE", "STREAM", "PROCEDURE") if (item := state.draft.find(domain, name)) is not None), None)
    return found or next(iter(state.draft.overloads(Kind.PROCEDURE, name)), None)


def _written(state: State, item: CatalogObject, text: str) -> set[Name]:
    """The table that a statement writes."""
    with suppress(SqlInputError, NameSyntaxError, Refused, Opaque):
        statement = classify(text)
        if statement.verb in _WRITING and statement.name:
            return {state.inside(item.name).name(statement.name)}
    return set()
