"""INSERT ALL and INSERT FIRST: the query runs once, each INTO takes its rows from what it answered; all in one transaction.

https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local import defaults, dml, tables
from snowpact.local.encoding import quoted
from snowpact.local.errors import compilation, syntax_error
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.relation import compiled, outlined
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.scope import Scope
from snowpact.local.streams import log
from snowpact.model.catalog import CatalogObject, Column, Kind
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType, number
from snowpact.sql.statements.multi_insert import Into, MultiInsert, multi_insert
from snowpact.sql.tokens import SqlInputError

if TYPE_CHECKING:
    from snowpact.local.session import Session

SOURCE = "\N{START OF HEADING}SOURCE"
NUMBER = "\N{START OF HEADING}NUMBER"
_ROWS, _CHOSEN = "temp._multi_rows", "temp._multi_chosen"
_BIG = number(19, 0)


@dataclass(frozen=True)
class SourceScope(Scope):
    """``SOURCE`` in FROM means the rows of the query, those for which ``where`` holds, and each with its number."""

    columns: tuple[tuple[str, SnowflakeType], ...] = ()
    where: str = "TRUE"

    def resolve(self, table: exp.Table) -> exp.Expression:
        if table.name != SOURCE:
            return super().resolve(table)
        names = [f"x{index} AS {quoted(name)}" for index, (name, _) in enumerate(self.columns) if self._nameable(name)]
        return exp.maybe_parse(f"(SELECT {', '.join([*names, f'n AS {quoted(NUMBER)}'])} FROM {self.rows})", dialect="duckdb")

    def lookup(self, name: Name) -> CatalogObject | None:
        if name.name != SOURCE:
            return super().lookup(name)
        known = [Column(column, type_) for column, type_ in self.columns if self._nameable(column)]
        return CatalogObject(Kind.TABLE, Name.of("D", "S", SOURCE), (*known, Column(NUMBER, _BIG)))

    @property
    def rows(self) -> str:
        return f"(SELECT * FROM {_ROWS} WHERE {self.where})"

    def _nameable(self, name: str) -> bool:
        """Two columns of one name can be taken as they stand and not by name."""
        return [column for column, _ in self.columns].count(name) == 1


def insert(session: Session, tree: exp.Expression, overwrite: bool) -> EngineResult:
    """Run the statement; the answer has a count for each table."""
    try:
        parsed = multi_insert(tree) if isinstance(tree, exp.MultitableInserts) else None
    except SqlInputError as error:
        raise syntax_error(error.message) from error
    if parsed is None:
        raise syntax_error("INSERT")
    targets = {id(into): dml.target_of(session, into.table) for branch in parsed.branches for into in branch.intos}
    for record in targets.values():
        access.require(session, record, "INSERT")
    scope = _source(session, parsed)
    wheres = _wheres(session, parsed, scope)
    write = session.transaction.write
    for record in {record.id: record for record in targets.values()}.values() if overwrite else ():
        with log.recorded(session, record, log.every_row(record)):
            write(f"DELETE FROM {record.table}")
    done: dict[Name, int] = {record.name: 0 for record in targets.values()}
    for branch, where in zip(parsed.branches, wheres, strict=True):
        for into in branch.intos:
            record = targets[id(into)]
            done[record.name] += _insert(session, record, into, replace(scope, where=where))
    write(f"DROP TABLE IF EXISTS {_ROWS}")
    write(f"DROP TABLE IF EXISTS {_CHOSEN}")
    columns = tuple(ColumnMeta(f"number of rows inserted into {name.name}", number(38, 0), False) for name in done)
    return EngineResult(columns, (tuple(done.values()),), sum(done.values()))


def _source(session: Session, parsed: MultiInsert) -> SourceScope:
    """Run the query and keep its rows, numbered."""
    sql, columns = outlined(session, parsed.query, session.scope)
    names = ", ".join(f"x{index}" for index in range(len(columns)))
    session.transaction.write(f"CREATE OR REPLACE TEMP TABLE _multi_rows AS SELECT *, row_number() OVER () AS n FROM ({sql}) AS s({names})")
    return SourceScope(session, session.database, session.schema, 0, tuple(columns))


def _wheres(session: Session, parsed: MultiInsert, scope: SourceScope) -> list[str]:
    """For each branch the DuckDB condition that selects its rows. Conditions are computed once for each row, and with FIRST only up to
    the one that holds."""
    if not parsed.conditional:
        return ["TRUE"]
    conditions = [(index, branch.condition) for index, branch in enumerate(parsed.branches) if branch.condition is not None]
    if parsed.first:
        case = exp.Case()
        for index, condition in conditions:
            case = case.when(condition.copy(), exp.Literal.number(index))
        cases = [case]
        wheres, otherwise = [f"k0 = {index}" for index, _ in conditions], "k0 IS NULL"
    else:
        cases = [exp.Case().when(condition.copy(), exp.Literal.number(index)) for index, condition in conditions]
        wheres = [f"k{index} IS NOT NULL" for index, _ in conditions]
        otherwise = " AND ".join(f"k{index} IS NULL" for index, _ in conditions)
    selected = [exp.column(exp.to_identifier(NUMBER, quoted=True)), *(exp.alias_(case, f"K{index}") for index, case in enumerate(cases))]
    sql, _ = compiled(session, exp.select(*selected).from_(_from()), scope)
    names = ", ".join(f"k{index}" for index in range(len(cases)))
    session.transaction.write(f"CREATE OR REPLACE TEMP TABLE _multi_chosen AS SELECT * FROM ({sql}) AS c(n, {names})")
    if len(wheres) < len(parsed.branches):
        wheres.append(otherwise)
    return [f"n IN (SELECT n FROM {_CHOSEN} WHERE {where})" for where in wheres]


def _insert(session: Session, record: Record, into: Into, scope: SourceScope) -> int:
    columns = [dml.column_of(record, node) for node in into.columns] or list(record.object.columns)
    expected = len(scope.columns) if into.values is None else len(into.values)
    if len(columns) != expected:
        raise compilation(f"Insert value list does not match column list expecting {len(columns)} but got {expected}", 2020, "21S01")
    names = [column.name for column in tables.distinct(tuple(columns))]
    if into.values is None:
        sql, types = f"SELECT * EXCLUDE (n) FROM {scope.rows}", [type_ for _, type_ in scope.columns]
    else:
        # a column that is DEFAULT is left out, but for one, since DuckDB's INSERT must name a column
        given = {name: value for name, value in zip(names, into.values, strict=True) if not dml.is_default(value)}
        given = given or {names[0]: dml.default_value(columns[0], session.parse)}
        names = list(given)
        selected = [exp.alias_(value.copy(), f"V{index}") for index, value in enumerate(given.values())]
        sql, types = compiled(session, exp.select(*selected).from_(_from()), scope)
    left_out = defaults.evaluated(session, record, names)
    with log.recorded(session, record):
        return session.transaction.write(tables.insert(record, names, sql, types, left_out)).fetchone()[0]


def _from() -> exp.Table:
    return exp.Table(this=exp.to_identifier(SOURCE, quoted=True))
