"""File formats: their options, defaults and named objects (https://docs.snowflake.com/en/sql-reference/sql/create-file-format).

An option that is not in these tables is Snowflake's "invalid property" or, where Snowflake has it and the engine does not, refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, missing
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.file_formats import DEFAULTS, DELIMITERS, ONE_CHARACTER, WORDS, character
from snowpact.sql.statements.options import Options

if TYPE_CHECKING:
    from snowpact.local.session import Session

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
    elif key in ONE_CHARACTER | DELIMITERS:
        value = _character(key, value)
    elif key == "FILE_EXTENSION":
        value = None if value == "NONE" else value
    elif key in WORDS:
        value = str(value).upper()
    if key in _REFUSED and value not in _REFUSED[key]:
        raise UnsupportedFeature(f"file format option {key} = {value}")
    return value


def _character(key: str, value: Any) -> str | None:
    r"""A delimiter or quote: itself, an escape, an octal (\\041) or a hexadecimal (0x21) code; NONE for none."""
    text = character(key, str(value))
    if text is None:
        return None
    if not text or (key in ONE_CHARACTER and len(text) != 1):
        raise compilation(f"invalid value ['{value}'] for parameter '{key}'", 1008, "22023")
    return text
