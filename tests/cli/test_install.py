"""`pip install .`: the wheel holds what the programs need, and they work outside the repository.

No network: the wheel is built with what is installed, and its dependencies are this environment's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    words = [str(word) for word in command]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(words, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, check=False, timeout=SECONDS)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy: a build leaves files beside its sources."""
    source = tmp_path_factory.mktemp("source")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "tool", source / "tool", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    made = run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", "dist", ".", cwd=source)
    assert made.returncode == 0, made.stdout + made.stderr
    [path] = (source / "dist").glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The programs' folder of a fresh environment that has the wheel."""
    home = tmp_path_factory.mktemp("installed")
    assert run(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=home).returncode == 0
    python = home / "venv/bin/python"
    done = run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    return python.parent


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    package = ROOT / "tool/snowpact"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    there = {path.relative_to(package.parent).as_posix() for path in files}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("snowpact/")}
    assert held == there


def test_nothing_else_is_installed(wheel):
    """tool/ holds scripts of the repository too; an installation brings the package alone."""
    with zipfile.ZipFile(wheel) as archive:
        assert {name.split("/")[0].split("-")[0] for name in archive.namelist()} == {"snowpact"}


def test_the_programs_work_outside_the_repository(installed, tmp_path):
    libraries = {"PYTHONPATH": sysconfig.get_path("purelib")}
    where = run(installed / "python", "-c", "import snowpact; print(snowpact.__file__)", cwd=tmp_path, **libraries)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent), where.stdout + where.stderr
    for line in ("snowpact init", "contracts check", "snowpact migrate apply", "snowpact drift", "snowpact rules"):
        program, *words = line.split()
        done = run(installed / program, *words, cwd=tmp_path, **libraries)
        assert done.returncode == 0, f"$ {line}\n{done.stdout}{done.stderr}"
    report = run(installed / "contracts", "check", "--format", "json", cwd=tmp_path, **libraries)
    assert '"verdict": "passed"' in report.stdout
