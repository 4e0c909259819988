"""What a declared type says of JSON values, as TO_JSON gives them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from snowpact.contracts.sample import misfit
from snowpact.contracts.shapes import schema


def record(*fields: tuple) -> dict:
    return {"type": "record", "name": "R", "fields": [{"name": name, "type": type_} for name, type_ in fields]}


def found(type_, text: str):
    whole = schema(record(("value", type_)))
    return misfit(whole, whole.root.members[0].shape, json.loads(text, parse_float=Decimal, parse_constant=str))


ENUM = {"type": "enum", "name": "Channel", "symbols": ["web", "store"]}
MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2}
STAMP = {"type": "long", "logicalType": "timestamp-millis"}
ORDER = {
    **record(("id", "long"), ("note", ["null", "string"]), ("items", {"type": "array", "items": record(("sku", "string"))})),
    "name": "Order",
}
ORDER["fields"][2]["type"]["items"]["name"] = "Item"
TREE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}

FITS = [
    ("int", "7"), ("int", "7.0"), ("int", "-2147483648"), ("long", "9223372036854775807"), ("double", "1.5"), ("double", "2"),
    ("double", '"NaN"'), ("boolean", "true"), ("string", '""'), ("bytes", '"0aFF"'), ({"type": "fixed", "name": "F", "size": 2}, '"00ff"'),
    (ENUM, '"web"'), (MONEY, "123.45"), (MONEY, "-999.99"), (MONEY, "1.2300"), (MONEY, '"1.20"'),
    ({"type": "string", "logicalType": "uuid"}, '"30ece18a-42bd-4208-8afc-c95a20fe47f1"'),
    ({"type": "int", "logicalType": "date"}, '"2024-02-29"'), (STAMP, '"2024-02-29 01:02:03.123 Z"'),
    (STAMP, '"2024-02-29T01:02:03+01:00"'), (STAMP, "1709168523123"), ({"type": "long", "logicalType": "time-micros"}, '"01:02:03.000001"'),
    (["null", "string"], "null"), (["null", "string"], '"x"'), (["int", "string"], '"x"'), ({"type": "map", "values": "int"}, '{"a": 1}'),
    (ORDER, '{"id": 1, "items": []}'), (ORDER, '{"id": 1, "note": null, "items": [{"sku": "a"}], "further": true}'),
    (TREE, '{"next": {"next": null}}'),
]  # fmt: skip
MISFITS = [
    ("int", "7.5", "$"), ("int", "2147483648", "$"), ("int", '"7"', "$"), ("int", "true", "$"), ("boolean", "1", "$"),
    ("double", '"x"', "$"), ("double", "[1]", "$"), ("string", "1", "$"), ("string", "null", "$"), ("bytes", '"xyz"', "$"),
    ("null", "0", "$"),
    ({"type": "fixed", "name": "F", "size": 2}, '"00"', "$"), (ENUM, '"fax"', "$"), (ENUM, "1", "$"),
    (MONEY, "1000", "$"), (MONEY, "0.001", "$"), (MONEY, "true", "$"), (MONEY, '"x"', "$"), (MONEY, '"NaN"', "$"),
    ({"type": "string", "logicalType": "uuid"}, '"30ece18a"', "$"), ({"type": "int", "logicalType": "date"}, '"29.02.2024"', "$"),
    (STAMP, '"yesterday"', "$"), (["null", "int"], '"x"', "$"), (["int", "string"], "[]", "$"), ([], "1", "$"),
    ({"type": "map", "values": "int"}, '{"odd key": "x"}', '$["odd key"]'),
    (ORDER, "[]", "$"), (ORDER, '{"items": []}', "$.id"), (ORDER, '{"id": null, "items": []}', "$.id"), (ORDER, '{"id": 1}', "$.items"),
    (ORDER, '{"id": 1, "items": [{"sku": "a"}, {"sku": 2}]}', "$.items[1].sku"), (ORDER, '{"id": 1, "note": 5, "items": []}', "$.note"),
    (TREE, '{"next": {"next": {"next": 1}}}', "$.next.next.next"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "text"), FITS)
def test_a_value_as_declared(type_, text):
    assert found(type_, text) is None


@pytest.mark.parametrize(("type_", "text", "path"), MISFITS)
def test_a_value_of_another_kind_and_where_it_stands(type_, text, path):
    misfit_ = found(type_, text)
    assert misfit_ is not None
    assert misfit_.path == path


def test_a_value_is_not_told():
    """A report travels further than data may."""
    assert "secret" not in found(ENUM, '"secret"').message
