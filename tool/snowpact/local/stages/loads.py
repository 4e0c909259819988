"""What was loaded into a table: a file is loaded once (https://docs.snowflake.com/en/user-guide/data-load-considerations-load#load-metadata).

Rows commit with the load they describe. A table forgets what COPY loaded after 64 days; a pipe remembers its own files, for 14 days and
whatever is in them, and COPY does not ask it (https://docs.snowflake.com/en/user-guide/data-load-snowpipe-intro#load-history). A row
without its md5 is history and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

SETUP = """
CREATE TABLE _snow.loads (table_id BIGINT, stage VARCHAR, file VARCHAR, label VARCHAR, size BIGINT, md5 VARCHAR, status VARCHAR,
    parsed BIGINT, loaded BIGINT, errors BIGINT, first_error VARCHAR, first_line BIGINT, first_character BIGINT, first_column VARCHAR,
    loaded_on TIMESTAMPTZ, error_limit BIGINT, pipe BIGINT)
"""
DAYS, PIPE_DAYS = 64, 14


@dataclass
class FileLoad:
    """What became of one file. errors: (row, line, character, message, column), in the order of the file's rows; error_limit: how many
    ON_ERROR lets it have; pipe: the id of the pipe that loaded it."""

    file: str
    label: str
    size: int
    md5: str
    parsed: int
    errors: list[tuple[int, int, int, str, str | None]] = field(default_factory=list)
    skipped: bool = False
    error_limit: int = 1
    pipe: int | None = None

    @property
    def loaded(self) -> int:
        return 0 if self.skipped else self.parsed - len(self.errors)

    @property
    def status(self) -> str:
        if not self.errors:
            return "LOADED"
        return "PARTIALLY_LOADED" if self.loaded else "LOAD_FAILED"

    @property
    def first(self) -> tuple[int | None, int | None, str | None, str | None]:
        """line, character, message and column of the first error."""
        return self.errors[0][1:] if self.errors else (None, None, None, None)


def known(
    duck: duckdb.DuckDBPyConnection, table_id: int, stage: str, now: datetime, pipe: int | None = None
) -> set[tuple[str, str | None]]:
    """(file, md5) of what COPY brought from a stage into a table; for a pipe also (file, None) of what the pipe did."""
    rows = duck.execute(
        f"""SELECT file, CASE WHEN pipe IS NULL THEN md5 END FROM _snow.loads
        WHERE table_id = ? AND stage = ? AND loaded > 0 AND md5 IS NOT NULL
        AND (pipe IS NULL OR pipe = ?) AND loaded_on > ? - to_days(CASE WHEN pipe IS NULL THEN {DAYS} ELSE {PIPE_DAYS} END)""",
        [table_id, stage, pipe, now],
    )
    return {(file, md5) for file, md5 in rows.fetchall()}


@dataclass(frozen=True)
class Kept:
    """A row of the table above."""

    table_id: int
    stage: str
    file: str
    label: str
    size: int
    md5: str | None
    status: str
    parsed: int
    loaded: int
    errors: int
    first_error: str | None
    first_line: int | None
    first_character: int | None
    first_column: str | None
    loaded_on: datetime
    error_limit: int
    pipe: int | None


def of_table(duck: duckdb.DuckDBPyConnection, table_id: int, since: datetime, until: datetime) -> list[Kept]:
    """What was loaded into a table in that time, in its order."""
    found = duck.execute(
        "SELECT * FROM _snow.loads WHERE table_id = ? AND loaded_on BETWEEN ? AND ? ORDER BY loaded_on, file", [table_id, since, until]
    )
    return [Kept(*row) for row in found.fetchall()]


def remember(write: Callable[..., Any], table_id: int, stage: str, item: FileLoad, now: datetime) -> None:
    line, character, message, column = item.first
    values = [
        table_id, stage, item.file, item.label, item.size, item.md5, item.status, item.parsed, item.loaded, len(item.errors), message, line,
        character, column, now.isoformat(), item.error_limit, item.pipe,
    ]  # fmt: skip
    write(f"INSERT INTO _snow.loads VALUES ({', '.join('?' * len(values))})", values)


def forget(run: Callable[..., Any], table_id: int) -> None:
    """TRUNCATE lets a table's files be loaded anew (https://docs.snowflake.com/en/sql-reference/sql/truncate-table)."""
    run(f"UPDATE _snow.loads SET md5 = NULL WHERE table_id = {table_id} AND pipe IS NULL")
