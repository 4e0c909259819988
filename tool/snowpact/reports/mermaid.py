"""A lineage graph as a Mermaid flowchart, which GitHub draws in Markdown (https://mermaid.js.org/syntax/flowchart.html).

Names are labels, never syntax: all but letters, digits and a few signs become character codes.
"""

from __future__ import annotations

import re

from snowpact.model.catalog import Kind
from snowpact.model.graph import Graph, Node
from snowpact.reports.escape import clean

_ACTIVE = re.compile(r"[^\w .,:/=-]", re.ASCII)
_SHAPES = {
    Kind.TABLE: ('[("', '")]'),
    Kind.DYNAMIC_TABLE: ('[["', '"]]'),
    Kind.STREAM: ('>"', '"]'),
    Kind.TASK: ('{{"', '"}}'),
    Kind.PIPE: ('{{"', '"}}'),
    Kind.PROCEDURE: ('(["', '"])'),
}
_CLASSES = """    classDef promised stroke:#1a7f37,stroke-width:2px
    classDef broken fill:#ffcecb,stroke:#cf222e,stroke-width:2px
    classDef hurt fill:#fff1d6,stroke:#bc4c00,stroke-width:2px
"""


def render(graph: Graph) -> str:
    ids = {node.key: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = [f"    {ids[node.key]}{_shape(node)}{_style(node)}" for node in graph.nodes]
    lines += [f"    {ids[edge.source]} {'-.->' if edge.after else '-->'} {ids[edge.target]}" for edge in graph.edges]
    return "\n".join(["flowchart LR", *lines]) + "\n" + _CLASSES


def _shape(node: Node) -> str:
    before, after = _SHAPES.get(node.kind, ('["', '"]'))
    told = [str(node.name), str(node.kind), *([", ".join(node.consumers)] if node.consumers else [])]
    return f"{before}{'<br/>'.join(text(part) for part in told)}{after}"


def _style(node: Node) -> str:
    word = node.mark or ("promised" if node.contract else None)
    return f":::{word}" if word else ""


def text(value: str) -> str:
    """Any text as a label that shows it."""
    return _ACTIVE.sub(lambda match: f"#{ord(match[0])};", clean(value))
