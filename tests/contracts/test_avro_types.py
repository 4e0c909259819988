"""The table of what satisfies a declared type, case by case and for any type that can be made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from snowpact.contracts.load import read
from snowpact.model.catalog import Column
from snowpact.model.types import Certainty, parse_type

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "types.yml").read_text("utf-8"))


def column_of(avro: Any, exact: str | None = None) -> Column:
    """The column that a field of this type declares."""
    snowflake = {"snowflake": {"type": exact}} if exact else {}
    field = {"name": "C", "type": avro, **snowflake}
    value = {"type": "record", "namespace": "DB.S", "name": "T", "pact": {"version": "1.0.0"}, "fields": [field]}
    return read(json.dumps(value).encode(), "c.avsc").fields[0].column


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case["avro"])[:60] + case.get("exact", ""))
def test_what_satisfies(case: dict[str, Any]) -> None:
    column = column_of(case["avro"], case.get("exact"))
    assert str(column.type) == case["canonical"]
    assert column.nullable is case.get("nullable", False)
    assert column.certainty is Certainty(case.get("sure", "exact"))
    satisfied = {text: column.satisfied_by(Column("C", parse_type(text))) for text in case["kept"] + case["broken"]}
    assert [text for text, kept in satisfied.items() if kept] == case["kept"]


def primitives() -> st.SearchStrategy[Any]:
    return st.sampled_from(["boolean", "int", "long", "float", "double", "bytes", "string"])


LOGICAL = [
    ("int", "date"),
    ("int", "time-millis"),
    ("long", "time-micros"),
    *(("long", f"{local}timestamp-{unit}") for local in ("", "local-") for unit in ("millis", "micros", "nanos")),
    ("string", "uuid"),
    ("bytes", "big-decimal"),
]


@st.composite
def decimals(draw: st.DrawFn) -> dict[str, Any]:
    precision = draw(st.integers(1, 38))
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": draw(st.integers(0, min(precision, 37)))}


def _complex(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.lists(inner, max_size=3).map(lambda types: [{"name": f"f{index}", "type": type_} for index, type_ in enumerate(types)])
    return st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda values: {"type": "map", "values": values}, inner),
        st.builds(lambda fields: {"type": "record", "name": "", "fields": fields}, members),
        inner.filter(lambda type_: not isinstance(type_, list) and type_ != "null").map(lambda type_: ["null", type_]),
        st.just(["int", "string", "null"]),
    )


LEAVES = st.one_of(
    primitives(),
    st.sampled_from(LOGICAL).map(lambda pair: {"type": pair[0], "logicalType": pair[1]}),
    decimals(),
    st.integers(1, 300).map(lambda size: {"type": "fixed", "name": "", "size": size}),
    st.lists(st.sampled_from(["a", "bb", "ccc", "d_4"]), unique=True).map(lambda symbols: {"type": "enum", "name": "", "symbols": symbols}),
)
AVRO = st.recursive(LEAVES, _complex, max_leaves=8) | st.sampled_from(["null", []])


def numbered(schema: Any, count: list[int]) -> Any:
    """The schema with a name of its own for every named type."""
    if isinstance(schema, list):
        return [numbered(item, count) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: numbered(value, count) if key not in ("symbols", "name") else value for key, value in schema.items()}
    if result.get("name") == "":
        count[0] += 1
        result["name"] = f"N{count[0]}"
    return result


@given(AVRO)
def test_a_type_satisfies_its_own_promise(avro: Any) -> None:
    """DDL made from a contract keeps the contract."""
    column = column_of(numbered(avro, [0]))
    assert column.satisfied_by(Column("C", column.type))


@given(AVRO)
def test_canonical_types_are_snowflake_types(avro: Any) -> None:
    """The canonical type, as it is printed, is parsed back, and pins the column when it is written down."""
    avro = numbered(avro, [0])
    column = column_of(avro)
    assert parse_type(str(column.type)) == column.type
    pinned = column_of(avro, str(column.type))
    assert (pinned.type, pinned.nullable) == (column.type, column.nullable)


def test_records_that_refer_to_one_another_twice_stay_small() -> None:
    """Thirty records, each holding the one before twice, are a type of 2^30 members if read without a limit."""
    fields: list[dict[str, Any]] = [{"name": "f0", "type": {"type": "record", "name": "R0", "fields": [{"name": "x", "type": "int"}]}}]
    for index in range(1, 31):
        members = [{"name": name, "type": f"R{index - 1}"} for name in "ab"]
        fields.append({"name": f"f{index}", "type": {"type": "record", "name": f"R{index}", "fields": members}})
    value = {"type": "record", "namespace": "DB.S", "name": "T", "pact": {"version": "1.0.0"}, "fields": fields}
    column = read(json.dumps(value).encode(), "c.avsc").fields[-1].column
    assert len(str(column.type)) < 100_000
    assert column.satisfied_by(Column("C", parse_type("VARIANT")))
