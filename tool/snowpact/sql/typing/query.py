"""The columns of a query: SELECT lists with their stars, set operations, common table expressions, VALUES."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from snowpact.sql.tokens import SqlInputError
from snowpact.sql.typing.common import common
from snowpact.sql.typing.lineage import NOTHING, Trace, Use, origins
from snowpact.sql.typing.naming import name_of
from snowpact.sql.typing.scope import Scope, StarOverUnknown
from snowpact.sql.typing.source import Source
from snowpact.sql.typing.sources import FromReader, column_of
from snowpact.sql.typing.spelling import spelled, stored
from snowpact.sql.typing.typed import NULL, Typed, TypedColumn
from snowpact.sql.typing.typer import Typer

Written = Callable[[], list[str]]
"""Gives the text of each item of a SELECT list."""


def columns_of(node: exp.Expression, scope: Scope, written: Written | None = None) -> list[TypedColumn]:
    """The columns of a query inside ``scope``, which is that around it. written: gives the text of its items, for the names
    of those that have none."""
    if scope.trace is None:
        return _columns_of(node, scope, written)
    found = scope.trace.typed.get(id(node))
    if found is None:
        found = scope.trace.typed[id(node)] = _columns_of(node, scope, written)
    return found


def _columns_of(node: exp.Expression, scope: Scope, written: Written | None = None) -> list[TypedColumn]:
    scope.spend()
    inside = scope.child()
    while isinstance(node, exp.Subquery | exp.Paren):
        _read_ctes(node, inside)
        node = node.this
    _read_ctes(node, inside)
    if isinstance(node, exp.Select):
        return _select(node, inside, written)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, inside, written)
    if isinstance(node, exp.Values):
        return FromReader(inside, columns_of)._values(node)
    raise SqlInputError(f"{type(node).__name__.upper()} is no query", 0)


def _read_ctes(node: exp.Expression, scope: Scope) -> None:
    with_clause = node.args.get("with_")
    if with_clause is None:
        return
    for cte in with_clause.expressions:
        name = stored(cte.args["alias"].this) or ""
        names = [stored(item) for item in cte.args["alias"].columns]
        body = cte.this
        if isinstance(body, exp.SetOperation) and _mentions(body, name):
            scope.ctes[name] = _named(_anchor_columns(body, scope), names, name)
        scope.ctes[name] = _named(columns_of(body, scope), names, name)


def _mentions(node: exp.Expression, name: str) -> bool:
    return any(stored(table.this) == name for table in node.find_all(exp.Table) if isinstance(table.this, exp.Identifier))


def _anchor_columns(node: exp.Expression, scope: Scope) -> list[TypedColumn]:
    """The leftmost branch of a recursive common table expression: it decides the columns that the others read."""
    inside = scope.child()
    while isinstance(node, exp.SetOperation | exp.Subquery):
        _read_ctes(node, inside)
        node = node.this
    return columns_of(node, inside)


def _named(columns: list[TypedColumn], names: list[str | None], what: str) -> list[TypedColumn]:
    if not names:
        return columns
    if len(names) != len(columns):
        raise SqlInputError(f"{what} names {len(names)} columns, its query makes {len(columns)}", 0)
    return [column._replace(name=name or column.name) for column, name in zip(columns, names, strict=True)]


def _set_operation(node: exp.SetOperation, scope: Scope, written: Written | None) -> list[TypedColumn]:
    """Names of the first branch, common types of all. Long chains are folded, not recursed into."""
    if node.args.get("by_name"):
        raise SqlInputError("set operations BY NAME are not read", 0)
    branches: list[exp.Expression] = []
    step: exp.Expression = node
    while isinstance(step, exp.SetOperation):
        branches.append(step.expression)
        step = step.this
    branches.append(step)
    typed = [columns_of(branch, scope, written if index == 0 else None) for index, branch in enumerate(reversed(branches))]
    lenient = scope.trace is not None and scope.trace.lenient
    if len({len(columns) for columns in typed}) != 1 and not lenient:
        raise SqlInputError("the branches of a set operation have different numbers of columns", 0)
    return [_common_column(list(column)) for column in zip(*typed, strict=False)]


def _common_column(columns: list[TypedColumn]) -> TypedColumn:
    nulls = [item.reason == NULL.reason for item in columns]
    inputs = [Typed(item.type, item.certainty, item.reason, item.nullable, null) for item, null in zip(columns, nulls, strict=True)]
    origins = columns[0].origins.union(*(item.origins for item in columns[1:]))
    return column_of(columns[0].name, common(inputs), origins)


def _select(node: exp.Select, scope: Scope, written: Written | None) -> list[TypedColumn]:
    if not node.expressions:
        raise SqlInputError("a SELECT without columns", 0)
    FromReader(scope, columns_of).read(node)
    typer = Typer(scope, columns_of)
    trace = scope.trace
    if trace is not None:
        scope.later = frozenset([stored(item.args["alias"]) or "" for item in node.expressions if type(item) is exp.Alias])
    texts: list[str] | None = None
    found: list[TypedColumn] = []
    for index, item in enumerate(node.expressions):
        star = _star(item)
        if star is not None:
            found.extend(_expand(star, scope, typer, stored(item.args.get("table")) if isinstance(item, exp.Column) else None))
            continue
        typed = typer.of(item)
        known = origins(item, scope, columns_of) if trace is not None else NOTHING
        name = name_of(item)
        if name is None:
            if texts is None:
                texts = written() if written is not None else []
            name = texts[index] if len(texts) == len(node.expressions) else spelled(item).upper()
        column = column_of(name, typed, known)
        found.append(column)
        if type(item) is exp.Alias:
            if name in scope.aliases:
                scope.twice.add(name)
            scope.aliases.setdefault(name, typed)
            scope.shown.setdefault(name, known)
    if trace is not None:
        _trace_rows(node, scope, trace)
    return found


_ROWS = ("where", "group", "having", "qualify", "order", "distinct", "connect", "limit")


def _trace_rows(node: exp.Select, scope: Scope, trace: Trace) -> None:
    """The clauses that decide which rows there are."""
    for clause in _ROWS:
        found = node.args.get(clause)
        if isinstance(found, exp.Expression):
            trace.decide(origins(found, scope, columns_of), Use.FILTER)


def _star(item: exp.Expression) -> exp.Star | None:
    shown = item.this if type(item) is exp.Column else item
    return shown if type(shown) is exp.Star else None


def _expand(star: exp.Star, scope: Scope, typer: Typer, table: str | None) -> list[TypedColumn]:
    """``*`` and ``t.*`` with ILIKE, EXCLUDE, REPLACE, RENAME, in that order (https://docs.snowflake.com/en/sql-reference/sql/select)."""
    sources = [source for source in scope.sources if table is None or source.alias == table]
    if not sources:
        raise SqlInputError(f"{table or ''}.* names no source of the query" if table else "SELECT * without FROM", 0)
    if scope.trace is not None:
        scope.trace.starred.update(source.object for source in sources if source.object is not None)
    lenient = scope.trace is not None and scope.trace.lenient
    columns = [column for source in sources for column in _columns(source, table is None, lenient)]
    pattern = star.args.get("ilike")
    if pattern is not None:
        matcher = _like(pattern.this)
        columns = [column for column in columns if matcher.fullmatch(column.name)]
    excluded = {stored(item.this) for item in star.args.get("except_") or ()}
    columns = [column for column in columns if column.name not in excluded]
    replaced = {stored(item.args["alias"]): _replaced(item, scope, typer) for item in star.args.get("replace") or ()}
    columns = [replaced.get(column.name, column) for column in columns]
    renamed = {stored(item.this.this): stored(item.args["alias"]) for item in star.args.get("rename") or ()}
    return [column._replace(name=renamed.get(column.name) or column.name) for column in columns]


def _replaced(item: exp.Alias, scope: Scope, typer: Typer) -> TypedColumn:
    typed = typer.of(item.this)
    return column_of(stored(item.args["alias"]) or "", typed, origins(item.this, scope, columns_of) if scope.trace is not None else NOTHING)


def _columns(source: Source, unqualified: bool, lenient: bool) -> list[TypedColumn]:
    if source.columns is None and lenient:
        return []
    if source.columns is None:
        raise StarOverUnknown(f"* cannot be expanded: {source.reason}", source.absent)
    return [column for column in source.columns if not (unqualified and column.name in source.joined)]


def _like(pattern: str) -> re.Pattern[str]:
    parts = [".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern]
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
