"""What differs within columns, as properties: nothing between equal promises, something wherever Avro sees a break, and an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowpact.contracts.compatibility import incompatibilities
from snowpact.contracts.shapes import schema
from snowpact.diff.shapes import shape_changes
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name

ITEM = CatalogObject(Kind.TABLE, Name.of("D", "S", "T"))
LEAF = st.sampled_from(
    [
        "boolean", "int", "long", "float", "double", "bytes", "string",
        {"type": "int", "logicalType": "date"},
        {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2},
    ]
)  # fmt: skip


@st.composite
def type_(draw, depth: int = 3):
    """A type whose named types have a place of their own, so that no name is used twice."""
    count = iter(range(1000))

    def make(left: int):
        kind = draw(st.sampled_from(["leaf", "enum", "record", "array", "map", "nullable"] if left else ["leaf"]))
        if kind == "enum":
            return {"type": "enum", "name": f"E{next(count)}", "symbols": draw(st.sampled_from([["a"], ["a", "b"], ["b"]]))}
        if kind == "record":
            name = f"R{next(count)}"
            keys = draw(st.lists(st.sampled_from("xyzX"), unique=True, max_size=3))
            return {"type": "record", "name": name, "fields": [{"name": key, "type": make(left - 1)} for key in keys]}
        if kind == "nullable":
            inner = make(left - 1)
            return inner if isinstance(inner, list) else ["null", inner]
        if kind in ("array", "map"):
            return {"type": kind, "items" if kind == "array" else "values": make(left - 1)}
        return draw(LEAF)

    return make(depth)


def table(type_):
    """The column within a record of its own, so that the column's type tells nothing."""
    return schema({"type": "record", "name": "T", "fields": [{"name": "A", "type": {"type": "array", "items": type_}}]})


def changes(before, after):
    return list(shape_changes(ITEM, before, after))


@given(type_())
def test_equal_promises_differ_in_nothing(one):
    assert changes(table(one), table(one)) == []


@given(type_(), type_())
def test_old_rows_that_avro_can_t_read_are_told(one, other):
    """Not the reverse: Avro looks past logical types, case and much that SQL sees."""
    before, after = table(one), table(other)
    if incompatibilities(reader=after, writer=before):
        assert changes(before, after)


@given(type_(), type_())
def test_each_difference_is_told_once(one, other):
    found = changes(table(one), table(other))
    assert len({(change.fact, change.steps, change.before, change.after) for change in found}) == len(found)


@pytest.mark.parametrize("levels", [25])
def test_ways_that_double_at_each_level_end(levels):
    def bush(leaf: str):
        inner = {"type": "record", "name": "L0", "fields": [{"name": "v", "type": leaf}]}
        for level in range(1, levels):
            fields = [{"name": "a", "type": inner}, {"name": "b", "type": f"L{level - 1}"}]
            inner = {"type": "record", "name": f"L{level}", "fields": fields}
        return inner

    (change,) = changes(table(bush("string")), table(bush("int")))
    assert change.fact == "nested-type-changed"
