"""JSON with places: every value's line and character, and every fault of the text.

The standard parser forgets where things stand, keeps the last of two equal keys without a word, and takes NaN for a
number. A contract's faults are shown to its author, so this one remembers, and is as strict as RFC 8259.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indexes from the root: ``("fields", 2, "type")`` is ``$.fields[2].type``."""

MOST_NESTED = 100
"""JSON levels. Thirty records within one another; what is deeper is an accident or an attack."""
MOST_DIGITS = 400

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_PLAIN = re.compile(r'[ \t\n\r]*("([^"\\\x00-\x1f\ud800-\udfff]*+)")')
_MEMBER = re.compile(_PLAIN.pattern + r"[ \t\n\r]*:")
_STEP_ON = re.compile(r"[ \t\n\r]*([,}\]])")
"""What nearly all of a contract is made of, each read at once: a string without escapes, such a key with its colon, what ends a value."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonSyntaxError(ValueError):
    """Text that is not JSON, at an offset."""

    def __init__(self, message: str, offset: int):
        super().__init__(message)
        self.message, self.offset = message, offset


def spell_path(path: Path) -> str:
    """``$.fields[2].type``; keys that are no plain words as ``["odd key"]``."""
    parts = ["$"]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.match(step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


_STEP = re.compile(r'\.([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\]')


def parse_path(text: str) -> Path:
    """The reverse of spell_path. Raises ValueError."""
    if not text.startswith("$"):
        raise ValueError(f"{text!r} is not a JSON path: it starts with $")
    steps: list[str | int] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if not match:
            raise ValueError(f"{text!r} is not a JSON path")
        key, index, quoted = match.groups()
        steps.append(key if key is not None else int(index) if index is not None else json.loads(quoted))
        position = match.end()
    return tuple(steps)


@dataclass(frozen=True)
class Document:
    """Parsed JSON. offsets: where each value starts; that of an object's member is where its key starts.

    duplicates: the path and offset of every key that stands twice in one object.
    """

    text: str
    value: Any
    offsets: Mapping[Path, int]
    duplicates: tuple[tuple[Path, int], ...] = ()
    _newlines: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def at(self, offset: int) -> tuple[int, int]:
        """The 1-based line and character of an offset."""
        line = bisect_right(self._newlines, offset - 1) if offset else 0
        start = self._newlines[line - 1] + 1 if line else 0
        return line + 1, offset - start + 1

    def place(self, path: Path) -> tuple[int, int]:
        """The line and character of the value at ``path``, or of the nearest value that holds it."""
        while path and path not in self.offsets:
            path = path[:-1]
        return self.at(self.offsets.get(path, 0))


def newlines(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in re.finditer("\n", text))


def parse(text: str) -> Document:
    """Raises JsonSyntaxError, with what was expected and where."""
    reader = _Reader(text)
    value = reader.document()
    return Document(text, value, reader.offsets, tuple(reader.duplicates), newlines(text))


class _Reader:
    def __init__(self, text: str):
        self.text = text
        self.position = 0
        self.offsets: dict[Path, int] = {}
        self.duplicates: list[tuple[Path, int]] = []

    def document(self) -> Any:
        if not self.next():
            raise JsonSyntaxError("the file is empty: expected a JSON object", 0)
        value = self.value((), 0)
        if self.next():
            raise self.unexpected("the end of the file")
        return value

    def next(self) -> str:
        """Skip white space; the character that follows, or nothing at the end."""
        self.position = _SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]
        return self.text[self.position : self.position + 1]

    def unexpected(self, expected: str) -> JsonSyntaxError:
        char = self.text[self.position : self.position + 1]
        found = json.dumps(char) if char else "the end of the file"
        return JsonSyntaxError(f"not JSON: expected {expected}, found {found}", self.position)

    def value(self, path: Path, depth: int) -> Any:
        plain = _PLAIN.match(self.text, self.position)
        if plain and depth <= MOST_NESTED:
            self.offsets.setdefault(path, plain.start(1))
            self.position = plain.end()
            return plain[2]
        first = self.next()
        self.offsets.setdefault(path, self.position)
        if depth > MOST_NESTED:
            raise JsonSyntaxError(f"nested deeper than {MOST_NESTED} levels", self.position)
        if first == "{":
            return self.object(path, depth)
        if first == "[":
            return self.array(path, depth)
        if first == '"':
            return self.string()
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, self.position):
                self.position += len(word)
                return meaning
        return self.number()

    def object(self, path: Path, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self.position += 1
        if self.next() == "}":
            self.position += 1
            return result
        while True:
            key, start = self.key()
            member = (*path, key)
            if key in result:
                self.duplicates.append((member, start))
            self.offsets.setdefault(member, start)
            result[key] = self.value(member, depth + 1)
            if self.close("}"):
                return result

    def key(self) -> tuple[str, int]:
        """A member's key and where it starts; its colon is passed."""
        match = _MEMBER.match(self.text, self.position)
        if match:
            self.position = match.end()
            return match[2], match.start(1)
        if self.next() != '"':
            raise self.unexpected("a key in double quotes")
        start = self.position
        key = self.string()
        if self.next() != ":":
            raise self.unexpected("':'")
        self.position += 1
        return key, start

    def array(self, path: Path, depth: int) -> list[Any]:
        result: list[Any] = []
        self.position += 1
        if self.next() == "]":
            self.position += 1
            return result
        while True:
            result.append(self.value((*path, len(result)), depth + 1))
            if self.close("]"):
                return result

    def close(self, bracket: str) -> bool:
        """Whether the container ends here; otherwise a comma was passed."""
        match = _STEP_ON.match(self.text, self.position)
        if match is None or match[1] not in (",", bracket):
            self.next()
            raise self.unexpected(f"',' or '{bracket}'")
        self.position = match.end()
        return match[1] == bracket

    def string(self) -> str:
        match = _STRING.match(self.text, self.position)
        if not match:
            raise JsonSyntaxError("not JSON: a string that is not closed, or holds a control character or an unknown escape", self.position)
        token = match[0]
        value = token[1:-1] if "\\" not in token else json.loads(token)
        if _SURROGATE.search(value):
            raise JsonSyntaxError("half of a surrogate pair is no character", self.position)
        self.position = match.end()
        return value

    def number(self) -> int | float:
        match = _NUMBER.match(self.text, self.position)
        if not match:
            raise self.unexpected("a JSON value")
        if len(match[0]) > MOST_DIGITS:
            raise JsonSyntaxError(f"a number of more than {MOST_DIGITS} characters", self.position)
        value = float(match[0]) if match[1] or match[2] else int(match[0])
        if isinstance(value, float) and math.isinf(value):
            raise JsonSyntaxError(f"{match[0]} is out of range", self.position)
        self.position = match.end()
        return value
