"""Where in a file something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Source:
    """A place in a source file: the file relative to the project with forward slashes; line and char are 1-based.

    The place is in the file as its author wrote it, before rendering.
    """

    file: str
    line: int = 1
    char: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.char}"
