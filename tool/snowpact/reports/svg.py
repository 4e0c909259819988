"""A lineage graph as SVG, laid out in layers from left to right: sources first, each object right of all it comes from."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from snowpact.model.catalog import Key
from snowpact.model.graph import Edge, Graph, Node
from snowpact.reports.escape import clean

_WIDTH, _HEIGHT, _GAP, _ROW, _MARGIN = 272, 46, 70, 16, 20
_LONGEST = 32
STYLE = """.lineage rect{fill:#fff;stroke:#8c959f}
.lineage text{font:12px system-ui,sans-serif;fill:#1f2328}.lineage .kind{font-size:10px;fill:#59636e}
.lineage path{fill:none;stroke:#8c959f;stroke-width:1.3}.lineage path.after{stroke-dasharray:5 4}
.lineage marker path{fill:#8c959f;stroke:none}.lineage path.broken{stroke:#cf222e;stroke-width:2.2}
.lineage .promised rect{stroke:#1a7f37;stroke-width:2}.lineage .broken rect{fill:#ffcecb;stroke:#cf222e;stroke-width:2}
.lineage .hurt rect{fill:#fff1d6;stroke:#bc4c00;stroke-width:2}"""
_PASSES = 6


def render(graph: Graph) -> str:
    """One ``<svg>`` with its own style; no script, nothing loaded from anywhere."""
    columns = _columns(graph)
    places = _places(columns)
    width = 2 * _MARGIN + len(columns) * (_WIDTH + _GAP) - (_GAP if columns else 0)
    height = 2 * _MARGIN + max((len(column) for column in columns), default=0) * (_HEIGHT + _ROW)
    marks = {node.key: node.mark for node in graph.nodes}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">',
        f"<title>Lineage</title><style>{STYLE}</style>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z"/></marker></defs>',
        *(_edge(edge, places, marks) for edge in graph.edges),
        *(_node(node, places[node.key]) for node in graph.nodes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _columns(graph: Graph) -> list[list[Key]]:
    """The layers, each ordered by where its neighbours stand (barycentre), which keeps most lines from crossing."""
    ranks = _ranks(graph)
    columns: list[list[Key]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for node in graph.nodes:
        columns[ranks[node.key]].append(node.key)
    near: dict[Key, list[Key]] = defaultdict(list)
    for edge in graph.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    for turn in range(_PASSES):
        where = {key: index - len(column) / 2 for column in columns for index, key in enumerate(column)}
        for column in columns if turn % 2 == 0 else reversed(columns):
            middle = {key: sum(where[other] for other in near[key]) / len(near[key]) if near[key] else where[key] for key in column}
            column.sort(key=lambda key: middle[key])
            where |= {key: index - len(column) / 2 for index, key in enumerate(column)}
    return columns


def _ranks(graph: Graph) -> dict[Key, int]:
    """The longest way to each node; what closes a circle is not followed."""
    above: dict[Key, list[Key]] = defaultdict(list)
    for edge in graph.edges:
        above[edge.target].append(edge.source)
    ranks: dict[Key, int] = {}
    for start in (node.key for node in graph.nodes):
        waiting, open_ = [(start, False)], {start}
        while waiting:
            key, done = waiting.pop()
            if done:
                ranks[key] = max((ranks[source] + 1 for source in above[key] if source in ranks), default=0)
                open_.discard(key)
            elif key not in ranks:
                waiting.append((key, True))
                open_.add(key)
                waiting.extend((source, False) for source in above[key] if source not in ranks and source not in open_)
    return ranks


def _places(columns: list[list[Key]]) -> dict[Key, tuple[float, float]]:
    most = max((len(column) for column in columns), default=0)
    return {
        key: (
            _MARGIN + index * (_WIDTH + _GAP),
            _MARGIN + (row + (most - len(column)) / 2) * (_HEIGHT + _ROW),
        )
        for index, column in enumerate(columns)
        for row, key in enumerate(column)
    }


def _edge(edge: Edge, places: dict[Key, tuple[float, float]], marks: dict[Key, str | None]) -> str:
    (x, y), (to_x, to_y) = places[edge.source], places[edge.target]
    x, y, to_y = x + _WIDTH, y + _HEIGHT / 2, to_y + _HEIGHT / 2
    bend = max(abs(to_x - x) / 2, 30)
    names = [name for name, holds in (("after", edge.after), ("broken", bool(marks[edge.source] and marks[edge.target]))) if holds]
    word = f' class="{" ".join(names)}"' if names else ""
    return f'<path{word} marker-end="url(#arrow)" d="M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"/>'


def _node(node: Node, place: tuple[float, float]) -> str:
    x, y = place
    word = node.mark or ("promised" if node.contract else "plain")
    told = ", for ".join([str(node.kind), *([", ".join(node.consumers)] if node.consumers else [])])
    by = [f"promised by {node.contract}"] if node.contract else []
    title = ", ".join([str(node.name), told, *by, *([node.mark] if node.mark else [])])
    return (
        f'<g class="{word}"><title>{text(title)}</title><rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{x + 10:g}" y="{y + 19:g}">{text(_short(_tail(node)))}</text>'
        f'<text class="kind" x="{x + 10:g}" y="{y + 35:g}">{text(_short(told, 44))}</text></g>'
    )


def _tail(node: Node) -> str:
    return ".".join(str(node.name).split(".")[-2:]) if '"' not in str(node.name) else node.name.name


def _short(value: str, most: int = _LONGEST) -> str:
    return value if len(value) <= most else value[: most - 1] + "…"


def text(value: str) -> str:
    return escape(clean(value))
