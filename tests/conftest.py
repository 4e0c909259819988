"""The program as its users run it: projects in temporary folders, and commands on them, in this process.

``applied`` is a project with two of the repository's pipelines applied, made once for all workers of a run; a test that changes it works
on a copy of its own. ``applied_alone`` makes such a project of any pipelines.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from snowpact.cli.failure import guarded
from snowpact.cli.main import contracts, snowpact

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")
"""A push is judged on the same examples each time; `make soak` searches on, with new ones (--hypothesis-profile=search)."""

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"snowpact": snowpact, "contracts": contracts}


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Project:
    """A project's folder, and commands run in it."""

    def __init__(self, folder: Path):
        self.folder = folder

    def run(self, line: str, *more: str, stdin: str = "") -> Answer:
        """A command line, and further words taken as they are."""
        program, *words = shlex.split(line)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(self.folder), _input(stdin), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = guarded(PROGRAMS[program], [*words, *more])
        return Answer(code, out.getvalue(), err.getvalue())

    def sql(self, statement: str) -> list[dict[str, Any]]:
        """Rows of the last of these statements on the embedded engine; a failure fails the test."""
        answer = self.run("snowpact local sql --format json", statement)
        assert answer.code == 0, answer.err
        return answer.json

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text, f"{path} does not contain {old!r}"
        self.write(path, text.replace(old, new, 1))

    def copy(self, folder: Path) -> Project:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Project(folder)


@contextlib.contextmanager
def _input(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SNOWFLAKE_* and SNOWPACT_* of whoever runs the tests would reach targets and templates; their cache is not ours to fill."""
    for name in [name for name in os.environ if name.startswith(("SNOWFLAKE_", "SNOWPACT_"))]:
        del os.environ[name]
    os.environ["SNOWPACT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


SPINE = ("meetup", "engagement")
"""The pipelines that most tests are about. The others are large and have tests of their own (tests/pipelines)."""


def _of_repository(folder: Path, *pipelines: str) -> Project:
    """The repository's project with these pipelines alone, nothing applied."""
    for item in ("migrations", "contracts"):
        for name in pipelines:
            shutil.copytree(ROOT / item / name, folder / item / name)
    head, *sections = (ROOT / "snowpact.toml").read_text(encoding="utf-8").split("\n[pipelines.")
    kept = [section for section in sections if section.split("]")[0] in pipelines]
    (folder / "snowpact.toml").write_text("\n[pipelines.".join([head, *kept]), encoding="utf-8")
    return Project(folder)


@pytest.fixture(scope="session")
def of_repository() -> Callable[..., Project]:
    """Makes the repository's project with some of its pipelines in a folder, nothing applied."""
    return _of_repository


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository's own project, two pipelines, nothing applied. Not to be changed: copy it."""
    return _of_repository(tmp_path_factory.mktemp("example"), *SPINE)


@pytest.fixture(scope="session")
def applied(applied_alone: Callable[..., Project]) -> Project:
    """The same, applied to its embedded engine. Not to be changed: copy it."""
    return applied_alone(*SPINE)


@pytest.fixture(scope="session")
def applied_alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Project]:
    """Makes the repository's project with the named pipelines, applied, once for all workers of a run. Not to be changed: copy it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def make(*pipelines: str) -> Project:
        name = "-".join(pipelines)
        folder = shared / f"applied-{name}"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                making = _of_repository(shared / f"applying-{name}", *pipelines)
                answer = making.run("snowpact migrate apply")
                assert answer.code == 0, answer.err + answer.out
                making.folder.rename(folder)
        return Project(folder)

    return make


@pytest.fixture
def project(applied: Project, tmp_path: Path) -> Project:
    """A copy of the applied project, to do with as the test likes."""
    return applied.copy(tmp_path / "project")


@pytest.fixture
def fresh(example: Project, tmp_path: Path) -> Project:
    """A copy of the project with nothing applied."""
    return example.copy(tmp_path / "project")


@pytest.fixture
def skeleton(tmp_path: Path) -> Project:
    """What `snowpact init` writes: one pipeline, one table, one contract."""
    made = Project(tmp_path / "skeleton")
    made.folder.mkdir()
    assert made.run("snowpact init").code == 0
    return made


@pytest.fixture(scope="session")
def project_in() -> Callable[[Path], Project]:
    """Commands in any folder."""
    return Project


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-transcripts", action="store_true", help="write what the program prints now into tests/cli/transcripts")
