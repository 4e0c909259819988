"""DataFrame.write.save_as_table: a handler's rows into a table, by ordinary SQL.

The rows travel as one JSON text that the statement unfolds, so that ten thousand of them are one statement; every value is cast to its
column's type on the way.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import exists
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import quote
from snowpact.model.types import SnowflakeType, parse_type

if TYPE_CHECKING:
    from snowpact.local.session import Session

BATCH = 5000
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
    values = ", ".join(_unfolded(place, type_) for place, (_, type_) in enumerate(columns))
    named = f" ({', '.join(quote(column) for column, _ in columns)})" if request["by_name"] else ""
    rows = request["rows"]
    for start in range(0, len(rows), BATCH):
        text = json.dumps(rows[start : start + BATCH], default=_text, ensure_ascii=False)
        unfolded = f"SELECT {values} FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?))) AS f ORDER BY f.index"
        session.execute(f"INSERT INTO {request['save']}{named} {unfolded}", [text])


def _unfolded(place: int, type_: SnowflakeType) -> str:
    """One value of a row: through text, which keeps every digit; VARIANT and its kin as they are, JSON null as NULL."""
    path = f"f.value[{place}]"
    if type_.base == "VARIANT":
        return f"NULLIF({path}, PARSE_JSON('null'))"
    if type_.is_semi_structured:
        return f"{path}::{type_}"
    return f"{path}::VARCHAR::{type_}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date | dt.time | Decimal):
        return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
    raise TypeError(f"a value of type {type(value).__name__} has no counterpart in SQL")
