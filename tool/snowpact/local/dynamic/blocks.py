"""A translated query in the shape in which its changes can be worked out: no WITH, no names of the select list in other clauses.

Everything here is DuckDB's tree as the translator gives it: tables of the account are `_data."v<id>"`, names are encoded, views are
subqueries. What these functions can't settle for sure they refuse with Whole: the refresh then runs the query in full.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.objects import State

_RELATION = re.compile(r"v(\d+)\Z")
_FLATTEN = ("SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS")


class Whole(Exception):
    """The changes of this query can't be worked out from those of its sources; the text says why."""


def table_of(node: exp.Expression) -> int | None:
    """The id of the table that a node of FROM is; None for anything else."""
    if not isinstance(node, exp.Table) or node.db != "_data":
        return None
    found = _RELATION.match(node.name)
    return int(found[1]) if found else None


def tables_in(tree: exp.Expression) -> set[int]:
    return {id_ for node in tree.find_all(exp.Table) if (id_ := table_of(node)) is not None}


def has_other_relations(tree: exp.Expression) -> bool:
    """Whether it also reads what has no change log: INFORMATION_SCHEMA, a stage."""
    named = (node for node in tree.find_all(exp.Table) if isinstance(node.this, exp.Identifier))
    return any(table_of(node) is None for node in named)


def items_of(block: exp.Select) -> list[exp.Expression]:
    """What stands in FROM, in order: relations, each with its alias."""
    first = block.args.get("from_")
    return [] if first is None else [first.this, *(join.this for join in block.args.get("joins") or [])]


def plain(tree: exp.Expression, state: State) -> exp.Expression:
    """The query with its WITH put in where it is used and every name of a select list replaced by what it stands for."""
    tree = _inlined(tree.copy(), {})
    for block in list(tree.find_all(exp.Select)):
        _resolve_names(block, state)
    return tree


def _inlined(tree: exp.Expression, known: dict[str, exp.Expression]) -> exp.Expression:
    clause = tree.args.get("with_")
    if clause is not None:
        if clause.args.get("recursive"):
            raise Whole("WITH RECURSIVE")
        known = dict(known)
        tree.set("with_", None)
        for cte in clause.expressions:
            known[cte.alias] = _named_query(_inlined(cte.this, known), cte.args["alias"].columns)
    return tree.transform(lambda node: _put_in(node, known, tree), copy=False)


def _named_query(query: exp.Expression, columns: list[exp.Identifier]) -> exp.Subquery:
    alias = exp.TableAlias(this=exp.to_identifier("~with", quoted=True), columns=[column.copy() for column in columns])
    return exp.Subquery(this=query, alias=alias)


def _put_in(node: exp.Expression, known: dict[str, exp.Expression], root: exp.Expression) -> exp.Expression:
    if node is not root and isinstance(node, exp.Query) and node.args.get("with_") is not None:
        return _inlined(node, known)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier) or node.db:
        return node
    if node.name not in known:
        raise Whole(f"the relation {node.name}")
    inner = known[node.name].copy()
    return exp.Subquery(this=exp.select("*").from_(inner, copy=False), alias=node.args.get("alias") or exp.TableAlias(this=node.this))


def columns_of(item: exp.Expression, state: State) -> list[str] | None:
    """The encoded names of an item's columns; None where they can't be told."""
    alias = item.args.get("alias")
    given = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    id_ = table_of(item)
    if id_ is not None:
        record = state.by_id[id_]
        names = [encode(column.name) for column in record.object.columns]
    elif isinstance(item, exp.Subquery):
        names = names_of(item.this, state)
    elif isinstance(item, exp.Lateral) and "FLATTEN" in item.this.sql().upper():
        names = list(_FLATTEN)
    else:
        return None
    return None if names is None else [*given, *names[len(given) :]]


def names_of(query: exp.Expression, state: State) -> list[str] | None:
    """The encoded names of a query's columns."""
    if isinstance(query, exp.Subquery):
        return names_of(query.this, state)
    if isinstance(query, exp.SetOperation):
        return names_of(query.this, state)
    if not isinstance(query, exp.Select):
        return None
    found: list[str] = []
    for node in query.selects:
        if isinstance(node, exp.Alias):
            found.append(node.alias)
            continue
        if not isinstance(node, exp.Star) or any(node.args.values()) or len(items_of(query)) != 1:
            return None
        inner = columns_of(items_of(query)[0], state)
        if inner is None:
            return None
        found += inner
    return found


def own(parts: Iterable[exp.Expression | None]) -> Iterator[exp.Expression]:
    """The nodes of a block's expressions. A query among them is refused: its tables change too."""
    for part in parts:
        for node in part.walk() if part is not None else ():
            if isinstance(node, exp.Query):
                raise Whole("a subquery outside FROM")
            yield node


def clauses(block: exp.Select) -> list[exp.Expression | None]:
    """Everything of a block but FROM."""
    conditions = [join.args.get("on") for join in block.args.get("joins") or []]
    return [*block.selects, *conditions, *(block.args.get(part) for part in ("where", "group", "having", "qualify"))]


def _resolve_names(block: exp.Select, state: State) -> None:
    """``SELECT UPPER(g) AS h … GROUP BY h``: h becomes UPPER(g), unless something in FROM has a column h."""
    for part in ("limit", "offset", "laterals", "sample"):
        if block.args.get(part):
            raise Whole(part.upper())
    block.set("order", None)
    aliases = {node.alias: node.this for node in block.selects if isinstance(node, exp.Alias) and not _same(node)}
    columns: set[str] | None = set()
    for item in items_of(block):
        found = columns_of(item, state)
        columns = None if found is None or columns is None else columns | set(found)

    def replaced(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column) or node.table or node.name not in aliases:
            return node
        if columns is None:
            raise Whole(f"the name {node.name}, which may be a column's or one of the select list")
        return node if node.name in columns else exp.Paren(this=aliases[node.name].copy().transform(replaced, copy=False))

    for node in clauses(block):
        inner = node.this if isinstance(node, exp.Alias) else node
        if inner is not None and inner.find(exp.Column):
            _transform(inner, replaced)
    _settle_group(block)


def _transform(node: exp.Expression, change: Callable[[exp.Expression], exp.Expression]) -> None:
    changed = node.transform(change, copy=False)
    if changed is not node:
        node.replace(changed)


def _same(node: exp.Alias) -> bool:
    """``"G" AS "G"``."""
    return isinstance(node.this, exp.Column) and node.this.name == node.alias


def _settle_group(block: exp.Select) -> None:
    """GROUP BY 1 and GROUP BY ALL as the expressions that they mean."""
    group = block.args.get("group")
    if group is None:
        return
    if any(group.args.get(part) for part in ("cube", "rollup", "grouping_sets", "totals")):
        raise Whole("GROUP BY with CUBE, ROLLUP or GROUPING SETS")
    selects = [node.unalias() for node in block.selects]
    if group.args.get("all"):
        group.set("all", None)
        group.set("expressions", [node.copy() for node in selects if not aggregates(node)])
        return
    settled = [selects[int(node.name) - 1].copy() if isinstance(node, exp.Literal) else node for node in group.expressions]
    group.set("expressions", settled)


def settled(tree: exp.Expression) -> bool:
    """Whether the rows of the answer are the same in whatever order its tables are read: each stands alone."""
    united = any(node.args.get("distinct") for node in tree.find_all(exp.SetOperation))
    return not united and not aggregates(tree) and tree.find(exp.Window, exp.Distinct) is None


def aggregates(node: exp.Expression) -> bool:
    """Whether an expression holds an aggregate, the function of a window left out."""
    return any(found.meta.get("aggregate") or (isinstance(found, exp.AggFunc) and not _windowed(found)) for found in node.walk())


def _windowed(node: exp.Expression) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.IgnoreNulls, exp.RespectNulls)):
        parent = parent.parent
    return isinstance(parent, exp.Window)
