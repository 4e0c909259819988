"""The process that renders, as the program sees it: started on demand, asked, killed when it does not answer in time."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from snowpact.migrations.wire import HEADER, frame, unframe

_START = "import sys; sys.path[:] = sys.argv[1:]; from snowpact.migrations.sandboxed import main; main()"
_START_SECONDS = 20.0
_LONGEST = 1 << 30
"""No honest answer is longer: what the process may hold is bounded far below."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one template may take: seconds of wall time, bytes of address space, characters of output."""

    seconds: float = 5.0
    memory: int = 512 << 20
    output: int = 16 << 20


class Overdue(Exception):
    """No answer within the time limit; the process is gone."""


class Crashed(Exception):
    """The process ended without an answer."""


class NotStarted(Exception):
    """The process could not be started, or did not come up."""


class Sandbox:
    """One process at a time. Not for several threads."""

    def __init__(self, settings: dict[str, Any], limits: Limits):
        self.settings = {**settings, "seconds": limits.seconds, "memory": limits.memory, "output": limits.output}
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request. Raises Overdue, Crashed or NotStarted; the next request gets a new process."""
        try:
            if self._process is None:
                self._start()
            return self._exchange(request, self.limits.seconds)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process, whatever it does. A later request starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # what was left unsent to a process that is gone
                pipe.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        path = [os.path.abspath(entry) for entry in sys.path if entry]
        command = [sys.executable, "-I", "-S", "-B", "-c", _START, *path]
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env={}, bufsize=0)
            self._exchange(self.settings, _START_SECONDS)
        except (OSError, Overdue, Crashed) as error:
            raise NotStarted from error

    def _exchange(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        try:
            self._send(frame(message))
            length = int.from_bytes(self._receive(HEADER, deadline), "big")
            if length > _LONGEST:
                raise Crashed
            return unframe(self._receive(length, deadline))
        except (BrokenPipeError, ValueError, RecursionError):
            raise Crashed from None

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._process.stdin.write(view) :]  # type: ignore[union-attr]

    def _receive(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        stream = self._process.stdout.fileno()  # type: ignore[union-attr]
        while length:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise Overdue
            part = os.read(stream, min(length, 1 << 20))
            if not part:
                raise Crashed
            parts.append(part)
            length -= len(part)
        return b"".join(parts)
