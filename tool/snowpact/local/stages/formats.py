"""File formats: their options, defaults and named objects (https://docs.snowflake.com/en/sql-reference/sql/create-file-format).

An option that is not in these tables is Snowflake's "invalid property" or, where Snowflake has it and the engine does not, refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, missing
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.statements.options import Options

if TYPE_CHECKING:
    from snowpact.local.session import Session

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

SEMI_STRUCTURED = frozenset({"JSON", "PARQUET"})
"""Types whose record is one VARIANT."""

KNOWN_TYPES = ("CSV", "JSON", "AVRO", "ORC", "PARQUET", "XML")

_REFUSED: dict[str, frozenset[Any]] = {
    "ENCODING": frozenset({"UTF8", "UTF-8"}),
    "COMPRESSION": frozenset({"AUTO", "GZIP", "BZ2", "NONE", "SNAPPY"}),
    "ENABLE_OCTAL": frozenset({False}),
    "ALLOW_DUPLICATE": frozenset({False}),
    "BINARY_FORMAT": frozenset({"HEX"}),
    "MULTI_LINE": frozenset({True}),
    "TIME_FORMAT": frozenset({"AUTO"}),
}
"""The values that are carried out; any other is refused."""

_ONE_CHARACTER = frozenset({"ESCAPE", "ESCAPE_UNENCLOSED_FIELD", "FIELD_OPTIONALLY_ENCLOSED_BY"})
_DELIMITERS = frozenset({"RECORD_DELIMITER", "FIELD_DELIMITER"})
_WORDS = frozenset({"COMPRESSION", "ENCODING", "BINARY_FORMAT"})


@dataclass(frozen=True)
class FileFormat:
    """type: CSV, JSON …; options: those that were set, by upper-case name."""

    type: str = "CSV"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.options.get(key, DEFAULTS[self.type][key])

    def dump(self) -> dict[str, Any]:
        """As JSON values, for the object that keeps it."""
        return {"type": self.type, "options": {key: list(v) if isinstance(v, tuple) else v for key, v in self.options.items()}}

    @staticmethod
    def load(kept: Mapping[str, Any]) -> FileFormat:
        return FileFormat(kept["type"], {key: tuple(v) if isinstance(v, list) else v for key, v in kept["options"].items()})


def format_of(session: Session, options: Options, base: FileFormat | None = None) -> FileFormat:
    """The format that ``(FORMAT_NAME = … | TYPE = … …)`` means; other options replace those of ``base``, a stage's own.

    Raises Snowflake's errors for a missing format and an invalid property, UnsupportedFeature for a type or value that is not read here.
    """
    given = dict(options)
    name = given.pop("FORMAT_NAME", None)
    if name is not None:
        if given:
            raise compilation("FORMAT_NAME and other file format options are mutually exclusive.", 1003, "42000")  # text and number [M]
        return named(session, str(name))
    type_ = str(given.pop("TYPE", base.type if base else "CSV")).upper()
    if type_ not in KNOWN_TYPES:
        raise compilation(f"invalid value ['{type_}'] for parameter 'TYPE'", 1008, "22023")
    if type_ not in DEFAULTS:
        raise UnsupportedFeature(f"file format type {type_}")
    kept = dict(base.options) if base is not None and base.type == type_ else {}
    return FileFormat(type_, {**kept, **{key: _checked(type_, key, value) for key, value in given.items()}})


def named(session: Session, text: str) -> FileFormat:
    """A named file format, as a statement spells its name."""
    name = session.name(text)
    record = session.find(Kind.FILE_FORMAT, name)
    if record is None:
        raise missing(name, "File format")
    return FileFormat.load(record.extra["format"])


def _checked(type_: str, key: str, value: Any) -> Any:
    if key not in DEFAULTS[type_]:
        raise compilation(f"invalid parameter '{key}'", 1006, "42601")  # number [M]
    default = DEFAULTS[type_][key]
    if key == "NULL_IF":
        return value if isinstance(value, tuple) else (str(value),)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise compilation(f"invalid value ['{value}'] for parameter '{key}'", 1008, "22023")
    elif isinstance(default, int):
        value = int(str(value))
    elif key in _ONE_CHARACTER | _DELIMITERS:
        value = _character(key, value)
    elif key == "FILE_EXTENSION":
        value = None if value == "NONE" else value
    elif key in _WORDS:
        value = str(value).upper()
    if key in _REFUSED and value not in _REFUSED[key]:
        raise UnsupportedFeature(f"file format option {key} = {value}")
    return value


_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n", "\\\\": "\\"}
_CODE = re.compile(r"\\x([0-9a-fA-F]{2})|0x([0-9a-fA-F]{2})|\\([0-7]{3})")


def _character(key: str, value: Any) -> str | None:
    r"""A delimiter or quote: itself, an escape, an octal (\\041) or a hexadecimal (0x21) code; NONE for none."""
    text = str(value)
    if text.upper() == "NONE":
        return None
    if key == "RECORD_DELIMITER" and text.upper() == "AUTO":
        return "\n"
    text = _ESCAPES.get(text, text)
    text = _CODE.sub(lambda found: chr(int(found[1] or found[2], 16) if found[1] or found[2] else int(found[3], 8)), text)
    if not text or (key in _ONE_CHARACTER and len(text) != 1):
        raise compilation(f"invalid value ['{value}'] for parameter '{key}'", 1008, "22023")
    return text
