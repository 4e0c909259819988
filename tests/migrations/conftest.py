"""A project on disk with one pipeline, and what reads it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from snowpact.migrations.discover import discover
from snowpact.migrations.render import Renderer
from snowpact.migrations.script import Script
from snowpact.migrations.statements import statements


class Project:
    """``migrations/p`` below a temporary folder; modules, where a test makes any, in ``modules``."""

    def __init__(self, root: Path, stack: ExitStack):
        self.root, self.stack = root, stack
        self.folder = root / "migrations" / "p"
        self.folder.mkdir(parents=True)

    def write(self, path: str, content: str | bytes) -> Path:
        """A file of the pipeline; ``../../x`` for one elsewhere in the project."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def discover(self, **options) -> list[Script]:
        return discover(Path("migrations/p"), self.root, "p", **options)

    def renderer(self, variables=None, **options) -> Renderer:
        modules = Path("modules") if (self.root / "modules").is_dir() else None
        return self.stack.enter_context(Renderer(self.root, Path("migrations/p"), modules, variables, **options))

    def script(self, name: str) -> Script:
        return Script("V", "1", "It", name, f"migrations/p/{name}", "p")

    def render(self, text: str | bytes, variables=None, name: str = "V1__it.sql", **options):
        self.write(name, text)
        return self.renderer(variables, **options).render(self.script(name))

    def statements(self, text: str, variables=None, **options):
        return statements(self.render(text, variables, **options))


@pytest.fixture
def project(tmp_path):
    with ExitStack() as stack:
        yield Project(tmp_path, stack)
