"""Which files of a folder are migration scripts: schemachange's names, and all that is wrong with them at once.

The patterns are those of schemachange 4.4.0 (``schemachange.session.Script``), kept here because its class walks, logs
and stops at the first fault; a test compares both over many names. What differs is that nothing is passed over quietly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from snowpact.migrations.script import Script
from snowpact.model.errors import InputError, InputFault

SQL = re.compile(r"\.sql(\.jinja)?$", re.IGNORECASE)
CLI = re.compile(r"\.cli\.yml(\.jinja)?$", re.IGNORECASE)
VERSIONED = re.compile(r"^(?P<kind>V)(?P<version>([^_]|_(?!_))+)?(?P<separator>_{1,2})(?P<description>.+?)\.", re.IGNORECASE)
UNVERSIONED = re.compile(r"^(?P<kind>[RA])(?P<separator>_{1,2})(?P<description>.+?)\.", re.IGNORECASE)
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Bytes that are no UTF-8 are surrogates in a path; control characters would garble whatever prints it."""


class BadName(ValueError):
    """A file name that means to be a script's and is none."""


@dataclass(frozen=True, slots=True)
class Found:
    """ignored: SQL files that no pattern matches, relative to the project; schemachange ignores them as well."""

    scripts: tuple[Script, ...]
    ignored: tuple[str, ...]


def parse_name(file_name: str, path: str, pipeline: str, version_pattern: str | None = None) -> Script | None:
    """The script that a file of this name is; None where it is none. Raises BadName."""
    bare = file_name.strip()
    match = (VERSIONED.search(bare) or UNVERSIONED.search(bare)) if SQL.search(bare) or CLI.search(bare) else None
    if match is None:
        return None
    if CLI.search(bare):
        raise BadName("a .cli.yml script runs programs, and snowpact runs SQL only: move it out, and run it as a step of its own")
    if bare != file_name:
        raise BadName("the file name starts or ends with white space")
    kind = match["kind"].upper()
    version = match["version"] if kind == "V" else ""
    if version is None:
        raise BadName("a versioned script needs a version after its V, as in V1.0.0__create_tables.sql")
    if len(match["separator"]) != 2:
        raise BadName(f"two underscores are required between {kind}{version} and the description, as in {kind}{version}__create_tables.sql")
    if version_pattern and kind == "V" and re.search(version_pattern, version, re.IGNORECASE) is None:
        raise BadName(f"the version {version} does not match version-number-validation-regex {version_pattern}")
    description = match["description"].replace("_", " ").capitalize()
    name = file_name[: -len(".jinja")] if file_name.upper().endswith(".JINJA") else file_name
    return Script(kind, version, description, name, path, pipeline)


def discover(root: Path, project: Path, pipeline: str, version_pattern: str | None = None) -> list[Script]:
    """Every script below ``root``, by path. Raises InputError with all faults."""
    return list(survey(root, project, pipeline, version_pattern).scripts)


def survey(root: Path, project: Path, pipeline: str, version_pattern: str | None = None) -> Found:
    """``discover``, and which SQL files are no scripts."""
    folder = _folder(root, project, pipeline)
    scripts: list[Script] = []
    ignored: list[str] = []
    faults: list[InputFault] = []
    home = project.resolve()
    for file in _files(folder, project, faults):
        path = _relative(file, project)
        if _ODD.search(path):
            faults.append(InputFault("the file name is not UTF-8, or holds control characters", ascii(path)[1:-1]))
            continue
        try:
            script = parse_name(file.name, path, pipeline, version_pattern)
        except BadName as bad:
            faults.append(InputFault(str(bad), path))
        else:
            if script is not None:
                scripts.append(script)
                faults.extend(_unreadable(file, home, path))
            elif SQL.search(file.name.strip()) or CLI.search(file.name.strip()):
                ignored.append(path)
    faults.extend(_collisions(scripts))
    if faults:
        raise InputError(faults)
    return Found(tuple(scripts), tuple(ignored))


def _folder(root: Path, project: Path, pipeline: str) -> Path:
    folder = project / root
    where = _relative(folder, project)
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        remedy = f"create it, or mend `migrations` of [pipelines.{pipeline}] in snowpact.toml"
        raise InputError(InputFault(f"the migrations folder of pipeline {pipeline} {what}: {remedy}", where))
    if not folder.resolve().is_relative_to(project.resolve()):
        raise InputError(InputFault(f"the migrations folder of pipeline {pipeline} lies outside the project", where))
    return folder


def _files(folder: Path, project: Path, faults: list[InputFault]) -> Iterator[Path]:
    """Every file below, by path; folders that are links are not entered, as schemachange does not on Python 3.11."""

    def refuse(error: OSError) -> None:
        faults.append(InputFault(f"cannot be read: {error.strerror}", _relative(Path(error.filename), project)))

    found: list[Path] = []
    for at, folders, files in os.walk(folder, onerror=refuse):
        for name in folders:
            link = Path(at, name)
            if not link.is_symlink():
                continue
            if not link.resolve().is_relative_to(project.resolve()):
                faults.append(InputFault("is a link that leads out of the project", _relative(link, project)))
            elif any(SQL.search(inner.name) for inner in link.glob("**/*")):
                faults.append(InputFault("a link to a folder of scripts is not followed: put the scripts here", _relative(link, project)))
        found.extend(Path(at, name) for name in files)
    yield from sorted(found)


def _unreadable(file: Path, home: Path, path: str) -> Iterator[InputFault]:
    if not file.exists():
        yield InputFault("is a link that leads nowhere", path)
    elif not file.resolve().is_relative_to(home):
        yield InputFault("is a link that leads out of the project", path)
    elif not file.is_file():
        yield InputFault("is no regular file", path)


def _collisions(scripts: list[Script]) -> Iterator[InputFault]:
    """Two scripts of one name, whatever the case, and two of one version, equal as text."""
    names: dict[str, Script] = {}
    versions: dict[str, Script] = {}
    for script in scripts:
        first = names.setdefault(script.name.lower(), script)
        if first is not script:
            yield InputFault(f"the script name {script.name} is taken already, by {first.path}: rename one of them", script.path)
            continue
        first = versions.setdefault(script.version, script) if script.version else script
        if first is not script:
            yield InputFault(f"the version {script.version} is taken already, by {first.path}: give one of them another", script.path)


def _relative(path: Path, project: Path) -> str:
    absolute, base = Path(os.path.abspath(path)), Path(os.path.abspath(project))
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else absolute.as_posix()
