"""`snowpact --help` against importing click: a command that is typed a hundred times a day answers at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, best


def figures() -> Iterator[Figure]:
    def run(*words: str) -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    program = str(Path(sys.executable).parent / "snowpact")
    peer = best(lambda: run(sys.executable, "-c", "import click"), 15)
    yield Figure("snowpact --help", best(lambda: run(program, "--help"), 15), "ms", "python -c 'import click'", peer, 2.5)
