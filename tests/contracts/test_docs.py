"""The examples of docs/contracts.md are contracts and waivers, and its table of keys is complete."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

from snowpact.contracts.load import read
from snowpact.contracts.validate import pact_schema
from snowpact.contracts.waivers import read_waivers

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_examples() -> None:
    contract, editor, waiver, config = (text for _, text in BLOCKS)
    assert len(read(contract.encode(), "c.avsc").fields) == 3
    assert (Path(__file__).parents[2] / json.loads(editor)["json.schemas"][0]["url"]).is_file()
    assert len(read_waivers(waiver.encode(), "waivers.toml")) == 1
    assert tomllib.loads(config) == {"check": {"waivers_from": "base"}}


def test_every_key_of_the_pact_is_on_the_page() -> None:
    missing = [key for key in pact_schema()["$defs"]["pact"]["properties"] if f"`{key}`" not in PAGE]
    assert missing == []
