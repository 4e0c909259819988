"""Collecting the faults of one contract: all of them are shown at once, each with its line and JSON path."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from snowpact.contracts.document import Document, Path, spell_path
from snowpact.model.errors import InputFault


class Faults:
    """The faults found so far in one file, each with its path."""

    def __init__(self, file: str, document: Document):
        self.file = file
        self.document = document
        self.placed: list[tuple[Path, InputFault]] = []

    def add(self, path: Path, message: str, offset: int | None = None) -> None:
        line, _ = self.document.place(path) if offset is None else self.document.at(offset)
        self.keep(path, InputFault(message, self.file, line, spell_path(path)))

    def keep(self, path: Path, fault: InputFault) -> None:
        if (path, fault) not in self.placed:
            self.placed.append((path, fault))

    @property
    def found(self) -> list[InputFault]:
        return [fault for _, fault in self.placed]

    def in_order(self) -> list[InputFault]:
        """As they stand in the file."""
        return sorted(self.found, key=lambda fault: fault.line or 0)

    def __len__(self) -> int:
        return len(self.placed)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` where a known word is close, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"; did you mean '{close[0]}'?" if close else ""


def shown(value: Any) -> str:
    """A JSON value inside a message, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
