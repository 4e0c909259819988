"""`snowpact --help` starts at once: what is heavy is imported by the command that needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "sqlglot", "duckdb", "jinja2", "snowflake.connector", "snowflake.snowpark", "fakesnow", "schemachange", "fastavro", "jsonschema",
    "rich", "yaml",
}  # fmt: skip
COMMANDS = [
    "snowpact --help",
    "snowpact --version",
    "snowpact migrate --help",
    "snowpact migrate plan --help",
    "snowpact contracts --help",
    "snowpact drift --help",
    "snowpact local --help",
    "snowpact local sql --help",
    "snowpact rules --help",
    "snowpact init --help",
    "contracts --help",
    "contracts check --help",
]

PROBE = """
import sys
from snowpact.cli.failure import guarded
from snowpact.cli.main import contracts, snowpact
code = guarded({"snowpact": snowpact, "contracts": contracts}[sys.argv[1]], sys.argv[2:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def modules_after(line: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROBE, *line.split()], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("line", COMMANDS)
def test_help_imports_nothing_heavy(line):
    assert modules_after(line) & HEAVY == set()


def test_the_probe_would_see_it(skeleton, monkeypatch, tmp_path):
    """A command that validates imports what it needs, where no earlier answer is remembered: the test above can fail."""
    monkeypatch.setenv("SNOWPACT_CACHE_DIR", str(tmp_path))
    assert "fastavro" in modules_after(f"contracts check --project {skeleton.folder}")


def test_checking_offline_connects_to_nothing(skeleton):
    assert modules_after(f"contracts check --project {skeleton.folder}") & {"duckdb", "snowflake.connector", "fakesnow"} == set()


@pytest.mark.parametrize("program", ["snowpact", "contracts"])
def test_the_installed_programs_answer(program):
    done = subprocess.run([str(Path(sys.executable).parent / program), "--help"], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: {program} ")
