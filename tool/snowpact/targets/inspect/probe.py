"""Asking one database about itself: INFORMATION_SCHEMA views and SHOW, with their limits.

- A view that answers "Information schema query returned too much data" is asked schema by schema, and where even that is
  too much, its ``last_resort`` (SHOW or DESC) answers in the view's own words.
- SHOW gives at most 10,000 rows (https://docs.snowflake.com/en/sql-reference/sql/show-dynamic-tables). ``LIMIT … FROM
  '<name>'`` pages by name, and a name may stand in two schemas, so pages are taken within a schema.
- Columns are found by name: SHOW gains and loses some with every behaviour-change bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from snowpact.model.errors import StatementError, TargetUnreachable
from snowpact.model.names import quote, spell
from snowpact.sql.literals import string_constant
from snowpact.targets.protocol import Result

Row = dict[str, Any]

PAGE = 10_000
TOO_MUCH = "returned too much data"
_INVALID_IDENTIFIER = 904
_MISSING = {2003, 2043}
_NO_PRIVILEGE = 3001
_NO_WAREHOUSE = 606


class Executes(Protocol):
    """All that inspection needs of a target."""

    name: str

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Result: ...


@dataclass(frozen=True, slots=True)
class View:
    """An INFORMATION_SCHEMA view and what is read of it. optional: columns that not every account has yet."""

    name: str
    schema_column: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    last_resort: Callable[[Probe, str], list[Row]] | None = None


@dataclass
class Probe:
    """One database, asked through one target. relations: the tables and views, (schema, name), once they are known."""

    target: Executes
    database: str
    role: str | None = None
    embedded: bool = False
    notes: list[str] = field(default_factory=list)
    schemas: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()

    @property
    def whose(self) -> str:
        return f"role {self.role}" if self.role else "this role"

    def note(self, text: str) -> None:
        self.notes.append(text)

    def path(self, *parts: str) -> str:
        return ".".join(quote(part) for part in (self.database, *parts))

    def spelled(self, *parts: str) -> str:
        return ".".join(spell(part) for part in (self.database, *parts))

    def select(self, view: View) -> list[Row]:
        """Every row of the view but those of INFORMATION_SCHEMA itself."""
        try:
            return self._query(view, "<> ?", "INFORMATION_SCHEMA")
        except StatementError as error:
            if TOO_MUCH not in error.message or not self.schemas:
                raise
        return [row for schema in self.schemas for row in self._of_schema(view, schema)]

    def _of_schema(self, view: View, schema: str) -> list[Row]:
        try:
            return self._query(view, "= ?", schema)
        except StatementError as error:
            if TOO_MUCH not in error.message or view.last_resort is None:
                raise
        return view.last_resort(self, schema)

    def _query(self, view: View, condition: str, value: str) -> list[Row]:
        def ask(columns: tuple[str, ...]) -> list[Row]:
            source = f"{quote(self.database)}.INFORMATION_SCHEMA.{view.name}"
            return self.ask(f"SELECT {', '.join(columns)} FROM {source} WHERE {view.schema_column} {condition}", (value,))

        try:
            return ask((*view.columns, *view.optional))
        except StatementError as error:
            if error.errno != _INVALID_IDENTIFIER or not view.optional:
                raise
        self.note(f"INFORMATION_SCHEMA.{view.name} of {self.spelled()} lacks some of {', '.join(view.optional)}")
        return ask(view.columns)

    def ask(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Rows by lower-case column name. Raises TargetUnreachable where the session lacks the warehouse that INFORMATION_SCHEMA needs."""
        try:
            return self.target.execute(sql, params).dicts()
        except StatementError as error:
            if error.errno == _NO_WAREHOUSE:
                raise TargetUnreachable(
                    f"target {self.target.name!r}: INFORMATION_SCHEMA needs a warehouse and the session has none; "
                    "set `warehouse` in the target's table or SNOWFLAKE_WAREHOUSE"
                ) from error
            raise

    def ensure_visible(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """``ask``, for the first statement about a database: where it fails, the database is missing or hidden."""
        try:
            return self.ask(sql, params)
        except StatementError as error:
            if error.errno in _MISSING | {_NO_PRIVILEGE}:
                raise TargetUnreachable(
                    f"database {spell(self.database)} does not exist on target {self.target.name!r}, or {self.whose} may not see it; "
                    f"create it, or GRANT USAGE ON DATABASE {spell(self.database)} to that role"
                ) from error
            raise

    def show(self, what: str, *, paged: bool, per_table: bool = True) -> list[Row]:
        """``SHOW what`` over the database, however many rows it takes.

        paged: whether this SHOW knows LIMIT … FROM. Others that reach 10,000 rows are asked by schema, then ``per_table``.
        """
        rows = self._show(what, "DATABASE", self.path(), paged)
        if rows is None or len(rows) < PAGE:
            return rows or []
        if paged:
            return [row for schema in self.schemas for row in self.pages_of(what, schema)]
        return [row for schema in self.schemas for row in self._by_schema(what, schema, per_table)]

    def _show(self, what: str, scope: str, path: str, paged: bool, after: str | None = None) -> list[Row] | None:
        """None, and a note, where the role may not list this kind of object."""
        limit = f" LIMIT {PAGE}" if paged else ""
        start = f" FROM {string_constant(after)}" if after is not None else ""
        try:
            return self.ask(f"SHOW {what} IN {scope} {path}{limit}{start}")
        except StatementError as error:
            if error.errno != _NO_PRIVILEGE:
                raise
        self.note(f"{self.whose} may not list {what.lower()} of {self.spelled()}")
        return None

    def pages_of(self, what: str, schema: str) -> list[Row]:
        """Every page of ``SHOW what IN SCHEMA``."""
        rows: list[Row] = []
        after: str | None = None
        while True:
            page = self._show(what, "SCHEMA", self.path(schema), True, after) or []
            rows += page
            if len(page) < PAGE:
                return rows
            after = page[-1]["name"]

    def _by_schema(self, what: str, schema: str, per_table: bool) -> list[Row]:
        rows = self._show(what, "SCHEMA", self.path(schema), False) or []
        if len(rows) < PAGE or not per_table:
            return rows
        tables = [name for where, name in self.relations if where == schema]
        return [row for name in tables for row in self._show(what, "TABLE", self.path(schema, name), False) or []]

    def describe(self, schema: str, name: str) -> list[Row]:
        return self.ask(f"DESCRIBE TABLE {self.path(schema, name)}")


def yes(value: object) -> bool:
    """Snowflake's truths: YES, Y, TRUE, ON, as text or as a boolean."""
    return value is True or str(value).upper() in {"YES", "Y", "TRUE", "ON"}


def text(value: object) -> str | None:
    """A text that may be missing: SHOW writes '' where INFORMATION_SCHEMA has NULL."""
    return str(value) if value not in (None, "") else None
