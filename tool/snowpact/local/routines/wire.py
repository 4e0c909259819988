"""How engine and worker talk: frames of JSON over two pipes, each behind its length. Never pickle, which runs code.

The standard library alone is imported here, since the worker starts once per engine and each import delays it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import struct
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

_LENGTH = struct.Struct(">I")
_TAG = "\0"
"""The key that marks a value JSON has no form for. A NUL can stand in no Snowflake string, so no user's key is one."""

_DECODE: dict[str, Callable[[str], Any]] = {
    "n": Decimal,
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "h": dt.time.fromisoformat,
    "b": bytes.fromhex,
    "s": lambda _: SQL_NULL,
}


class sqlNullWrapper:
    """What a VARIANT argument that is NULL arrives as, since None is JSON's null.

    https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-examples (``getattr(a, "is_sql_null", False)``).
    """

    is_sql_null = True


SQL_NULL = sqlNullWrapper()


class PipeClosed(EOFError):
    """The other side is gone."""


def encode(value: Any) -> bytes:
    """One frame. Raises TypeError for a value that no SQL type holds."""
    body = json.dumps(value, default=_tagged, separators=(",", ":")).encode("ascii")
    return _LENGTH.pack(len(body)) + body


def decode(body: bytes | bytearray) -> Any:
    return json.loads(body, object_hook=_untagged)


def _tagged(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {_TAG: "n", "v": str(value)}
    if isinstance(value, dt.datetime):  # before date: a datetime is one
        return {_TAG: "t", "v": value.isoformat()}
    if isinstance(value, dt.date):
        return {_TAG: "d", "v": value.isoformat()}
    if isinstance(value, dt.time):
        return {_TAG: "h", "v": value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {_TAG: "b", "v": bytes(value).hex()}
    if value is SQL_NULL:
        return {_TAG: "s", "v": ""}
    if type(value).__module__ == "numpy":  # its scalars and arrays, without importing it
        return value.tolist()
    raise TypeError(f"a value of type {type(value).__name__} has no counterpart in SQL")


def _untagged(value: dict[str, Any]) -> Any:
    kind = value.get(_TAG)
    return value if kind is None else _DECODE[kind](value["v"])


class Channel:
    """One end of the two pipes."""

    def __init__(self, read_fd: int, write_fd: int):
        self._read_fd, self._write_fd = read_fd, write_fd

    def send(self, message: dict[str, Any]) -> None:
        """Raises PipeClosed when nobody reads any more."""
        view = memoryview(encode(message))
        try:
            while view:
                view = view[os.write(self._write_fd, view) :]
        except OSError as gone:
            raise PipeClosed("the other side closed the pipe") from gone

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """A question to the engine, and its answer."""
        self.send({"ask": question})
        return self.receive()

    def receive(self, deadline: float | None = None) -> dict[str, Any]:
        """The next message. Raises PipeClosed at the end, TimeoutError when time.monotonic() passes ``deadline``."""
        length = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))[0]
        return decode(self._exactly(length, deadline))

    def _exactly(self, size: int, deadline: float | None) -> bytearray:
        buffer = bytearray()
        while len(buffer) < size:
            if deadline is not None:
                ready, _, _ = select.select([self._read_fd], [], [], max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise TimeoutError
            chunk = os.read(self._read_fd, min(size - len(buffer), 1 << 20))
            if not chunk:
                raise PipeClosed("the other side closed the pipe")
            buffer += chunk
        return buffer
