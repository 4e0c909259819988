"""The digest of all that an offline check depends on: its files, what the command line and the environment say, and the program itself.

Content counts, not time or place: a project that was moved or checked out again is the same. What can't be digested for certain (a
folder that is a link, a file that is none) gives no digest, and nothing is remembered then.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from snowpact import __version__
from snowpact.configured import Rendering, config_path, configured
from snowpact.migrations.variables import PREFIX
from snowpact.model.errors import InputError
from snowpact.project import CONFIG, Project

LIBRARIES = ("sqlglot", "jinja2", "fastavro", "jsonschema", "yaml")
"""Whose behaviour shows in an answer."""
ALONE = (CONFIG, "contracts/waivers.toml")
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Uncertain(Exception):
    """Something of which the content can't be told."""


def fingerprint(project: Project, said: Mapping[str, Any], rendering: Rendering, base: str | None = None) -> str | None:
    """The key of a check's answer; None where there can be none. said: all other options, as JSON."""
    digest = hashlib.sha256()
    try:
        facts = [__version__, sys.version, _program(), date.today().isoformat(), dict(said), sorted(_environment(rendering))]
        facts += [[[one.name, one.migrations, one.contracts, one.after] for one in project.pipelines], _commits(project, base)]
        digest.update(json.dumps(facts, sort_keys=True).encode("utf-8", "surrogatepass"))
        for name, content in _inputs(project, rendering):
            label = name.encode("utf-8", "surrogateescape")
            digest.update(b"\0%d %d %b%b" % (len(label), len(content), label, content))
    except (OSError, InputError, Uncertain, TypeError, ValueError):
        return None  # what is wrong is for the check to say
    return digest.hexdigest()


def _environment(rendering: Rendering) -> Iterator[tuple[str, str]]:
    for name, value in os.environ.items():
        if name.startswith(PREFIX) or name in rendering.allowed_env:
            yield name, value


def _commits(project: Project, base: str | None) -> list[str]:
    """What the names of git stand for at present."""
    if base is None:
        return []
    from snowpact.contracts.git import Repository

    repository = Repository(project.root)
    tip = repository.commit(base)
    return [tip, repository.merge_base(tip), repository.commit("HEAD"), str(repository.shallow), repository.prefix]


def _program() -> list[Any]:
    """This program's and its libraries' files by size and time: an installation that was changed is another."""
    found = []
    for at, folders, files in os.walk(Path(__file__).parent):
        folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
        found += [(name, *_stamp(os.path.join(at, name))) for name in sorted(files)]
    for library in LIBRARIES:
        spec = find_spec(library)
        found.append((library, spec.origin, *_stamp(spec.origin)) if spec and spec.origin else (library, None))
    return found


def _stamp(path: str) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def _inputs(project: Project, rendering: Rendering) -> Iterator[tuple[str, bytes]]:
    root = os.path.realpath(project.root)
    folders: set[str] = set()
    single = {os.path.join(root, name) for name in ALONE}
    for pipeline in project.pipelines:
        folders.update(os.path.join(root, name) for name in (pipeline.migrations, pipeline.contracts) if name)
        config = config_path(project, pipeline)
        if config is not None:
            single.add(str(config))
            modules = configured(project, pipeline, rendering).modules_folder
            folders.update([os.path.join(root, modules)] if modules else [])
    for path in sorted(single):
        name = os.path.relpath(path, root)
        real = os.path.relpath(os.path.realpath(path), root)
        yield (f"{name} at {real}", _content(path)) if os.path.lexists(path) else (f"no {name}", b"")
    for folder in sorted(folders):
        yield f"folder {os.path.relpath(folder, root)}", os.fsencode(os.path.relpath(os.path.realpath(folder), root))
        yield from _below(folder, root)


def _below(folder: str, root: str) -> Iterator[tuple[str, bytes]]:
    """Every file below, by name. A link to a folder leads to what is not looked at here."""
    for entry in _sorted(folder):
        path, link = entry.path, entry.is_symlink()
        if link and entry.is_dir():
            raise Uncertain(path)
        if entry.is_dir(follow_symlinks=False):
            yield from _below(path, root)
        else:
            name = path[len(root) + 1 :]
            if link:
                name += f" -> {os.path.relpath(os.path.realpath(path), root)}"
            yield name, _content(path)


def _sorted(folder: str) -> Iterable[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _content(path: str) -> bytes:
    """Raises Uncertain for what is no regular file: reading a pipe would wait for ever."""
    handle = os.open(path, _READING)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Uncertain(path)
        most = max(found.st_size + 1, 1 << 12)
        content = os.read(handle, most)
        if len(content) != found.st_size:  # it changed meanwhile, or is larger than what one call reads
            while part := os.read(handle, most):
                content += part
        return content
    finally:
        os.close(handle)
