"""Functions that DuckDB has not, in Python: each is registered with DuckDB at its first use, which loads NumPy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock

import duckdb


def _digest(algorithm: str, text: str) -> str:
    return hashlib.new(algorithm, text.encode()).hexdigest()


def _sha2(bits: int) -> Callable[[str], str]:
    return partial(_digest, f"sha{bits}")


FUNCTIONS: dict[str, tuple[Callable[..., str], list[str], str]] = {
    f"_native_sha{bits}": (_sha2(bits), ["VARCHAR"], "VARCHAR") for bits in (224, 384, 512)
}
"""By its name in DuckDB: the function, the types of its arguments and of its result. NULL gives NULL."""


class Natives:
    """Those of ``FUNCTIONS`` that one DuckDB knows."""

    def __init__(self) -> None:
        self._registered: dict[str, duckdb.DuckDBPyConnection] = {}
        self._lock = Lock()

    def require(self, name: str, root: duckdb.DuckDBPyConnection) -> None:
        """On a connection of its own, so that a transaction that is rolled back does not take it along."""
        with self._lock:
            if name not in self._registered:
                connection = root.cursor()
                function, parameters, result = FUNCTIONS[name]
                connection.create_function(name, function, parameters, result)
                self._registered[name] = connection

    def close(self) -> None:
        """DuckDB counts functions that are not taken out as leaked."""
        for name, connection in self._registered.items():
            with suppress(duckdb.Error):
                connection.remove_function(name)
                connection.close()
        self._registered.clear()
