"""Staged files as a relation: ``FROM @stage/path (FILE_FORMAT => …, PATTERN => …)``.

https://docs.snowflake.com/en/user-guide/querying-stage, https://docs.snowflake.com/en/user-guide/querying-metadata. The files are read
here, since DuckDB's reader has other rules, into a temporary table: a record's number, its file, its line, and its fields as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from snowpact.local.encoding import quoted
from snowpact.local.stages.delimited import Fault, Fields, Parsed, header, records
from snowpact.local.stages.documents import documents
from snowpact.local.stages.files import Staged, listed
from snowpact.local.stages.formats import SEMI_STRUCTURED, FileFormat, named
from snowpact.local.stages.location import Location, locate
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import VARIANT, SnowflakeType, number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

Run = Callable[..., Any]

_CHUNK = 20_000
TEXT = varchar()
METADATA: dict[str, SnowflakeType] = {
    "METADATA$FILENAME": TEXT,
    "METADATA$FILE_ROW_NUMBER": number(38, 0),
    "METADATA$FILE_CONTENT_KEY": TEXT,
    "METADATA$FILE_LAST_MODIFIED": timestamp("NTZ"),
    "METADATA$START_SCAN_TIME": timestamp("LTZ"),
}


@dataclass
class Rows:
    """What was read: rows as (number, file's index, line, fields), faults by row number beside them."""

    files: list[Staged]
    format: FileFormat
    rows: list[tuple[int, int, int, int, Fields]] = field(default_factory=list)
    faults: list[tuple[int, Parsed, Fault]] = field(default_factory=list)
    parsed: list[int] = field(default_factory=list)
    width: int = 1

    def of(self, row: int) -> tuple[int, int, int, int, Fields]:
        return self.rows[row]


def read(duck: duckdb.DuckDBPyConnection, files: Sequence[Staged], format_: FileFormat) -> Rows:
    """Every record of the files; Parquet is read by DuckDB. Raises StatementError for text that is not of the format's encoding."""
    result = Rows(list(files), format_)
    for index, file in enumerate(files):
        count = 0
        for item in _parquet(duck, file) if format_.type == "PARQUET" else parsed(file, format_):
            count += 1
            if isinstance(item.fields, Fault):
                result.faults.append((index, item, item.fields))
                continue
            result.width = max(result.width, len(item.fields))
            result.rows.append((len(result.rows), index, item.number, item.line, item.fields))
        result.parsed.append(count)
    return result


def parsed(file: Staged, format_: FileFormat) -> Iterator[Parsed]:
    text = text_of(file, format_)
    return documents(text, format_) if format_.type == "JSON" else records(text, format_)


def _parquet(duck: duckdb.DuckDBPyConnection, file: Staged) -> Iterator[Parsed]:
    """A row of the file as the JSON of an object."""
    path = parquet_path(file)
    cursor = duck.cursor()
    try:
        rows = cursor.execute(f"""SELECT CAST(to_json("staged row") AS VARCHAR) FROM read_parquet('{path}') "staged row" """).fetchall()
    except duckdb.Error as error:
        raise unreadable(file, error) from error
    finally:
        cursor.close()
    return (Parsed(number, number, [text]) for number, (text,) in enumerate(rows, 1))


def parquet_path(file: Staged) -> str:
    """A file's path for DuckDB's reader, inside quotes. Only stage folders are open to it."""
    if set(str(file.path)) & set("*?[]"):
        raise UnsupportedFeature(f"a Parquet file called {file.name}")
    return str(file.path).replace("'", "''")


def unreadable(file: Staged, error: duckdb.Error) -> StatementError:
    return StatementError(f"Error reading Parquet file '{file.name}': {str(error).splitlines()[0]}", 100185, "22000")  # text and number [M]


def text_of(file: Staged, format_: FileFormat) -> str:
    lenient = format_["REPLACE_INVALID_CHARACTERS"] or format_.options.get("IGNORE_UTF8_ERRORS", False)
    try:
        text = file.bytes(format_["COMPRESSION"]).decode("utf-8", "replace" if lenient else "strict")
    except UnicodeDecodeError as error:
        raise StatementError(f"Invalid UTF8 detected in file '{file.name}'", 100144, "22000") from error  # text [M]
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}") if format_["SKIP_BYTE_ORDER_MARK"] else text


def names_of(file: Staged, format_: FileFormat) -> list[str]:
    """The column names in the file's first line: PARSE_HEADER = TRUE."""
    return header(text_of(file, format_), format_)


def fill(run: Run, table: str, rows: Iterable[tuple[int, int, int, int, Fields]], width: int) -> None:
    """The rows as a temporary DuckDB table: ``n``, ``f``, ``r``, ``c1`` … as text."""
    columns = ", ".join(f"c{index} VARCHAR" for index in range(1, width + 1))
    run(f"CREATE OR REPLACE TEMP TABLE {table} (n BIGINT, f INTEGER, r BIGINT, {columns})")
    keys = ["n", "f", "r", *(f"c{index}" for index in range(1, width + 1))]
    shape = json.dumps({key: ["VARCHAR"] for key in keys})
    picked = ", ".join(f'unnest(j."{key}")' for key in keys)
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        by_column: dict[str, list[Any]] = {"n": [row[0] for row in chunk], "f": [row[1] for row in chunk], "r": [row[2] for row in chunk]}
        for index in range(width):
            by_column[f"c{index + 1}"] = [row[4][index] if index < len(row[4]) else None for row in chunk]
        run(f"INSERT INTO {table} SELECT {picked} FROM (SELECT from_json(?, '{shape}') AS j)", [json.dumps(by_column)])


def relation(table: str, files: Sequence[Staged], format_: FileFormat, width: int, now: datetime) -> exp.Expression:
    """The table as Snowflake shows staged files: ``$1`` …, a JSON document as a VARIANT, and the metadata columns."""
    is_json = format_.type in SEMI_STRUCTURED
    columns = [f"_snow.parse_json(c{index})" if is_json else f"c{index}" for index in range(1, width + 1)]
    shown = [f"{value} AS {quoted(f'${index}')}" for index, value in enumerate(columns, 1)]
    shown += [
        f"{_of_file(files, lambda file: file.name)} AS {quoted('METADATA$FILENAME')}",
        f"CAST(r AS DECIMAL(38,0)) AS {quoted('METADATA$FILE_ROW_NUMBER')}",
        f"{_of_file(files, lambda file: file.md5)} AS {quoted('METADATA$FILE_CONTENT_KEY')}",
        f"CAST({_of_file(files, lambda file: file.modified.replace(tzinfo=None).isoformat(sep=' '))} AS TIMESTAMP) "
        f"AS {quoted('METADATA$FILE_LAST_MODIFIED')}",
        f"CAST('{now.isoformat()}' AS TIMESTAMPTZ) AS {quoted('METADATA$START_SCAN_TIME')}",
    ]
    return exp.maybe_parse(f"(SELECT {', '.join(shown)} FROM {table})", dialect="duckdb")


def _of_file(files: Sequence[Staged], value: Callable[[Staged], str]) -> str:
    """What is known of a row's file, by its index."""
    texts = ", ".join("'" + value(file).replace("'", "''") + "'" for file in files)
    return f"list_extract(CAST([{texts}] AS VARCHAR[]), f + 1)"


def columns_of(format_: FileFormat, width: int) -> dict[str, SnowflakeType | None]:
    type_ = VARIANT if format_.type in SEMI_STRUCTURED else TEXT
    return {**{f"${index}": type_ for index in range(1, width + 1)}, **METADATA}


def staged(
    session: Session, text: str, format_name: str | None, pattern: str | None, width: int
) -> tuple[exp.Expression, dict[str, SnowflakeType | None]]:
    """The relation of a staged location in FROM, and its columns. width: the highest ``$n`` that the query names.

    A record that breaks the format's rules is the query's error (https://docs.snowflake.com/en/user-guide/querying-stage).
    """
    location = locate(session, text)
    format_ = named(session, format_name) if format_name else location.format or FileFormat()
    rows = read(session.duck, listed(location, pattern), format_)
    if rows.faults:
        index, item, fault = rows.faults[0]
        raise failure(fault.message, fault.errno, location, rows.files[index], item.line, fault.character)
    width = max(width, rows.width)
    table = f"temp.{quoted(f'_staged {text} {pattern or str()}')}"
    fill(session.duck.execute, table, rows.rows, width)
    return relation(table, rows.files, format_, width, session.now), columns_of(format_, width)


def failure(message: str, errno: int, location: Location, file: Staged, line: int, character: int) -> StatementError:
    """A record's error with its place, as Snowflake writes it."""
    place = f"  File '{location.listed(file.name)}', line {line}, character {character}"
    return StatementError(f"{message}\n{place}", errno, "22000")
