"""Avro defaults as the SQL literals that Snowflake takes for a column of exactly that type."""

from __future__ import annotations

from typing import Any

import pytest

from snowpact.rules.literals import fits

LONG = {"type": "long"}
CASES: list[tuple[Any, Any, str | None]] = [
    ("string", "it's a \\ test", "'it''s a \\\\ test'"),
    ("string", "", "''"),
    ("int", -5, "-5"),
    ("long", 2**63 - 1, "9223372036854775807"),
    ("double", 1e300, "1e+300"),
    ("double", 3, "3"),
    ("boolean", True, "TRUE"),
    ("bytes", "\u00ff\u0000a", "X'FF0061'"),
    ({"type": "fixed", "name": "F", "size": 2}, "ab", "X'6162'"),
    ({"type": "enum", "name": "E", "symbols": ["a"]}, "a", "'a'"),
    ({"type": "string", "logicalType": "uuid"}, "u", "'u'"),
    ({"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}, "\u0000\u0080", "1.28"),
    ({"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}, "\u00ff", "-0.01"),
    ({"type": "bytes", "logicalType": "decimal", "precision": 38}, "\u0001", "1"),
    ({"type": "int", "logicalType": "date"}, 20000, "DATE '2024-10-04'"),
    ({"type": "int", "logicalType": "date"}, -1, "DATE '1969-12-31'"),
    ({"type": "int", "logicalType": "time-millis"}, 45_296_789, "TIME '12:34:56.789'"),
    ({**LONG, "logicalType": "time-micros"}, 1, "TIME '00:00:00.000001'"),
    ({**LONG, "logicalType": "local-timestamp-millis"}, 1, "'1970-01-01 00:00:00.001'::TIMESTAMP_NTZ(3)"),
    ({**LONG, "logicalType": "timestamp-micros"}, -1, "'1969-12-31 23:59:59.999999 +00:00'::TIMESTAMP_LTZ(6)"),
    (["null", "int"], None, None),
    (["int", "null"], 7, "7"),
]


@pytest.mark.parametrize(("avro", "default", "expected"), CASES, ids=lambda case: str(case)[:40])
def test_literal(contract, avro: Any, default: Any, expected: str | None) -> None:
    """The literal is the one the rules know as fitting the column."""
    column = contract({"name": "a", "type": avro, "default": default}).fields[0].column
    assert column.default == expected
    assert expected is None or fits(column.default, column.type)


@pytest.mark.parametrize(
    ("avro", "default", "expected"),
    [
        ({"type": "array", "items": "string"}, ["it's"], "PARSE_JSON('[\"it''s\"]')"),
        ({"type": "map", "values": "int"}, {}, "PARSE_JSON('{}')"),
        ({"type": "int", "logicalType": "date"}, 2**31 - 1, "DATEADD('day', 2147483647, DATE '1970-01-01')"),
        ({**LONG, "logicalType": "timestamp-millis"}, 2**62, "TO_TIMESTAMP_LTZ(4611686018427387904, 3)"),
    ],
)
def test_what_has_no_literal_is_an_expression(contract, avro: Any, default: Any, expected: str) -> None:
    assert contract({"name": "a", "type": avro, "default": default}).fields[0].column.default == expected


def test_default_of_a_type_named_before(contract) -> None:
    made = contract(
        {"name": "a", "type": {"type": "fixed", "name": "F", "size": 1}}, {"name": "b", "type": "F", "default": "x"}
    )
    assert made.fields[1].column.default == "X'78'"
