"""PUT, GET, LIST, REMOVE: the files of internal stages.

https://docs.snowflake.com/en/sql-reference/sql/put, get, list, remove. PUT and GET are the client's own commands in Snowflake; here the
process that holds the session is the client, so its files are meant.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from glob import glob
from pathlib import Path
from typing import Any

from snowpact.local.registry import handles
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.session import Session
from snowpact.local.stages.files import Staged, listed, remove, write
from snowpact.local.stages.location import Location, locate
from snowpact.local.stages.transfers import read_known, read_location, read_transfer
from snowpact.model.errors import StatementError
from snowpact.model.types import number, varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.options import Option

_PACKED = {".gz": "GZIP", ".bz2": "BZIP2", ".br": "BROTLI", ".zst": "ZSTD", ".deflate": "DEFLATE", ".parquet": "PARQUET", ".orc": "ORC"}


@handles("PUT")
def put(session: Session, statement: Classified) -> EngineResult:
    transfer = read_transfer(session, statement)
    found = [Path(name) for name in sorted(glob(transfer.local)) if Path(name).is_file()]
    if not found:
        raise StatementError(f"253006: File doesn't exist: ['{transfer.local}']", 253006, "08001")
    rows = [_uploaded(path, transfer.location, transfer.options) for path in found]
    return _result(
        ("source", "target", "source_size", "target_size", "source_compression", "target_compression", "status", "message"), rows
    )


def _uploaded(path: Path, location: Location, options: dict[str, Option]) -> tuple[Any, ...]:
    data = path.read_bytes()
    given = _PACKED.get(path.suffix.lower(), "GZIP" if data[:2] == b"\x1f\x8b" else "NONE")
    packs = given == "NONE" and options.get("AUTO_COMPRESS", True) is not False
    target, stored, kept = path.name, data, given
    if packs:
        target, stored, kept = f"{path.name}.gz", gzip.compress(data, mtime=0), "GZIP"
    folder = location.folder / location.path if location.path else location.folder
    status = "SKIPPED" if (folder / target).exists() and options.get("OVERWRITE") is not True else "UPLOADED"
    if status == "UPLOADED":
        write(location, target, stored)
    size = len(stored) if status == "UPLOADED" else 0
    return path.name, target, len(data), size, given, kept, status, ""


@handles("GET")
def get(session: Session, statement: Classified) -> EngineResult:
    transfer = read_transfer(session, statement)
    folder = Path(transfer.local)
    if not folder.is_dir():
        raise StatementError(f"253006: The directory doesn't exist: {folder}", 253006, "08001")  # text and number [M]
    rows = []
    for file in listed(transfer.location, transfer.pattern):
        (folder / file.path.name).write_bytes(file.path.read_bytes())
        rows.append((file.path.name, file.size, "DOWNLOADED", ""))
    return _result(("file", "size", "status", "message"), rows)


@handles("LIST")
def list_(session: Session, statement: Classified) -> EngineResult:
    def shown(location: Location, file: Staged) -> tuple[Any, ...]:
        return location.listed(file.name), file.size, file.md5, file.modified.strftime("%a, %d %b %Y %H:%M:%S GMT")

    return _each(session, statement, ("name", "size", "md5", "last_modified"), shown)


@handles("REMOVE")
def remove_(session: Session, statement: Classified) -> EngineResult:
    def removed(location: Location, file: Staged) -> tuple[Any, ...]:
        remove([file])
        return location.listed(file.name), "removed"

    return _each(session, statement, ("name", "result"), removed)


def _each(
    session: Session, statement: Classified, columns: tuple[str, ...], row: Callable[[Location, Staged], tuple[Any, ...]]
) -> EngineResult:
    cursor = Cursor(statement.text, statement.tokens, 1)
    location = locate(session, read_location(cursor), "WRITE" if statement.verb == "REMOVE" else "READ")
    pattern = read_known(cursor, {"PATTERN"}).get("PATTERN")
    files = listed(location, None if pattern is None else str(pattern))
    return _result(columns, [row(location, file) for file in files])


def _result(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> EngineResult:
    metas = tuple(ColumnMeta(name, number(38, 0) if name.endswith("size") else varchar()) for name in columns)
    return EngineResult(metas, rows, len(rows))
