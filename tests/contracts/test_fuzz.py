"""Whatever a file holds, the answer is a Contract or an InputError with a place: never a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.contracts.contract import Contract
from snowpact.contracts.declare import declared
from snowpact.contracts.load import read
from snowpact.contracts.summary import summary
from snowpact.contracts.waivers import read_waivers
from snowpact.model.errors import InputError
from snowpact.model.finding import Waiver

GOOD = [path.read_bytes() for path in sorted((Path(__file__).parent / "cases" / "good").glob("*.avsc"))]
VALUES = [json.loads(raw) for raw in GOOD]
WORDS = ["null", "int", "string", "record", "enum", "fixed", "Node", "A", "", "VARIANT", "date", "decimal", 'x"y', "1.0.0", "é\u2028"]
KEYS = ["type", "name", "fields", "items", "symbols", "size", "logicalType", "precision", "scale", "default", "pact", "snowflake", "x"]
NUMBERS = st.integers(-3, 40) | st.just(2**70) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | st.sampled_from(WORDS)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)


JSON = st.recursive(SCALARS, _containers, max_leaves=6)
PATCHES = st.binary(max_size=6) | st.sampled_from([b"[", b"]", b"[[waiver]]\n", b'"', b"\n", b"x = 1\n"])
WAIVER = b'[[waiver]]\nrule = "column-removed"\nobject = "A.B.C"\ncolumn = "D"\nwho = "me"\nwhy = "so"\nuntil = 2026-12-31\n'


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good contract in which a few values were replaced, removed or exchanged."""
    value = copy.deepcopy(draw(st.sampled_from(VALUES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(places(value) or [("pact",)]))
        holder = value
        for step in at[:-1]:
            holder = holder[step]
        if draw(st.booleans()):
            holder[at[-1]] = draw(JSON)
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(KEYS))] = holder.pop(at[-1], None)
        else:
            del holder[at[-1]]
    return value


def judge(raw: bytes) -> None:
    try:
        made = read(raw, "f.avsc")
    except InputError as error:
        assert error.faults
        assert all(fault.message and fault.line and fault.file == "f.avsc" for fault in error.faults)
        str(error).encode("utf-8")
        return
    assert isinstance(made, Contract)
    json.dumps(summary(made), allow_nan=False)
    assert len(declared([made])) == 1
    hash(made)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_contracts(value: Any) -> None:
    judge(json.dumps(value).encode())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 10**6), st.binary(max_size=4), st.integers(0, 30))
def test_damaged_bytes(raw: bytes, at: int, patch: bytes, cut: int) -> None:
    at %= len(raw)
    judge(raw[:at] + patch + raw[at + cut :])


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    judge(raw)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WAIVER)), PATCHES, st.integers(0, 20))
def test_damaged_waivers(at: int, patch: bytes, cut: int) -> None:
    try:
        waivers = read_waivers(WAIVER + WAIVER[:at] + patch + WAIVER[at + cut :], "waivers.toml")
    except InputError as error:
        assert error.faults
        assert all(fault.message and fault.line for fault in error.faults)
        return
    assert all(isinstance(waiver, Waiver) for waiver in waivers)
