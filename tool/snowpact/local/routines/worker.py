"""The process that runs bodies: reads requests from the engine, answers with rows, a value or an error. JavaScript has a host of its own.

What a body prints goes to standard error; only this module writes to the pipe.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from snowpact.local.routines import snowpark, vectorised
from snowpact.local.routines.code import SOURCE_FILE, HandlerError, handler, imported
from snowpact.local.routines.javascript import worker as javascript
from snowpact.local.routines.wire import Channel, PipeClosed

CHUNK = 4096
"""Rows in one frame: big enough that framing costs nothing, small enough that none holds a whole table."""


def _handler(request: dict[str, Any]) -> Any:
    return handler(request["code"]["source"], request["code"]["handler"])


def _each_row(channel: Channel, request: dict[str, Any]) -> Any:
    """A scalar function over a batch of argument rows."""
    function, rows = _handler(request), request["rows"]
    return vectorised.values(function, rows) if vectorised.takes_frames(function) else [function(*row) for row in rows]


def _each_group(channel: Channel, request: dict[str, Any]) -> Any:
    """An aggregate function over groups of argument rows: one state each, so nothing is merged."""
    make = _handler(request)
    missing = [name for name in _AGGREGATE if not hasattr(make, name)]
    if missing:
        raise HandlerError(f"an aggregate function's handler class needs {' and '.join(missing)}")
    return [_finished(make(), rows) for rows in request["rows"]]


_AGGREGATE = ("aggregate_state", "accumulate", "merge", "finish")
"""https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-aggregate-functions#interface-for-aggregate-function-handler"""


def _finished(state: Any, rows: list[list[Any]]) -> Any:
    for row in rows:
        state.accumulate(*row)
    return state.finish()


def _each_partition(channel: Channel, request: dict[str, Any]) -> Any:
    """A table function: a new handler object per partition; rows leave in chunks as they are made."""
    handle = _handler(request)
    width = request["width"]
    made_of = _each_row_alone if not request["partitioned"] and vectorised.takes_frames(getattr(handle, "process", None)) else _one_by_one
    for index, rows in enumerate(made_of(handle, request)):
        chunk: list[Any] = []
        for made in rows:
            chunk.append(_output_row(made, width))
            if len(chunk) == CHUNK:
                channel.send({"partition": index, "rows": chunk})
                chunk = []
        if chunk:
            channel.send({"partition": index, "rows": chunk})
    return None


def _one_by_one(handle: Any, request: dict[str, Any]) -> Iterator[Iterable[Any]]:
    return (_partition_rows(handle, partition, request) for partition in request["rows"])


def _each_row_alone(handle: Any, request: dict[str, Any]) -> Iterator[Iterable[Any]]:
    """A vectorized ``process`` of rows that belong to no partition: one output row for each, made by the batch."""
    rows = [row for partition in request["rows"] for row in partition]
    return ([made] for made in vectorised.table_rows(handle().process, rows, request["code"]["names"], same=True))


def _partition_rows(handler: Any, partition: list[list[Any]], request: dict[str, Any]) -> Iterable[Any]:
    instance, names = handler(), request["code"]["names"]
    process: Callable[..., Any] | None = getattr(instance, "process", None)
    end: Callable[..., Any] | None = getattr(instance, "end_partition", None)
    if process is None and end is None:
        raise HandlerError("a table function's handler class needs a method process or end_partition")
    if vectorised.takes_frames(end):
        if process is not None or not request["partitioned"]:
            raise HandlerError("a vectorized end_partition needs a call with PARTITION BY, and no method process beside it")
        yield from vectorised.table_rows(end, partition, names)
        return
    if vectorised.takes_frames(process):
        yield from vectorised.table_rows(process, partition, names, same=True)
    elif process is not None:
        for row in partition:
            yield from process(*row) or ()
    if end is not None:
        yield from end() or ()


def _output_row(made: Any, width: int) -> Any:
    if not isinstance(made, tuple | list):
        raise HandlerError(f"a table function yields tuples, not {type(made).__name__}")
    if len(made) != width:
        raise HandlerError(f"a row of {len(made)} values was yielded, RETURNS TABLE has {width} columns")
    return made


def _procedure(channel: Channel, request: dict[str, Any]) -> Any:
    handle, (args,) = _handler(request), request["rows"]
    if not inspect.signature(handle).parameters:
        return {"value": handle(*args)}
    session = snowpark.session(channel.ask)
    try:
        return snowpark.outcome(handle(session, *args))
    finally:
        snowpark.end(session)


_OPERATIONS = {"scalar": _each_row, "aggregate": _each_group, "table": _each_partition, "procedure": _procedure}


def _answered(channel: Channel, request: dict[str, Any]) -> Any:
    if request["code"]["language"] == "JAVASCRIPT":
        return javascript.run(channel, request)
    with imported(request["code"]["imports"]):
        return _OPERATIONS[request["op"]](channel, request)


def _report(error: BaseException) -> dict[str, Any]:
    """The traceback, of the body's own frames alone: the worker's and the libraries' are nobody's business."""
    if isinstance(error, javascript.Uncaught):
        return {"error": error.report}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == SOURCE_FILE]
    lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
    what = "".join(traceback.format_exception_only(error)).rstrip()
    return {"error": "\n".join([*(["Traceback (most recent call last):"] if lines else []), *lines, what])}


def _leave_with_parent() -> None:
    """A body that never returns must not outlive an engine that was killed."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main() -> None:
    """Take over standard input and output as the pipe; give the body an empty input and standard error instead."""
    channel = Channel(os.dup(0), os.dup(1))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.modules["_snowflake"] = vectorised.module()
    while True:
        try:
            request = channel.receive()
        except PipeClosed:
            return
        try:
            channel.send({"done": _answered(channel, request)})
        except PipeClosed:
            return
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            channel.send(_report(error))


if __name__ == "__main__":
    main()
