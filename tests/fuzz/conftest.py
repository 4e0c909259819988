"""What fuzzing starts from and how it spoils it: the project's own scripts, statements and contracts, and seeded mutations of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
_PIECE = re.compile(r"\w+|\s+|.", re.DOTALL)
_ODD = [
    *"()[]{}'\";,.:?%*\\$\x00\ufeff\u2028é\U0001f600\r\n ", "$$", "/*", "*/", "--", "//", "..", "::", "{{", "}}", "{%", "%}", "{#", "#}",
    "@s", "0", "-1", "1e400", "9" * 41, "NULL", "SELECT", "FROM", "AS", "NOT", "BEGIN", "END", "CASE", "WHEN", "AND", "IN", "IDENTIFIER",
    "OVER", "DESC", "UNION",
]  # fmt: skip


class Spoiler:
    """Mutations by one seed: the same seed spoils in the same way."""

    def __init__(self, corpus: list[str], seed: str):
        self.corpus = corpus
        self.random = random.Random(seed)

    def text(self) -> str:
        if self.random.random() < 0.1:
            return self.noise().decode("latin-1")
        pieces = _PIECE.findall(self.random.choice(self.corpus)[:4000])
        for _ in range(self.random.randint(1, 5)):
            self._spoil(pieces)
        return "".join(pieces)

    def noise(self) -> bytes:
        return self.random.randbytes(self.random.randint(0, 60))

    def data(self) -> bytes:
        """Bytes: spoiled text, and some bytes of it changed."""
        raw = bytearray(self.text().encode("utf-8", "surrogatepass"))
        for _ in range(self.random.randint(0, 2)):
            if raw:
                raw[self.random.randrange(len(raw))] = self.random.randrange(256)
        return bytes(raw)

    def _spoil(self, pieces: list[str]) -> None:
        at = self.random.randint(0, len(pieces))
        end = min(len(pieces), at + self.random.choice([1, 1, 1, 3, 10]))
        match self.random.randrange(7):
            case 0:
                del pieces[at:end]
            case 1:
                pieces[at:at] = pieces[at:end] * self.random.choice([1, 1, 2, 50])
            case 2:
                pieces.insert(at, self.random.choice(_ODD))
            case 3:
                del pieces[at:]
            case 4:
                pieces[at:end] = [self.random.choice(_ODD)]
            case 5:
                other = _PIECE.findall(self.random.choice(self.corpus)[:4000])
                start = self.random.randint(0, len(other))
                pieces[at:end] = other[start : start + self.random.choice([1, 3, 15])]
            case _:
                pieces[at:at] = [self.random.choice(["(", "[", "CASE WHEN ", "SELECT (", "NOT ", "{"])] * self.random.choice([1, 20, 400])


def _statements() -> Iterator[str]:
    for path in sorted((ROOT / "tests" / "local").glob("**/*.yml")):
        yield from _texts(yaml.safe_load(path.read_text(encoding="utf-8")))


def _texts(value: object) -> Iterator[str]:
    """Every statement of a file of cases, whatever its form: what stands under ``sql``, and steps."""
    if isinstance(value, list):
        for item in value:
            yield from [item] if isinstance(item, str) and " " in item else _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from [item] if key == "sql" and isinstance(item, str) else _texts(item)


@pytest.fixture(scope="session")
def scripts() -> list[str]:
    """Whole migrations."""
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "migrations").glob("**/*.sql"))]


@pytest.fixture(scope="session")
def statements(scripts: list[str]) -> list[str]:
    """Single statements: those of the engine's own cases and of the migrations."""
    from snowpact.sql.split import split

    return [*_statements(), *(statement.text for script in scripts for statement in split(script))]


@pytest.fixture(scope="session")
def contracts() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "contracts").glob("**/*.avsc"))]


@pytest.fixture(scope="session")
def spoiler() -> type[Spoiler]:
    return Spoiler
