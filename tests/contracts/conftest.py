"""What the tests of contracts share: a contract made of one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from snowpact.contracts.contract import Contract
from snowpact.contracts.load import read

CASES = Path(__file__).parent / "cases"


def make(*fields: dict[str, Any], file: str = "c.avsc", name: str = "T", **pact: Any) -> Contract:
    """A contract for DB.S.T with these fields and keys of the pact."""
    value = {"type": "record", "namespace": "DB.S", "name": name, "pact": {"version": "1.0.0", **pact}, "fields": list(fields)}
    return read(json.dumps(value).encode(), file)


@pytest.fixture
def contract():
    return make


@pytest.fixture
def cases() -> Path:
    return CASES
