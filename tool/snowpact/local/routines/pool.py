"""The engine's side of the workers: start, reuse, time-out, crash.

A worker serves one call at a time. A procedure's own statement may call another Python routine; that call gets a
second worker, and both stay for the next time: of this engine or another of the process, so that a rehearsal's throw-away engine does not
wait for Python to start and Snowpark to be imported.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from snowpact.local.routines.wire import Channel, PipeClosed
from snowpact.local.stopping import timed_out
from snowpact.model.errors import StatementError, UnsupportedFeature

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from snowpact.local.routines.worker import main; main()"
_ROOT = str(Path(__file__).resolve().parents[3])
DEFAULT_TIMEOUT = 600.0

Answer = Callable[[dict[str, Any]], dict[str, Any]]
Row = Sequence[Any]
Code = Mapping[str, Any]


class BodyFailure(Exception):
    """A body raised, or its process died. The argument is what its worker reports: of Python the end of the traceback."""


MOST_IDLE = 4
"""Workers that wait for the next call."""

MOST_CALLS = 1000
"""Calls that one worker serves: what bodies and libraries leave behind in its memory goes with it."""

_idle: list[_Worker] = []
_lock = threading.Lock()


class Workers:
    """The calls of one engine, and the workers that serve them. code: the routine as its language's host in the worker reads it."""

    def __init__(self) -> None:
        self._busy: dict[_Worker, object] = {}

    def scalar(self, code: Code, rows: list[Row], timeout: float | None = None) -> list[Any]:
        """One result per row of arguments."""
        return self._call({"op": "scalar", "code": code, "rows": rows}, timeout)

    def aggregate(self, code: Code, groups: list[list[Row]], timeout: float | None = None) -> list[Any]:
        """One result per group of rows of arguments."""
        return self._call({"op": "aggregate", "code": code, "rows": groups}, timeout)

    def table(
        self, code: Code, partitions: list[list[Row]], width: int, timeout: float | None = None, partitioned: bool = False
    ) -> list[list[Row]]:
        """The rows a table function makes of each partition; ``width`` columns each. partitioned: by the call itself."""
        made: list[list[Row]] = [[] for _ in partitions]
        message = {"op": "table", "code": code, "rows": partitions, "width": width, "partitioned": partitioned}
        self._call(message, timeout, on_rows=lambda index, rows: made[index].extend(rows))
        return made

    def procedure(self, code: Code, args: Row, answer: Answer, timeout: float | None = None, owner: object = None) -> Any:
        """What a procedure returned, as its host tells it. ``answer`` serves its session's requests; ``owner`` may interrupt it."""
        return self._call({"op": "procedure", "code": code, "rows": [args]}, timeout, owner, answer=answer)

    def interrupt(self, owner: object = None) -> None:
        """Kill the workers that run a procedure of ``owner``; every busy worker without one."""
        with _lock:
            stopped = [worker for worker, whose in self._busy.items() if owner is None or whose is owner]
        for worker in stopped:
            worker.interrupt()

    def close(self) -> None:
        """End what runs; workers that are idle stay for other engines."""
        self.interrupt()

    def _call(self, message: dict[str, Any], timeout: float | None, owner: object = None, **handlers: Any) -> Any:
        with self._worker(owner) as worker:
            return worker.call(message, DEFAULT_TIMEOUT if timeout is None else timeout, **handlers)

    @contextmanager
    def _worker(self, owner: object) -> Iterator[_Worker]:
        worker = _taken()
        with _lock:
            self._busy[worker] = owner
        try:
            yield worker
        finally:
            with _lock:
                del self._busy[worker]
                keep = worker.alive and worker.calls < MOST_CALLS and len(_idle) < MOST_IDLE
                if keep:
                    _idle.append(worker)
            if not keep:
                worker.stop()


def _taken() -> _Worker:
    """An idle worker that is alive, else a new one."""
    while True:
        with _lock:
            worker = _idle.pop() if _idle else None
        if worker is None:
            return _Worker()
        if worker.alive:
            return worker
        worker.stop()


@atexit.register
def stop_idle() -> None:
    """End the workers that wait; those of a process that is killed end by themselves."""
    with _lock:
        stopped = _idle[:]
        _idle.clear()
    for worker in stopped:
        worker.stop()


os.register_at_fork(after_in_child=_idle.clear)  # the pipes are the parent's


class _Worker:
    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=tempfile.gettempdir(),
            start_new_session=True,  # Ctrl-C is the engine's to handle
        )
        assert self._process.stdin and self._process.stdout
        self._channel = Channel(self._process.stdout.fileno(), self._process.stdin.fileno())
        self._broken = self._interrupted = False
        self.calls = 0

    @property
    def alive(self) -> bool:
        return not self._broken and self._process.poll() is None

    def call(
        self,
        message: dict[str, Any],
        timeout: float,
        answer: Answer | None = None,
        on_rows: Callable[[int, list[Row]], None] | None = None,
    ) -> Any:
        """Raises BodyFailure, UnsupportedFeature, or StatementError 000630 at the time-out. All but the first leave the worker for dead."""
        deadline = time.monotonic() + timeout
        self.calls += 1
        finished = False
        try:
            self._channel.send(message)
            while True:
                reply = self._channel.receive(deadline)
                if "rows" in reply and on_rows:
                    on_rows(reply["partition"], reply["rows"])
                elif "ask" in reply and answer:
                    self._channel.send(answer(reply["ask"]))
                elif "unsupported" in reply:
                    raise UnsupportedFeature(reply["unsupported"])
                else:
                    finished = True
                    break
        except TimeoutError:
            raise timed_out(timeout) from None
        except PipeClosed:
            if self._interrupted:
                raise StatementError("SQL execution canceled", 604, "57014") from None
            raise BodyFailure(self._last_words()) from None
        finally:
            self._broken = not finished
        if "error" in reply:
            raise BodyFailure(reply["error"])
        return reply["done"]

    def interrupt(self) -> None:
        self._interrupted = True
        self._kill()

    def _last_words(self) -> str:
        code = self._process.wait()
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 2000))
        tail = self._errors.read().decode("utf-8", "replace").strip().splitlines()[-5:]
        return "\n".join([f"the worker process ended with exit status {code}", *tail])

    def stop(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        if self._broken:
            self._kill()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        self._errors.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):  # gone already: what was wanted
            os.killpg(self._process.pid, signal.SIGKILL)
