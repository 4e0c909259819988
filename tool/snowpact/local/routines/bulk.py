"""What Snowpark does value by value when a handler makes a frame of many rows, done once for each kind of row, and by the column.

Its answers stay its own: rows whose values are of the same Python types have the same inferred schema, and merging a schema into one
that holds it already changes nothing. It lives in the worker.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Ask = Callable[[dict[str, Any]], dict[str, Any]]


def install(ask: Ask) -> None:
    """Put these in the place of Snowpark's own, in this process."""
    from snowflake.snowpark import session
    from snowflake.snowpark._internal import server_connection, type_utils

    known = Schemas(type_utils.infer_schema, type_utils.merge_type)
    session.infer_schema, session.merge_type = known.infer, known.merge
    batch = server_connection.ServerConnection.run_batch_insert

    def run_batch_insert(self: Any, query: str, rows: list[Any], **options: Any) -> None:
        if not _inserted(ask, query, rows):
            batch(self, query, rows, **options)

    server_connection.ServerConnection.run_batch_insert = run_batch_insert


class Schemas:
    """Snowpark's infer_schema and merge_type, each asked once for what it has been asked before."""

    MOST = 1000
    """Kinds of rows that are remembered."""

    def __init__(self, infer: Callable[..., Any], merge: Callable[..., Any]):
        self._infer, self._merge = infer, merge
        self._by_kind: dict[Any, Any] = {}
        self._merged: dict[int, tuple[Any, set[int]]] = {}  # by the id of a schema: itself, and the ids of those it holds

    def infer(self, row: Any, names: list[Any] | None = None) -> Any:
        key = kind_of_row(row)
        if key is None:
            return self._infer(row, names)
        key = (id(names), len(names) if names is not None else None, key)
        if len(self._by_kind) > self.MOST:
            self._by_kind.clear()
            self._merged.clear()
        if key not in self._by_kind:
            self._by_kind[key] = names, self._infer(row, names)  # the names are kept, so that their id stays theirs
        return self._by_kind[key][1]

    def merge(self, one: Any, other: Any, name: str | None = None) -> Any:
        held = self._merged.get(id(one), (None, set()))[1]
        if one is other or id(other) in held:
            return one
        made = self._merge(one, other, name)
        if any(other is schema for _, schema in self._by_kind.values()):
            self._merged[id(made)] = made, {*held, id(one), id(other)}
        return made


def kind_of_row(row: Any) -> Any:
    """What infer_schema looks at in a row: its keys, and the types of its values; None for a row of another form."""
    if type(row) in (list, tuple):
        return tuple(map(_kind, row))
    return tuple((key, _kind(value)) for key, value in row.items()) if type(row) is dict else None


def _kind(value: Any) -> Any:
    """What infer_type looks at in a value."""
    type_ = type(value)
    if type_ is dt.datetime:
        return type_, value.tzinfo is None
    if type_ is dict:
        first = next(((key, item) for key, item in value.items() if key is not None and item is not None), None)
        return type_, first and (_kind(first[0]), _kind(first[1]))
    if type_ in (list, tuple):
        return type_, _kind(value[0]) if any(item is not None for item in value) else None
    return type_


def arrow(columns: Sequence[str], values: Iterable[Sequence[Any]]) -> str:
    """Columns as a base64 arrow stream. Raises pyarrow.ArrowInvalid or ArrowTypeError for a column of several types."""
    import pyarrow

    return stream(pyarrow.table([pyarrow.array(column) for column in values], names=list(columns)))


def stream(table: Any) -> str:
    import pyarrow

    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def _inserted(ask: Ask, query: str, rows: list[Any]) -> bool:
    """Whether the rows of ``INSERT INTO t VALUES (?, …)`` could go as columns, and went."""
    import pyarrow

    into, values, _ = query.partition(" VALUES ")
    if not values or not rows:
        return False
    try:
        sent = arrow([f"C{place}" for place in range(len(rows[0]))], zip(*rows, strict=True))
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError, OverflowError):
        return False
    answer = ask({"frame": sent, "into": into})
    if "error" in answer:
        from snowflake.connector.errors import ProgrammingError

        raise ProgrammingError(**answer["error"])
    return True
