"""What the translator asks of the engine around it: ``local.scope.Scope`` answers, tests answer more simply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from sqlglot import exp

    from snowpact.model.catalog import CatalogObject

RelationColumns = Mapping[str, SnowflakeType | None]
"""Stored column name → type, in order; None for a type that is not known."""


Given = Sequence[tuple[str | None, SnowflakeType | None]]
"""A call's arguments: the name of one given as ``name => value``, and its type where that is known."""


class Routine(Protocol):
    """A scalar user-defined function that was resolved."""

    parameters: Sequence[SnowflakeType]
    returns: SnowflakeType
    aggregate: bool

    def call(self, arguments: list[exp.Expression], distinct: bool = False) -> exp.Expression:
        """The DuckDB expression for a call; the arguments, in the order they were given in, are cast to ``parameters``.

        ``distinct``: of an aggregate function's distinct arguments.
        """
        ...


class Scope(Protocol):
    """How the names of one statement resolve. Names are stored Snowflake names."""

    @property
    def laterals(self) -> bool:
        """Whether FLATTEN stays a lateral join."""
        ...

    def resolve(self, table: exp.Table) -> exp.Expression:
        """The DuckDB relation (a Table or Subquery, without an alias) of a Snowflake table name; raises StatementError 2003."""
        ...

    def lookup(self, name: Name) -> CatalogObject | None:
        """The object of a (possibly partial) name, for its columns; None where they can't be told."""
        ...

    def context(self, function: str) -> Any:
        """The value of a context function: ``CURRENT_ROLE`` and its kin; ``CURRENT_TIMESTAMP`` as an aware datetime.

        KeyError for one it does not know; DuckDB's own ``now()`` then is the time.
        """
        ...

    def query_id(self, place: int) -> str | None:
        """The id of a statement of the session: from the first one for a positive place, from the last for a negative one."""
        ...

    def variable(self, name: str) -> Any:
        """The value of a session variable; KeyError where it is not set."""
        ...

    def staged(
        self, location: str, format_name: str | None, pattern: str | None, width: int
    ) -> tuple[exp.Expression, RelationColumns | None]:
        """The DuckDB relation of ``@stage/path``'s files with at least ``width`` columns ``$n``, and its columns."""
        ...

    def directory(self, location: str) -> tuple[exp.Expression, RelationColumns]:
        """The DuckDB relation of a stage's directory table, and its columns."""
        ...

    def ddl_text(self, kind: str, name: str, qualified: bool) -> str:
        """GET_DDL of an object."""
        ...

    def tag(self, tag: str, name: str, domain: str) -> str | None:
        """The value of a tag on an object of that name and domain: SYSTEM$GET_TAG."""
        ...

    def guarded_tag(self, tag: str, column: bool) -> str | None:
        """The value of a tag on what the policy protects whose body this is: SYSTEM$GET_TAG_ON_CURRENT_COLUMN and …_TABLE."""
        ...

    def pipe_status(self, pipe: str) -> str:
        """What SYSTEM$PIPE_STATUS says."""
        ...

    def has_data(self, stream: str) -> exp.Expression:
        """Whether a stream has data, as a DuckDB condition: SYSTEM$STREAM_HAS_DATA."""
        ...

    def of_task(self, function: str, argument: str | None) -> str | None:
        """The answer of a function that only a running task may call; raises StatementError elsewhere."""
        ...

    def of_alert(self, function: str) -> exp.Expression:
        """The TIMESTAMPTZ of a function of SNOWFLAKE.ALERT, which only a running alert may call; raises StatementError elsewhere."""
        ...

    def metric(self, name: tuple[str, ...], call: exp.Expression) -> exp.Expression:
        """The query, not translated yet, that answers a data metric function called with queries; raises StatementError without one."""
        ...

    def native(self, name: str) -> None:
        """DuckDB knows that function, written in Python, from now on."""
        ...

    def routine(self, name: Name, given: Given) -> Routine | None:
        """The scalar user-defined function of that (possibly partial) name that takes such arguments; None where there is none."""
        ...

    def table_function(self, call: exp.Expression) -> tuple[exp.Expression, RelationColumns | None]:
        """The DuckDB relation for ``TABLE(call)``, and its columns. The call's arguments are translated already.

        ``call`` is an Anonymous, or a Dot of identifiers and an Anonymous. Raises StatementError where there is no such function.
        """
        ...
