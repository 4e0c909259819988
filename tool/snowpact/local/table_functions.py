"""The table functions of INFORMATION_SCHEMA: a table of name → parameters, columns and rows.

``TABLE(db.INFORMATION_SCHEMA.F(NAME => '…'))``; without a database the scope's own is meant
(https://docs.snowflake.com/en/sql-reference/info-schema#list-of-table-functions).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local import metadata, query_history
from snowpact.local.alerts import functions as alerts
from snowpact.local.dynamic import functions as dynamic
from snowpact.local.errors import compilation, missing
from snowpact.local.governance import references as governance
from snowpact.local.quality import functions as quality
from snowpact.local.relation import duckdb_sql
from snowpact.local.scope import stored
from snowpact.local.stages import history as loading
from snowpact.local.stages import inferring
from snowpact.local.table_function import TableFunction
from snowpact.local.tasks import functions as tasks
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.scope import Scope
    from snowpact.local.session import Session

def of_information_schema(scope: Scope, call: exp.Expression) -> bool:
    """Whether a call names INFORMATION_SCHEMA, or is made where that is the current schema."""
    path = _path(call)
    return (path[-2] if len(path) > 1 else scope.schema) == "INFORMATION_SCHEMA"


def elsewhere(call: exp.Expression) -> TableFunction | None:
    """The function of SNOWFLAKE.LOCAL, or the system's, that a call names."""
    path = _path(call)
    return quality.LOCAL.get(path[-1]) if path[:2] == ["SNOWFLAKE", "LOCAL"] else SYSTEM.get(path[-1]) if len(path) == 1 else None


def of_account(scope: Scope, call: exp.Expression, function: TableFunction) -> tuple[exp.Expression, Mapping[str, SnowflakeType | None]]:
    """The same for a function that stands in no database of the account."""
    name = _path(call)[-1]
    given = _arguments(scope.session, name, call, function)
    rows = function.rows(scope.session, "", given)
    return metadata.called_as_relation(scope.session, f"{name}()", given, list(function.columns), rows), dict(function.columns)


def local_columns(name: Name) -> CatalogObject | None:
    """A view of SNOWFLAKE.LOCAL, for its columns."""
    function = quality.LOCAL.get(name.name)
    return function and CatalogObject(Kind.VIEW, name, tuple(Column(column, type_) for column, type_ in function.columns))


def local_view(scope: Scope, name: str) -> exp.Expression:
    """A view of SNOWFLAKE.LOCAL."""
    function = quality.LOCAL.get(name)
    if function is None:
        raise UnsupportedFeature(f"SNOWFLAKE.LOCAL.{name}")
    return metadata.rows_as_relation(scope.session, f"SNOWFLAKE.LOCAL.{name}", list(function.columns), function.rows(scope.session, "", {}))


def relation(scope: Scope, call: exp.Expression) -> tuple[exp.Expression, Mapping[str, SnowflakeType | None]]:
    """The DuckDB relation of a call and its columns."""
    path = _path(call)
    name = path[-1]
    database = path[-3] if len(path) == 3 else scope.database
    if database is None:
        raise compilation("Cannot perform SELECT. This session does not have a current database.", 90105, "22000")
    if scope.session.find(Kind.DATABASE, Name.of(database)) is None:
        raise missing(Name.of(database), "Database")
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnsupportedFeature(f"INFORMATION_SCHEMA.{name}()")
    given = _arguments(scope.session, name, call, function)
    rows = function.rows(scope.session, database, given)
    return metadata.called_as_relation(scope.session, f"{database}.{name}()", given, list(function.columns), rows), dict(function.columns)


def _path(call: exp.Expression) -> list[str]:
    if isinstance(call, exp.Dot):
        return [*_path(call.this), *_path(call.expression)]
    if isinstance(call, exp.Identifier):
        return [stored(call)]
    if isinstance(call, exp.Column):
        return [stored(part) for part in call.parts]
    return [call.name.upper()] if isinstance(call, exp.Anonymous) else [type(call).__name__.upper()]


def _arguments(session: Session, name: str, call: exp.Expression, function: TableFunction) -> dict[str, Any]:
    inner = call
    while isinstance(inner, exp.Dot):
        inner = inner.expression
    given: dict[str, Any] = {}
    for place, argument in enumerate(inner.expressions):
        key = argument.this.name.upper() if isinstance(argument, exp.Kwarg) else next(iter(function.positional[place : place + 1]), None)
        value = argument.expression if isinstance(argument, exp.Kwarg) else argument
        if key not in function.parameters:
            raise UnsupportedFeature(f"INFORMATION_SCHEMA.{name}({key or 'a positional argument'} …)")
        given[key] = _given(session, value)
    return given


def _given(session: Session, value: exp.Expression) -> Any:
    """An argument's value; of a list in brackets a tuple."""
    if isinstance(value, exp.Tuple):
        return tuple(_given(session, item) for item in value.expressions)
    return value.to_py() if isinstance(value, (exp.Literal, exp.Boolean)) else _constant(session, value)


def _constant(session: Session, value: exp.Expression) -> Any:
    """The value of a constant expression, translated already: ``DATEADD('hour', -1, CURRENT_TIMESTAMP())``."""
    return session.duck.execute(f"SELECT {duckdb_sql(value)}").fetchone()[0]


SYSTEM: dict[str, TableFunction] = {**quality.SYSTEM, **inferring.FUNCTIONS}
"""Those that stand in no schema."""

FUNCTIONS: dict[str, TableFunction] = {
    **governance.FUNCTIONS,
    **query_history.FUNCTIONS,
    **dynamic.FUNCTIONS,
    **tasks.FUNCTIONS,
    **alerts.FUNCTIONS,
    **quality.FUNCTIONS,
    **loading.FUNCTIONS,
}
