"""``contracts/waivers.toml``: breaks that someone allowed, why, and until when.

A waiver is exact: one rule, one object, and one column where the rule speaks of columns. There are no patterns, for a
waiver must not cover what nobody looked at.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from snowpact.contracts.faults import did_you_mean
from snowpact.contracts.files import contained_bytes, relative
from snowpact.model.errors import InputError, InputFault
from snowpact.model.finding import Waiver
from snowpact.model.names import Name, NameSyntaxError, fold
from snowpact.model.source import Source

EXPECTED = {
    "rule": "the id of a rule, such as column-removed",
    "object": "the object's name, DATABASE.SCHEMA.NAME",
    "column": "a column of the object, as SQL writes it",
    "who": "who allowed it",
    "why": "why the break is acceptable",
    "until": "a date YYYY-MM-DD",
}
REQUIRED = ("rule", "object", "who", "why", "until")

_RULE = re.compile(r"[a-z]+(-[a-z]+)*\Z")
_HEADER = re.compile(r"\s*\[\[\s*waiver\s*\]\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")


def load_waivers(path: Path, project: Path) -> tuple[Waiver, ...]:
    """The waivers of a file; none where there is no such file. Raises InputError with every fault."""
    if not path.exists():
        return ()
    return read_waivers(contained_bytes(path, project), relative(path, project))


def read_waivers(raw: bytes, file: str) -> tuple[Waiver, ...]:
    """The waivers in the bytes of a file. Raises InputError with every fault."""
    text, table = _parse(raw, file)
    lines = _Lines(text)
    faults = [
        InputFault(f"unknown key '{key}': expected [[waiver]] tables{did_you_mean(key, ['waiver'])}", file, lines.of_word(key))
        for key in table
        if key != "waiver"
    ]
    entries = table.get("waiver", [])
    if not isinstance(entries, list):
        raise InputError([*faults, InputFault("expected [[waiver]] tables, with two brackets", file, lines.of_word("waiver"))])
    waivers = [_waiver(entry, index, lines, file, faults) for index, entry in enumerate(entries)]
    if faults:
        raise InputError(faults)
    return tuple(waiver for waiver in waivers if waiver is not None)


def _parse(raw: bytes, file: str) -> tuple[str, dict[str, Any]]:
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(InputFault("not UTF-8", file, raw.count(b"\n", 0, error.start) + 1)) from None
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else raw.count(b"\n") + 1
        raise InputError(InputFault(f"not TOML: {_AT_LINE.sub('', str(error))}", file, line)) from None
    except RecursionError:
        raise InputError(InputFault("not waivers: nested too deeply", file, 1)) from None


class _Lines:
    """Where things stand: tomllib does not say."""

    def __init__(self, text: str):
        self.lines = text.split("\n")
        self.headers = [number for number, line in enumerate(self.lines, 1) if _HEADER.match(line)]

    def of_word(self, word: str) -> int:
        return next((number for number, line in enumerate(self.lines, 1) if word in line), 1)

    def of(self, index: int, key: str | None = None) -> int:
        """The line of a key of the index-th waiver, or of its header."""
        if index >= len(self.headers):  # written as an inline array
            return self.of_word("waiver")
        start = self.headers[index]
        end = self.headers[index + 1] if index + 1 < len(self.headers) else len(self.lines) + 1
        for number in range(start + 1, end):
            found = _KEY.match(self.lines[number - 1])
            if found and found[1] == key:
                return number
        return start


def _waiver(entry: Any, index: int, lines: _Lines, file: str, faults: list[InputFault]) -> Waiver | None:
    before = len(faults)

    def fault(message: str, key: str | None = None) -> None:
        path = f"$.waiver[{index}]" + (f".{key}" if key else "")
        faults.append(InputFault(message, file, lines.of(index, key), path))

    if not isinstance(entry, dict):
        fault("expected a [[waiver]] table")
        return None
    for key in entry:
        if key not in EXPECTED:
            fault(f"unknown key '{key}': expected {', '.join(EXPECTED)}{did_you_mean(key, EXPECTED)}", key)
    for key in REQUIRED:
        if key not in entry:
            fault(f"'{key}' is missing: expected {EXPECTED[key]}")
    values = {key: _value(key, entry[key]) for key in EXPECTED if key in entry}
    for key, value in values.items():
        if value is None:
            fault(f"expected {EXPECTED[key]}, found {entry[key]!r}", key)
    if len(faults) > before:
        return None
    return Waiver(**{"column": None, **values}, source=Source(file, lines.of(index)))


def _value(key: str, given: Any) -> Any:
    """The value as a Waiver holds it; None where it is not what is expected."""
    if key == "until":
        return _date(given)
    if not isinstance(given, str) or not given.strip():
        return None
    try:
        if key == "object":
            name = Name.parse(given)
            return str(name) if len(name.parts) == 3 else None
        if key == "column":
            return fold(given)
    except NameSyntaxError:
        return None
    return given if key != "rule" or _RULE.match(given) else None


def _date(given: Any) -> date | None:
    if isinstance(given, datetime):
        return None
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        return None
