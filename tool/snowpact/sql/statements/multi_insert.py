"""INSERT ALL and INSERT FIRST: rows of one query into several tables.

https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from snowpact.sql.classify import Classified
from snowpact.sql.tokens import SqlInputError


@dataclass(frozen=True, slots=True)
class Into:
    """One INTO. columns: as listed, all of the table's where empty; values: None where the query's columns are taken as they stand."""

    table: exp.Table
    columns: tuple[exp.Expression, ...]
    values: tuple[exp.Expression, ...] | None


@dataclass(frozen=True, slots=True)
class Branch:
    """WHEN and its INTOs; condition is None for ELSE, and for the only branch of an unconditional INSERT ALL."""

    condition: exp.Expression | None
    intos: tuple[Into, ...]


@dataclass(frozen=True, slots=True)
class MultiInsert:
    """first: a row goes into the first branch whose condition holds, else into each. conditional: there are conditions, and what
    has no condition is ELSE."""

    first: bool
    conditional: bool
    branches: tuple[Branch, ...]
    query: exp.Query


def written(statement: Classified) -> list[str]:
    """The tables that a multi-table INSERT writes, as spelled, without parsing its query."""
    cursor = statement.cursor()
    names = []
    while not cursor.done and cursor.peek() not in {"SELECT", "WITH"}:
        if cursor.accept("INTO"):
            names.append(cursor.name())
        elif cursor.peek() == "(":
            cursor.skip_group()
        else:
            cursor.take()
    return names


def multi_insert(tree: exp.MultitableInserts) -> MultiInsert:
    """The statement from its syntax tree. Raises SqlInputError for what is none: FIRST without WHEN, ELSE before WHEN."""
    first = str(tree.args.get("kind")).upper() == "FIRST"
    branches: list[Branch] = []
    otherwise = False
    for item in tree.expressions:
        condition, is_else = item.args.get("expression"), bool(item.args.get("else_"))
        if otherwise and (condition is not None or is_else):
            raise SqlInputError("ELSE comes last", 0)
        otherwise = otherwise or is_else
        if condition is None and not is_else and branches:
            last = branches.pop()
            branches.append(Branch(last.condition, (*last.intos, _into(item.this))))
        else:
            branches.append(Branch(condition, (_into(item.this),)))
    conditional = any(branch.condition is not None for branch in branches)
    if conditional != (branches[0].condition is not None):
        raise SqlInputError("INTO stands before WHEN", 0)
    if not conditional and (first or otherwise):
        raise SqlInputError("FIRST and ELSE need a WHEN", 0)
    query = tree.args.get("source")
    if not isinstance(query, exp.Query):
        raise SqlInputError("a multi-table INSERT takes its rows from a query", 0)
    return MultiInsert(first, conditional, tuple(branches), query)


def _into(node: exp.Insert) -> Into:
    target, values = node.this, node.args.get("expression")
    columns = tuple(target.expressions) if isinstance(target, exp.Schema) else ()
    table = target.this if isinstance(target, exp.Schema) else target
    if values is None:
        return Into(table, columns, None)
    if not isinstance(values, exp.Values) or len(values.expressions) != 1:
        raise SqlInputError("INTO takes one list of VALUES", 0)
    row = values.expressions[0]
    return Into(table, columns, tuple(row.expressions) if isinstance(row, exp.Tuple) else (row,))
