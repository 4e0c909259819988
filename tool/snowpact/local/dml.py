"""UPDATE, DELETE and MERGE as one DuckDB statement each over the physical table.

What a statement computes is first written as a Snowflake query that gives, for each row it touches, the row's id and the new values; that
query is translated like any other, so names and conversions follow the same rules as in SELECT. DuckDB then applies it by row id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import tables
from snowpact.local.errors import compilation, invalid_identifier, missing, syntax_error
from snowpact.local.governance.shares import read_only
from snowpact.local.objects import Record
from snowpact.local.relation import compiled
from snowpact.local.scope import Scope, stored
from snowpact.local.streams import log
from snowpact.local.target_scope import TargetScope, row_id, target_table
from snowpact.model.catalog import Column, Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.session import Session

Assignment = tuple[Column, exp.Expression]


def target_of(session: Session, table: exp.Table) -> Record:
    """The table that a statement writes. Views and dynamic tables can't be written."""
    if not isinstance(table, exp.Table):
        raise syntax_error(str(table))
    name = session.scope.name_of(table)
    record = session.find(Kind.TABLE, name)
    if record is None:
        raise missing(name)
    return writable(record)


def writable(record: Record) -> Record:
    if "imported" in record.extra:
        raise read_only(record.name)
    if record.object.kind is not Kind.TABLE:
        text = f"Rows of the {record.object.kind} '{record.name}' can't be changed by a statement."
        raise compilation(text, 2721, "42601")  # text and number [M]
    return record


def _scope(session: Session, record: Record) -> TargetScope:
    scope: Scope = session.scope
    return TargetScope(session, scope.database, scope.schema, 0, record)


def column_of(record: Record, node: exp.Expression) -> Column:
    """The target column that an assignment or column list names."""
    identifier = node.this if isinstance(node, exp.Column) else node
    name = stored(identifier) if isinstance(identifier, exp.Identifier) else node.name.upper()
    column = record.object.column(name)
    if column is None:
        raise invalid_identifier(name)
    return column


def default_value(column: Column, parse) -> exp.Expression:
    """What DEFAULT stands for, as a Snowflake expression."""
    if column.identity:
        raise UnsupportedFeature(f"DEFAULT for the identity column {column.name} beside other values")
    return parse(f"SELECT {column.default}").selects[0] if column.default else exp.Null()


def is_default(node: exp.Expression) -> bool:
    """Whether an expression is the keyword DEFAULT."""
    return isinstance(node, (exp.Var, exp.Column, exp.Identifier)) and node.sql(dialect="snowflake").upper() == "DEFAULT"


def assignments(session: Session, record: Record, nodes: Sequence[exp.Expression]) -> list[Assignment]:
    """``column = value`` pairs of SET."""
    found: list[Assignment] = []
    if not nodes:
        raise syntax_error("<EOF>")
    for node in nodes:
        if not isinstance(node, exp.EQ):
            raise UnsupportedFeature(f"SET {node.sql(dialect='snowflake')}")
        column = column_of(record, node.this)
        value = default_value(column, session.parse) if is_default(node.expression) else node.expression
        if any(other is column for other, _ in found):
            raise compilation(f"duplicate column name '{column.name}'", 2025, "42S21")
        found.append((column, value))
    return found


def fitted(record: Record, names: Sequence[str], types: Sequence[SnowflakeType | None], columns: Sequence[Column]) -> list[str]:
    """DuckDB expressions of a query's columns ``names`` as values of table columns."""
    return [tables.assigned(name, type_, column) for name, type_, column in zip(names, types, columns, strict=True)]


def update(session: Session, tree: exp.Update) -> tuple[int, int]:
    """Run an UPDATE; the number of rows changed, and of those that joined several rows: one of these gave the values
    (https://docs.snowflake.com/en/sql-reference/sql/update#usage-notes)."""
    record = target_of(session, tree.this)
    pairs = assignments(session, record, tree.expressions)
    target = target_table(tree.this.args.get("alias"), stored(tree.this.this))
    query = exp.select(row_id(target), *[exp.alias_(value.copy(), f"V{index}") for index, (_, value) in enumerate(pairs)])
    sources = _sources(tree.args.get("from_") or tree.args.get("from"))
    query = _joined(query, target, sources, tree.args.get("where"))
    sql, types = compiled(session, query, _scope(session, record))
    names = [f"v{index}" for index in range(len(pairs))]
    values = fitted(record, [f"s.{name}" for name in names], types[1:], [column for column, _ in pairs])
    sets = ", ".join(f"{record.physical_of(column.name)} = {value}" for (column, _), value in zip(pairs, values, strict=True))
    with log.recorded(session, record, sql, ["r", *names]) as rows:
        named = f"({rows}) AS s(r, {', '.join(names)})"
        several = f"SELECT count(*) FROM (SELECT r FROM {named} GROUP BY r HAVING count(*) > 1)"
        multi_joined = session.transaction.write(several).fetchone()[0] if sources else 0
        once = f"(SELECT * FROM {named} QUALIFY row_number() OVER (PARTITION BY r) = 1) AS s" if multi_joined else named
        done = session.transaction.write(f"UPDATE {record.table} AS t SET {sets} FROM {once} WHERE t.{tables.ROW_ID} = s.r").fetchone()[0]
        return done, multi_joined


def delete(session: Session, tree: exp.Delete) -> int:
    """Run a DELETE; the number of rows deleted."""
    record = target_of(session, tree.this)
    using = tree.args.get("using") or []
    if tree.args.get("where") is None and not using and "row_access" not in record.extra:
        with log.recorded(session, record, log.every_row(record)):
            return session.transaction.write(f"DELETE FROM {record.table}").fetchone()[0]
    target = target_table(tree.this.args.get("alias"), stored(tree.this.this))
    query = _joined(exp.select(row_id(target)), target, list(using), tree.args.get("where"))
    sql, _ = compiled(session, query, _scope(session, record))
    with log.recorded(session, record, sql) as rows:
        return session.transaction.write(f"DELETE FROM {record.table} WHERE {tables.ROW_ID} IN ({rows})").fetchone()[0]


def _sources(clause: exp.Expression | None) -> list[exp.Expression]:
    """The items of UPDATE's FROM, with their joins."""
    return [] if clause is None else [clause.this, *(clause.args.get("joins") or [])]


def _joined(query: exp.Select, target: exp.Table, sources: Sequence[exp.Expression], where: exp.Expression | None) -> exp.Select:
    """The query over the target and what stands beside it in FROM or USING."""
    query = query.from_(target)
    for source in sources:
        if isinstance(source, exp.Join):
            query.append("joins", source.copy())
            continue
        source = source.copy()
        joins = source.args.pop("joins", None) or []
        query.append("joins", exp.Join(this=source))
        for join in joins:
            query.append("joins", join)
    if where is not None:
        query.set("where", where.copy())
    return query


