"""1,000 contracts checked, against datacontract-cli linting the same 1,000 in process: as Open Data Contract Standard files, its own form.

The peer lives in an environment of its own, made from peers/datacontract.txt by venv and pip; where it can't be installed the row says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml
from measure import Figure, Skipped, best
from projects import generate

from snowpact.contracts.load import load

COUNT = 1_000
NAME = f"{COUNT:,} contracts checked"
PEERS = Path(__file__).parent / "peers"
PATIENCE = 900
"""Seconds for installing, and for linting."""


def figures() -> Iterator[Figure | Skipped]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = generate(root / "project", COUNT)
        ours = best(lambda: load(made.root / "contracts", made.root), 3)
        try:
            theirs = _linted(made.contracts, root)
        except (subprocess.SubprocessError, OSError) as error:
            why = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
            yield Skipped(NAME, f"datacontract-cli could not be installed or run ({why})", "at least 100 times faster")
            return
    yield Figure(NAME, ours, "ms", "datacontract-cli lints them in process", theirs, 100.0, faster=True)


def _linted(contracts: tuple[Path, ...], root: Path) -> float:
    folder = root / "odcs"
    folder.mkdir()
    for path in contracts:
        (folder / f"{path.stem}.yaml").write_text(yaml.safe_dump(_standard(json.loads(path.read_text()))), encoding="utf-8")
    return float(_run([str(_environment()), str(PEERS / "datacontract_lint.py"), str(folder)]).split()[-1])


def _environment() -> Path:
    """The peer's Python, in a folder that is kept: made once."""
    home = PEERS / ".venv"
    python = home / "bin" / "python"
    done = home / ".installed"
    if not done.exists():
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(PEERS / "datacontract.txt")])
        done.touch()
    return python


def _run(words: list[str]) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout


def _standard(contract: dict) -> dict:
    """The same promise as an Open Data Contract Standard document."""
    properties = [
        {"name": field["name"], "logicalType": _logical(field["type"]), "required": not isinstance(field["type"], list)}
        for field in contract["fields"]
    ]
    name = f"{contract['namespace']}.{contract['name']}"
    return {
        "apiVersion": "v3.0.2",
        "kind": "DataContract",
        "id": name,
        "name": name,
        "version": contract["pact"]["version"],
        "status": "active",
        "schema": [{"name": contract["name"], "physicalType": contract["pact"]["kind"], "properties": properties}],
    }


def _logical(type_: object) -> str:
    plain = type_[1] if isinstance(type_, list) else type_
    if isinstance(plain, dict):
        return "number" if plain.get("logicalType") == "decimal" else "date"
    return {"long": "integer", "string": "string"}[str(plain)]
