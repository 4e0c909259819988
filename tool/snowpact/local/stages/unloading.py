"""COPY INTO location: a query's rows as CSV or JSON files (https://docs.snowflake.com/en/sql-reference/sql/copy-into-location)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.relation import query_of
from snowpact.local.stages.files import Staged, listed, remove, write
from snowpact.local.stages.formats import FileFormat, format_of
from snowpact.local.stages.location import Location, locate
from snowpact.model.catalog import Column
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.literals import string_constant
from snowpact.sql.statements.copy import CopyInto

if TYPE_CHECKING:
    from snowpact.local.session import Session

Row = tuple[Any, ...]

_KNOWN = {"OVERWRITE", "SINGLE", "HEADER", "MAX_FILE_SIZE"}
_SPECIAL = {
    "DATE": "DATE_FORMAT",
    "TIMESTAMP_NTZ": "TIMESTAMP_FORMAT",
    "TIMESTAMP_LTZ": "TIMESTAMP_FORMAT",
    "TIMESTAMP_TZ": "TIMESTAMP_FORMAT",
}


def unload(session: Session, copy: CopyInto) -> tuple[int, int, int]:
    """Write the files; (rows, bytes before and after compression). All rows go into one file, whatever MAX_FILE_SIZE says."""
    unknown = copy.options.keys() - _KNOWN
    if unknown or copy.partition_by:
        raise UnsupportedFeature(f"COPY option {min(unknown) if unknown else 'PARTITION BY'}")
    location = locate(session, copy.target, "WRITE")
    format_ = format_of(session, copy.format or {}, location.format)
    if format_.type not in _LINES:
        raise UnsupportedFeature(f"COPY INTO a location as {format_.type}")
    rows, columns = _rows(session, copy, format_)
    if not rows:
        return 0, 0, 0
    data = _LINES[format_.type](format_, columns, rows, copy.options.get("HEADER") is True).encode()
    packed = format_["COMPRESSION"] in {"AUTO", "GZIP"}
    if format_["COMPRESSION"] == "BZ2":
        raise UnsupportedFeature("COPY INTO a location with COMPRESSION = BZ2")
    target, name = _target(copy, location, format_, packed)
    stored = gzip.compress(data, mtime=0) if packed else data
    _make_room(target, name, copy.options.get("OVERWRITE") is True)
    write(target, name, stored)
    return len(rows), len(data), len(stored)


def _rows(session: Session, copy: CopyInto, format_: FileFormat) -> tuple[list[Row], Sequence[Column]]:
    """The rows as text, or NULL, and their columns."""
    text = copy.query if copy.query is not None else f"SELECT * FROM {copy.source}"
    columns = query_of(session, text).columns
    if format_.type == "JSON":
        if len(columns) != 1 or not columns[0].type.is_semi_structured:
            raise compilation("JSON unload requires a single column of type variant, object, or array.", 2143, "22000")  # text, number [M]
        shown = ["TO_JSON(c1)"]
    else:
        shown = [_as_text(f"c{index}", column.type.base, format_) for index, column in enumerate(columns, 1)]
    names = ", ".join(f"c{index}" for index in range(1, len(columns) + 1))
    sql = query_of(session, f"WITH unloaded ({names}) AS ({text}) SELECT {', '.join(shown)} FROM unloaded").sql
    return session.duck.execute(sql).fetchall(), columns


def _as_text(name: str, base: str, format_: FileFormat) -> str:
    key = _SPECIAL.get(base)
    if key is not None and format_[key] != "AUTO":
        return f"TO_VARCHAR({name}, {string_constant(format_[key])})"
    if base in {"VARIANT", "OBJECT", "ARRAY"}:
        return f"TO_JSON({name})"
    return f"{name}::VARCHAR"


def _delimited(format_: FileFormat, columns: Sequence[Column], rows: list[Row], header: bool) -> str:
    """Text is enclosed where the format says by what; values of other types have no need of it."""
    quote, escape = format_["FIELD_OPTIONALLY_ENCLOSED_BY"], format_["ESCAPE"] or format_["ESCAPE_UNENCLOSED_FIELD"]
    field, record = format_["FIELD_DELIMITER"] or "", format_["RECORD_DELIMITER"] or ""
    null = format_["NULL_IF"][0] if format_["NULL_IF"] else ""
    specials = [special for special in dict.fromkeys((escape, field, record)) if escape and special]

    def shown(value: str | None, enclosed: bool) -> str:
        if value is None:
            return null
        if quote is not None and enclosed:
            return f"{quote}{value.replace(quote, quote * 2)}{quote}"
        for special in specials:
            value = value.replace(special, escape + ("n" if special == "\n" else special))
        return value

    textual = [column.type.base in {"VARCHAR", "VARIANT", "OBJECT", "ARRAY"} for column in columns]
    lines = [field.join(map(shown, row, textual)) for row in rows]
    first = [field.join(shown(column.name, True) for column in columns)] if header else []
    return "".join(line + record for line in first + lines)


def _json(format_: FileFormat, columns: Sequence[Column], rows: list[Row], header: bool) -> str:
    if header:
        raise UnsupportedFeature("HEADER of JSON files")
    return "".join(f"{value}\n" for (value,) in rows if value is not None)


_LINES: dict[str, Callable[[FileFormat, Sequence[Column], list[Row], bool], str]] = {"CSV": _delimited, "JSON": _json}


def _target(copy: CopyInto, location: Location, format_: FileFormat, packed: bool) -> tuple[Location, str]:
    """The folder and the file's name: the path's last part is a prefix, with SINGLE = TRUE the whole name."""
    folder, _, prefix = location.path.rpartition("/")
    where = replace(location, path=folder)
    if copy.options.get("SINGLE") is True:
        return where, prefix or "data"
    extension = format_["FILE_EXTENSION"] or format_.type.lower()
    return where, f"{prefix or 'data'}_0_0_0.{extension.lstrip('.')}{'.gz' if packed else ''}"


def _make_room(location: Location, name: str, overwrite: bool) -> None:
    full = f"{location.path}/{name}" if location.path else name
    present: list[Staged] = [file for file in listed(replace(location, path=full)) if file.name == full]
    if present and not overwrite:
        text = f"Files already existing at the unload destination: {location.listed(full)}. Use overwrite option to force unloading."
        raise StatementError(text, 1030, "42601")  # number [M]
    remove(present)
