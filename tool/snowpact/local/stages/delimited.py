r"""Delimited text (CSV) as Snowflake reads it: https://docs.snowflake.com/en/sql-reference/sql/create-file-format#type-csv.

A record is a list of fields, None for NULL. What breaks the format's rules is a Fault in the record's place, and reading goes on with the
next record: whether that ends a load is for ON_ERROR to say. What an unknown escape means is not documented: the character itself [M].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from snowpact.local.stages.formats import FileFormat

Fields = list[str | None]

_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a record; character: 1-based, in its line."""

    message: str
    character: int = 1
    errno: int = 100080


@dataclass(frozen=True, slots=True)
class Parsed:
    """One record: its number in the file, the line it starts on (both 1-based), its fields, and its text."""

    number: int
    line: int
    fields: Fields | Fault
    text: str = ""


def header(text: str, format_: FileFormat) -> list[str]:
    """The names in the first line: PARSE_HEADER = TRUE."""
    first = next(iter(_read(text, format_, 0)), None)
    return [] if first is None or isinstance(first.fields, Fault) else [name or "" for name in first.fields]


def records(text: str, format_: FileFormat) -> Iterator[Parsed]:
    """The records after the header."""
    if format_["PARSE_HEADER"]:
        return (replace(item, number=item.number - 1) for item in islice(_read(text, format_, 0), 1, None))
    return _read(text, format_, format_["SKIP_HEADER"])


def _read(text: str, format_: FileFormat, skipped: int) -> Iterator[Parsed]:
    start = 0
    for _ in range(skipped):  # lines, whatever the record's delimiter is
        found = text.find("\n", start)
        start = len(text) if found < 0 else found + 1
    body = text[start:]
    if not body:
        return iter(())
    escapes = {format_["ESCAPE"], format_["ESCAPE_UNENCLOSED_FIELD"]} - {None}
    quote = format_["FIELD_OPTIONALLY_ENCLOSED_BY"]
    plain = (quote is None or quote not in body) and not any(escape in body for escape in escapes)
    return _plain(body, format_, skipped) if plain else _Scanner(body, format_, skipped).records()


def _finish(format_: FileFormat) -> Callable[[str], str | None]:
    """What becomes of an unenclosed field's text: spaces trimmed, NULLs told."""
    nulls, empty, trim = frozenset(format_["NULL_IF"]), format_["EMPTY_FIELD_AS_NULL"], format_["TRIM_SPACE"]

    def finish(value: str) -> str | None:
        if trim:
            value = value.strip(" ")
        return None if (not value and empty) or value in nulls else value

    return finish


def _plain(body: str, format_: FileFormat, skipped: int) -> Iterator[Parsed]:
    """Text without quotes and escapes: the quick way."""
    finish, field, record = _finish(format_), format_["FIELD_DELIMITER"], format_["RECORD_DELIMITER"]
    blank, number = format_["SKIP_BLANK_LINES"], 0
    lines = body.split(record) if record is not None else [body]
    if lines and not lines[-1]:
        lines.pop()
    for index, line in enumerate(lines, skipped + 1):
        if record == "\n" and line.endswith("\r"):
            line = line[:-1]
        if blank and not line.strip():
            continue
        number += 1
        yield Parsed(number, index, [finish(part) for part in (line.split(field) if field is not None else [line])], line)


class _Scanner:
    """Reads quotes and escapes, field by field."""

    def __init__(self, text: str, format_: FileFormat, skipped: int):
        self.text, self.format, self.skipped = text, format_, skipped
        self.finish = _finish(format_)
        self.nulls = frozenset(format_["NULL_IF"])
        self.quote, self.escape = format_["FIELD_OPTIONALLY_ENCLOSED_BY"], format_["ESCAPE"]
        self.bare_escape = format_["ESCAPE"] or format_["ESCAPE_UNENCLOSED_FIELD"]
        field, record = format_["FIELD_DELIMITER"], format_["RECORD_DELIMITER"]
        self.record = re.compile(r"\r?\n" if record == "\n" else re.escape(record) if record else r"\Z(?!)")
        self.field = re.compile(re.escape(field) if field else r"\Z(?!)")
        stops = "|".join(pattern.pattern for pattern in (self.record, self.field))
        escaped = f"{re.escape(self.bare_escape)}.|" if self.bare_escape else ""
        self.bare = re.compile(f"(?:{escaped}(?!{stops}).)*", re.DOTALL)
        if self.quote:
            quote, inner = re.escape(self.quote), re.escape(self.quote + (self.escape or ""))
            within = f"{re.escape(self.escape)}.|" if self.escape and self.escape != self.quote else ""
            self.enclosed = re.compile(f"{quote}((?:{within}{quote}{quote}|[^{inner}])*){quote}", re.DOTALL)

    def records(self) -> Iterator[Parsed]:
        position, line, number, end = 0, self.skipped + 1, 0, len(self.text)
        while position < end:
            fields, after = self._record(position)
            lines = self.text.count("\n", position, after)
            blank = self.format["SKIP_BLANK_LINES"] and not self.text[position:after].strip()
            if not blank:
                number += 1
                yield Parsed(number, line, fields, self.text[position:after].rstrip("\r\n"))
            position, line = after, line + lines

    def _record(self, start: int) -> tuple[Fields | Fault, int]:
        """The fields of the record that starts there, and where the next one does."""
        fields: Fields = []
        position = start
        while True:
            value, position, fault = self._field(position)
            if fault is not None:
                found = self.record.search(self.text, position)
                at = position - self.text.rfind("\n", 0, position)
                return Fault(fault, at), found.end() if found else len(self.text)
            fields.append(value)
            if position >= len(self.text):
                return fields, position
            if after := self.record.match(self.text, position):
                return fields, after.end()
            delimiter = self.field.match(self.text, position)
            assert delimiter is not None  # _field stops at a delimiter or at the record's end
            position = delimiter.end()

    def _field(self, position: int) -> tuple[str | None, int, str | None]:
        """A field's value, where it ends, and what is wrong with it."""
        begin = position
        if self.quote and self.format["TRIM_SPACE"]:
            while self.text.startswith(" ", begin):
                begin += 1
        if not self.quote or not self.text.startswith(self.quote, begin):
            found = self.bare.match(self.text, position)
            assert found is not None
            return self._bare(found[0]), found.end(), None
        enclosed = self.enclosed.match(self.text, begin)
        if enclosed is None:
            return None, len(self.text), "Found no closing quote of an enclosed field before the end of the file"  # text [M]
        end = enclosed.end()
        while self.format["TRIM_SPACE"] and self.text.startswith(" ", end):
            end += 1
        if end < len(self.text) and not self.record.match(self.text, end) and not self.field.match(self.text, end):
            fault = f"Found character '{self.text[end]}' instead of field delimiter '{self.format['FIELD_DELIMITER']}'"
            return None, end, fault
        value = enclosed[1].replace(self.quote * 2, self.quote)
        value = _unescape(value, self.escape) if self.escape and self.escape != self.quote else value
        return (None if value in self.nulls else value), end, None

    def _bare(self, text: str) -> str | None:
        if self.bare_escape is None or self.bare_escape not in text or text in self.nulls:
            return self.finish(text)
        value = _unescape(text, self.bare_escape)
        return value.strip(" ") if self.format["TRIM_SPACE"] else value


def _unescape(text: str, escape: str) -> str:
    return re.sub(re.escape(escape) + "(.)", lambda found: _NAMED.get(found[1], found[1]), text, flags=re.DOTALL)
