"""The files of contracts: found below a folder, read whole, and never from outside the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from snowpact.model.errors import InputError, InputFault

MOST_BYTES = 8 * 1024 * 1024
"""Of one file. What is larger is no contract."""


def find(where: Sequence[Path], project: Path, faults: list[InputFault]) -> list[Path]:
    """Every ``.avsc`` in or below the folders, in order, and the files named; what is missing becomes a fault."""
    found: list[Path] = []
    for path in where:
        if path.is_dir():
            found.extend(sorted(file for file in path.rglob("*.avsc") if not file.is_dir()))
        elif path.exists():
            found.append(path)
        else:
            what = "file" if path.suffix == ".avsc" else "folder"
            message = f"the contracts {what} does not exist: create it, or correct `contracts` of the pipeline in snowpact.toml"
            faults.append(InputFault(message, relative(path, project)))
    return list(dict.fromkeys(found))


def contained_bytes(path: Path, project: Path) -> bytes:
    """The content of a regular file inside the project. Raises InputError."""
    home = os.path.realpath(project)
    if os.path.commonpath((home, os.path.realpath(path))) != home:
        raise _fault("leads out of the project: expected a file inside it", path, project)
    if not path.is_file():
        raise _fault("not a regular file", path, project)
    if path.stat().st_size > MOST_BYTES:
        raise _fault(f"larger than {MOST_BYTES // 1024 // 1024} MiB: no contract or waiver file is", path, project)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _fault(f"can't be read: {error.strerror}", path, project) from None


def _fault(message: str, path: Path, project: Path) -> InputError:
    return InputError(InputFault(message, relative(path, project)))


def relative(path: Path, project: Path) -> str:
    """The path as reports name it."""
    return os.path.relpath(path, project).replace(os.sep, "/")
