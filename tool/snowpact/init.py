"""A project skeleton: one table, one contract, both of which pass. The files are those in ``skeleton/``.

Where a schemachange-config.yml stands already, the project is there: all it lacks is a snowpact.toml with its scripts as a pipeline.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from snowpact.migrations.config import FILE_NAME, load_config
from snowpact.model.errors import InputError
from snowpact.project import CONFIG

IGNORED = ".snowpact/\n"


def init(folder: Path) -> list[Path]:
    """Write the skeleton into ``folder``; the files written. Raises InputError, writing nothing, where one is there already."""
    skeleton = dict(_files(files("snowpact") / "skeleton"))
    if is_schemachange(folder):
        skeleton = {CONFIG: _switched(skeleton[CONFIG], folder)}
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


def is_schemachange(folder: Path) -> bool:
    return (folder / FILE_NAME).is_file()


def _switched(config: str, folder: Path) -> str:
    """The skeleton's settings with the pipeline of a schemachange project: its root folder, named after it."""
    from snowpact.migrations.render import Renderer

    with Renderer(folder.resolve(), Path(), live=True) as renderer:
        root = Path(load_config(Path(FILE_NAME), renderer).root_folder or ".")
    place = (folder / root).resolve()
    if not place.is_dir() or not place.is_relative_to(folder.resolve()):
        raise InputError(f"{FILE_NAME}: root-folder {str(root)!r} is no folder of the project")
    name = re.sub(r"[^a-z0-9]+", "-", place.name.lower()).strip("-") or "scripts"
    settings = config[: config.index("[pipelines.")]
    promised = f'# contracts = "contracts/{name}"   # what consumers were promised'
    return f'{settings}[pipelines.{name}]\nmigrations = "{root.as_posix()}"\n{promised}\n'


def _files(folder: Traversable, prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir():
            found += _files(item, f"{prefix}{item.name}/")
        elif not item.name.endswith((".py", ".pyc")):
            found.append((f"{prefix}{item.name}", item.read_text(encoding="utf-8")))
    return found
