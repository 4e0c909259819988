"""Markers that travel through Jinja, so that rendered text can be traced to its source.

A template is rendered a second time with a marker of invisible private-use characters before every line of its text and
before every expression; the places where markers come out tell where the text around them came from, through loops,
includes, macros and set blocks. A marker stands *behind* a line's leading white space and never alone, so that stripping
works as without it. A template may still notice (``{% if block == 'x' %}`` of a set block): then the text without its
markers differs from the clean rendering, and ``origins.align`` takes over. Where no text can become a value (``notices``)
the marked rendering is enough: the clean one is the same without markers. They hold random characters, so that no template
can make them up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream, newline_re

from snowpact.migrations.origins import BOM, Origins, Place

_CLOSE, _DIGIT = "\U0010ff01", 0x100000
_OPEN = "\U0010ff00" + "".join(chr(_DIGIT + byte) for byte in secrets.token_bytes(6))
_MARKER = re.compile(_OPEN + "([\U00100000-\U001000ff]{1,4})" + _CLOSE)
_SPACE = re.compile(r"\s*")
_TAG = re.compile(r"\{%[-+]?\s*(\w*)([^%]*)")
_BLIND = frozenset({"if", "elif", "else", "endif", "for", "endfor"})


def notices(source: str) -> bool:
    """Whether what a template prints may become a value in it, as in a set block, a macro or a recursive loop."""
    if "recursive" in source:
        return True
    return any(word not in _BLIND and not (word == "set" and "=" in rest.partition("|")[0]) for word, rest in _TAG.findall(source))


class Unmarkable(ValueError):
    """The lexer's tokens could not be found in the source again."""


class Marking(Extension):
    """Puts the markers in; ``environment.places`` collects what they stand for, ``noticing`` which templates may see them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        self._found = list(self._places(source, name, filename))
        self.environment.noticing[name] = notices(source)  # type: ignore[attr-defined]
        return source

    def _places(self, source: str, name: str | None, filename: str | None) -> Iterator[tuple[str, int, int]]:
        """Of every piece of text and every expression: what it is, line and char.

        The lexer gives lines only, but its tokens are the source's text in order, with nothing but white space left
        out between them: so the next place where a token's text is found is the token.
        """
        text = "\n".join(newline_re.split(source)[::2])
        cursor, line, line_start = 0, 1, 1 if text.startswith(BOM) else 0
        for _, kind, value in self.environment.lexer.tokeniter(source, name, filename):
            at = text.find(value, cursor)
            if at < 0:
                raise Unmarkable(f"{filename}: {value!r}")
            line += text.count("\n", cursor, at)
            line_start = max(line_start, text.rfind("\n", 0, at) + 1)
            if kind in ("data", "variable_begin"):
                yield kind, line, at - line_start + 1
            line += text.count("\n", at, at + len(value))
            cursor = at + len(value)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        file = stream.filename or ""
        found = iter(self._found)
        for token in stream:
            if token.type in ("data", "variable_begin"):
                kind, line, char = next(found, ("", 0, 0))
                if kind != token.type:
                    raise Unmarkable(file)
                text = self._mark_lines(token.value, file, line, char) if kind == "data" else self._marker(file, line, char, 0)
                yield Token(token.lineno, "data", text)
                if kind == "data":
                    continue
            yield token

    def _mark_lines(self, text: str, file: str, line: int, char: int) -> str:
        pieces = []
        for number, piece in enumerate(text.split("\n")):
            start = _SPACE.match(piece).end()  # type: ignore[union-attr]
            if start < len(piece):
                place = (char if number == 0 else 1) + start
                piece = piece[:start] + self._marker(file, line + number, place, len(piece) - start) + piece[start:]
            pieces.append(piece)
        return "\n".join(pieces)

    def _marker(self, file: str, line: int, char: int, span: int) -> str:
        places: list[Place] = self.environment.places  # type: ignore[attr-defined]
        digits, number = "", len(places)
        places.append(Place(file, line, char, span))
        while number or not digits:
            number, digit = divmod(number, 256)
            digits = chr(_DIGIT + digit) + digits
        return _OPEN + digits + _CLOSE


def unmark(marked: str, places: list[Place], file: str) -> tuple[str, Origins]:
    """The text without its markers, and what they said."""
    texts, offsets, pieces = [], [], []
    length = last = 0
    used: dict[int, int] = {}
    for match in _MARKER.finditer(marked):
        texts.append(marked[last : match.start()])
        length += match.start() - last
        last = match.end()
        number = 0
        for digit in match[1]:
            number = number * 256 + ord(digit) - _DIGIT
        if number < len(places):  # else a template that forges markers: its text is its own
            offsets.append(length)
            pieces.append(used.setdefault(number, len(used)))
    texts.append(marked[last:])
    return "".join(texts), Origins(file, offsets, pieces, [places[number] for number in used])


def _trim(value: Any, chars: str | None = None) -> str:
    """``trim`` that sees through markers: the last one in front stays, for it tells of what follows."""
    text = str(value)
    if chars is not None:
        return text.strip(chars)
    lead = ""
    while (marker := _MARKER.match(text := text.lstrip())) is not None:
        lead, text = marker[0], text[marker.end() :]
    while (text := text.rstrip()).endswith(_CLOSE) and _OPEN in text:
        text = text[: text.rindex(_OPEN)]
    return lead + text


def _length(value: Any) -> int:
    return len(_MARKER.sub("", value) if isinstance(value, str) else value)


FILTERS = {"trim": _trim, "length": _length, "count": _length}
"""Filters that would notice markers, for the environment that has them."""
