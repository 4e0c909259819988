"""The files of a stage: what LIST shows, and how files come and go.

A file is written under another name first, so that it is whole or absent.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from snowpact.local.errors import compilation
from snowpact.local.objects import State
from snowpact.local.stages.location import Location
from snowpact.model.errors import StatementError, UnsupportedFeature

PART = ".part"


@dataclass(frozen=True)
class Staged:
    """One file: name is its path within the stage."""

    name: str
    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def md5(self) -> str:
        return hashlib.md5(self.path.read_bytes(), usedforsecurity=False).hexdigest()

    @property
    def modified(self) -> datetime:
        return datetime.fromtimestamp(int(self.path.stat().st_mtime), UTC)

    def bytes(self, compression: str = "AUTO") -> bytes:
        """What is in it, unpacked. Raises Snowflake's error for what is no such archive."""
        data = self.path.read_bytes()
        kind = compression if compression != "AUTO" else _detected(data)
        try:
            return {"GZIP": gzip.decompress, "BZ2": bz2.decompress}.get(kind, bytes)(data)
        except (OSError, EOFError, ValueError) as error:
            text = f"Invalid {kind} compressed data in file '{self.name}'"  # text and number [M]
            raise StatementError(text, 100080, "22000") from error


def _detected(data: bytes) -> str:
    return "GZIP" if data[:2] == b"\x1f\x8b" else "BZ2" if data[:3] == b"BZh" else "NONE"


def listed(location: Location, pattern: str | None = None) -> list[Staged]:
    """The files whose names start with the location's path, by name. pattern: a regular expression for the whole path in the stage."""
    if not location.folder.is_dir():
        return []
    paths = (path for path in location.folder.rglob("*") if path.is_file() and path.suffix != PART)
    found = [Staged(location.name_of(path), path) for path in paths]
    chosen = [file for file in found if file.name.startswith(location.path)]
    if pattern is not None:
        try:
            wanted = re.compile(pattern)
        except re.error as error:
            raise compilation(f"Invalid regular expression: '{pattern}', {error}", 100048, "2201B") from error
        chosen = _matching(location, chosen, wanted)
    return sorted(chosen, key=lambda file: file.name)


def _matching(location: Location, files: list[Staged], wanted: re.Pattern[str]) -> list[Staged]:
    """Of an external location a COPY holds the pattern against the whole address, a pipe against what follows the stage's path
    (https://docs.snowflake.com/en/sql-reference/sql/copy-into-table), other statements don't say: all must agree."""
    found = [file for file in files if wanted.fullmatch(file.name)]
    if location.external:
        ways: tuple[Callable[[str], str], ...] = (location.listed, lambda name: name.removeprefix(location.path))
        if any([file for file in files if wanted.fullmatch(way(file.name))] != found for way in ways):
            raise UnsupportedFeature("a PATTERN that fits one of an external file's address, path and name, and another not")
    return found


def chosen(location: Location, found: Iterable[Staged], names: Sequence[str]) -> list[Staged]:
    """FILES = (…): those of the files that are named from the location's path on, in that order. Raises for one that is not there."""
    folder = f"{location.path.rstrip('/')}/" if location.path else ""
    by_name = {file.name: file for file in found}
    missing = [name for name in names if folder + name not in by_name]
    if missing:
        raise StatementError(f"Remote file '{location.listed(folder + missing[0])}' was not found.", 100016, "02000")  # number [M]
    return [by_name[folder + name] for name in names]


def write(location: Location, name: str, data: bytes) -> Staged:
    """Put a file into the stage under a name within the location's path."""
    return place(location, name, lambda part: part.write_bytes(data))


def place(location: Location, name: str, fill: Callable[[Path], object]) -> Staged:
    """The same with what ``fill`` puts into it. Raises where the name would lead out of the stage."""
    target = location.folder / location.path / name if location.path else location.folder / name
    if ".." in target.parts or not target.is_relative_to(location.folder):
        raise compilation(f"invalid path '{name}' in a stage location", 1003, "42000")  # text and number [M]
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + PART)
    fill(part)
    os.replace(part, target)
    return Staged(target.relative_to(location.folder).as_posix(), target)


def remove(files: Iterable[Staged]) -> None:
    for file in files:
        file.path.unlink(missing_ok=True)


def sweep(home: Path, state: State) -> None:
    """When the engine is opened: no files of stages and tables that are gone for good."""
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.name != "user" and int(folder.name[1:]) not in state.by_id:
            forget(folder)


def forget(folder: Path) -> None:
    """A stage's folder goes with its stage."""
    shutil.rmtree(folder, ignore_errors=True)
