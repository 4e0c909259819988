"""The Session that a procedure's handler is given: the part of snowflake.snowpark.Session that talks SQL.

It lives in the worker and asks the engine over the pipe. What it offers behaves like Snowpark's own
(https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/session); every other name is
an error that says so, never a silent nothing. Both owner's and caller's rights procedures run in the caller's session.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from snowpact.local.routines.frames import column_names, columns_of

Ask = Callable[[dict[str, Any]], dict[str, Any]]


class SqlError(Exception):
    """A statement of the handler failed. Where the body imported Snowpark's own exception, that one is raised instead."""

    __module__ = "builtins"

    def __init__(self, message: str, error_code: str | None = None, query: str | None = None, sql_error_code: int | None = None):
        self.message, self.raw_message = message, message
        self.error_code, self.query, self.sql_error_code = error_code, query, sql_error_code
        super().__init__(message)


def _sql_error(error: dict[str, Any], query: str | None) -> Exception:
    own = sys.modules.get("snowflake.snowpark.exceptions")
    kind = own.SnowparkSQLException if own else SqlError
    return kind(error["message"], error_code="1304", query=query, sql_error_code=error["errno"])


def _refuse(owner: str, name: str) -> AttributeError:
    return AttributeError(f"Unsupported feature 'snowpark {owner}.{name}' in the embedded engine")


class Row(tuple):
    """A row whose values are found by position, by name in brackets, or as attributes."""

    _names: tuple[str, ...]

    def __new__(cls, values: Sequence[Any], names: tuple[str, ...]) -> Row:
        row = super().__new__(cls, values)
        row._names = names
        return row

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self._names:
            raise KeyError(key)
        return super().__getitem__(self._names.index(key))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"Row object has no attribute {name}")
        return self[name]

    def as_dict(self) -> dict[str, Any]:
        return dict(zip(self._names, self, strict=True))

    asDict = as_dict

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(self._names, self, strict=True))})"


class Session:
    """What a handler's first argument can do."""

    def __init__(self, ask: Ask):
        self._ask = ask

    def sql(self, query: str, params: Sequence[Any] | None = None) -> DataFrame:
        """Lazy, as Snowpark's: nothing runs before collect, count, first, show or write."""
        return DataFrame(self, query, list(params or ()))

    def table(self, name: str | Sequence[str]) -> DataFrame:
        return DataFrame(self, f"SELECT * FROM {name if isinstance(name, str) else '.'.join(name)}", [])

    def create_dataframe(self, data: Sequence[Any], schema: Any = None) -> LocalFrame:
        """From tuples, lists, dicts, Rows or single values; ``schema`` a list of names or a StructType."""
        columns, rows = columns_of(data, schema)
        return LocalFrame(self, columns, rows)

    createDataFrame = create_dataframe

    def call(self, procedure: str, *args: Any) -> Any:
        marks = ", ".join("?" * len(args))
        return self.sql(f"CALL {procedure}({marks})", args).collect()[0][0]

    def use_database(self, name: str) -> None:
        self.sql(f"USE DATABASE {name}").collect()

    def use_schema(self, name: str) -> None:
        self.sql(f"USE SCHEMA {name}").collect()

    def use_role(self, name: str) -> None:
        self.sql(f"USE ROLE {name}").collect()

    def use_warehouse(self, name: str) -> None:
        self.sql(f"USE WAREHOUSE {name}").collect()

    def get_current_database(self) -> str | None:
        return self._current("DATABASE")

    def get_current_schema(self) -> str | None:
        return self._current("SCHEMA")

    def get_current_role(self) -> str | None:
        return self._current("ROLE")

    def get_current_warehouse(self) -> str | None:
        return self._current("WAREHOUSE")

    def _current(self, what: str) -> str | None:
        """Quoted, as Snowpark gives it."""
        name = self.sql(f"SELECT CURRENT_{what}()").collect()[0][0]
        return None if name is None else f'"{name}"'

    def _answer(self, question: dict[str, Any], query: str | None = None) -> dict[str, Any]:
        answer = self._ask(question)
        if "error" in answer:
            raise _sql_error(answer["error"], query)
        return answer

    def __getattr__(self, name: str) -> Any:
        raise _refuse("Session", name)


class DataFrame:
    """A query not yet run."""

    def __init__(self, session: Session, query: str, params: list[Any]):
        self._session, self._query, self._params = session, query, params

    def _run(self) -> tuple[tuple[str, ...], list[list[Any]]]:
        answer = self._session._answer({"sql": self._query, "params": self._params}, self._query)
        return column_names(answer["columns"]), answer["rows"]

    def collect(self) -> list[Row]:
        names, rows = self._run()
        return [Row(row, names) for row in rows]

    def to_local_iterator(self) -> Iterator[Row]:
        return iter(self.collect())

    def count(self) -> int:
        return len(self._run()[1])

    def first(self, n: int | None = None) -> Any:
        rows = self.collect()
        return rows[:n] if n is not None else rows[0] if rows else None

    def show(self, n: int = 10) -> None:
        """To standard error: on Snowflake too a procedure's prints do not reach the caller."""
        for row in self.collect()[:n]:
            print(row, file=sys.stderr)  # noqa: T201

    @property
    def write(self) -> Writer:
        return Writer(self._session, {"query": self._query, "params": self._params})

    def __getattr__(self, name: str) -> Any:
        raise _refuse("DataFrame", name)


class LocalFrame:
    """Rows a handler made, with their columns as (name, type) pairs."""

    def __init__(self, session: Session, columns: list[tuple[str, str]], rows: list[list[Any]]):
        self._session, self._columns, self._rows = session, columns, rows

    def collect(self) -> list[Row]:
        names = column_names([name for name, _ in self._columns])
        return [Row(row, names) for row in self._rows]

    def count(self) -> int:
        return len(self._rows)

    @property
    def write(self) -> Writer:
        return Writer(self._session, {"columns": self._columns, "rows": self._rows})

    def __getattr__(self, name: str) -> Any:
        raise _refuse("DataFrame", name)


class Writer:
    """DataFrameWriter: where the rows go, and what happens to rows that are there."""

    _MODES = ("append", "overwrite", "truncate", "errorifexists", "ignore")

    def __init__(self, session: Session, source: dict[str, Any]):
        self._session, self._source, self._mode = session, source, "errorifexists"

    def mode(self, save_mode: str) -> Writer:
        if save_mode.lower() not in self._MODES:
            raise ValueError(f"save mode {save_mode!r} is none of {', '.join(self._MODES)}")
        self._mode = save_mode.lower()
        return self

    def save_as_table(
        self, table_name: str | Sequence[str], *, mode: str | None = None, column_order: str = "index", table_type: str = ""
    ) -> None:
        if mode is not None:
            self.mode(mode)
        name = table_name if isinstance(table_name, str) else ".".join(table_name)
        self._session._answer(
            {"save": name, "mode": self._mode, "by_name": column_order == "name", "table_type": table_type, **self._source}
        )

    saveAsTable = save_as_table

    def __getattr__(self, name: str) -> Any:
        raise _refuse("DataFrameWriter", name)


def as_outcome(value: Any) -> dict[str, Any]:
    """What a handler returned: a value, the rows of a frame, or the query of a lazy one."""
    if isinstance(value, DataFrame):
        return {"query": value._query, "params": value._params}
    if isinstance(value, LocalFrame):
        return {"columns": value._columns, "rows": value._rows}
    return {"value": value}
