r"""The options of file formats, their defaults, and one spelling of a value whoever gives it.

A migration writes ``FIELD_DELIMITER = '\\t'``, SHOW FILE FORMATS answers with JSON of every option; both say the same.
https://docs.snowflake.com/en/sql-reference/sql/create-file-format, show-file-formats
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from snowpact.sql.cursor import Cursor
from snowpact.sql.tokens import SqlInputError

_TIMES = {"DATE_FORMAT": "AUTO", "TIME_FORMAT": "AUTO", "TIMESTAMP_FORMAT": "AUTO", "BINARY_FORMAT": "HEX"}

DEFAULTS: dict[str, dict[str, Any]] = {
    "CSV": {
        "RECORD_DELIMITER": "\n",
        "FIELD_DELIMITER": ",",
        "FILE_EXTENSION": None,
        "SKIP_HEADER": 0,
        "PARSE_HEADER": False,
        **_TIMES,
        "ESCAPE": None,
        "ESCAPE_UNENCLOSED_FIELD": "\\",
        "TRIM_SPACE": False,
        "FIELD_OPTIONALLY_ENCLOSED_BY": None,
        "NULL_IF": ("\\N",),
        "COMPRESSION": "AUTO",
        "ERROR_ON_COLUMN_COUNT_MISMATCH": True,
        "VALIDATE_UTF8": True,
        "SKIP_BLANK_LINES": False,
        "REPLACE_INVALID_CHARACTERS": False,
        "EMPTY_FIELD_AS_NULL": True,
        "SKIP_BYTE_ORDER_MARK": True,
        "ENCODING": "UTF8",
        "MULTI_LINE": True,
    },
    "JSON": {
        "FILE_EXTENSION": None,
        **_TIMES,
        "TRIM_SPACE": False,
        "NULL_IF": (),
        "COMPRESSION": "AUTO",
        "ENABLE_OCTAL": False,
        "ALLOW_DUPLICATE": False,
        "STRIP_OUTER_ARRAY": False,
        "STRIP_NULL_VALUES": False,
        "IGNORE_UTF8_ERRORS": False,
        "REPLACE_INVALID_CHARACTERS": False,
        "SKIP_BYTE_ORDER_MARK": True,
        "MULTI_LINE": True,
    },
    "PARQUET": {
        "TRIM_SPACE": False,
        "COMPRESSION": "AUTO",
        "BINARY_AS_TEXT": True,
        "USE_LOGICAL_TYPE": False,
        "USE_VECTORIZED_SCANNER": False,
        "REPLACE_INVALID_CHARACTERS": False,
        "NULL_IF": ("\\N",),
    },
}
"""The options of a type in the order of SHOW and DESCRIBE, with their defaults."""

ONE_CHARACTER = frozenset({"ESCAPE", "ESCAPE_UNENCLOSED_FIELD", "FIELD_OPTIONALLY_ENCLOSED_BY"})
DELIMITERS = frozenset({"RECORD_DELIMITER", "FIELD_DELIMITER"})
WORDS = frozenset({"COMPRESSION", "ENCODING", "BINARY_FORMAT"})

_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n", "\\\\": "\\"}
_CODE = re.compile(r"\\x([0-9a-fA-F]{2})|0x([0-9a-fA-F]{2})|\\([0-7]{3})")


def character(key: str, text: str) -> str | None:
    r"""A delimiter or quote: itself, an escape, an octal (\\041) or a hexadecimal (0x21) code; NONE for none."""
    if text.upper() == "NONE":
        return None
    if key == "RECORD_DELIMITER" and text.upper() == "AUTO":
        return "\n"
    text = _ESCAPES.get(text, text)
    return _CODE.sub(lambda found: chr(int(found[1] or found[2], 16) if found[1] or found[2] else int(found[3], 8)), text)


def differing(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a file format says beyond its defaults: ``type``, and by lower-case name each option that differs from its default.

    given: by name in any case, values as SQL text, JSON or Python values. Of a type without a table of defaults here, and of an option
    without one, nothing is told.
    """
    options = {key.upper(): value for key, value in given.items()}
    type_ = str(options.get("TYPE") or "CSV").upper()
    found: dict[str, Any] = {"type": type_}
    for key, default in DEFAULTS.get(type_, {}).items():
        value = _value(key, default, options[key]) if key in options else default
        if value != default:
            found[key.lower()] = "NONE" if value is None else value
    return found


def _value(key: str, default: Any, given: Any) -> Any:
    if isinstance(default, bool):
        return str(given).upper() == "TRUE"
    if isinstance(default, tuple):
        return _strings(given)
    if isinstance(default, int):
        return int(given) if str(given).isdigit() else given
    if given is None:
        return None
    if key in ONE_CHARACTER | DELIMITERS:
        return character(key, str(given))
    if key == "FILE_EXTENSION":
        return None if str(given).upper() == "NONE" else str(given)
    return str(given).upper() if key in WORDS or str(given).upper() == "AUTO" else str(given)


def _strings(given: Any) -> tuple[str, ...]:
    """A list, or its SQL text: ``('', 'NULL')``; a string alone is a list of one."""
    if not isinstance(given, str):
        return tuple(map(str, given or ()))
    if not given.startswith("("):
        return (given,)
    try:
        cursor, found = Cursor(given), []
        cursor.expect("(")
        while not cursor.accept(")"):
            found.append(cursor.string())
            cursor.accept(",")
    except SqlInputError:
        return (given,)
    return tuple(found)
