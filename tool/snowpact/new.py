"""`migrate new`: the next version's file."""

from __future__ import annotations

import re
from pathlib import Path

from snowpact.migrations.discover import discover
from snowpact.migrations.order import order
from snowpact.model.errors import InputError
from snowpact.project import Pipeline, Project


def new(project: Project, pipelines: tuple[Pipeline, ...], name: str) -> Path:
    """Write ``V<next>__<name>.sql`` with a comment; the path relative to the project. Raises InputError."""
    writable = [pipeline for pipeline in pipelines if pipeline.migrations]
    if len(writable) != 1:
        raise InputError(f"say which pipeline, with --pipeline: {', '.join(pipeline.name for pipeline in writable) or 'there is none'}")
    pipeline = writable[0]
    description = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").lower()
    if not description:
        raise InputError(f"{name!r} leaves no description for a file name: use letters and digits")
    folder = Path(pipeline.migrations or "")
    versioned = [script for script in order(discover(folder, project.root, pipeline.name)) if script.kind == "V"]
    version = following(versioned[-1].version) if versioned else "1.0.0"
    path = folder / f"V{version}__{description}.sql"
    (project.root / path).write_text(f"-- {name}: why\n", encoding="utf-8")
    return path


def following(version: str) -> str:
    """The version after this one: 1.4.0 → 1.5.0, 7 → 8, 1_2 → 1_3; the last part but a patch part counts up."""
    parts = re.split(r"(\D+)", version)
    numbers = [index for index, part in enumerate(parts) if part.isdigit()]
    if not numbers:
        raise InputError(f"the version {version} holds no number to count up; name the file yourself")
    at = numbers[1] if len(numbers) == 3 else numbers[-1]
    parts[at] = str(int(parts[at]) + 1).zfill(len(parts[at]))
    for index in numbers:
        if index > at:
            parts[index] = "0" * len(parts[index])
    return "".join(parts)
