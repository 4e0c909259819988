"""A project skeleton: one table, one contract, both of which pass. The files are those in ``skeleton/``."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from snowpact.model.errors import InputError

IGNORED = ".snowpact/\n"


def init(folder: Path) -> list[Path]:
    """Write the skeleton into ``folder``; the files written. Raises InputError, writing nothing, where one is there already."""
    skeleton = dict(_files(files("snowpact") / "skeleton"))
    skeleton[".gitignore"] = IGNORED
    there = [name for name in skeleton if name != ".gitignore" and (folder / name).exists()]
    if there:
        raise InputError(f"{', '.join(there)} is there already; `snowpact init` overwrites nothing")
    written = []
    for name, text in skeleton.items():
        path = folder / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _files(folder: Traversable, prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            found += _files(item, f"{prefix}{item.name}/")
        elif not item.name.endswith((".py", ".pyc")):
            found.append((f"{prefix}{item.name}", item.read_text(encoding="utf-8")))
    return found
