"""Functions of a worker inside DuckDB's queries: each is registered once as a vectorised DuckDB function that asks a worker.

A table function answers a list of rows for each row of arguments, and the query unnests it: constant and lateral calls are then one
thing. DuckDB evaluates it batch by batch, and a batch is one request to the worker.
"""

from __future__ import annotations

import inspect
import itertools
import json
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from snowpact.local.encoding import encode
from snowpact.local.routines.columns import column
from snowpact.local.routines.definition import Definition
from snowpact.local.routines.hosts import failures, host, require_zone
from snowpact.local.routines.imports import Folders
from snowpact.local.routines.pool import Code, Workers
from snowpact.local.routines.values import ZONED
from snowpact.local.routines.wire import SQL_NULL
from snowpact.local.stopping import timeout_of
from snowpact.local.types import duckdb_type
from snowpact.model.errors import StatementError

if TYPE_CHECKING:
    from snowpact.local.engine import Engine
    from snowpact.local.session import Session


class Runtime:
    """What one engine needs to run bodies: its workers, and which functions its DuckDB knows."""

    def __init__(self) -> None:
        self.workers = Workers()
        self._registered: dict[str, duckdb.DuckDBPyConnection] = {}
        self._lock = threading.Lock()
        self._timeout: float | None = None
        self.folders = Folders()
        self._imports: dict[int, str | None] = {}

    def function(self, session: Session, definition: Definition, form: str = "rows") -> str:
        """The DuckDB function for a routine, registered at its first use. It takes a row marker before the arguments; in the form
        ``partition`` an array of arrays of arguments in their place, in the form ``group`` a list of structs of them.

        Registered on a connection of its own, so that a transaction that is rolled back does not take it along.
        """
        self._timeout = timeout_of(session)
        self._imports[definition.id] = self.folders.of(session, definition.imports)
        require_zone(definition, session.parameters["TIMEZONE"])
        zone = session.parameters["TIMEZONE"] if _gives_moments(definition) else "UTC"
        name = f"_hosted{definition.id}_{form}{zone.encode().hex() if zone != 'UTC' else ''}"
        make, types = self._forms(definition)[form]
        with self._lock:
            if name not in self._registered:
                connection = session.engine.store.connection.cursor()
                connection.create_function(
                    name,
                    make(definition, zone),
                    ["BIGINT", *types],
                    result_type(definition),
                    type="arrow",
                    null_handling="special",
                    side_effects=definition.volatile,
                )
                self._registered[name] = connection
        return name

    def _forms(self, definition: Definition) -> dict[str, tuple[Callable[[Definition, str], Callable[..., Any]], list[str]]]:
        types = [duckdb_type(parameter.type) for parameter in definition.parameters]
        row = ", ".join(f"a{place} {type_}" for place, type_ in enumerate(types))
        return {
            "rows": (self._vectorised, types),
            "partition": (self._partitions, ["JSON"]),
            "group": (self._groups, [f"STRUCT({row})[]"]),
        }

    def close(self) -> None:
        """Stop the workers and take the functions out of DuckDB, which else counts them as leaked when the process ends."""
        self.workers.close()
        self.folders.close()
        for name, connection in self._registered.items():
            with suppress(duckdb.Error):  # the engine may be closed already, and its functions gone with it
                connection.remove_function(name)
                connection.close()
        self._registered.clear()

    def _vectorised(self, definition: Definition, zone: str) -> Callable[..., Any]:
        """The function DuckDB calls with arrow columns."""
        if definition.columns is None:
            compute = self._scalar(definition, zone)
        else:
            rows_of = self._table(definition, zone, partitioned=False)

            def compute(rows: list[list[Any]]) -> Any:
                return rows_of([[row] for row in rows])

        types = [parameter.type for parameter in definition.parameters]
        loads, nulls = [host(definition).incoming(type_) for type_ in types], [host(definition).null(type_) for type_ in types]

        def call(marker: Any, *columns: Any) -> Any:
            lists = [_loaded(column.to_pylist(), load, null) for column, load, null in zip(columns, loads, nulls, strict=True)]
            return compute([list(row) for row in zip(*lists, strict=True)] if lists else [[] for _ in range(len(marker))])

        return _as_udf(call, len(loads))

    def _partitions(self, definition: Definition, zone: str) -> Callable[..., Any]:
        """The same for whole partitions, each an array of arrays of arguments."""
        rows_of = self._table(definition, zone, partitioned=True)
        loads = [host(definition).from_json(parameter.type) for parameter in definition.parameters]

        def call(marker: Any, column: Any) -> Any:
            partitions = [json.loads(text, parse_float=Decimal) for text in column.to_pylist()]
            return rows_of([[_row(row, loads) for row in partition] for partition in partitions])

        return _as_udf(call, 1)

    def _groups(self, definition: Definition, zone: str) -> Callable[..., Any]:
        """An aggregate function of groups of rows; a group without rows arrives as NULL."""
        assert definition.returns is not None
        make = column(definition.returns, host(definition).outgoing(definition.returns, f"what {definition.call_name} returns", zone))
        loads = [host(definition).incoming(parameter.type) or _same for parameter in definition.parameters]

        def call(marker: Any, column: Any) -> Any:
            groups = [[_row(list(row.values()), loads) for row in group or ()] for group in column.to_pylist()]
            if definition.strict:
                groups = [[row for row in group if None not in row] for group in groups]
            with failures(definition):
                return make(self.workers.aggregate(self.code(definition), groups, self._timeout))

        return _as_udf(call, 1)

    def _scalar(self, definition: Definition, zone: str) -> Callable[[list[list[Any]]], Any]:
        assert definition.returns is not None
        convert = host(definition).outgoing(definition.returns, f"what {definition.call_name} returns", zone)
        make = column(definition.returns, convert)

        def compute(rows: list[list[Any]]) -> Any:
            nothing = (None, SQL_NULL) if definition.strict else ()
            asked = [place for place, row in enumerate(rows) if not any(value in nothing for value in row)]
            values: list[Any] = [None] * len(rows)
            for place, value in zip(asked, self._ask(definition, [rows[place] for place in asked]), strict=True):
                values[place] = value
            return make(values)

        return compute

    def _ask(self, definition: Definition, rows: list[list[Any]]) -> list[Any]:
        if not rows:
            return []
        with failures(definition):
            return self.workers.scalar(self.code(definition), rows, self._timeout)

    def code(self, definition: Definition) -> Code:
        """The routine as its worker reads it."""
        return host(definition).code(definition, self._imports.get(definition.id))

    def _table(self, definition: Definition, zone: str, partitioned: bool) -> Callable[[list[list[list[Any]]]], Any]:
        """From partitions, each a list of argument rows, to their output rows."""
        columns = definition.columns or ()
        outgoing = host(definition).outgoing
        makes = [column(item.type, outgoing(item.type, f"column {item.name} of {definition.call_name}", zone)) for item in columns]
        names = [encode(item.name) for item in columns]

        def compute(partitions: list[list[list[Any]]]) -> Any:
            import pyarrow

            with failures(definition):
                made = self.workers.table(self.code(definition), partitions, len(columns), self._timeout, partitioned)
            rows = made[0] if len(made) == 1 else list(itertools.chain.from_iterable(made))
            cells = zip(*rows, strict=True) if rows else [()] * len(columns)
            arrays = [make(values) for make, values in zip(makes, cells, strict=True)]
            offsets = pyarrow.array(itertools.accumulate(map(len, made), initial=0), type=pyarrow.int32())
            return pyarrow.ListArray.from_arrays(offsets, pyarrow.StructArray.from_arrays(arrays, names=names))

        return compute


def _gives_moments(definition: Definition) -> bool:
    """Whether what its handler gives may be a time in the session's zone: such a function is registered for each zone."""
    types = [definition.returns] if definition.columns is None else [item.type for item in definition.columns]
    return any(type_ is not None and type_.base in ZONED for type_ in types)


def _as_udf(call: Callable[..., Any], parameters: int) -> Callable[..., Any]:
    """``call`` with its errors as the engine reads them, and a signature by which DuckDB counts its parameters, the marker among them."""

    def udf(*columns: Any) -> Any:
        try:
            return call(*columns)
        except StatementError as error:
            raise RuntimeError(f"SNOW:{error.errno}:{error.sqlstate}:{error.message}") from error

    names = [f"a{place}" for place in range(parameters + 1)]
    udf.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names])  # type: ignore[attr-defined]
    return udf


def _row(values: list[Any], loads: list[Callable[[Any], Any]]) -> list[Any]:
    return [None if value is None else load(value) for load, value in zip(loads, values, strict=True)]


def _same(value: Any) -> Any:
    return value


def _loaded(values: list[Any], load: Callable[[Any], Any] | None, null: Any = None) -> list[Any]:
    return values if load is None else [null if value is None else load(value) for value in values]


def result_type(definition: Definition) -> str:
    """The DuckDB function's. A VARIANT leaves as text, which the call casts: DuckDB takes JSON from arrow inside a STRUCT alone."""
    if definition.columns is None:
        assert definition.returns is not None
        return "VARCHAR" if definition.returns.is_semi_structured else duckdb_type(definition.returns)
    fields = ", ".join(f'"{encode(column.name)}" {duckdb_type(column.type)}' for column in definition.columns)
    return f"STRUCT({fields})[]"


_runtimes: weakref.WeakKeyDictionary[Engine, Runtime] = weakref.WeakKeyDictionary()


def runtime(engine: Engine) -> Runtime:
    """The engine's runtime, made at its first use; its workers end with the engine, also one that nobody closes."""
    found = _runtimes.get(engine)
    if found is None:
        found = _runtimes[engine] = Runtime()
        engine.on_close.append(found.close)
        weakref.finalize(engine, found.close)
    return found


def interrupt(session: Session) -> None:
    """End the worker's procedure that the session runs. A function in its query ends with its batch, when DuckDB is interrupted."""
    found = _runtimes.get(session.engine)
    if found is not None:
        found.workers.interrupt(session)


def interrupt_all(engine: Engine) -> None:
    """End all bodies that run."""
    found = _runtimes.get(engine)
    if found is not None:
        found.workers.interrupt()
