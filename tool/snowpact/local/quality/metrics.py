"""What a metric measures, as a query: the system's metrics and those that users made, over the rows that a query gives.

https://docs.snowflake.com/en/user-guide/data-quality-system-dmfs and the page of each; what a page leaves open is marked [M].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.scope import stored
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.scope import Scope
    from snowpact.local.session import Session

CORE = ("SNOWFLAKE", "CORE")

_SYSTEM: dict[str, str] = {
    "NULL_COUNT": "SELECT COUNT_IF(C1 IS NULL) FROM ROWS_",
    "NULL_PERCENT": "SELECT DIV0(COUNT_IF(C1 IS NULL) * 100, COUNT(*)) FROM ROWS_",
    "BLANK_COUNT": "SELECT COUNT_IF(TRIM(C1) = '') FROM ROWS_",
    "BLANK_PERCENT": "SELECT DIV0(COUNT_IF(TRIM(C1) = '') * 100, COUNT(*)) FROM ROWS_",
    "UNIQUE_COUNT": "SELECT COUNT(DISTINCT C1) FROM ROWS_",
    "ROW_COUNT": "SELECT COUNT(*) FROM ROWS_",
    "AVG": "SELECT AVG(C1) FROM ROWS_",
    "MAX": "SELECT MAX(C1) FROM ROWS_",
    "MIN": "SELECT MIN(C1) FROM ROWS_",
    "STDDEV": "SELECT STDDEV(C1) FROM ROWS_",
    "FRESHNESS": "SELECT DATEDIFF('second', MAX(C1), CURRENT_TIMESTAMP()) FROM ROWS_",
    "DUPLICATE_COUNT": "SELECT COALESCE(SUM(N), 0) FROM (SELECT COUNT(*) AS N FROM ROWS_ GROUP BY {columns} HAVING COUNT(*) > 1)",
    "ACCEPTED_VALUES": "SELECT COUNT_IF(NOT ({condition})) FROM ROWS_",
}
"""Over the rows ROWS_ with columns C1, C2, …. DUPLICATE_COUNT counts the rows whose value is not theirs alone [M]; ACCEPTED_VALUES those
for which the condition is false, so that NULL is accepted where the condition says nothing of it [M]."""

_WITHOUT_COLUMN = {"ROW_COUNT"}
_SEVERAL_COLUMNS = {"DUPLICATE_COUNT"}


def is_system(name: Name) -> bool:
    return name.parts[:2] == CORE


def require_metric(session: Session, written: str, columns: int) -> tuple[Name, Record | None]:
    """The metric of that name, for so many columns; its record is None for one of the system's. Raises where there is none."""
    given = Name.parse(written)
    if is_system(given):
        _require_columns(given.name, columns)
        return given, None
    found = [record for record in named(session, session.complete(given)) if len(record.object.property("tables")[0][1]) == columns]
    if not found:
        raise missing(session.complete(given), "Data metric function")
    return found[0].name, found[0]


def _require_columns(name: str, columns: int) -> None:
    if name not in _SYSTEM:
        raise UnsupportedFeature(f"SNOWFLAKE.CORE.{name}")
    if name == "FRESHNESS" and not columns:
        raise UnsupportedFeature("FRESHNESS without a column")
    least, most = (0, 0) if name in _WITHOUT_COLUMN else (1, 100 if name in _SEVERAL_COLUMNS else 1)
    if not least <= columns <= most:
        raise compilation(f"Invalid argument types for function '{name}': {columns} column(s)", 1044, "42P13")


def named(session: Session, name: Name) -> list[Record]:
    """Every metric of a name, argument types left out."""
    return [
        record
        for record in session.engine.state
        if record.object.kind is Kind.DATA_METRIC_FUNCTION
        and record.name.parent == name.parent
        and record.name.name.partition("(")[0] == name.name
    ]


def query(
    session: Session, name: Name, record: Record | None, rows: Sequence[exp.Query], condition: tuple[str, str] | None = None
) -> exp.Expression:
    """The query that answers a metric's value. rows: a query for each of its tables, columns in the order of the metric's; condition: the
    name by which it calls the column, and its text."""
    if record is None:
        columns = [condition[0]] if condition else [f"C{index}" for index in range(1, len(rows[0].selects) + 1)]
        text = _SYSTEM[name.name].format(columns=", ".join(columns), condition=condition[1] if condition else None)
        given = rows[0] if name.name in _WITHOUT_COLUMN else _named(rows[0], columns)
        return _over(session.parse(text), {"ROWS_": given})
    tables = record.object.property("tables")
    given = {table: _named(query, [column for column, _ in listed]) for (table, listed), query in zip(tables, rows, strict=True)}
    return _over(session.parse(record.object.definition or ""), given)


def _named(rows: exp.Query, columns: Sequence[str]) -> exp.Query:
    """A SELECT whose columns are called as a metric calls its argument's."""
    if not isinstance(rows, exp.Select) or rows.is_star:
        raise UnsupportedFeature("a metric over anything but SELECT columns FROM …")
    if len(rows.selects) != len(columns):
        text = f"A metric over {len(columns)} column(s) is given a query of {len(rows.selects)}."
        raise compilation(text, 1044, "42P13")
    renamed = rows.copy()
    renamed.set("expressions", [exp.alias_(item.unalias(), name, quoted=True) for item, name in zip(renamed.selects, columns, strict=True)])
    return renamed


def _over(tree: exp.Expression, tables: dict[str, exp.Query]) -> exp.Expression:
    """The query with its arguments' tables in their places."""
    for node in list(tree.find_all(exp.Table)):
        if isinstance(node.this, exp.Identifier) and not node.db and stored(node.this) in tables:
            name = stored(node.this)
            alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name, quoted=True))
            node.replace(exp.Subquery(this=tables[name].copy(), alias=alias.copy()))
    return tree


def select_of(record: Record, columns: Sequence[str]) -> exp.Select:
    """``SELECT columns FROM record``; a constant for each row where there are none."""
    listed: list[Any] = [exp.column(exp.to_identifier(column, quoted=True)) for column in columns] or [exp.Literal.number(1)]
    parts = [exp.to_identifier(part, quoted=True) for part in record.name.parts]
    return exp.select(*listed).from_(exp.Table(this=parts[2], db=parts[1], catalog=parts[0]))


def called(scope: Scope, name: tuple[str, ...], call: exp.Expression) -> exp.Expression:
    """The query of a metric that a query calls: ``db.schema.metric(SELECT a, b FROM t)``."""
    if name[:2] == CORE and name[2:] == ("DATA_METRIC_SCHEDULED_TIME",):
        return scope.session.parse("SELECT CURRENT_TIMESTAMP()")
    rows = call.expressions
    if not rows or not all(isinstance(item, exp.Query) for item in rows):
        raise UnsupportedFeature(f"{'.'.join(name)} of anything but queries")
    width = 0 if name == (*CORE, "ROW_COUNT") else len(rows[0].selects)
    full = name if name[:2] == CORE else scope.session.complete(Name(name), scope).parts
    if name == (*CORE, "DUPLICATE_COUNT") and width != 1:
        raise compilation("Invalid argument types for function 'DUPLICATE_COUNT$V1'", 1044, "42P13")
    metric, record = require_metric(scope.session, Name(full).sql, width)
    return query(scope.session, metric, record, rows)
