"""What every target offers. ``snowflake`` and ``local`` are the two; the use cases know no more than this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from snowpact.model.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement answered: column names as Snowflake gives them, rows as tuples of Python values.

    rowcount is the number of rows returned, or affected for DML; query_id is the server's id of the statement.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    rowcount: int | None = None
    query_id: str | None = None

    def dicts(self) -> list[dict[str, Any]]:
        """Rows as objects keyed by lower-case column name: SHOW and INFORMATION_SCHEMA differ in case alone."""
        keys = [column.lower() for column in self.columns]
        return [dict(zip(keys, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Context:
    """A session's role, warehouse, database and schema, stored names; None where there is none."""

    role: str | None = None
    warehouse: str | None = None
    database: str | None = None
    schema: str | None = None


@runtime_checkable
class Target(Protocol):
    """One place where SQL runs. A target is a context manager; leaving it closes it."""

    name: str
    kind: str

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Result:
        """Run one statement; ``?`` marks bind ``params`` in order.

        Raises StatementError with Snowflake's number and text; TargetUnreachable when the connection is gone.
        """

    def context(self) -> Context:
        """The session's context, without a request where the client knows it."""

    def restore(self, context: Context) -> None:
        """Bring the session's context back to ``context``; sends only what differs."""

    def inspect(self, databases: Iterable[str]) -> Catalog:
        """The whole live catalog of those databases: every kind, and what is attached to relations; a constant number of statements for
        each database, and three for every hundred relations.

        Raises TargetUnreachable naming a database that is missing or not visible to the role.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Target: ...

    def __exit__(self, *exc: object) -> None: ...
