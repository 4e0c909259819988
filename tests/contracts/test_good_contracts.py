"""What good contracts say, and the catalog that they declare: golden files beside them.

``cases/good/<name>.json`` is the summary of ``<name>.avsc``; ``<name>.txt`` its declared object.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from snowpact.contracts.contract import Compatibility
from snowpact.contracts.declare import declared
from snowpact.contracts.load import load, read
from snowpact.contracts.summary import summary
from snowpact.model.catalog import Catalog, Kind
from snowpact.model.names import Name
from snowpact.model.source import Source

GOOD = Path(__file__).parent / "cases" / "good"
FILES = sorted(GOOD.glob("*.avsc"))


def describe(catalog: Catalog) -> str:
    """A catalog for people to review."""
    lines = []
    for item in catalog:
        lines.append(f"{item}  {dict(item.properties)}")
        for column in item.columns:
            null = "" if column.nullable else " NOT NULL"
            sure = f"  {column.certainty.value}: {column.reason}" if column.reason else ""
            tags = "".join(f"  {tag}={value}" for tag, value in column.tags)
            lines.append(f"  {column.name} {column.type}{null}{sure}{tags}")
        for key in item.constraints:
            lines.append(f"  {key.kind} {key.columns}" + (f" -> {key.references} {key.referenced_columns}" if key.references else ""))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_summary(path: Path) -> None:
    """``contracts show`` as JSON."""
    assert summary(read(path.read_bytes(), path.name)) == json.loads(path.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_declared(path: Path) -> None:
    assert describe(declared([read(path.read_bytes(), path.name)])) == path.with_suffix(".txt").read_text("utf-8")


def test_defaults(contract) -> None:
    """What a contract leaves out: open columns, FULL_TRANSITIVE, any kind."""
    made = contract({"name": "a", "type": "int"})
    assert (made.kind, made.closed, made.compatibility) == (None, False, Compatibility.FULL_TRANSITIVE)
    assert (made.compatibility.transitive, made.compatibility.direction) == (True, "FULL")
    assert made.name == Name.of("DB", "S", "T")


def test_kind_in_either_case(contract) -> None:
    assert contract(kind="dynamic table").kind is contract(kind="DYNAMIC TABLE").kind is Kind.DYNAMIC_TABLE


def test_places() -> None:
    """A JSON path, a column and the object each have their line."""
    made = read((GOOD / "everything.avsc").read_bytes(), "contracts/everything.avsc")
    assert made.line_of("$.pact.keys.primary[1]") == 17
    assert made.source("$.fields[1].snowflake.name") == Source("contracts/everything.avsc", 43, 55)
    assert made.places()["Store"] == Source("contracts/everything.avsc", 43, 5)
    assert made.places()[None].line == 4
    assert made.line_of("$.pact.nothing.here") == 7


def test_byte_order_mark_and_windows_lines() -> None:
    """What some editors write is read; lines count as they do."""
    text = '{"type": "record", "namespace": "D.S",\r\n"name": "T", "pact": {"version": "1.0.0"},\r\n"fields": []}'
    made = read(b"\xef\xbb\xbf" + text.encode(), "t.avsc")
    assert made.line_of("$.fields") == 3


def test_paths_are_relative_and_in_order(tmp_path: Path) -> None:
    for folder in ("b", "a"):
        (tmp_path / "contracts" / folder).mkdir(parents=True)
        text = (GOOD / "minimal.avsc").read_text("utf-8").replace("sales", folder)
        (tmp_path / "contracts" / folder / "c.avsc").write_text(text)
    assert [made.path for made in load(tmp_path / "contracts", tmp_path)] == ["contracts/a/c.avsc", "contracts/b/c.avsc"]


def test_checks_hold_what_types_and_keys_imply(contract) -> None:
    """NOT NULL, keys and enums become quality rules, each once beside the written ones."""
    made = contract(
        {"name": "id", "type": "long"},
        {"name": "e", "type": ["null", {"type": "enum", "name": "E", "symbols": ["x", "y"]}]},
        keys={"primary": ["id"], "unique": [["e", "id"]]},
        quality=[{"unique": {"column": "id"}}],
    )
    assert summary(made)["quality"] == [
        {"unique": {"columns": ["ID"]}},
        {"not_null": {"column": "ID"}},
        {"unique": {"columns": ["E", "ID"]}},
        {"accepted_values": {"column": "E", "values": ["x", "y"]}},
    ]
