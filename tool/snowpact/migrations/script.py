"""A migration script, as its file name tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """One file of a pipeline.

    kind: ``V`` runs once, ``R`` when its checksum changed, ``A`` in every run. version is the text of the file name, ''
    for R and A. name is the file name without ``.jinja``: it identifies the script in CHANGE_HISTORY. path is relative to
    the project, with forward slashes.
    """

    kind: str
    version: str
    description: str
    name: str
    path: str
    pipeline: str

    def __str__(self) -> str:
        return self.path
