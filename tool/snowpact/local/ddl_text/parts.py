"""What several kinds of statement have in common."""

from __future__ import annotations

from snowpact.local.describing import described_type
from snowpact.local.objects import Record
from snowpact.model.catalog import CatalogObject, Column, Constraint
from snowpact.model.names import Name, spell
from snowpact.sql.literals import string_constant


def shown(record: Record, qualified: bool) -> str:
    """The name, of a routine without its argument types."""
    name = Name((*record.name.parts[:-1], record.name.name.split("(")[0]))
    return str(name) if qualified else spell(name.name)


def comment(record: Record) -> str:
    return f"COMMENT={string_constant(record.object.comment)}" if record.object.comment else ""


def retention(item: CatalogObject) -> str:
    days = item.property("data_retention_time_in_days")
    return f"DATA_RETENTION_TIME_IN_DAYS={days}" if days is not None else ""


def clustered(item: CatalogObject) -> str:
    return f" cluster by ({item.property('cluster_by')})" if item.property("cluster_by") else ""


def declared(column: Column, attached: str) -> str:
    """A table's column."""
    parts = [spell(column.name), described_type(column)]
    if not column.nullable:
        parts.append("NOT NULL")
    if column.identity:
        parts.append(f"autoincrement start {column.identity[0]} increment {column.identity[1]} noorder")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    return " ".join(parts) + attached + column_comment(column)


def column_comment(column: Column) -> str:
    return f" COMMENT {string_constant(column.comment)}" if column.comment else ""


def constraint(item: Constraint) -> str:
    named = f"constraint {spell(item.name)} " if item.name else ""
    text = f"{named}{item.kind.lower()} ({', '.join(map(spell, item.columns))})"
    if item.references is None:
        return text
    return f"{text} references {item.references}({', '.join(map(spell, item.referenced_columns))})"
