"""A catalog's flows: views and dynamic tables from what their queries read, streams from their source, tasks and pipes from what their
statement reads into what it writes."""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.model.catalog import RELATIONS, Catalog, CatalogObject, Kind
from snowpact.model.graph import Edge, Graph, Node
from snowpact.model.names import Name, NameSyntaxError
from snowpact.replay.readers import READING, Reader, read
from snowpact.replay.state import State, nothing_assumed
from snowpact.sql.classify import classify
from snowpact.sql.tokens import SqlInputError

DRAWN = RELATIONS | {Kind.STREAM, Kind.TASK, Kind.PIPE, Kind.PROCEDURE, Kind.STAGE}
_WRITING = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "TRUNCATE"}


def flows(catalog: Catalog) -> Graph:
    """Every relation, stream, task and pipe; procedures and stages where something is drawn to or from them."""
    state = State.starting(catalog, nothing_assumed)
    edges: dict[Edge, None] = {}
    for item in catalog:
        if item.kind in READING:
            edges.update(dict.fromkeys(_edges(state, read(state, item))))
    joined = {key for edge in edges for key in (edge.source, edge.target)}
    shown = [item for item in catalog if item.kind in DRAWN and (item.kind not in (Kind.PROCEDURE, Kind.STAGE) or item.key in joined)]
    nodes = sorted((Node(item.kind, item.name) for item in shown), key=lambda node: (node.name, node.kind.value))
    known = {node.key for node in nodes}
    return Graph(tuple(nodes), tuple(edge for edge in edges if edge.source in known and edge.target in known))


def _edges(state: State, reader: Reader) -> Iterator[Edge]:
    written = _written(state, reader.item)
    for name in reader.reads:
        found = _named(state, name)
        if found is None or found.key == reader.key:
            continue
        yield Edge(reader.key, found.key) if name in written else Edge(found.key, reader.key)
    for name in reader.item.property("after") or ():
        yield Edge((Kind.TASK.domain, name), reader.key, after=True)
    root = reader.item.property("finalize")
    if isinstance(root, Name):
        yield Edge((Kind.TASK.domain, root), reader.key, after=True)


def _named(state: State, name: Name) -> CatalogObject | None:
    found = next((item for domain in ("TABLE", "STREAM", "PROCEDURE") if (item := state.draft.find(domain, name)) is not None), None)
    return found or next(iter(state.draft.overloads(Kind.PROCEDURE, name)), None)


def _written(state: State, item: CatalogObject) -> set[Name]:
    """The table that a task or pipe writes."""
    target = item.property("target")
    if isinstance(target, Name):
        return {target}
    if item.kind is not Kind.TASK:
        return set()
    try:
        statement = classify(item.definition or "")
        return {state.inside(item.name).name(statement.name)} if statement.verb in _WRITING and statement.name else set()
    except (SqlInputError, NameSyntaxError):
        return set()
