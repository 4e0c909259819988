"""JSON files: one document after another, or those of an outer array
(https://docs.snowflake.com/en/sql-reference/sql/create-file-format#type-json).

A document stays the text it was: what PARSE_JSON makes of it is the engine's matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from snowpact.local.stages.delimited import Fault, Parsed
from snowpact.local.stages.formats import FileFormat
from snowpact.model.errors import UnsupportedFeature

_BLANK, _BETWEEN = re.compile(r"\s*"), re.compile(r"[\s,]*")


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"unknown keyword {word}")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern that may match nothing at all ends."""
    found = pattern.match(text, position)
    return found.end() if found else position


def documents(text: str, format_: FileFormat) -> Iterator[Parsed]:
    """The documents of a file; text that is no JSON is a Fault, and reading goes on with the next line."""
    for key in ("STRIP_NULL_VALUES", "TRIM_SPACE", "NULL_IF"):
        if format_[key]:
            raise UnsupportedFeature(f"file format option {key} of JSON files")
    position = _after(_BLANK, text, 0)
    stripped = format_["STRIP_OUTER_ARRAY"] and text.startswith("[", position)
    between = _BETWEEN if stripped else _BLANK
    position, number, line, counted = position + stripped, 0, 1, 0
    while (position := _after(between, text, position)) < len(text):
        if stripped and text[position] == "]":
            return
        number += 1
        line, counted = line + text.count("\n", counted, position), position
        try:
            _, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            words = getattr(error, "msg", str(error) or "nested too deeply").lower()
            yield Parsed(number, line, Fault(f"Error parsing JSON: {words}, pos {getattr(error, 'pos', position)}", 1, 100069))
            found = text.find("\n", position)
            position = len(text) if found < 0 else found + 1
            continue
        yield Parsed(number, line, [text[position:end]], text[position:end])
        position = end
