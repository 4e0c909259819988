"""INFER_SCHEMA: the columns that staged files have (https://docs.snowflake.com/en/sql-reference/functions/infer_schema).

Parquet says its types; those of CSV and JSON are told by every value: the narrowest type that all of a column's values are of. How wide a
NUMBER that makes, and what a column without any value is, the page does not say [M].
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.stages.columnar import parquet_columns
from snowpact.local.stages.delimited import Fault
from snowpact.local.stages.files import Staged, chosen, listed
from snowpact.local.stages.formats import FileFormat, named
from snowpact.local.stages.location import Location, locate
from snowpact.local.stages.reading import failure, names_of, parsed
from snowpact.local.table_function import Rows, TableFunction
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import BOOLEAN, number, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

COLUMNS = (
    ("COLUMN_NAME", varchar()), ("TYPE", varchar()), ("NULLABLE", BOOLEAN), ("EXPRESSION", varchar()), ("FILENAMES", varchar()),
    ("ORDER_ID", number()),
)  # fmt: skip
_PARAMETERS = frozenset({"LOCATION", "FILE_FORMAT", "FILES", "IGNORE_CASE", "MAX_FILE_COUNT", "MAX_RECORDS_PER_FILE", "KIND"})
_TIMES = ("DATE_FORMAT", "TIME_FORMAT", "TIMESTAMP_FORMAT")

_NUMBER = re.compile(r"[+-]?(\d+)(?:\.(\d*))?")
_PATTERNS = (
    ("BOOLEAN", re.compile(r"true|false", re.IGNORECASE)),
    ("REAL", re.compile(r"[+-]?\d+(?:\.\d*)?[eE][+-]?\d+")),
    ("DATE", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("TIME", re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?")),
    ("TIMESTAMP_NTZ", re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?")),
)
_WIDER = {frozenset({"NUMBER", "REAL"}): "REAL", frozenset({"DATE", "TIMESTAMP_NTZ"}): "TIMESTAMP_NTZ"}
_WRITTEN = frozenset({"TEXT", "DATE", "TIME", "TIMESTAMP_NTZ"})
"""What a string of JSON may be."""

_NESTED = {dict: "OBJECT", list: "ARRAY"}


@dataclass
class Found:
    """What is known of a column so far. kinds: base types of its values; digits: before and after the point; given: what the file says."""

    files: dict[str, None] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    digits: tuple[int, int] = (1, 0)
    nullable: bool = True

    def take(self, kind: str, whole: int = 0, scale: int = 0) -> None:
        self.kinds.add(kind)
        self.digits = max(self.digits[0], whole), max(self.digits[1], scale)

    def type(self, mixed: str) -> str:
        """The type of all values; ``mixed`` where they are of several."""
        kinds = frozenset(self.kinds or {"TEXT"})
        kind = next(iter(kinds)) if len(kinds) == 1 else _WIDER.get(kinds, "TEXT" if kinds <= _WRITTEN else mixed)
        precision = sum(self.digits)
        if kind == "NUMBER":
            return f"NUMBER({precision}, {self.digits[1]})" if precision <= 38 else "REAL"
        return kind


def rows(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """A row a column, in the order in which the files have them. Raises for a missing argument, an unknown stage, format or file, and for
    what the page says is not supported."""
    location, format_ = _source(session, given)
    files = listed(location)
    if given.get("FILES") is not None:
        names = given["FILES"]
        files = chosen(location, files, names if isinstance(names, tuple) else (str(names),))
    files = files[: given.get("MAX_FILE_COUNT")]
    ignore_case = given.get("IGNORE_CASE") is True
    columns: dict[str, Found] = {}
    for file in files:
        _inspect(session, file, format_, location, given.get("MAX_RECORDS_PER_FILE"), _Columns(columns, file.name, ignore_case))
    mixed = "TEXT" if format_.type == "CSV" else "VARIANT"
    return [
        (name, type_, found.nullable, _expression(name, type_, ignore_case), ", ".join(found.files), index)
        for index, (name, found, type_) in enumerate((name, found, found.type(mixed)) for name, found in columns.items())
    ]


def _source(session: Session, given: Mapping[str, Any]) -> tuple[Location, FileFormat]:
    for key in ("LOCATION", "FILE_FORMAT"):
        if given.get(key) is None:
            raise compilation(f"missing required argument [{key}] for function [INFER_SCHEMA]", 1014, "22023")  # text and number [M]
    if str(given.get("KIND", "STANDARD")).upper() != "STANDARD":
        raise UnsupportedFeature(f"INFER_SCHEMA(KIND => '{given['KIND']}')")
    location, format_ = locate(session, str(given["LOCATION"])), named(session, str(given["FILE_FORMAT"]))
    if location.record is not None and location.record.object.kind is not Kind.STAGE:
        raise compilation("INFER_SCHEMA does not support table stages.", 2070, "42601")  # text and number [M]
    for key in _TIMES if format_.type != "PARQUET" else ():
        if format_[key] != "AUTO":
            raise UnsupportedFeature(f"{key} in INFER_SCHEMA")
    if format_.type == "CSV" and format_["PARSE_HEADER"] and format_["SKIP_HEADER"]:
        raise compilation("SKIP_HEADER is not supported with PARSE_HEADER = TRUE.", 2070, "42601")  # text and number [M]
    return location, format_


def _expression(name: str, type_: str, ignore_case: bool) -> str:
    return f"GET_IGNORE_CASE ($1, {name})::{type_}" if ignore_case else f"$1:{name}::{type_}"


@dataclass(frozen=True)
class _Columns:
    """The columns of all files, as one file adds to them."""

    found: dict[str, Found]
    file: str
    ignore_case: bool

    def of(self, name: str) -> Found:
        column = self.found.setdefault(name.upper() if self.ignore_case else name, Found())
        column.files[self.file] = None
        return column


def _inspect(session: Session, file: Staged, format_: FileFormat, location: Location, most: int | None, columns: _Columns) -> None:
    if format_.type == "PARQUET":
        for name, kind, digits, nullable in parquet_columns(session.duck, file, format_["BINARY_AS_TEXT"]):
            column = columns.of(name)
            column.take(kind, *digits)
            column.nullable = nullable or (len(column.files) > 1 and column.nullable)
        return
    records = _records(file, format_, location, most)
    if format_.type == "JSON":
        for document in records:
            _of_document(json.loads(document[0] or "null", parse_float=_Written, parse_int=_Written), columns)
        return
    header = names_of(file, format_) if format_["PARSE_HEADER"] else []
    for name in header:
        columns.of(name)
    for fields in records:
        for index, value in enumerate(fields):
            column = columns.of(header[index] if index < len(header) else f"c{index + 1}")
            if value is not None:
                _of_text(value, column)


def _records(file: Staged, format_: FileFormat, location: Location, most: int | None) -> Iterator[list[str | None]]:
    for item in islice(parsed(file, format_), most):
        if isinstance(item.fields, Fault):
            raise failure(item.fields.message, item.fields.errno, location, file, item.line, item.fields.character)
        yield item.fields


class _Written(str):
    """A number of JSON, as it is written."""


def _of_document(document: Any, columns: _Columns) -> None:
    if not isinstance(document, dict):
        raise UnsupportedFeature("INFER_SCHEMA of JSON documents that are no objects")
    for name, value in document.items():
        column = columns.of(name)
        if isinstance(value, bool):
            column.take("BOOLEAN")
        elif type(value) in _NESTED:
            column.take(_NESTED[type(value)])
        elif isinstance(value, _Written):
            _of_text(value, column)
        elif value is not None:
            column.take(_kind(value, _WRITTEN))


def _of_text(value: str, column: Found) -> None:
    if (plain := _NUMBER.fullmatch(value)) is not None:
        column.take("NUMBER", len(plain[1]), len(plain[2] or ""))
    else:
        column.take(_kind(value, dict(_PATTERNS)))


def _kind(value: str, among: Container[str]) -> str:
    return next((name for name, pattern in _PATTERNS if name in among and pattern.fullmatch(value)), "TEXT")


FUNCTIONS = {"INFER_SCHEMA": TableFunction(COLUMNS, rows, _PARAMETERS)}
