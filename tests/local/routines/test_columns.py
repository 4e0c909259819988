"""A column made as a whole is what its values are one by one, and refuses what one of them is refused for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

import pyarrow
import pytest

from snowpact.local.arrow import arrow_type
from snowpact.local.routines.columns import column
from snowpact.local.routines.values import outgoing
from snowpact.model.errors import StatementError
from snowpact.model.types import parse_type

TYPES = [
    "NUMBER(38,0)",
    "NUMBER(3,0)",
    "NUMBER(20,0)",
    "NUMBER(10,2)",
    "FLOAT",
    "VARCHAR",
    "VARCHAR(3)",
    "BOOLEAN",
    "DATE",
    "BINARY",
    "TIMESTAMP_NTZ",
    "VARIANT",
]
VALUES = [
    None, 0, 7, -999, 1000, 10**18, -(10**19), 2**63, 10**38, True, 1.5, 2.0, float("inf"), Decimal("1.25"), "x", "long text",
    b"b", bytearray(b"c"), dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC), {"a": 1}, [1],
]  # fmt: skip


def one_by_one(values, type_):
    convert = outgoing(type_, "it")
    return pyarrow.array([convert(value) for value in values], type=arrow_type(type_))


def outcome(make, values, type_):
    try:
        return make(values, type_)
    except StatementError as error:
        return error.errno, error.message


@pytest.mark.parametrize("text", TYPES)
def test_columns_are_their_values(text):
    type_ = parse_type(text)
    for seed in range(150):
        choose = Random(f"{text} {seed}")
        pool = choose.sample(VALUES, choose.choice((1, 2, 2, 4)))
        values = [choose.choice(pool) for _ in range(choose.randint(0, 6))]
        whole = outcome(lambda given, kind: column(kind, outgoing(kind, "it"))(given), values, type_)
        assert whole == outcome(one_by_one, values, type_), values
