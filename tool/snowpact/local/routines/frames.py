"""A handler's rows into a table: what write_pandas, and create_dataframe of a frame or of many rows, ask for."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from snowpact.local import unfold
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import quote, spell
from snowpact.model.types import ARRAY, BOOLEAN, DATE, FLOAT, OBJECT, SnowflakeType, binary, number, timestamp, varchar

if TYPE_CHECKING:
    import pyarrow

    from snowpact.local.session import Session

_TABLE_TYPES = {"": "", "temp": "TEMPORARY ", "temporary": "TEMPORARY ", "transient": "TRANSIENT "}


def store(session: Session, request: dict[str, Any]) -> None:
    """``request`` is an arrow stream (``bulk``), and ``into``, the INSERT it is for, or the table's name and what to make of it.

    A table is created with the types that an account infers from such a frame's Parquet file
    (https://docs.snowflake.com/en/sql-reference/functions/infer_schema).
    """
    import pyarrow

    table = pyarrow.ipc.open_stream(base64.b64decode(request["frame"])).read_all()
    types = [_type(field) for field in table.schema]
    if "into" in request:
        unfold.insert(session, request["into"], types, _rows(table, types))
        return
    if request["table_type"] not in _TABLE_TYPES:
        raise UnsupportedFeature(f"write_pandas with table_type {request['table_type']}")
    spelled = quote if request["quoted"] else str
    name = ".".join(part if part.startswith('"') or not request["quoted"] else quote(part) for part in request["name"])
    names = [spelled(field.name) for field in table.schema]
    if request["create"]:
        columns = ", ".join(f"{column} {type_}" for column, type_ in zip(names, types, strict=True))
        how = "OR REPLACE " if request["overwrite"] else ""
        missing = "" if request["overwrite"] else "IF NOT EXISTS "
        session.execute(f"CREATE {how}{_TABLE_TYPES[request['table_type']]}TABLE {missing}{name} ({columns})")
    elif request["overwrite"]:
        session.execute(f"TRUNCATE TABLE {name}")
    if table.num_rows:
        unfold.insert(session, f"INSERT INTO {name} ({', '.join(names)})", types, _rows(table, types))


def _rows(table: pyarrow.Table, types: list[SnowflakeType]) -> list[tuple[Any, ...]]:
    columns = [_values(column.to_pylist(), type_) for column, type_ in zip(table.columns, types, strict=True)]
    return list(zip(*columns, strict=True))


def _values(values: list[Any], type_: SnowflakeType) -> list[Any]:
    if type_.is_semi_structured:
        return [None if value is None else json.dumps(dict(value) if type_ == OBJECT else value, default=str) for value in values]
    return values


def _type(field: pyarrow.Field) -> SnowflakeType:
    """The Snowflake type of a column. Raises UnsupportedFeature for what has none."""
    import pyarrow.types as kinds

    arrow = field.type
    if kinds.is_decimal(arrow):
        return number(arrow.precision, arrow.scale)
    if kinds.is_timestamp(arrow):
        return timestamp("NTZ" if arrow.tz is None else "LTZ")
    for fits, type_ in (
        (kinds.is_integer, number()),
        (kinds.is_floating, FLOAT),
        (kinds.is_boolean, BOOLEAN),
        (lambda item: kinds.is_string(item) or kinds.is_large_string(item) or kinds.is_null(item), varchar()),
        (lambda item: kinds.is_binary(item) or kinds.is_large_binary(item), binary()),
        (kinds.is_date, DATE),
        (kinds.is_time, SnowflakeType("TIME", precision=9)),
        (kinds.is_list, ARRAY),
        (kinds.is_struct, OBJECT),
    ):
        if fits(arrow):
            return type_
    raise UnsupportedFeature(f"a pandas column of type {arrow} ({spell(field.name)})")
