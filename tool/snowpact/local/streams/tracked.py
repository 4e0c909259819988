"""A view's query, rewritten so that each row tells which rows of which tables it was made of.

What Snowflake allows under a stream (https://docs.snowflake.com/en/user-guide/streams-intro#streams-on-views) is what makes that possible:
projections, filters, inner and cross joins, UNION ALL, views and subqueries in FROM. Every SELECT gets two columns more, before its own:
an id, put together from those of its sources, and whether one of these rows was touched. Nested views are put in place, and each table is
named by its number, so that no name needs its view's context any more.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.dynamic.modes import obstacle
from snowpact.local.errors import compilation, missing
from snowpact.local.objects import Record
from snowpact.local.scope import NESTING, Scope, stored
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

LEAF, ID, TOUCHED = "\N{START OF HEADING}LEAF", "\N{START OF HEADING}ID", "\N{START OF HEADING}TOUCHED"

_ALLOWED = {"expressions", "from_", "joins", "where", "with_", "kind", "hint"}
_NAMED = {"group": "GROUP BY", "order": "ORDER BY", "connect": "CONNECT BY"}
_TABLE_PARTS = {"this", "db", "catalog", "alias", "joins"}
_DEEPER: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Query, "a subquery outside FROM"),
    (exp.Window, "window functions"),
    (exp.AggFunc, "aggregate functions"),
    (exp.Lateral, "LATERAL"),
)


def untracked(what: str) -> StatementError:
    """The error for a query whose changes can't be known; text and number [M]."""
    return compilation(f"Change tracking is not supported on queries with {what}.", 2291, "0A000")


@dataclass(frozen=True, slots=True)
class Mark:
    """The names of the two columns that a source was given."""

    number: int

    @property
    def names(self) -> tuple[str, str]:
        return f"{ID}{self.number}", f"{TOUCHED}{self.number}"


@dataclass(frozen=True, slots=True)
class Cte:
    tree: exp.Query
    columns: Sequence[exp.Identifier]
    around: Mapping[str, Cte]


class Tracked:
    """leaves: the tables, one for each place where one is read; views: the ids of all views read; joins: whether a row
    may be made of several. Raises StatementError where Snowflake would not follow the view."""

    def __init__(self, session: Session, view: Record):
        self.session = session
        self.leaves: list[Record] = []
        self.views: list[int] = []
        self.joins = False
        self._numbers = itertools.count(1)
        self.query, self.mark = self._view(session.scope, view)

    @property
    def tables(self) -> list[Record]:
        return list({record.id: record for record in self.leaves}.values())

    def _view(self, scope: Scope, view: Record) -> tuple[exp.Query, Mark]:
        if scope.depth >= NESTING:
            raise compilation(f"View '{view.name}' is nested more than {NESTING} deep.", 2054, "42601")  # number [M]
        self.views.append(view.id)
        tree = self.session.parse(view.object.definition or "")
        found = "a recursive view" if view.object.property("recursive") else obstacle(tree)
        if found is not None:
            raise untracked(found)
        return self._query(tree, scope.inside(view), {})

    def _query(self, tree: exp.Expression, scope: Scope, ctes: Mapping[str, Cte]) -> tuple[exp.Query, Mark]:
        if isinstance(tree, exp.Subquery) and not tree.args.get("alias"):
            return self._query(tree.this, scope, ctes)
        ctes = self._with(tree, ctes)
        if type(tree) is exp.Union:
            self._only(tree, {"this", "expression", "distinct", "with_"})
            if tree.args.get("distinct"):
                raise untracked("UNION without ALL")
            left, mark = self._query(tree.this, scope, ctes)
            right, _ = self._query(tree.expression, scope, ctes)
            return exp.Union(this=left, expression=right, distinct=False), mark
        if not isinstance(tree, exp.Select):
            raise untracked(type(tree).__name__.upper())
        return self._select(tree, scope, ctes)

    def _with(self, tree: exp.Expression, ctes: Mapping[str, Cte]) -> Mapping[str, Cte]:
        clause = tree.args.get("with_")
        if clause is None:
            return ctes
        if clause.args.get("recursive"):
            raise untracked("a recursive common table expression")
        for item in clause.expressions:
            ctes = {**ctes, stored(item.args["alias"].this): Cte(item.this, item.args["alias"].columns, ctes)}
        return ctes

    def _only(self, tree: exp.Expression, allowed: set[str]) -> None:
        for part, value in tree.args.items():
            if value and part not in allowed:
                raise untracked(_NAMED.get(part, part.strip("_").upper()))

    def _select(self, tree: exp.Select, scope: Scope, ctes: Mapping[str, Cte]) -> tuple[exp.Query, Mark]:
        self._only(tree, _ALLOWED)
        if tree.args.get("from_") is None:
            raise untracked("no FROM")
        self._scalar([*tree.expressions, tree.args.get("where")], scope)
        first = tree.args["from_"].this
        joins = [*(first.args.get("joins") or []), *(tree.args.get("joins") or [])]
        first, taken = self._source(first, scope, ctes)
        marks, joined = [taken], []
        for join in joins:
            self._check_join(join, scope)
            source, taken = self._source(join.this, scope, ctes)
            join = join.copy()
            join.set("this", source)
            joined.append(join)
            marks.append(taken)
        self.joins = self.joins or bool(joined)
        made = Mark(next(self._numbers))
        hidden = {name for _, mark in marks for name in mark.names}
        items = [self._without(item.copy(), hidden, marks) for item in tree.expressions]
        query = exp.Select(expressions=[*_combined(made, marks), *items], from_=exp.From(this=first), joins=joined)
        if tree.args.get("where") is not None:
            query.set("where", tree.args["where"].copy())
        return query, made

    def _check_join(self, join: exp.Join, scope: Scope) -> None:
        if join.side or join.kind not in ("", "INNER", "CROSS") or join.method not in ("", "NATURAL") or join.args.get("match_condition"):
            raise untracked(f"{' '.join(filter(None, (join.method, join.side, join.kind)))} JOIN")
        self._scalar([join.args.get("on")], scope)

    def _scalar(self, nodes: Sequence[exp.Expression | None], scope: Scope) -> None:
        """Only functions of the system that give a value for a row."""
        for node in (inner for outer in nodes if outer is not None for inner in outer.walk()):
            what = next((text for kind, text in _DEEPER if isinstance(node, kind)), None)
            if what is not None:
                raise untracked(what)
            if isinstance(node, exp.Anonymous):
                own = isinstance(node.parent, exp.Dot) or scope.routine(Name.of(node.name.upper()), len(node.expressions)) is not None
                if own:
                    raise untracked("user-defined functions")

    def _without(self, item: exp.Expression, hidden: set[str], marks: Sequence[tuple[exp.Identifier, Mark]]) -> exp.Expression:
        """``*`` leaves out what was added, ``t.*`` what was added to t."""
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star):
            return item
        if isinstance(item, exp.Column):
            hidden = {name for alias, mark in marks if stored(alias) == stored(item.args["table"]) for name in mark.names}
        excluded = [exp.to_identifier(name, quoted=True) for name in sorted(hidden)]
        star.set("except_", [*(star.args.get("except_") or []), *excluded])
        return item

    def _source(self, node: exp.Expression, scope: Scope, ctes: Mapping[str, Cte]) -> tuple[exp.Expression, tuple[exp.Identifier, Mark]]:
        """One item of FROM in its new form, the name by which its columns are qualified, and its mark."""
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Query):
            self._only(node, {"this", "alias"})
            inner, mark = self._query(node.this, scope, ctes)
            return _aliased(exp.Subquery(this=inner), node.args.get("alias"), f"{LEAF}{mark.number}", mark, ())
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise untracked("what is no table, view or subquery in FROM")
        self._only(node, _TABLE_PARTS)
        name, alias = stored(node.this), node.args.get("alias")
        if name in ctes and not node.db:
            cte = ctes[name]
            inner, mark = self._query(cte.tree, scope, cte.around)
            return _aliased(exp.Subquery(this=inner), alias, name, mark, cte.columns)
        record = self.session.find("TABLE", scope.name_of(node))
        if record is None:
            raise missing(scope.name_of(node))
        if record.object.kind is Kind.VIEW:
            inner, mark = self._view(scope, record)
            columns = [exp.to_identifier(column.name, quoted=True) for column in record.object.columns]
            return _aliased(exp.Subquery(this=inner), alias, name, mark, columns)
        if record.object.kind not in (Kind.TABLE, Kind.DYNAMIC_TABLE) or record.temporary:
            raise untracked(f"a {'temporary ' if record.temporary else ''}{record.object.kind.value.lower()}")
        mark = Mark(next(self._numbers))
        self.leaves.append(record)
        leaf = exp.Table(this=exp.to_identifier(f"{LEAF}{mark.number}-{len(self.leaves) - 1}", quoted=True))
        return _aliased(leaf, alias, name, mark, ())


def _aliased(
    node: exp.Expression, alias: exp.Expression | None, name: str, mark: Mark, columns: Sequence[exp.Identifier]
) -> tuple[exp.Expression, tuple[exp.Identifier, Mark]]:
    """columns: the names that the source gives its columns; those of the alias count more."""
    given = alias.this if isinstance(alias, exp.TableAlias) and alias.this is not None else exp.to_identifier(name, quoted=True)
    columns = alias.columns if isinstance(alias, exp.TableAlias) and alias.columns else columns
    hidden = [exp.to_identifier(item, quoted=True) for item in mark.names] if columns else []
    node.set("alias", exp.TableAlias(this=given.copy(), columns=[*hidden, *(column.copy() for column in columns)]))
    return node, (given, mark)


def _combined(made: Mark, marks: Sequence[tuple[exp.Identifier, Mark]]) -> list[exp.Expression]:
    """The two columns of a SELECT from those of its sources; its own number tells the branches of UNION ALL apart."""
    id_, touched = made.names
    row: exp.Expression = exp.Literal.string(f"{made.number}:")
    for alias, mark in marks:
        row = exp.DPipe(this=exp.DPipe(this=row, expression=_column(mark.names[0], alias)), expression=exp.Literal.string(";"))
    any_ = exp.or_(*(_column(mark.names[1], alias) for alias, mark in marks))
    return [exp.alias_(row, id_, quoted=True), exp.alias_(any_, touched, quoted=True)]


def _column(name: str, table: exp.Identifier) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=table.copy())
