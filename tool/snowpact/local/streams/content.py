"""What a stream shows, as DuckDB text: the net changes of a table between two numbers of the log.

https://docs.snowflake.com/en/user-guide/streams-intro: a row that was updated shows as a DELETE and an INSERT, both flagged; one that was
inserted and then updated as an INSERT of what it is now; one that was inserted and deleted not at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from snowpact.local.encoding import quoted
from snowpact.local.objects import Record
from snowpact.local.streams import log
from snowpact.model.catalog import Column
from snowpact.model.types import BOOLEAN, varchar

METADATA = (Column("METADATA$ACTION", varchar()), Column("METADATA$ISUPDATE", BOOLEAN), Column("METADATA$ROW_ID", varchar()))


def shown(columns: Sequence[str], names: Sequence[str], action: str, is_update: str, row: str) -> str:
    """A select list: the source's columns under their Snowflake names, and the three of a stream."""
    values = [*columns, action, is_update, row]
    return ", ".join(f"{value} AS {quoted(name)}" for value, name in zip(values, [*names, *(item.name for item in METADATA)], strict=True))


def row_id(expression: str = "_rid") -> str:
    """Forty hexadecimal digits, as Snowflake's; the same for the same row, whichever stream shows it."""
    return f"sha1(CAST({expression} AS VARCHAR))"


def net_changes(record: Record, after: int, until: int) -> str:
    """The first image of each row where that is an old one, and the last where that is a new one."""
    order = "_seq * 4 + _image"
    window = f"SELECT *, {order} = min({order}) OVER w AS first, {order} = max({order}) OVER w AS last"
    window += f", arg_min(_image, {order}) OVER w = {log.OLD} AND arg_max(_image, {order}) OVER w <> {log.OLD} AS updated"
    images = f"{window} FROM {logged(record, after, until)} WINDOW w AS (PARTITION BY _rid)"
    listed = shown(record.physical, _names(record), f"CASE _image WHEN {log.OLD} THEN 'DELETE' ELSE 'INSERT' END", "updated", row_id())
    return f"SELECT {listed} FROM ({images}) WHERE (first AND _image = {log.OLD}) OR (last AND _image <> {log.OLD})"


def additions(record: Record, after: int, until: int) -> str:
    """What an append-only stream shows: rows as they were inserted, whatever became of them."""
    listed = shown(record.physical, _names(record), "'INSERT'", "FALSE", row_id())
    return f"SELECT {listed} FROM ({added(record, after, until)})"


def logged(record: Record, after: int, until: int) -> str:
    """The part of the log that a window sees, for FROM."""
    return f"(SELECT * FROM {log.table(record.id)} WHERE _seq > {after} AND _seq <= {until})"


def added(record: Record, after: int, until: int) -> str:
    """The rows inserted in a window, as they were inserted, under their physical names."""
    return f"SELECT * FROM {logged(record, after, until)} WHERE _image = {log.ADDED}"


def before(record: Record, after: int, until: int) -> str:
    """The rows touched in a window as they were before it; those that it inserted were not there."""
    first = "row_number() OVER (PARTITION BY _rid ORDER BY _seq, _image) = 1"
    return f"SELECT * FROM (SELECT * FROM {logged(record, after, until)} QUALIFY {first}) WHERE _image = {log.OLD}"


def afterwards(record: Record, after: int, until: int) -> str:
    """The rows touched in a window as they were after it; those that it deleted are gone."""
    last = "row_number() OVER (PARTITION BY _rid ORDER BY _seq DESC, _image DESC) = 1"
    return f"SELECT * FROM (SELECT * FROM {logged(record, after, until)} QUALIFY {last}) WHERE _image <> {log.OLD}"


def net_images(record: Record, after: int, until: int) -> str:
    """Both: of each row touched in a window its image before and its image afterwards, as far as there were any."""
    ends = f"(_image = {log.OLD} AND lag(_rid) OVER w IS NULL) OR (_image <> {log.OLD} AND lead(_rid) OVER w IS NULL)"
    return f"SELECT * FROM {logged(record, after, until)} WINDOW w AS (PARTITION BY _rid ORDER BY _seq, _image) QUALIFY {ends}"


def initial(record: Record, at: int) -> str:
    """SHOW_INITIAL_ROWS: the rows that were there when the stream was made."""
    listed = shown(record.physical, _names(record), "'INSERT'", "FALSE", row_id())
    return f"SELECT {listed} FROM ({rows_at(record, at)})"


def rows_at(record: Record, at: int) -> str:
    """A table's rows, under their physical names, as the statement of that number left them."""
    columns = ", ".join(("_rid", *record.physical))
    later = f"SELECT * FROM {log.table(record.id)} WHERE _seq > {at}"
    earliest = f"SELECT * FROM ({later}) QUALIFY row_number() OVER (PARTITION BY _rid ORDER BY _seq, _image) = 1"
    return (
        f"SELECT {columns} FROM {record.table} WHERE _rid NOT IN (SELECT _rid FROM ({later})) "
        f"UNION ALL SELECT {columns} FROM ({earliest}) WHERE _image = {log.OLD}"
    )


def _names(record: Record) -> list[str]:
    return [column.name for column in record.object.columns]
