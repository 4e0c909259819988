"""What flows into what, as it is drawn: objects and the ways between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from snowpact.model.catalog import Key, Kind
from snowpact.model.names import Name


@dataclass(frozen=True, slots=True)
class Node:
    """One object. consumers: who was promised it; contract: by which file, None where nobody was. mark: what is wrong with it, in a
    word: ``broken`` for what changed or fails itself, ``hurt`` for what stands on that."""

    kind: Kind
    name: Name
    contract: str | None = None
    consumers: tuple[str, ...] = ()
    mark: str | None = None

    @property
    def key(self) -> Key:
        return self.kind.domain, self.name


@dataclass(frozen=True, slots=True)
class Edge:
    """From what is read to what reads it, or from what writes to what is written. after: the one runs when the other has."""

    source: Key
    target: Key
    after: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def node(self, key: Key) -> Node | None:
        return next((node for node in self.nodes if node.key == key), None)

    def marked(self, broken: Iterable[Key]) -> Graph:
        """With these nodes broken, and all that they flow into hurt."""
        broken = set(broken)
        below: dict[Key, list[Key]] = {}
        for edge in self.edges:
            below.setdefault(edge.source, []).append(edge.target)
        hurt: set[Key] = set()
        waiting = list(broken)
        while waiting:
            for target in below.get(waiting.pop(), ()):
                if target not in hurt:
                    hurt.add(target)
                    waiting.append(target)
        marks = {**dict.fromkeys(hurt, "hurt"), **dict.fromkeys(broken, "broken")}
        return replace(self, nodes=tuple(replace(node, mark=marks.get(node.key)) for node in self.nodes))

    def around(self, keys: Iterable[Key]) -> Graph:
        """These nodes, and what is one step from them."""
        kept = set(keys)
        edges = tuple(edge for edge in self.edges if edge.source in kept or edge.target in kept)
        near = kept | {key for edge in edges for key in (edge.source, edge.target)}
        return Graph(tuple(node for node in self.nodes if node.key in near), edges)
