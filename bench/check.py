"""`contracts check` offline on generated projects of 1,000 and 10,000 scripts and contracts.

Cold against the floor of its work: the same scripts rendered by plain Jinja and parsed by sqlglot's compiled parser, in process. Warm,
as the command is run, against reading and hashing the same files, with 150 ms granted for starting a program.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jinja2
import sqlglot
from measure import Figure, best
from projects import Generated, generate

from snowpact.check import check
from snowpact.model.report import Verdict
from snowpact.prepare import Rendering, prepare
from snowpact.project import load

VARIABLES = {"db": "ANALYTICS", "warehouse": "TRANSFORM_WH"}
START_UP = 150.0
SIZES = ((1_000, 3), (10_000, 1))
"""How many scripts, and how many runs of which the best counts."""


def figures() -> Iterator[Figure]:
    cold: dict[int, float] = {}
    for count, times in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            made = generate(Path(folder) / "project", count)
            cold[count] = best(lambda made=made: _checked(made.root), times)
            floor = best(lambda made=made: _floor(made), times)
            yield Figure(f"cold check of {count:,} scripts and contracts", cold[count], "ms", "render and sqlglot[c] parse", floor, 3.0)
            yield _warm(made, count, times, Path(folder) / "cache")
    yield Figure("how a cold check grows, to 10,000 scripts and contracts", cold[10_000], "ms", "the same of 1,000", cold[1_000], 12.0)


def _checked(root: Path) -> None:
    project = load(root)
    report = check(prepare(project, project.pipelines, project.target(None), Rendering()))
    if report.verdict is not Verdict.PASSED:
        raise AssertionError(f"the generated project does not pass: {report.findings[:3]}")


def _floor(made: Generated) -> None:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    for script in made.scripts:
        sqlglot.parse(environment.from_string(script.read_text(encoding="utf-8")).render(VARIABLES), dialect="snowflake")


def _warm(made: Generated, count: int, times: int, cache: Path) -> Figure:
    program = [str(Path(sys.executable).parent / "contracts"), "check", "--project", str(made.root)]
    environment = {**os.environ, "SNOWPACT_CACHE_DIR": str(cache), "PYTHONPYCACHEPREFIX": str(cache.with_name("bytecode"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode

    def run() -> None:
        subprocess.run(program, env=environment, check=True, stdout=subprocess.DEVNULL)

    run()  # fills the cache, and writes the bytecode
    warm, floor = best(run, times + 4), best(lambda: _hashed(made), times + 4)
    name = f"warm check of {count:,} scripts and contracts, less {START_UP:.0f} ms of start-up"
    return Figure(name, max(warm - START_UP, 0.0), "ms", "reading and hashing the same files", floor, 2.0)


def _hashed(made: Generated) -> str:
    digest = hashlib.sha256()
    for file in made.files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
