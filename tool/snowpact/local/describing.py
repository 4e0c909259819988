"""Objects as metadata spells them: types with their lengths written out, the statement that made something."""

from __future__ import annotations

from snowpact.local.objects import Record
from snowpact.model.catalog import Column, Kind
from snowpact.model.names import spell
from snowpact.model.types import SnowflakeType, parse_type
from snowpact.sql.literals import string_constant

TEXT_MOST, BYTES_MOST, OCTETS_MOST = 16_777_216, 8_388_608, 16_777_216
"""What a column made by SQL has without a length (https://docs.snowflake.com/en/sql-reference/data-types-text)."""

_MOST = {"VARCHAR": TEXT_MOST, "BINARY": BYTES_MOST}


def length_of(type_: SnowflakeType) -> int | None:
    """Characters of text, bytes of binary, never unbounded; None for other types."""
    return type_.length or _MOST[type_.base] if type_.base in _MOST else None


def spelled(type_: SnowflakeType) -> str:
    """As DESCRIBE prints a type: always with a length."""
    return f"{type_.base}({length_of(type_)})" if type_.base in _MOST else str(type_)


def described_type(column: Column) -> str:
    """The same with the column's collation."""
    collation = f" COLLATE {string_constant(column.collation)}" if column.collation else ""
    return spelled(column.type) + collation


def described_default(column: Column) -> str | None:
    """A default, or what stands in its place for an identity."""
    if column.identity:
        start, step = column.identity
        return f"IDENTITY START {start} INCREMENT {step} NOORDER"
    return column.default


def create_text(record: Record) -> str | None:
    """The CREATE statement of a view or dynamic table: as it was given, or else made from its parts."""
    given = record.extra.get("text")
    item = record.object
    if given or item.definition is None:
        return given
    if item.kind is Kind.DYNAMIC_TABLE:
        clauses = [
            f"TARGET_LAG = {string_constant(item.property('target_lag'))}" if item.property("target_lag") else "",
            f"WAREHOUSE = {spell(item.property('warehouse'))}" if item.property("warehouse") else "",
            f"REFRESH_MODE = {item.property('refresh_mode')}" if item.property("refresh_mode") else "",
        ]
        return " ".join(filter(None, [f"CREATE DYNAMIC TABLE {item.name}", *clauses, f"AS {item.definition}"]))
    secure = "SECURE " if item.property("secure") else ""
    return f"CREATE {secure}{item.kind.value} {item.name} AS {item.definition}"


def signature(record: Record) -> str:
    """A routine's argument names and types, as INFORMATION_SCHEMA gives them: ``(NUM_RECORDS NUMBER, REGION VARCHAR)``."""
    if record.object.kind is Kind.DATA_METRIC_FUNCTION:
        tables = ((name, columns) for name, columns in record.object.property("tables"))
        listed = (f"{spell(name)} TABLE({', '.join(f'{spell(column)} {type_}' for column, type_ in columns)})" for name, columns in tables)
        return f"({', '.join(listed)})"
    return f"({', '.join(f'{spell(name)} {parse_type(type_).base}' for name, type_, _ in record.object.property('arguments', ()))})"


def argument_types(record: Record) -> list[str]:
    if record.object.kind is Kind.DATA_METRIC_FUNCTION:
        return [f"TABLE({', '.join(parse_type(type_).base for _, type_ in columns)})" for _, columns in record.object.property("tables")]
    return [parse_type(type_).base for _, type_, _ in record.object.property("arguments", ())]


def returned_type(record: Record) -> SnowflakeType | None:
    """The type a routine returns; None for a table."""
    returns = str(record.object.property("returns") or "")
    return None if returns.startswith("TABLE") or not returns else parse_type(returns)


def returns_text(record: Record) -> str:
    """What a routine returns without lengths: ``NUMBER``, ``TABLE (A NUMBER, B VARCHAR)``."""
    type_ = returned_type(record)
    if type_ is not None:
        return type_.base
    return f"TABLE ({', '.join(f'{spell(column.name)} {column.type.base}' for column in record.object.columns)})"
