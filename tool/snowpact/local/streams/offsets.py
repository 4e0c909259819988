"""Which changes a statement sees in a stream, and when the stream moves on.

Inside BEGIN … COMMIT all statements see the changes up to the transaction's start, again and again; a statement by itself those up to
its own start. A stream moves when a DML statement that reads it commits, whatever rows the statement takes
(https://docs.snowflake.com/en/user-guide/streams-intro). The offset is written in the DML's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from snowpact.local.objects import Record
from snowpact.local.streams import log
from snowpact.model.catalog import CatalogObject
from snowpact.model.errors import StatementError
from snowpact.sql.classify import Classified

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

CONSUMING = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}


@dataclass(frozen=True, slots=True)
class Window:
    """Changes with a number in ``(after, until]``; initial: the rows as of ``after`` instead. consumed: by this transaction already."""

    stream: Record
    after: int
    until: int
    initial: bool
    consumed: bool = False


@dataclass(slots=True)
class Reads:
    """The streams that the statement being run reads. locks: it will move them, so nobody else may from here on."""

    locks: bool = False
    windows: dict[int, Window] = field(default_factory=dict)


def begin(
    change: Ddl,
    item: CatalogObject,
    source: Record,
    tables: Sequence[Record],
    views: Sequence[int] | None = None,
    model: Record | None = None,
) -> Record:
    """A new stream, where ``model`` stands or else at this moment. tables: what it follows; views: the ids of those between."""
    for table in tables:
        log.start(change, table)
    listed = list(views) if views is not None else None
    stream = change.put(change.create(item).with_extra(source=source.id, tables=[table.id for table in tables], views=listed))
    if model is not None:
        taken = "SELECT ?, seq, initial, moved_on FROM _snow.offsets WHERE stream = ?"
        change.run(f"INSERT INTO _snow.offsets {taken}", [stream.id, model.id])
    else:
        initial = bool(item.property("show_initial_rows"))
        change.run("INSERT INTO _snow.offsets SELECT ?, seq, ?, ? FROM _snow.clock", [stream.id, initial, change.now])
    return stream


@contextmanager
def statement(session: Session, statement: Classified) -> Iterator[None]:
    """Around a whole statement: a DML statement moves the streams that it has read. CREATE TABLE … AS does so in its own transaction."""
    outer, session.reads = session.reads, Reads(statement.verb in CONSUMING)
    try:
        yield
        if statement.verb in CONSUMING:
            move(session, session.transaction.write)
    finally:
        session.reads = outer


def window(session: Session, stream: Record, reads: bool = True) -> Window:
    """What the session sees in a stream. reads: for the statement's own query, which moves the stream if it is a DML statement."""
    if reads and session.reads.locks:
        session.transaction.start()
    transaction = session.transaction
    found = session.reads.windows.get(stream.id) or transaction.windows.get(stream.id)
    if found is None:
        after, initial, now = session.duck.execute(
            "SELECT seq, initial, (SELECT seq FROM _snow.clock) FROM _snow.offsets WHERE stream = ?", [stream.id]
        ).fetchone()
        until = transaction.clock if transaction.open and transaction.clock is not None else now
        found = Window(stream, after, after if initial else max(after, until), initial)
    if transaction.open:
        transaction.windows[stream.id] = found
    if reads:
        session.reads.windows[stream.id] = found
    return found


def move(session: Session, write: Callable[[str, Any], Any]) -> None:
    """Move the streams that the statement has read to the end of what it saw; ``write`` is of the statement's transaction."""
    windows, session.reads.windows = session.reads.windows, {}
    for seen in windows.values():
        if not seen.consumed:
            _move(session, seen, write)


def held(session: Session) -> list[int]:
    """The offsets from which other sessions' open transactions still read."""
    readers = [reader for reader in session.engine.sessions if reader is not session]
    return [seen.after for reader in readers for seen in list(reader.transaction.windows.values())]


def _move(session: Session, seen: Window, write: Callable[[str, Any], Any]) -> None:
    for id_ in seen.stream.extra["tables"]:
        log.trim(lambda sql: write(sql, None), session.engine.state, id_, held(session))
    moved = write(
        "UPDATE _snow.offsets SET seq = ?, initial = FALSE, moved_on = ? WHERE stream = ? AND seq = ? AND initial = ?",
        [seen.until, session.now, seen.stream.id, seen.after, seen.initial],
    ).fetchone()[0]
    if moved != 1:
        text = f"Stream '{seen.stream.name}' was consumed by another transaction since this one first read it."
        raise StatementError(text, 625, "57014")  # Snowflake lets the second one wait; text and number [M]
    if session.transaction.open:
        session.transaction.windows[seen.stream.id] = replace(seen, consumed=True)
