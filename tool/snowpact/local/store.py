"""The file: one DuckDB database for a whole account.

DuckDB writes one attached database per transaction (docs/decisions/0001-one-duckdb-file.md), so every Snowflake database, and
what the engine knows about it, lives in one file: schema ``_snow`` holds the engine's own tables, ``_data`` the physical tables.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from snowpact.local import settings
from snowpact.local.alerts import history as alerts
from snowpact.local.dynamic import descriptions, history
from snowpact.local.natives import Natives
from snowpact.local.objects import Record, State
from snowpact.local.quality import history as measurements
from snowpact.local.roles import system_records
from snowpact.local.serialize import dump_object, dumps, load_object
from snowpact.local.stages import loads
from snowpact.local.streams import log
from snowpact.local.tasks import history as runs
from snowpact.local.translate.macros import MACROS
from snowpact.model.errors import Held, InputError
from snowpact.model.names import quote

LAYOUT = 9
"""Raised whenever what ``_SETUP`` makes changes; a file of another layout is refused rather than guessed at."""

_SETTINGS = {
    "lambda_syntax": "ENABLE_SINGLE_ARROW",
    "python_enable_replacements": "false",  # an unqualified name would read variables of this process
    "ieee_floating_point_ops": "false",  # x/0 is an error in Snowflake, not infinity
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_persistent_secrets": "false",
}

_SETUP = f"""
CREATE SCHEMA _data;
CREATE SCHEMA _snow;
CREATE TABLE _snow.layout (version INTEGER, macros VARCHAR);
INSERT INTO _snow.layout VALUES ({LAYOUT}, '');
CREATE SEQUENCE _snow.rid;
CREATE SEQUENCE _snow.object_id;
{history.SETUP};
{descriptions.SETUP};
{log.SETUP};
{runs.SETUP};
{alerts.SETUP};
{measurements.SETUP};
{loads.SETUP};
{settings.SETUP};
CREATE TABLE _snow.objects (
    id BIGINT, domain VARCHAR, "database" VARCHAR, "schema" VARCHAR, name VARCHAR, kind VARCHAR, owner VARCHAR,
    created_on TIMESTAMPTZ, altered_on TIMESTAMPTZ, dropped_on TIMESTAMPTZ, dropped_with BIGINT, body JSON
);
CREATE MACRO _snow.fit(value, most) AS
    CASE WHEN length(value) > most THEN error('SNOW:100078:22000:String ''' || value || ''' is too long and would be truncated')
    ELSE value END;
"""

STAGES = ".stages"
"""What is added to the file's name for the folder of its stages."""

_LOCKED = re.compile(r"Could not set lock on file|Conflicting lock")
_AFRESH = "`snowpact local reset` removes it and starts afresh"
_PID = re.compile(r"\(PID (\d+)\)")
_FOREIGN = re.compile(r"not a valid DuckDB database file|serialized|storage version|corrupt|checksum", re.IGNORECASE)


class Store:
    """The open file; a private temporary one, removed when closed, where path is None.

    ``connection`` is the root; sessions take cursors of it. ``copies`` is a private folder for copies, gone when this is closed.
    stages: where staged files are, beside the file.
    lasting: what is committed must outlive the machine's crash; else no commit waits for the disk.
    """

    def __init__(self, path: Path | None, lasting: bool = True):
        self._folder = tempfile.TemporaryDirectory(prefix="snowpact-", ignore_cleanup_errors=True)
        self.copies = Path(self._folder.name)
        self.path = path if path is not None else self.copies / "engine"
        self.stages = self.path.with_name(self.path.name + STAGES)
        fresh = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = _connect(self.path)
        self.natives = Natives()
        if path is None or not lasting:
            self.connection.execute("SET fsync_mode = 'NONE'")
        try:
            self._prepare(fresh)
            self._restrict()
        except BaseException:
            self.close()
            raise

    def _prepare(self, fresh: bool) -> None:
        self.connection.execute("SET GLOBAL TimeZone = 'UTC'")  # of every cursor: plain SET leaves theirs the machine's
        if fresh or self._is_empty():  # empty: the process that made the file died before its first commit
            self.connection.execute("BEGIN TRANSACTION;" + _SETUP + "COMMIT;")
            self._define_macros()
            return
        try:
            found = self.connection.execute("SELECT version FROM _snow.layout").fetchone()
        except duckdb.Error:
            found = None
        if found is None:
            raise InputError(f"{self.path} is a DuckDB file, but not one of this engine: {_AFRESH}")
        if found[0] != LAYOUT:
            raise InputError(f"{self.path} has layout {found[0]}, this version needs {LAYOUT}: {_AFRESH}")
        self._define_macros()
        self._sweep()

    def _is_empty(self) -> bool:
        """Whether the file holds nothing at all, nobody's."""
        own = "database_name = current_database() AND NOT internal"
        counts = f"(SELECT count(*) FROM duckdb_schemas() WHERE {own}) + (SELECT count(*) FROM duckdb_tables() WHERE {own})"
        views = f"(SELECT count(*) FROM duckdb_views() WHERE {own})"
        return self.connection.execute(f"SELECT {counts} + {views}").fetchone()[0] == 0

    def _restrict(self) -> None:
        """No file but copies of this one and those of the stages may be read or written by DuckDB, and nobody may lift that again."""
        allowed = ", ".join(_text(str(folder)) for folder in (self.copies, self.stages.resolve()))
        self.connection.execute(f"SET allowed_directories = [{allowed}]")
        self.connection.execute("SET enable_external_access = false")

    def _define_macros(self) -> None:
        """What translated queries call, brought to this version's text where the file has another."""
        digest = hashlib.sha256("\n".join(MACROS).encode()).hexdigest()
        if self.connection.execute("SELECT macros FROM _snow.layout").fetchone()[0] != digest:
            script = ";\n".join([*MACROS, f"UPDATE _snow.layout SET macros = '{digest}'"])
            self.connection.execute(f"BEGIN TRANSACTION; {script}; COMMIT")

    def _sweep(self) -> None:
        """Drop physical tables without an object: temporary tables of processes that are gone."""
        rows = self.connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = '_data' AND database_name = current_database() AND table_name "
            "LIKE 't%' AND CAST(substr(table_name, 2) AS BIGINT) NOT IN (SELECT id FROM _snow.objects)"
        ).fetchall()
        for (table,) in rows:
            self.connection.execute(f'DROP VIEW IF EXISTS _data."v{table[1:]}"')
            self.connection.execute(f'DROP TABLE _data."{table}"')

    def load(self) -> State:
        """Every object in the file."""
        rows = self.connection.execute(
            "SELECT id, owner, created_on, altered_on, dropped_on, dropped_with, body FROM _snow.objects ORDER BY id"
        ).fetchall()
        return State().after(system_records(datetime.now(UTC))).after(_record(*row) for row in rows)

    def copy_to(self, name: str) -> Path:
        """A copy of what is committed, in the folder for copies; this file stays open and may be written meanwhile.

        By DuckDB itself: a plain copy would end in closing a second handle on the file, and with it POSIX gives up this process's lock.
        """
        target = self.copies / name
        source = self.connection.execute("SELECT current_database()").fetchone()[0]
        self.connection.execute(f"ATTACH {_text(str(target))} AS _copy")
        try:
            self.connection.execute(f"COPY FROM DATABASE {quote(source)} TO _copy")
        finally:
            self.connection.execute("DETACH _copy")
        if self.stages.is_dir():
            shutil.copytree(self.stages, target.with_name(target.name + STAGES), copy_function=_link)
        return target

    @contextmanager
    def one_thread(self) -> Iterator[None]:
        """Ties in ROW_NUMBER, LIMIT, lists without an order, sums of FLOAT: with several threads DuckDB answers otherwise each time. On
        this connection, since a session's may end in an aborted transaction."""
        self.connection.execute("SET threads = 1")
        try:
            yield
        finally:
            self.connection.execute("RESET threads")

    def close(self) -> None:
        self.natives.close()
        self.connection.close()
        self._folder.cleanup()


def save(connection: duckdb.DuckDBPyConnection, records: Iterable[Record]) -> None:
    """Write records in the connection's transaction: the data they describe changes in the same one."""
    records = list(records)
    if not records:
        return
    ids = [record.id for record in records]
    connection.execute(f"DELETE FROM _snow.objects WHERE id IN ({','.join(map(str, ids))})")
    connection.executemany("INSERT INTO _snow.objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [_row(record) for record in records])


def _row(record: Record) -> tuple[object, ...]:
    parts = record.name.parts
    body = {
        "object": dump_object(record.object),
        "physical": list(record.physical),
        "next_column": record.next_column,
        "extra": record.extra,
    }
    return (
        record.id,
        record.object.kind.domain,
        parts[0] if len(parts) > 1 else None,
        parts[1] if len(parts) > 2 else None,
        parts[-1],
        record.object.kind.value,
        record.owner,
        record.created_on,
        record.altered_on,
        record.dropped_on,
        record.dropped_with,
        dumps(body),
    )


def _record(id_, owner, created_on, altered_on, dropped_on, dropped_with, body) -> Record:
    loaded = json.loads(body)
    return Record(
        id=id_,
        object=load_object(loaded["object"]),
        created_on=created_on,
        owner=owner,
        physical=tuple(loaded["physical"]),
        next_column=loaded["next_column"],
        altered_on=altered_on,
        dropped_on=dropped_on,
        dropped_with=dropped_with,
        extra=loaded["extra"],
    )


def _link(source: str, target: str) -> None:
    """One file more: staged files are never changed in place, so two names may share one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), config=dict(_SETTINGS))
    except duckdb.IOException as error:
        text = str(error)
        if _LOCKED.search(text):
            found = _PID.search(text)
            holder = found[1] if found else None
            who = f"process {holder}" if holder else "another process"
            raise Held(f"{path} is held by {who}: `snowpact local serve` is how to share an engine", holder) from error
        if _FOREIGN.search(text):
            raise InputError(f"{path} is not a DuckDB file of this engine: {_AFRESH}") from error
        raise InputError(f"{path} can't be opened: {text.splitlines()[0]}") from error
    except duckdb.Error as error:
        raise InputError(f"{path} is damaged or not a DuckDB file of this engine ({str(error).splitlines()[0]}): {_AFRESH}") from error


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
