"""DataFrame.write.save_as_table: a handler's rows or query into a table, by ordinary SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from snowpact.local import unfold
from snowpact.local.errors import exists
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import quote
from snowpact.model.types import SnowflakeType, parse_type

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TABLE_TYPES = {"": "", "temp": "TEMPORARY ", "temporary": "TEMPORARY ", "transient": "TRANSIENT "}


def save(session: Session, request: dict[str, Any]) -> None:
    """``request`` is what ``snowpark.Writer`` sends: a query or rows, the table's name, and the mode."""
    name, mode = request["save"], request["mode"]
    if request["table_type"] not in _TABLE_TYPES:
        raise UnsupportedFeature(f"save_as_table with table_type {request['table_type']}")
    there = session.find(Kind.TABLE, session.name(name)) is not None
    if there and mode == "errorifexists":
        raise exists(name)
    if there and mode == "ignore":
        return
    if there and mode == "truncate":
        session.execute(f"TRUNCATE TABLE {name}")
    make = f"CREATE {'OR REPLACE ' if mode == 'overwrite' else ''}{_TABLE_TYPES[request['table_type']]}TABLE {name}"
    if "query" in request:
        _save_query(session, request, make if not there or mode == "overwrite" else None)
        return
    columns = [(column, parse_type(type_)) for column, type_ in request["columns"]]
    if not there or mode == "overwrite":
        session.execute(f"{make} ({', '.join(f'{quote(column)} {type_}' for column, type_ in columns)})")
    _insert(session, request, columns)


def _save_query(session: Session, request: dict[str, Any], make: str | None) -> None:
    if make is not None:
        session.execute(f"{make} AS {request['query']}", request["params"])
        return
    if request["by_name"]:
        raise UnsupportedFeature("save_as_table of a query with column_order='name'")
    session.execute(f"INSERT INTO {request['save']} {request['query']}", request["params"])


def _insert(session: Session, request: dict[str, Any], columns: list[tuple[str, SnowflakeType]]) -> None:
    named = f" ({', '.join(quote(column) for column, _ in columns)})" if request["by_name"] else ""
    unfold.insert(session, f"INSERT INTO {request['save']}{named}", [type_ for _, type_ in columns], request["rows"])
