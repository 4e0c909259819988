"""What a COPY selects from its files: given as a query, or made from the table's columns.

The query reads the one prepared relation of staged rows, whatever location it names
(https://docs.snowflake.com/en/user-guide/data-load-transform).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local.errors import compilation
from snowpact.local.objects import Record
from snowpact.local.scope import Scope
from snowpact.local.stages import reading
from snowpact.local.stages.formats import SEMI_STRUCTURED, FileFormat
from snowpact.local.stages.reading import Rows
from snowpact.local.translate.staged import location_of
from snowpact.model.catalog import Column
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.literals import string_constant

if TYPE_CHECKING:
    from snowpact.local.session import Session

TABLE = "temp._copied"
_HERE = "FROM '@copied'"
FORMATS = {"DATE": ("DATE_FORMAT", "TO_DATE"), **{
    f"TIMESTAMP_{kind}": ("TIMESTAMP_FORMAT", f"TO_TIMESTAMP_{kind}") for kind in ("NTZ", "LTZ", "TZ")
}}  # fmt: skip
_SIMPLE = frozenset({"expressions", "from_", "kind"})


@dataclass(frozen=True)
class CopyScope(Scope):
    """The one location in FROM means the rows that were read."""

    rows: Rows | None = None
    columns: int = 1

    def staged(self, location: str, format_name: str | None, pattern: str | None, width: int) -> tuple[exp.Expression, Any]:
        assert self.rows is not None
        relation = reading.relation(TABLE, self.rows.files, self.rows.format, self.columns, self.session.now)
        return relation, reading.columns_of(self.rows.format, self.columns)


def scope(session: Session, rows: Rows, columns: int) -> CopyScope:
    return CopyScope(session, session.database, session.schema, 0, rows, columns)


def transformation(session: Session, query: str) -> tuple[exp.Select, exp.Table]:
    """A COPY's own query, and the staged location it reads. Raises for what COPY does not take."""
    tree = session.parse(query)
    source = tree.args["from_"].this if tree.args.get("from_") else None
    simple = isinstance(tree, exp.Select) and all(not value or part in _SIMPLE for part, value in tree.args.items())
    if not isinstance(tree, exp.Select) or not simple or not isinstance(source, exp.Table) or not _from_stage(tree, source):
        text = "COPY statement only supports simple SELECT from stage statements for import."
        raise StatementError(f"SQL compilation error:\n{text}", 1757, "42601")  # number [M]
    return tree, source


def _from_stage(tree: exp.Select, source: exp.Table) -> bool:
    return location_of(source) is not None and not tree.find(exp.AggFunc, exp.Window)


def plain(session: Session, record: Record, columns: list[str], format_: FileFormat) -> exp.Expression:
    """Fields by their place: the first into the first column."""
    found = [_column(record, name) for name in columns]
    if format_.type in SEMI_STRUCTURED:
        if len(found) != 1 or not found[0].type.is_semi_structured:
            text = (
                f"{format_.type} file format can produce one and only one column of type variant, object, or array. "
                "Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation."
            )
            raise compilation(text, 2143, "22000")  # number [M]
        return session.parse(f"SELECT $1::{found[0].type} {_HERE}")
    values = [_field(f"${index}", column, format_) for index, column in enumerate(found, 1)]
    return session.parse(f"SELECT {', '.join(values)} {_HERE}")


def by_name(
    session: Session, record: Record, format_: FileFormat, names: list[str] | None, exact: bool
) -> tuple[list[str], exp.Expression]:
    """MATCH_BY_COLUMN_NAME: the columns that get a value, and the query. names: a CSV file's header."""
    pairs = []
    for column in record.object.columns:
        if names is None:
            get = "GET" if exact else "GET_IGNORE_CASE"
            pairs.append((column.name, f"{get}($1, {string_constant(column.name)})::{column.type}"))
            continue
        at = [index for index, name in enumerate(names, 1) if name == column.name or (not exact and name.upper() == column.name.upper())]
        if len(at) > 1:
            raise UnsupportedFeature(f"two columns of a file for {column.name}")
        if at:
            pairs.append((column.name, _field(f"${at[0]}", column, format_)))
    if not pairs:
        raise UnsupportedFeature("MATCH_BY_COLUMN_NAME where no name matches")
    return [name for name, _ in pairs], session.parse(f"SELECT {', '.join(value for _, value in pairs)} {_HERE}")


def refuse_evolution(record: Record, rows: Rows, exact: bool) -> None:
    """ENABLE_SCHEMA_EVOLUTION adds what a file has and the table has not (https://docs.snowflake.com/en/user-guide/data-load-schema-evolution):
    raise where there is such a column."""
    if rows.format.type in SEMI_STRUCTURED:
        documents = (json.loads(fields[0]) for *_, fields in rows.rows if fields[0])
        names = {name for document in documents if isinstance(document, dict) for name in document}
    else:
        names = {name for file in rows.files for name in reading.names_of(file, rows.format)}
    known = {column.name if exact else column.name.upper() for column in record.object.columns}
    if new := sorted(name for name in names if (name if exact else name.upper()) not in known):
        raise UnsupportedFeature(f"ENABLE_SCHEMA_EVOLUTION for the new column {new[0]}")


def _column(record: Record, name: str) -> Column:
    column = record.object.column(name)
    if column is None:
        raise compilation(f"invalid identifier '{name}'", 904, "42000")
    return column


def _field(value: str, column: Column, format_: FileFormat) -> str:
    """A CSV field as a column's value. JSON text goes into semi-structured columns as what it means [M]."""
    base = column.type.base
    if column.type.is_semi_structured:
        return f"PARSE_JSON({value})::{column.type}"
    if base in FORMATS and format_[FORMATS[base][0]] != "AUTO":
        key, function = FORMATS[base]
        return f"{function}({value}, {string_constant(format_[key])})"
    return value
