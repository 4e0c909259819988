"""The worker's side of a JavaScript body: an engine of its own for each request, under a memory limit.

Text crosses as JSON of ASCII alone, since QuickJS's strings are not Python's. No Python function may raise into it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

from snowpact.local.routines.wire import Channel, PipeClosed

MEMORY = 512 << 20
"""Bytes of one body's values. An account's limit is not documented."""

STACK = 2 << 20
"""Bytes; the process itself has eight megabytes."""

_PARTS = ("globals.js", "dates.js", "values.js", "errors.js", "api.js", "host.js")
_LINES_BEFORE = 200_000
"""Newlines before the host's own text: a line number tells a body's frames from it."""


def run(channel: Channel, request: dict[str, Any]) -> Any:
    """What ``op`` answers: values of rows, or a procedure's value; rows of partitions are sent. Raises Uncaught."""
    import quickjs

    context = quickjs.Context()
    context.set_max_stack_size(STACK)
    context.set_memory_limit(MEMORY)
    context.add_callable("__ask", _asking(channel))
    context.add_callable("__unsupported", _refusing(channel))
    with _utc():
        host = context.eval(_host())
        try:
            reply = json.loads(host(json.dumps({key: request[key] for key in ("op", "code", "rows")})))
        except (quickjs.JSException, quickjs.StackOverflow):
            raise Uncaught({"text": "JavaScript out of memory error: UDF thread memory limit exceeded"}) from None
        if context.execute_pending_job():
            _refusing(channel)("asynchronous JavaScript")
    if "error" in reply:
        raise Uncaught(reply["error"])
    if request["op"] != "table":
        return reply["done"][0] if request["op"] == "procedure" else reply["done"]
    for index, rows in enumerate(reply["done"]):
        channel.send({"partition": index, "rows": rows})
    return None


class Uncaught(Exception):
    """A body threw. report: ``text`` and ``kind`` (compilation, execution), or ``procedure``: the text of a failed statement."""

    def __init__(self, report: dict[str, Any]):
        super().__init__(report)
        self.report = report


def _asking(channel: Channel) -> Callable[[str], str]:
    def ask(question: str) -> str:
        try:
            return json.dumps(channel.ask(json.loads(question)))
        except PipeClosed:  # the engine is gone: nobody waits for this body
            os._exit(1)

    return ask


def _refusing(channel: Channel) -> Callable[[str], None]:
    def refuse(what: str) -> None:
        """The engine kills this process when it hears of it: no handler of the body catches it."""
        channel.send({"unsupported": what})
        time.sleep(60)
        os._exit(1)

    return refuse


@cache
def _host() -> str:
    folder = resources.files(__package__)
    text = "".join((folder / part).read_text() for part in _PARTS)
    return "\n" * _LINES_BEFORE + f'(() => {{ "use strict";\n{text}\n}})()'


@contextmanager
def _utc() -> Iterator[None]:
    """Dates are local to the session's time zone, UTC here."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()
