"""CHANGE_HISTORY: what ran on a target, in schemachange's table, row for row.

Its columns and their meaning are schemachange 4.4.0's (``SnowflakeSession``): VERSION is '' for R and A, EXECUTION_TIME
whole seconds, STATUS ``Success`` or ``Failed``, SCRIPT the file name without ``.jinja``. Beside it, and only once a
script failed, stands STATEMENT_HISTORY: which statement it was. Both are written in the context the ledger was opened
in, never in the one a script left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from snowpact.migrations.script import Script
from snowpact.model.catalog import Column
from snowpact.model.errors import InputError, StatementError, TargetUnreachable
from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.model.types import parse_type

if TYPE_CHECKING:
    from snowpact.targets.protocol import Target

SUCCESS, FAILED = "Success", "Failed"
ABSENT = frozenset({2003, 2043})
"""Object does not exist or not authorized; object does not exist, or operation cannot be performed."""

_HISTORY = {
    "VERSION": "VARCHAR",
    "DESCRIPTION": "VARCHAR",
    "SCRIPT": "VARCHAR",
    "SCRIPT_TYPE": "VARCHAR",
    "CHECKSUM": "VARCHAR",
    "EXECUTION_TIME": "NUMBER",
    "STATUS": "VARCHAR",
    "INSTALLED_BY": "VARCHAR",
    "INSTALLED_ON": "TIMESTAMP_LTZ",
}
COLUMNS = tuple(Column(name, parse_type(type_)) for name, type_ in _HISTORY.items())
"""CHANGE_HISTORY's, as a catalog has them."""

_STATEMENTS = {
    "SCRIPT": "VARCHAR",
    "CHECKSUM": "VARCHAR",
    "ORDINAL": "NUMBER",
    "FILE": "VARCHAR",
    "LINE": "NUMBER",
    "STATEMENT": "VARCHAR",
    "ERROR": "VARCHAR",
    "QUERY_ID": "VARCHAR",
    "FAILED_ON": "TIMESTAMP_LTZ",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of CHANGE_HISTORY."""

    version: str
    description: str
    script: str
    kind: str
    checksum: str
    seconds: int
    status: str
    installed_by: str
    installed_on: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """The statement a script stopped at. ordinal counts from 1: the ones before it ran."""

    script: str
    checksum: str
    ordinal: int
    source: Source
    statement: str
    error: str
    query_id: str | None = None
    failed_on: datetime | None = None


def default_history(pipeline: str) -> Name:
    """``SNOWPACT.<PIPELINE>.CHANGE_HISTORY``: created when absent, its database too."""
    return Name.of("SNOWPACT", pipeline.upper(), "CHANGE_HISTORY")


class Ledger:
    """The ledger of one pipeline on one target.

    create_database: whether ``ensure`` may create the database: for snowpact's own. schemachange never does.
    """

    def __init__(self, target: Target, table: Name, create_database: bool = False, redact: Callable[[str], str] = str):
        if len(table.parts) != 3:
            raise InputError(f"the ledger {table} needs a database and a schema in its name")
        self.target, self.table, self.create_database = target, table, create_database
        self.journal = table.beside("STATEMENT_HISTORY")
        self._redact = redact
        self._home = target.context()

    def read(self) -> list[Row] | None:
        """Every row, oldest first; None where there is no ledger yet. One request.

        A role without rights on the table gets the same answer from Snowflake as for one that is absent; ``ensure``
        tells them apart, so nothing is ever applied on the strength of None.
        """
        columns = ", ".join(_HISTORY)
        rows = self._select(f"SELECT {columns} FROM {self.table.sql} ORDER BY INSTALLED_ON NULLS FIRST")
        return None if rows is None else [_row(row) for row in rows]

    def failures(self) -> list[Failure]:
        """The journal, oldest first; empty where nothing ever failed. One request."""
        rows = self._select(f"SELECT {', '.join(_STATEMENTS)} FROM {self.journal.sql} ORDER BY FAILED_ON NULLS FIRST")
        return [_failure(row) for row in rows or ()]

    def ensure(self) -> list[Row]:
        """Create what is absent of the ledger, and read it. Leaves the session's context as it was."""
        levels = [
            (f"CREATE DATABASE IF NOT EXISTS {Name.of(self.table.parts[0]).sql}", self.create_database),
            (f"CREATE SCHEMA IF NOT EXISTS {self.table.parent.sql}", True),  # type: ignore[union-attr]
            (_create(self.table, _HISTORY), True),
        ]
        try:
            self._climb(levels)
        finally:
            self.target.restore(self._home)
        rows = self.read()
        if rows is None:
            raise TargetUnreachable(f"the ledger {self.table} exists, but the role {self._home.role} may not read it")
        return rows

    def record(self, script: Script, checksum: str, seconds: float, status: str, installed_by: str) -> None:
        """One row, as schemachange writes it. One request, and what it takes to leave the script's context."""
        self.target.restore(self._home)
        values = (script.version, script.description, script.name, script.kind, checksum, round(seconds), status, installed_by)
        self._insert(self.table, _HISTORY, values)

    def record_failure(self, script: Script, seconds: float, failure: Failure, installed_by: str) -> str | None:
        """The Failed row, and the statement into the journal.

        The answer is why the journal could not be written, else None: the caller is about to report what matters more.
        """
        self.record(script, failure.checksum, seconds, FAILED, installed_by)
        text, error = self._redact(failure.statement), self._redact(failure.error)
        source = failure.source
        try:
            self.target.execute(_create(self.journal, _STATEMENTS))
            values = (failure.script, failure.checksum, failure.ordinal, source.file, source.line, text, error, failure.query_id)
            self._insert(self.journal, _STATEMENTS, values)
        except StatementError as problem:
            return f"the failed statement could not be written to {self.journal}: {problem}"
        return None

    def accept(self, script: Script, checksum: str) -> None:
        """Repair: an edited script that was applied counts as applied in its present form."""
        sql = f"UPDATE {self.table.sql} SET CHECKSUM = ? WHERE SCRIPT = ? AND STATUS = ?"
        self._repair(sql, (checksum, script.name, SUCCESS), script.name)

    def forget_failures(self, script: str) -> None:
        """Repair: remove a script's Failed rows."""
        self._repair(f"DELETE FROM {self.table.sql} WHERE SCRIPT = ? AND STATUS = ?", (script, FAILED), script)

    def forget(self, script: str) -> None:
        """Repair: remove every row of a script whose file is gone for good."""
        self._repair(f"DELETE FROM {self.table.sql} WHERE SCRIPT = ?", (script,), script)

    def mark_applied(self, script: Script, checksum: str, installed_by: str) -> None:
        """Repair: a script whose effects are there counts as applied, without running it."""
        self.record(script, checksum, 0, SUCCESS, installed_by)

    def _repair(self, sql: str, params: tuple[Any, ...], script: str) -> None:
        if self.target.execute(sql, params).rowcount == 0:
            raise InputError(f"the ledger {self.table} has no such row of {script}: nothing was repaired")

    def _select(self, sql: str) -> list[dict[str, Any]] | None:
        try:
            return self.target.execute(sql).dicts()
        except StatementError as error:
            if error.errno in ABSENT:
                return None
            raise

    def _insert(self, table: Name, columns: dict[str, str], values: tuple[Any, ...]) -> None:
        marks = ", ".join("?" for _ in values)
        self.target.execute(f"INSERT INTO {table.sql} ({', '.join(columns)}) VALUES ({marks}, CURRENT_TIMESTAMP)", values)

    def _climb(self, levels: list[tuple[str, bool]]) -> None:
        """Run the last; where what it stands in is absent, create that first.

        From below, since CREATE DATABASE takes a privilege that a role may lack while the database is there.
        """
        *below, (sql, allowed) = levels
        if not allowed:
            problem = f"does not exist, or the role {self._home.role} may not use it"
            raise TargetUnreachable(f"the database of the ledger {self.table} {problem}: create it, or name another ledger with `history`")
        try:
            self.target.execute(sql)
        except StatementError as error:
            if error.errno not in ABSENT or not below:
                raise
            self._climb(below)
            self.target.execute(sql)


def _create(table: Name, columns: dict[str, str]) -> str:
    return f"CREATE TABLE IF NOT EXISTS {table.sql} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"


def _row(row: dict[str, Any]) -> Row:
    return Row(
        version=row["version"] or "",
        description=row["description"] or "",
        script=row["script"] or "",
        kind=row["script_type"] or "",
        checksum=row["checksum"] or "",
        seconds=int(row["execution_time"] or 0),
        status=row["status"] or "",
        installed_by=row["installed_by"] or "",
        installed_on=row["installed_on"],
    )


def _failure(row: dict[str, Any]) -> Failure:
    source = Source(row["file"] or "", int(row["line"] or 1))
    when, query = row["failed_on"], row["query_id"]
    return Failure(row["script"], row["checksum"], int(row["ordinal"]), source, row["statement"], row["error"], query, when)
