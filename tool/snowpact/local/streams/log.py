"""The change log of a table that a stream follows: `_data.l<id>`, written in the transaction that changes the table.

A row of the log is an image of a table's row: OLD, as it was before a statement changed or deleted it; NEW, as the statement left it;
ADDED, as an INSERT made it. ``_seq`` numbers the writing statements of the whole account, in the order of their commits: there is one
writer at a time, and the clock's number commits with what it numbers. A table that no stream follows has no log and pays nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.local.objects import Record, State

if TYPE_CHECKING:
    from snowpact.local.ddl import Ddl
    from snowpact.local.session import Session

OLD, NEW, ADDED = 0, 1, 2

SETUP = """
CREATE TABLE _snow.clock (seq BIGINT);
INSERT INTO _snow.clock VALUES (0);
CREATE TABLE _snow.offsets (stream BIGINT, seq BIGINT, initial BOOLEAN, moved_on TIMESTAMPTZ)
"""
"""offsets: a stream's changes are those with a greater number than ``seq``; initial: it first shows what was there when it was made."""

_TOUCHED, _MARK = "temp._touched", "temp._mark"
_NOW = "(SELECT seq FROM _snow.clock)"


def table(id_: int) -> str:
    """The log of the table with that id, in DuckDB's spelling."""
    return f'_data."l{id_}"'


def start(change: Ddl, record: Record) -> None:
    """Give a table a log, unless it has one; from here on its change tracking is on
    (https://docs.snowflake.com/en/sql-reference/sql/create-stream#usage-notes), also when what follows it is gone [M]."""
    track(change, record)
    change.run(
        f"CREATE TABLE IF NOT EXISTS {table(record.id)} AS SELECT CAST(0 AS BIGINT) AS _seq, CAST(0 AS TINYINT) AS _image, _rid, "
        f"{', '.join(record.physical)} FROM {record.table} LIMIT 0"
    )


def track(change: Ddl, record: Record) -> None:
    if not is_tracked(record):
        change.put(record.with_extra(tracked=True))


def is_tracked(record: Record) -> bool:
    """What CHANGE_TRACKING is: set by itself, or since something follows the object."""
    return bool(record.object.property("change_tracking") or record.extra.get("tracked"))


def adapt(change: Ddl, before: Record, after: Record) -> None:
    """Bring a log's columns to those that an ALTER gave its table: a stream shows old rows in the table's present columns."""
    if before.id not in change.session.engine.state.followed:
        return
    log = table(after.id)
    types = dict(change.run(f"SELECT column_name, column_type FROM (DESCRIBE {after.table})").fetchall())
    logged = dict(change.run(f"SELECT column_name, column_type FROM (DESCRIBE {log})").fetchall())
    for name in before.physical:
        if name not in after.physical:
            change.run(f"ALTER TABLE {log} DROP COLUMN {name}")
        elif logged[name] != types[name] and not _is_narrower(types[name], logged[name]):
            change.run(f"ALTER TABLE {log} ALTER COLUMN {name} TYPE {types[name]}")
    for name in after.physical:
        if name not in before.physical:
            _add(change, after, name, types[name])


def _is_narrower(type_: str, than: str) -> bool:
    """Whether a DECIMAL has fewer digits than another: images of earlier rows may not fit, so a log keeps the wider type."""
    one, other = (re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", text) for text in (type_, than))
    return one is not None and other is not None and one[2] == other[2] and int(one[1]) < int(other[1])


def _add(change: Ddl, record: Record, name: str, type_: str) -> None:
    """A new column of the log; earlier images have the default that earlier rows of the table were given."""
    from snowpact.local.alter_columns import constant_default

    column = record.object.columns[record.physical.index(name)]
    value = constant_default(record, column) if column.default is not None else "NULL"
    change.run(f"ALTER TABLE {table(record.id)} ADD COLUMN {name} {type_} DEFAULT {value}")
    change.run(f"ALTER TABLE {table(record.id)} ALTER COLUMN {name} DROP DEFAULT")


@contextmanager
def recorded(
    session: Session, record: Record, rows: str | None = None, names: Sequence[str] = ("r",), write: Callable[[str], Any] | None = None
) -> Iterator[str]:
    """Around a statement's write of a table, so that its log follows. Yields what to use instead of ``rows``.

    rows: a DuckDB query of the rows to be changed or deleted, their row ids in the column ``r`` of ``names``; None where rows are only
    added. It is run once, since it may answer otherwise the next time (RANDOM, a sequence). write: the transaction's own where not given.
    """
    session.transaction.touched.add(record.id)
    if record.id not in session.engine.state.followed:
        yield rows or ""
        return
    write = write or session.transaction.write
    write("UPDATE _snow.clock SET seq = seq + 1")
    write("CREATE OR REPLACE TEMP TABLE _mark AS SELECT nextval('_snow.rid') AS r")
    if rows is not None:
        write(f"CREATE OR REPLACE TEMP TABLE _touched AS SELECT * FROM ({rows}) AS q({', '.join(names)})")
        write(_images(record, OLD, f"_rid IN (SELECT r FROM {_TOUCHED} WHERE r IS NOT NULL)"))
    yield f"SELECT * FROM {_TOUCHED}"
    if rows is not None:
        write(_images(record, NEW, f"_rid IN (SELECT r FROM {_TOUCHED} WHERE r IS NOT NULL)"))
        write(f"DROP TABLE {_TOUCHED}")
    write(_images(record, ADDED, f"_rid > (SELECT r FROM {_MARK})"))
    write(f"DROP TABLE {_MARK}")


def every_row(record: Record) -> str:
    return f"SELECT _rid FROM {record.table}"


def _images(record: Record, image: int, condition: str) -> str:
    columns = ", ".join(record.physical)
    return (
        f"INSERT INTO {table(record.id)} (_seq, _image, _rid, {columns}) "
        f"SELECT {_NOW}, {image}, _rid, {columns} FROM {record.table} WHERE {condition}"
    )


def forget(change: Ddl, before: State, after: State) -> None:
    """Remove the logs that a statement leaves without anyone to read them."""
    for id_ in before.followed - after.followed:
        change.run(f"DROP TABLE IF EXISTS {table(id_)}")


def tidy(connection: duckdb.DuckDBPyConnection, state: State) -> None:
    """When the file is opened: no logs that nobody follows, no offsets of streams gone, no changes that all streams have passed."""
    connection.execute("BEGIN TRANSACTION")
    followers = state.followers
    kept = ", ".join(str(follower.id) for follower in followers) or "NULL"
    connection.execute(f"DELETE FROM _snow.offsets WHERE stream NOT IN ({kept})" if followers else "DELETE FROM _snow.offsets")
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = '_data' AND database_name = current_database() AND table_name LIKE 'l%'"
    ).fetchall()
    for id_ in (int(name[1:]) for (name,) in names):
        if id_ in state.followed:
            trim(connection.execute, state, id_)
        else:
            connection.execute(f"DROP TABLE {table(id_)}")
    connection.execute("COMMIT")


def trim(run: Callable[[str], Any], state: State, id_: int, held: Sequence[int] = ()) -> None:
    """Delete the changes that all who follow a table have passed. held: offsets that open transactions still read from."""
    followers = ", ".join(str(follower.id) for follower in state.followers if id_ in follower.extra["tables"])
    passed = f"(SELECT min(seq) FROM _snow.offsets WHERE stream IN ({followers}))"
    passed = f"least({', '.join([passed, *map(str, held)])})" if held else passed
    run(f"DELETE FROM {table(id_)} WHERE _seq <= {passed}")
