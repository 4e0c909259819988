"""What is done in bulk for Snowpark answers as Snowpark does by itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import reduce
from random import Random

import pytest
from snowflake.snowpark._internal.type_utils import infer_schema, merge_type

from snowpact.local.routines.bulk import Schemas

VALUES = [
    None, 1, -(2**62), "x", 1.5, True, b"b", Decimal("1.5"), dt.date(2024, 1, 1), dt.time(1), dt.datetime(2024, 1, 1),
    dt.datetime(2024, 1, 1, tzinfo=dt.UTC), [], [None], [1], [None, 1], ["a", 1], (1,), {}, {"a": None}, {"a": 1}, {"a": {"b": [1]}},
    {None: 1},
]  # fmt: skip


def schema_of(rows, names, infer, merge):
    """The schema, or the text of the error."""
    try:
        return reduce(merge, (infer(row, names) for row in rows))
    except TypeError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(60))
def test_schemas_are_those_that_snowpark_infers(seed):
    choose = Random(seed)
    kinds = [choose.sample(VALUES, 2) if choose.random() < 0.5 else [choose.choice(VALUES)] for _ in range(3)]
    lists = [[choose.choice(kind) for kind in kinds] for _ in range(choose.randint(1, 12))]
    dicts = [{key: value for key, value in zip("abc", row, strict=True) if choose.random() < 0.8} for row in lists]
    for rows, names in ((lists, ["x", "y"]), (lists, None), (dicts, None), ([tuple(row) for row in lists] + dicts, ["x", "y", "z"])):
        known = Schemas(infer_schema, merge_type)
        expected = schema_of(rows, list(names) if names else None, infer_schema, merge_type)
        assert schema_of(rows, list(names) if names else None, known.infer, known.merge) == expected


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(Schemas, "MOST", 3)
    known = Schemas(infer_schema, merge_type)
    rows = [{f"k{number % 7}": 1} for number in range(50)]
    assert schema_of(rows, None, known.infer, known.merge) == schema_of(rows, None, infer_schema, merge_type)
