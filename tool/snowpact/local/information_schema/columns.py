"""COLUMNS.

Text is TEXT here and VARCHAR(n) in DESCRIBE. Two columns are the embedded engine's own: how certain it is of a computed column's type,
and why not more. So is what it puts into DATETIME_PRECISION and COLLATION_NAME, which an account leaves empty, and the inner types of
structured columns in DATA_TYPE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from snowpact.local.describing import OCTETS_MOST, length_of
from snowpact.local.facts import Facts, of_kind
from snowpact.local.information_schema.fields import View, absent, flag, numeric, placed, text
from snowpact.local.objects import Record
from snowpact.model.catalog import RELATIONS, Column


@dataclass(frozen=True, slots=True)
class _Placed:
    """A column in its relation; position is 1-based."""

    record: Record
    position: int
    column: Column


def _columns(facts: Facts, database: str) -> list[_Placed]:
    return [
        _Placed(record, position, column)
        for record in of_kind(facts, RELATIONS, database)
        for position, column in enumerate(record.object.columns, 1)
    ]


def _data_type(item: _Placed) -> str:
    type_ = item.column.type
    if type_.base == "VARCHAR":
        return "TEXT"
    return str(type_) if type_.is_structured or type_.base == "VECTOR" else type_.base


def _octets(item: _Placed) -> int | None:
    """Four bytes for a character, at most what a column holds."""
    length = length_of(item.column.type)
    return length if length is None or item.column.type.base == "BINARY" else min(4 * length, max(length, OCTETS_MOST))


def _number(attribute: str) -> Any:
    return lambda item: getattr(item.column.type, attribute) if item.column.type.base == "NUMBER" else None


def _fraction(item: _Placed) -> int | None:
    return item.column.type.precision if item.column.type.base == "TIME" or item.column.type.is_timestamp else None


def _identity(index: int) -> Any:
    return lambda item: str(item.column.identity[index]) if item.column.identity else None


def _if_identity(value: str) -> Any:
    return lambda item: value if item.column.identity else None


VIEWS = {
    "COLUMNS": View(
        _columns,
        (
            *placed("TABLE", lambda item: item.record),
            text("COLUMN_NAME", lambda item: item.column.name),
            numeric("ORDINAL_POSITION", lambda item: item.position),
            text("COLUMN_DEFAULT", lambda item: item.column.default),
            flag("IS_NULLABLE", lambda item: item.column.nullable),
            text("DATA_TYPE", _data_type),
            numeric("CHARACTER_MAXIMUM_LENGTH", lambda item: length_of(item.column.type)),
            numeric("CHARACTER_OCTET_LENGTH", _octets),
            numeric("NUMERIC_PRECISION", _number("precision")),
            numeric("NUMERIC_PRECISION_RADIX", lambda item: 10 if item.column.type.base == "NUMBER" else None),
            numeric("NUMERIC_SCALE", _number("scale")),
            numeric("DATETIME_PRECISION", _fraction),
            *absent(
                "INTERVAL_TYPE", "INTERVAL_PRECISION", "CHARACTER_SET_CATALOG", "CHARACTER_SET_SCHEMA", "CHARACTER_SET_NAME",
                "COLLATION_CATALOG", "COLLATION_SCHEMA",
            ),
            text("COLLATION_NAME", lambda item: item.column.collation),
            *absent(
                "DOMAIN_CATALOG", "DOMAIN_SCHEMA", "DOMAIN_NAME", "UDT_CATALOG", "UDT_SCHEMA", "UDT_NAME", "SCOPE_CATALOG",
                "SCOPE_SCHEMA", "SCOPE_NAME", "MAXIMUM_CARDINALITY", "DTD_IDENTIFIER",
            ),
            flag("IS_SELF_REFERENCING", lambda item: False),
            flag("IS_IDENTITY", lambda item: item.column.identity),
            text("IDENTITY_GENERATION", _if_identity("BY DEFAULT")),
            text("IDENTITY_START", _identity(0)),
            text("IDENTITY_INCREMENT", _identity(1)),
            *absent("IDENTITY_MAXIMUM", "IDENTITY_MINIMUM"),
            text("IDENTITY_CYCLE", _if_identity("NO")),
            text("IDENTITY_ORDERED", _if_identity("NO")),
            *absent("SCHEMA_EVOLUTION_RECORD"),
            text("COMMENT", lambda item: item.column.comment),
            *absent("DATA_TYPE_ALIAS"),
            text("EXPRESSION", lambda item: item.column.expression),
            text("KIND", lambda item: "VIRTUAL_COLUMN" if item.column.expression else "COLUMN"),
            text("SNOWPACT_CERTAINTY", lambda item: item.column.certainty.value),
            text("SNOWPACT_REASON", lambda item: item.column.reason),
        ),
    ),
}  # fmt: skip
