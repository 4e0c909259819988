"""The Avro verdict: all of Apache's answers, and what its vectors do not try: references, recursion, where a fault is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snowpact.contracts.compatibility import Incompatibility, incompatibilities
from snowpact.contracts.shapes import schema

VECTORS = json.loads((Path(__file__).parent / "vectors" / "avro_compatibility.json").read_text())


def resolved(reader, writer) -> tuple[Incompatibility, ...]:
    return incompatibilities(schema(reader), schema(writer))


def record(*fields, name: str = "R", **rest):
    return {"type": "record", "name": name, "fields": [{"name": n, "type": t, **more} for n, t, more in fields], **rest}


def test_there_are_all_the_vectors():
    assert len(VECTORS) == 131


@pytest.mark.parametrize("index", range(len(VECTORS)))
def test_the_verdict_and_the_kinds_of_error_are_apache_s(index):
    vector = VECTORS[index]
    found = resolved(json.loads(vector["reader"]), json.loads(vector["writer"]))
    assert [str(one.kind) for one in found] == vector["types"]
    assert bool(found) == (vector["verdict"] == "incompatible")


def tree(value: str, **more):
    """A record that holds itself."""
    return record(("V", value, {}), ("NEXT", ["null", "Tree"], {}), name="Tree", **more)


def test_recursive_schemas_end():
    assert resolved(tree("long"), tree("int")) == ()
    (found,) = resolved(record(("A", tree("int"), {})), record(("A", tree("string"), {})))
    assert (str(found.kind), found.steps) == ("type_mismatch", ("A", "V"))


def test_a_reference_is_the_type_it_names():
    """In another namespace too, and in a union."""
    status = {"type": "enum", "name": "Status", "namespace": "x.y", "symbols": ["A", "B"]}
    fewer = {**status, "symbols": ["A"]}
    (first, second) = resolved(
        record(("P", fewer, {}), ("Q", {"type": "array", "items": "x.y.Status"}, {})),
        record(("P", status, {}), ("Q", {"type": "array", "items": "x.y.Status"}, {})),
    )
    assert (first.steps, second.steps, second.about) == (("P",), ("Q", "items"), "B")


def test_a_type_within_a_type_s_attributes_is_that_type():
    assert resolved({"type": "long"}, {"type": "int", "logicalType": "date"}) == ()


def test_an_alias_without_a_dot_is_in_the_namespace_of_its_name():
    old = record(("A", "int", {}), name="Old", namespace="n")
    assert resolved(record(("A", "int", {}), name="New", namespace="n", aliases=["Old"]), old) == ()
    (found,) = resolved(record(("A", "int", {}), name="New", namespace="m", aliases=["Old"]), old)
    assert str(found.kind) == "name_mismatch"


def test_every_fault_is_told_with_its_place():
    reader = record(("A", "int", {}), ("B", {"type": "map", "values": "int"}, {}), ("C", "int", {}))
    writer = record(("A", "string", {}), ("B", {"type": "map", "values": "string"}, {}))
    assert [(str(one.kind), one.steps) for one in resolved(reader, writer)] == [
        ("reader_field_missing_default_value", ("C",)),
        ("type_mismatch", ("A",)),
        ("type_mismatch", ("B", "values")),
    ]


def test_a_failed_try_of_a_branch_leaves_nothing_behind():
    """A pair that is being tried is taken to agree only while it is tried."""
    other = {"type": "record", "name": "S", "fields": [{"name": "X", "type": "string"}]}
    mine = {"type": "record", "name": "S", "fields": [{"name": "X", "type": "int"}]}
    reader, writer = (record(("A", ["null", one], {}), ("B", ["null", "S"], {})) for one in (mine, other))
    found = resolved(reader, writer)
    assert [one.steps for one in found] == [("A",), ("B",)]


def bush(levels: int, leaf: str):
    """Records that hold the one before twice, and the first of all: 2 ** levels ways down."""
    inner = record(("V", leaf, {}), ("ROOT", ["null", "Root"], {}), name="L0")
    for level in range(1, levels):
        inner = record(("A", inner, {}), ("B", f"L{level - 1}", {}), name=f"L{level}")
    return record(("A", inner, {}), name="Root")


def test_ways_that_double_at_each_level_cost_no_more_than_their_types():
    assert resolved(bush(25, "long"), bush(25, "int")) == ()
    assert [one.steps[-1] for one in resolved(bush(25, "int"), bush(25, "long"))] == ["V"]


PRIMITIVE = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string"])
TYPE = st.recursive(
    PRIMITIVE,
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda values: {"type": "map", "values": values}, inner),
        st.builds(lambda branch: ["null", branch] if branch != "null" and not isinstance(branch, list) else branch, inner),
    ),
    max_leaves=5,
)


@given(TYPE)
def test_every_type_reads_itself_and_its_nullable_form_reads_it(type_):
    assert resolved(type_, type_) == ()
    if type_ != "null" and not isinstance(type_, list):
        assert resolved(["null", type_], type_) == ()
        assert resolved(type_, ["null", type_]) != ()


@given(TYPE, TYPE)
def test_a_union_of_one_is_as_its_branch(reader, writer):
    if not isinstance(reader, list) and not isinstance(writer, list):
        assert bool(resolved([reader], writer)) == bool(resolved(reader, writer))
        assert resolved(reader, [writer]) == () or resolved(reader, writer) != ()
