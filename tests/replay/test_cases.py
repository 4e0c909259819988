"""Statements and the changes they make, by the case files: `line change kind object`. No database is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from snowpact.model.catalog import Kind
from snowpact.model.names import Name

FILES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in FILES
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES)
def test_case(case, play, as_text):
    played = play(case["sql"], **({"given": case["given"]} if "given" in case else {}))
    assert played.changes == case.get("changes", [])
    assert played.refused == case.get("refused", [])
    assert played.opaque == case.get("opaque", [])
    for name, expected in case.get("after", {}).items():
        kind, _, written = name.partition(" ")
        found = played.replayed.after.get(Kind(kind.replace("_", " ").upper()), Name.parse(written))
        assert (as_text(found) if found is not None else None) == expected, name
