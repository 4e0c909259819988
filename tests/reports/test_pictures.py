"""Lineage as Mermaid, SVG and on a page: each object once, and no name is syntax."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.graph import Edge, Graph, Node
from snowpact.model.names import Name
from snowpact.model.sides import side_by_side
from snowpact.model.types import varchar
from snowpact.reports import html, mermaid, svg

HOSTILE = (
    '"]; click n0 "http://evil.example"',
    "</text></svg><script>alert(1)</script>",
    "a\n    n1 --> n0\x1b[2J\u202e",
    "' onload='x",
    "#quot;%%{init}%%",
)


def graph(name: str) -> Graph:
    nodes = [Node(kind, Name.of("D", "S", f"{name}{index}"), "c.avsc", (name,)) for index, kind in enumerate(Kind)]
    edges = [Edge(one.key, other.key, after=index == 3) for index, (one, other) in enumerate(pairwise(nodes))]
    return Graph(tuple(nodes), (*edges, Edge(nodes[-1].key, nodes[0].key))).marked([nodes[2].key])


@pytest.mark.parametrize("name", HOSTILE)
def test_mermaid_has_a_line_for_each_node_and_edge(name):
    lines = mermaid.render(graph(name)).splitlines()
    label = r"[\w .,:/=<>#;-]*"
    shape = re.compile(rf'    n\d+[\[(>{{]+"{label}"[\])}}]+(:::\w+)?\Z', re.ASCII)
    assert len([line for line in lines if shape.match(line)]) == len(Kind)
    assert len([line for line in lines if re.fullmatch(r"    n\d+ -(-|\.-)> n\d+", line)]) == len(Kind)
    assert len(lines) == 2 * len(Kind) + 4


@pytest.mark.parametrize("name", HOSTILE)
def test_svg_is_well_formed_and_holds_each_node_and_edge(name):
    root = ElementTree.fromstring(svg.render(graph(name)))
    space = "{http://www.w3.org/2000/svg}"
    assert {element.tag.removeprefix(space) for element in root.iter()} == {
        "svg",
        "title",
        "style",
        "defs",
        "marker",
        "path",
        "g",
        "rect",
        "text",
    }
    assert len(root.findall(f"{space}g")) == len(Kind)
    assert len(root.findall(f"{space}path")) == len(Kind)
    assert not any(key.startswith("on") or "href" in key for element in root.iter() for key in element.attrib)


def test_no_two_boxes_of_a_layout_stand_on_one_another():
    rects = [element.attrib for element in ElementTree.fromstring(svg.render(graph("X"))).iter("{http://www.w3.org/2000/svg}rect")]
    assert len({(rect["x"], rect["y"]) for rect in rects}) == len(Kind)


def test_an_empty_graph_is_drawn():
    assert mermaid.render(Graph()).startswith("flowchart LR\n")
    ElementTree.fromstring(svg.render(Graph()))


class Tags(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {key for key, _ in attrs}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_holds_no_markup_of_theirs(blocked, name):
    item = CatalogObject(Kind.VIEW, Name.of("D", "S", name), (Column(name, varchar(), default=name),), definition=name, comment=name)
    sides = side_by_side(item.name, item, None, replace(item, definition=f"{name}\n{name}"), [name])
    found = [replace(finding, message=name, suggestion=name, consumers=(name,), object=item.name) for finding in blocked.findings]
    page = html.render(replace(blocked, findings=tuple(found), sides=(sides,), graph=graph(name)))
    seen = Tags(page)
    assert not seen.tags & {"script", "img", "a", "iframe", "object", "link", "base", "form", "foreignobject"}
    assert not {key for key in seen.attributes if key.startswith("on") or key in ("href", "src")}
    assert "\x1b" not in page and "\u202e" not in page


def test_what_stands_on_something_broken_is_hurt():
    marks = {node.name.name: node.mark for node in graph("N").nodes}
    assert marks["N2"] == "broken"
    assert {mark for name, mark in marks.items() if name != "N2"} == {"hurt"}  # a circle
