"""Pipes: a COPY that waits for files (https://docs.snowflake.com/en/user-guide/data-load-snowpipe-intro).

Files come by ALTER PIPE … REFRESH alone: AUTO_INGEST waits for a cloud's notifications, and there is no REST endpoint here. What is sent to
a pipe that runs is loaded before the statement ends, by the pipe's owner; a paused one keeps it until it is resumed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from snowpact.local import dml
from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.stages.loading import Ingest, load, waiting
from snowpact.local.stages.loads import FileLoad
from snowpact.local.stages.location import locate
from snowpact.local.stages.source import transformation
from snowpact.local.translate.staged import location_of
from snowpact.model.catalog import Kind
from snowpact.sql.statements.copy import CopyInto, parse_copy
from snowpact.sql.statements.options import Option

if TYPE_CHECKING:
    from snowpact.local.session import Session

SETTINGS = {"auto_ingest", "error_integration", "aws_sns_topic", "integration"}
PAUSED = "paused"
"""The property of a pipe that does not load."""

_RECENT = timedelta(days=7)
"""How old a file may be for REFRESH (https://docs.snowflake.com/en/sql-reference/sql/alter-pipe)."""

_NOT_IN_PIPES = {"FILES", "SIZE_LIMIT", "PURGE", "FORCE", "VALIDATION_MODE", "RETURN_FAILED_ONLY"}


def checked(session: Session, definition: str) -> CopyInto:
    """A pipe's COPY. Raises where it is no COPY into a table, or has an option that pipes don't take
    (https://docs.snowflake.com/en/sql-reference/sql/create-pipe#usage-notes)."""
    copy = parse_copy(definition)
    if copy.unloads:
        raise compilation("A pipe's statement must be COPY INTO a table.", 2070, "42601")  # text and number [M]
    taken = copy.options.keys() & _NOT_IN_PIPES
    on_error = str(copy.options.get("ON_ERROR", "")).upper()
    if taken or on_error == "ABORT_STATEMENT":
        option = min(taken) if taken else "ON_ERROR = ABORT_STATEMENT"
        raise compilation(f"Copy option {option} is not supported in a pipe.", 2070, "42601")  # text and number [M]
    if copy.query is not None:
        transformation(session, copy.query)
    return copy


def table_of(session: Session, copy: CopyInto) -> Record:
    return dml.writable(session.require(Kind.TABLE, session.name(copy.target)))


def stage_of(session: Session, copy: CopyInto) -> str:
    """The staged location that a pipe reads, as written."""
    source = copy.source
    if copy.query is not None:
        source = location_of(transformation(session, copy.query)[1])
    return source or ""


@contextmanager
def _as_owner(session: Session, pipe: Record) -> Iterator[tuple[Session, Record, CopyInto]]:
    """A session of the pipe's own, in its schema, with what the pipe loads. Without a query's error, what it wrote is committed."""
    database, schema, _ = pipe.name.parts
    other = session.engine.connect(database, schema, pipe.owner)
    try:
        copy = parse_copy(pipe.object.definition or "")
        copy = replace(copy, options={"ON_ERROR": "SKIP_FILE", **copy.options})
        table = table_of(other, copy)
        access.require(other, table, "INSERT", label="Table")
        with other.transaction.guard():
            yield other, table, copy
    finally:
        other.close()


def send(session: Session, pipe: Record, options: dict[str, Option]) -> tuple[list[str], list[str]]:
    """REFRESH: the names of the files that are sent, and those that now wait; what is sent to a pipe that runs is loaded and does not wait.

    Files of the last seven days, or modified since MODIFIED_AFTER; PREFIX goes on from the path in the COPY.
    """
    since = _moment(options["MODIFIED_AFTER"]) if "MODIFIED_AFTER" in options else datetime.now(UTC) - _RECENT
    with _as_owner(session, pipe) as (other, table, copy):
        path = _below(locate(other, stage_of(other, copy)).path, str(options.get("PREFIX", "")))
        found = [file for file in waiting(other, table, copy, Ingest(pipe.id)) if file.modified >= since and file.name.startswith(path)]
        names = [file.name for file in found]
        if not pipe.object.property(PAUSED):
            load(other, table, copy, Ingest(pipe.id, frozenset(names)))
            return names, []
        return names, sorted({*pipe.extra.get("pending", ()), *names})


def _below(path: str, prefix: str) -> str:
    return f"{path.rstrip('/')}/{prefix}" if path and prefix else path or prefix


def resume(session: Session, pipe: Record) -> list[FileLoad]:
    """Load what was sent while the pipe was paused."""
    pending: Sequence[str] = pipe.extra.get("pending", ())
    if not pending:
        return []
    with _as_owner(session, pipe) as (other, table, copy):
        return load(other, table, copy, Ingest(pipe.id, frozenset(pending)))


def _moment(value: Option) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise compilation(f"Timestamp '{value}' is not recognized", 100035, "22007") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def status(session: Session, text: str) -> str:
    """SYSTEM$PIPE_STATUS (https://docs.snowflake.com/en/sql-reference/functions/system_pipe_status): for the owner and who may MONITOR."""
    name = session.name(text)
    pipe = session.find(Kind.PIPE, name)
    if pipe is None or not access.has(access.active(session), pipe, "MONITOR"):
        raise missing(name, "Pipe")
    pending = pipe.extra.get("pending", [])
    told = {"executionState": _state(session, pipe), "pendingFileCount": len(pending)}
    if pending:
        told["oldestPendingFilePath"] = pending[0]
    last = session.duck.execute(
        "SELECT file, loaded_on FROM _snow.loads WHERE pipe = ? AND loaded > 0 ORDER BY loaded_on DESC, file DESC LIMIT 1", [pipe.id]
    ).fetchone()
    if last is not None:
        at = last[1].astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        told |= {"lastIngestedTimestamp": f"{at}Z", "lastIngestedFilePath": last[0]}
    return json.dumps(told, separators=(",", ":"))


def _state(session: Session, pipe: Record) -> str:
    target = pipe.object.property("target")
    if target is not None and session.engine.state.get(Kind.TABLE.domain, target) is None:
        return "STOPPED_MISSING_TABLE"
    return "PAUSED" if pipe.object.property(PAUSED) else "RUNNING"
