"""`contracts check` offline, in process, against the floor of its work: rendering is done, splitting and parsing each file once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fastavro.schema
import sqlglot
from measure import Figure, best

from snowpact.check import check
from snowpact.prepare import Rendering, prepare
from snowpact.project import load

COUNT = 300


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        scripts, contracts = _project(root)

        def ours() -> None:
            project = load(root)
            check(prepare(project, project.pipelines, project.target(None), Rendering()))

        def floor() -> None:
            for script in scripts:
                sqlglot.parse(script.read_text(), dialect="snowflake")
            for contract in contracts:
                fastavro.schema.parse_schema(json.loads(contract.read_text()))

        yield Figure(
            f"contracts check, {COUNT} scripts and contracts",
            best(ours, 3),
            "ms",
            "sqlglot and fastavro parse the same files",
            best(floor, 3),
            3.0,
        )


def _project(root: Path) -> tuple[list[Path], list[Path]]:
    (root / "snowpact.toml").write_text('[pipelines.p]\nmigrations = "m"\ncontracts = "c"\n')
    (root / "m").mkdir()
    (root / "c").mkdir()
    scripts, contracts = [], []
    for number in range(COUNT):
        script = root / "m" / f"V1.{number}.0__t{number}.sql"
        script.write_text(f"CREATE TABLE d.s.t{number} (id NUMBER(9,0) NOT NULL, name VARCHAR(40), at TIMESTAMP_NTZ(9));\n")
        fields = [{"name": "ID", "type": "int"}, {"name": "NAME", "type": ["null", "string"], "default": None}]
        contract = root / "c" / f"t{number}.avsc"
        body = {
            "type": "record",
            "namespace": "D.S",
            "name": f"T{number}",
            "pact": {"version": "1.0.0", "owner": "bench"},
            "fields": fields,
        }
        contract.write_text(json.dumps(body))
        scripts.append(script)
        contracts.append(contract)
    return scripts, contracts
