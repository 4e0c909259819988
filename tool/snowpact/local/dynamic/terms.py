"""What changed in a query's answer, as queries over what changed in its tables.

A term is a query whose rows came (+1) or went (-1); all terms of a query together, counted, are the difference between its answer now and
then. Sources stand in a term as they were (OLD), as they are, or as what came or went (PLUS, MINUS):

- projection, filter, inner and cross joins, FLATTEN, the left side of LEFT JOIN: one source after the other is put in by what changed of
  it, those before it as they were, those after it as they are;
- GROUP BY, DISTINCT, window functions, the right side of LEFT JOIN: the keys that changes touch are gathered, and the block is computed for
  those keys alone, then and now;
- UNION ALL: the terms of its sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

from snowpact.local.dynamic.blocks import Whole, aggregates, clauses, columns_of, items_of, names_of, own, table_of, tables_in
from snowpact.local.objects import State

OLD, PLUS, MINUS = "old", "plus", "minus"


@dataclass(frozen=True, slots=True)
class Term:
    """Rows that came (+1) or went (-1)."""

    sign: int
    query: exp.Expression


@dataclass(slots=True)
class Changes:
    """What changed since a moment.

    changed: ids of tables; relation: (id, OLD | PLUS | MINUS) → what stands in FROM for it; gathered: makes a table of the distinct rows of
    queries and gives its name, None where there are no rows; is_real: whether a query has a FLOAT column; grown: the ids of those that
    only gained rows.
    """

    state: State
    changed: frozenset[int]
    relation: Callable[[int, str], exp.Expression]
    gathered: Callable[[list[exp.Expression]], str | None]
    is_real: Callable[[exp.Expression], bool]
    grown: frozenset[int] = frozenset()

    def touch(self, tree: exp.Expression) -> bool:
        return bool(tables_in(tree) & self.changed)


def terms(query: exp.Expression, changes: Changes) -> list[Term]:
    """Raises Whole."""
    if not changes.touch(query):
        return []
    if isinstance(query, exp.Subquery):
        return terms(query.this, changes)
    if isinstance(query, exp.Union):
        return _union(query, changes)
    if not isinstance(query, exp.Select):
        raise Whole(type(query).__name__.upper())
    list(own(clauses(query)))
    if query.args.get("distinct"):
        return _distinct(query, changes)
    keys = keys_of(query)
    return joined(query, changes) if keys is None else _keyed(query, keys, changes)


def _union(query: exp.Union, changes: Changes) -> list[Term]:
    if query.args.get("limit") or query.args.get("offset") or query.args.get("by_name"):
        raise Whole("LIMIT")
    names = names_of(query, changes.state)
    if names is None:
        raise Whole("UNION over columns that can't be told")
    if query.args.get("distinct"):
        every = query.copy()
        every.set("distinct", False)
        return _distinct(exp.select("*").distinct(copy=False).from_(exp.Subquery(this=every, alias=_alias("~all")), copy=False), changes)
    left, right = terms(query.this, changes), terms(query.expression, changes)
    return [*left, *(Term(term.sign, _under(term.query, names)) for term in right)]


def _alias(name: str, columns: Iterable[str] = ()) -> exp.TableAlias:
    """Names of our own start with a ``~`` that no encoded name has in that place."""
    return exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=[exp.to_identifier(column, quoted=True) for column in columns])


def _under(query: exp.Expression, names: list[str]) -> exp.Expression:
    """The query with its columns under other names: a UNION has those of its first side."""
    return exp.select("*").from_(exp.Subquery(this=query, alias=_alias("~side", names)), copy=False)


# -- joins ----------------------------------------------------------------------------------------------------------------


def joined(block: exp.Select, changes: Changes) -> list[Term]:
    """The terms of a block of joins, projection and filter alone."""
    found: list[Term] = []
    for place, item in enumerate(items_of(block)):
        if not changes.touch(item):
            continue
        join = None if place == 0 else block.args["joins"][place - 1]
        if isinstance(item, exp.Lateral):
            raise Whole("LATERAL over a table")
        if join is not None and (join.side in ("RIGHT", "FULL") or join.method):
            raise Whole(f"{join.side or join.method} JOIN")
        if any(later.side in ("RIGHT", "FULL") for later in (block.args.get("joins") or [])[place:]):
            raise Whole("RIGHT or FULL JOIN")
        nullable = join is not None and join.side == "LEFT"
        found += _right_side(block, place, changes) if nullable else _one_by_one(block, place, changes)
    return found


def _one_by_one(block: exp.Select, place: int, changes: Changes) -> list[Term]:
    item = items_of(block)[place]
    return [Term(sign, _with_item(block, place, relation, changes)) for sign, relation in _item_terms(item, changes)]


def _item_terms(item: exp.Expression, changes: Changes) -> list[tuple[int, exp.Expression]]:
    """What came and went in an item of FROM, under its alias."""
    id_ = table_of(item)
    if id_ is not None:
        signs = {1: PLUS} if id_ in changes.grown else {1: PLUS, -1: MINUS}
        pairs = [(sign, changes.relation(id_, version)) for sign, version in signs.items()]
    elif isinstance(item, exp.Subquery) and isinstance(item.this, exp.Query):
        pairs = [(term.sign, exp.Subquery(this=term.query)) for term in terms(item.this, changes)]
    else:
        raise Whole(f"{type(item).__name__} in FROM")
    for _, relation in pairs:
        relation.set("alias", item.args["alias"].copy() if item.args.get("alias") else None)
    return pairs


def _with_item(block: exp.Select, place: int, relation: exp.Expression, changes: Changes) -> exp.Select:
    """The block with that item put in, what stands before it as it was."""
    copy = block.copy()
    items = items_of(copy)
    items[place].replace(relation)
    for before in items[:place]:
        _as_it_was(before, changes)
    return copy


def _as_it_was(tree: exp.Expression, changes: Changes) -> exp.Expression:
    """Put every changed table back, in place."""
    for node in list(tree.find_all(exp.Table)):
        id_ = table_of(node)
        if id_ in changes.changed and id_ is not None:
            relation = changes.relation(id_, OLD)
            relation.set("alias", node.args["alias"].copy() if node.args.get("alias") else None)
            if node is tree and node.parent is None:
                return relation
            node.replace(relation)
    return tree


def _right_side(block: exp.Select, place: int, changes: Changes) -> list[Term]:
    """LEFT JOIN: a change of its right side touches the rows of the left one that have the same key."""
    left, right = _equal(block, place, changes)
    item = items_of(block)[place]
    keys = [exp.select(*_numbered(right), copy=False).from_(relation, copy=False) for _, relation in _item_terms(item, changes)]
    table = changes.gathered(keys)
    if table is None:
        return []
    now, then = block.copy(), block.copy()
    for copy, last in ((now, place), (then, place + 1)):
        for before in items_of(copy)[:last]:
            _as_it_was(before, changes)
        _restrict(copy, table, left)
    return [Term(-1, then), Term(1, now)]


def _equal(block: exp.Select, place: int, changes: Changes) -> tuple[list[exp.Expression], list[exp.Expression]]:
    """The equalities of a LEFT JOIN, as expressions of its left and of its right side."""
    join = block.args["joins"][place - 1]
    items = items_of(block)
    if join.args.get("using"):
        names = [column.name for column in join.args["using"]]
        columns = [_column(name) for name in names]
        return [column.copy() for column in columns], columns
    sides = _sides(items, place, changes)
    pairs = []
    condition = join.args.get("on")
    for part in condition.unnest().flatten() if isinstance(condition.unnest(), exp.And) else [condition.unnest()]:
        part = part.unnest()
        if isinstance(part, exp.EQ):
            for one, other in ((part.this, part.expression), (part.expression, part.this)):
                if sides(one) == {False} and sides(other) == {True}:
                    pairs.append((one.copy(), other.copy()))
    if not pairs:
        raise Whole("a LEFT JOIN without an equality")
    return [one for one, _ in pairs], [other for _, other in pairs]


def _sides(items: list[exp.Expression], place: int, changes: Changes) -> Callable[[exp.Expression], set[bool | None]]:
    """Of which side of the join the columns of an expression are: True its right one."""
    columns = [columns_of(item, changes.state) for item in items[: place + 1]]
    aliases = [item.alias_or_name for item in items[: place + 1]]

    def side(column: exp.Column) -> bool | None:
        if column.table:
            return aliases.index(column.table) == place if aliases.count(column.table) == 1 else None
        if any(known is None for known in columns):
            return None
        holders = [index for index, known in enumerate(columns) if known and column.name in known]
        return holders[0] == place if len(holders) == 1 else None

    return lambda node: {side(column) for column in node.find_all(exp.Column)}


# -- keys -----------------------------------------------------------------------------------------------------------------


def keys_of(block: exp.Select) -> list[exp.Expression] | None:
    """The expressions by which a block's rows hang together; None where each row stands alone. Raises Whole where all hang together."""
    group = block.args.get("group")
    windows = [node for part in clauses(block) if part is not None for node in part.find_all(exp.Window)]
    grouped = group is not None or block.args.get("having") is not None or any(aggregates(node) for node in block.selects)
    if not grouped and not windows:
        return None
    keys = list(group.expressions) if group is not None else []
    for window in windows:
        if window.args.get("alias"):
            raise Whole("a named window")
    if windows:
        parts = [window.args.get("partition_by") or [] for window in windows]
        common = [key for key in parts[0] if all(key in others for others in parts[1:])]
        keys = [key for key in common if key in keys] if grouped else common
    if not keys:
        raise Whole("an aggregate or window over all rows")
    return keys


def _keyed(block: exp.Select, keys: list[exp.Expression], changes: Changes) -> list[Term]:
    table = touched(block, keys, changes)
    if table is None:
        return []
    now, then = block.copy(), _as_it_was(block.copy(), changes)
    return [Term(-1, _restrict(then, table, keys)), Term(1, _restrict(now, table, keys))]


def touched(block: exp.Select, keys: list[exp.Expression], changes: Changes) -> str | None:
    """The table of the keys that changes touch, in columns ~1, ~2 …; None where there are none."""
    if len([node for node in block.find_all(exp.Table) if table_of(node)]) > 1 and changes.is_real(block):
        raise Whole("a FLOAT over several tables: its sum would depend on their order")
    core = block.copy()
    for part in ("group", "having", "qualify", "distinct"):
        core.set(part, None)
    core.set("expressions", _numbered(keys))
    return changes.gathered([term.query for term in joined(core, changes)])


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None)


def _numbered(keys: Iterable[exp.Expression]) -> list[exp.Expression]:
    return [exp.alias_(key.copy(), f"~{index}", quoted=True) for index, key in enumerate(keys, start=1)]


def _restrict(block: exp.Select, table: str, keys: list[exp.Expression]) -> exp.Select:
    """The block for the keys in a table alone."""
    own = exp.Table(this=exp.to_identifier(table), db=exp.to_identifier("temp"), alias=_alias("~touched"))
    same = [
        exp.NullSafeEQ(this=_column(f"~{index}", "~touched"), expression=exp.Paren(this=key.copy()))
        for index, key in enumerate(keys, start=1)
    ]
    listed = exp.select("1").from_(own, copy=False).where(*same, copy=False)
    return block.where(exp.Exists(this=listed), copy=False)


def restricted(block: exp.Select, table: str, keys: list[exp.Expression]) -> exp.Select:
    """A copy of the block for the keys in a table alone."""
    return _restrict(block.copy(), table, keys)


def _distinct(block: exp.Select, changes: Changes) -> list[Term]:
    outer, keys = as_distinct(block, changes)
    return _keyed(outer, keys, changes)


def as_distinct(block: exp.Select, changes: Changes) -> tuple[exp.Select, list[exp.Expression]]:
    """SELECT DISTINCT as a block over the one without it, and its keys: all columns."""
    inner = block.copy()
    inner.set("distinct", None)
    names = names_of(inner, changes.state)
    if names is None:
        raise Whole("DISTINCT over columns that can't be told")
    plain = [f"~{index}" for index in range(1, len(names) + 1)]
    keys: list[exp.Expression] = [_column(name, "~distinct") for name in plain]
    listed = [exp.alias_(key.copy(), name, quoted=True) for key, name in zip(keys, names, strict=True)]
    outer = exp.select(*listed, copy=False).distinct(copy=False)
    return outer.from_(exp.Subquery(this=inner, alias=_alias("~distinct", plain)), copy=False), keys
