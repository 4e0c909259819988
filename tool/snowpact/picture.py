"""The lineage graph of what migrations make, or of what is live: with who was promised what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from snowpact.contracts.contract import Contract
from snowpact.mapped import as_there, back
from snowpact.model.catalog import RELATIONS, Catalog, Key
from snowpact.model.change import Change
from snowpact.model.graph import Graph
from snowpact.predict import predict
from snowpact.prepare import Prepared
from snowpact.replay.flows import flows


def picture(catalog: Catalog, contracts: Iterable[Contract], databases: Mapping[str, str]) -> Graph:
    """The flows of a catalog, its promised objects marked as such. databases: where the target has the contracts' own."""
    graph, promised = as_there(databases, flows, catalog), {contract.name: contract for contract in contracts}
    nodes = [
        replace(node, contract=promised[node.name].path, consumers=promised[node.name].consumers)
        if node.kind in RELATIONS and node.name in promised
        else node
        for node in graph.nodes
    ]
    return replace(graph, nodes=tuple(nodes))


def predicted_picture(prepared: Prepared) -> Graph:
    """What the migrations make: of the chosen pipelines, with what they read of others and what of others reads them."""
    scripts = [script for item in prepared.pipelines for script in item.scripts]
    found = back(prepared.databases, predict(scripts, prepared.contracts))
    graph = picture(found.after, prepared.contracts, prepared.databases)
    if len(prepared.chosen) == len(prepared.pipelines):
        return graph
    return graph.around(_made(prepared, found.changes))


def _made(prepared: Prepared, changes: Iterable[Change]) -> set[Key]:
    """What the chosen pipelines' scripts touched last."""
    pipelines = {script.script.path: item.name for item in prepared.pipelines for script in item.scripts}
    owners = {(change.kind.domain, change.object): pipelines.get(change.source.file) for change in changes if change.source}
    return {key for key, owner in owners.items() if owner in prepared.selected}
