"""Templates that hold nothing but variables, ``{{ name }}`` and ``{{ a.b }}``: rendered here, without Jinja and its process.

Most scripts are such, and starting from them no code runs that their author wrote. Whatever is not plainly so (a filter, a tag, white
space control, a variable that is missing or no text or number) is left to Jinja; tests hold both to one answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from snowpact.migrations.origins import BOM, Origins, Place

_OPENS = re.compile(r"\{[{%#]")
_VARIABLE = re.compile(r"\{\{\s*([a-z]\w*(?:\.[a-z]\w*)*)\s*\}\}", re.ASCII | re.IGNORECASE)
_NEWLINE = re.compile("\r\n?")
_NO_NAMES = frozenset({"true", "false", "none", "not", "and", "or", "if", "elif", "else", "in", "is", "for"}) | {
    *("self", "super", "loop", "caller", "varargs", "kwargs"),
}
"""What is, or may be, a word of Jinja's own."""
_PRINTED = (str, int, float, bool)


def render(source: str, file: str, variables: Mapping[str, Any], most: int) -> tuple[str, Origins] | None:
    """The text and its origins; None where only Jinja can tell, also for what could be longer than ``most`` characters."""
    source = _NEWLINE.sub("\n", source).removesuffix("\n")  # as Jinja does, keep_trailing_newline being off
    if len(source) * 4 > most:
        return None
    text = _Text(file, source)
    last = 0
    while (opening := _OPENS.search(source, last)) is not None:
        match = _VARIABLE.match(source, opening.start())
        value = _value(match[1], variables) if match else None
        if match is None or value is None:
            return None
        text.literal(last, match.start())
        text.value(match.start(), value)
        last = match.end()
    text.literal(last, len(source))
    return text.finished() if text.length <= most else None


def _value(path: str, variables: Mapping[str, Any]) -> str | None:
    first, *rest = path.split(".")
    if first.lower() in _NO_NAMES or first not in variables:
        return None
    value = variables[first]
    for part in rest:
        if type(value) is not dict or hasattr(dict, part) or part not in value:  # an attribute goes before a key
            return None
        value = value[part]
    return str(value) if type(value) in _PRINTED else None


class _Text:
    """Collects pieces of text, each with its place in the source."""

    def __init__(self, file: str, source: str):
        self.file, self.source = file, source
        self.pieces: list[str] = []
        self.offsets: list[int] = []
        self.places: list[Place] = []
        self.length = 0
        self.line, self.line_start = 1, 1 if source.startswith(BOM) else 0
        self.seen = 0

    def literal(self, start: int, end: int) -> None:
        """Source as it stands, a piece a line."""
        while start < end:
            stop = self.source.find("\n", start, end) + 1 or end
            self._add(self.source[start:stop], start, stop - start)
            start = stop

    def value(self, start: int, text: str) -> None:
        """What a variable gave: all of it comes from where the variable stands."""
        self._add(text, start, 0)

    def _add(self, text: str, start: int, span: int) -> None:
        self.line += self.source.count("\n", self.seen, start)
        self.line_start = max(self.line_start, self.source.rfind("\n", self.seen, start) + 1)
        self.seen = start
        self.offsets.append(self.length)
        self.places.append(Place(self.file, self.line, start - self.line_start + 1, span))
        self.pieces.append(text)
        self.length += len(text)

    def finished(self) -> tuple[str, Origins]:
        return "".join(self.pieces), Origins(self.file, self.offsets, range(len(self.places)), self.places)
