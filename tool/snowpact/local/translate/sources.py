"""FROM: tables, subqueries, VALUES, table functions, FLATTEN, joins.

A comma binds less than JOIN, yet a LATERAL after a comma may use everything before it: such an item becomes an explicit CROSS JOIN
LATERAL, which keeps ``a JOIN b ON …, LATERAL FLATTEN(…) f LEFT JOIN c ON …`` what it means in Snowflake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import carried, flatten, generators, pivot, sampling, splits, staged, twins
from snowpact.local.translate.coerce import TEXT, TRUTH, coerce
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import refuse
from snowpact.local.translate.unify import unify
from snowpact.model.names import Name
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

_DERIVED_PARTS = frozenset({"this", "alias", "pivots", "sample", "with_"})
_TABLE_PARTS = frozenset({"this", "db", "catalog", "alias", "pivots", "joins", "sample"})


def from_clause(translator: Translator, tree: exp.Select, environment: Environment) -> None:
    """Translate FROM and the joins in place; the relations end up in ``environment``."""
    if tree.args.get("laterals"):
        refuse("LATERAL VIEW")
    clause = tree.args.get("from_")
    if clause is None:
        return
    joins: list[exp.Join] = list(tree.args.get("joins") or [])
    first = clause.this
    joins = list(first.args.get("joins") or []) + joins if isinstance(first, exp.Table) else joins
    clause.set("this", _source(translator, first, environment, alone=True))
    after_lateral = False
    result: list[exp.Join] = []
    for join in joins:
        if not translator.scope.laterals and carried.applies(join, joins, environment):
            clause.set("this", carried.unnested(translator, join, tree, result, environment))
            after_lateral, result = True, []
            continue
        is_comma = not (join.method or join.side or join.kind or join.args.get("on") or join.args.get("using"))
        lateral = _is_lateral(join.this)
        if is_comma:
            after_lateral = lateral
        elif after_lateral and join.side in {"RIGHT", "FULL"}:
            refuse(f"{join.side} JOIN after LATERAL")
        result.append(_join(translator, join, environment, lateral, is_comma))
    tree.set("joins", result)


def _is_lateral(node: exp.Expression) -> bool:
    return isinstance(node, (exp.Lateral, exp.TableFromRows)) or (
        isinstance(node, exp.Subquery) and node.find_ancestor(exp.Lateral) is not None
    )


def _join(translator: Translator, join: exp.Join, environment: Environment, lateral: bool, is_comma: bool) -> exp.Join:
    if join.method not in {"", "NATURAL", "ASOF"}:
        refuse(f"{join.method} JOIN")
    before = len(environment.relations)
    source = _source(translator, join.this, environment, alone=False)
    join.set("this", source)
    if lateral:
        _make_lateral(join, source, is_comma)
    if join.args.get("using"):
        join.set("using", [translator.renamed(column.this if isinstance(column, exp.Column) else column) for column in join.args["using"]])
    _merge(join, environment.relations[:before], environment.relations[before:])
    if join.method == "ASOF":
        _asof(join)
    if join.args.get("on") is not None:
        join.set("on", coerce(translator.expression(join.args["on"], environment), TRUTH).sql)
    return join


def _merge(join: exp.Join, left: list[Relation], right: list[Relation]) -> None:
    """USING and NATURAL make one column of two (https://docs.snowflake.com/en/sql-reference/constructs/join)."""
    names = {stored(name) for name in join.args.get("using") or ()}
    if join.method == "NATURAL":
        names = {key for relation in left for key in relation.columns or ()} & {key for relation in right for key in relation.columns or ()}
        if any(relation.columns is None for relation in (*left, *right)):
            for relation in (*left, *right):
                relation.blurred = True
    for relation in left:
        relation.common |= names
    for relation in right:
        relation.common, relation.merged = relation.common | names, relation.merged | names


def _asof(join: exp.Join) -> None:
    """MATCH_CONDITION is one more condition of DuckDB's ASOF LEFT JOIN: every row of the left side comes once
    (https://docs.snowflake.com/en/sql-reference/constructs/asof-join)."""
    condition = join.args.pop("match_condition", None)
    if not isinstance(condition, (exp.GTE, exp.GT, exp.LTE, exp.LT)) or join.args.get("using") or join.side:
        refuse("ASOF JOIN without a comparison as MATCH_CONDITION, or with USING")
    join.set("side", "LEFT")
    join.set("on", exp.and_(join.args.get("on"), condition, copy=False) if join.args.get("on") else condition)


def _make_lateral(join: exp.Join, source: exp.Expression, is_comma: bool) -> None:
    if join.side in {"RIGHT", "FULL"}:
        refuse(f"{join.side} JOIN LATERAL")
    if is_comma or join.kind == "CROSS":
        join.set("kind", "CROSS")
    elif join.args.get("on") is None:
        join.set("on", exp.true())


def _source(translator: Translator, node: exp.Expression, environment: Environment, alone: bool) -> exp.Expression:
    make = _SOURCES.get(type(node))
    if make is None:
        refuse(f"{type(node).__name__} in FROM")
    return make(translator, node, environment, alone)


def _aliased(
    translator: Translator,
    relation: exp.Expression,
    node: exp.Expression,
    name: str | None,
    columns: RelationColumns | None,
    environment: Environment,
) -> exp.Expression:
    """The relation under its alias, entered into the environment."""
    alias = node.args.get("alias")
    names: list[str] = []
    if isinstance(alias, exp.TableAlias):
        name = stored(alias.this) if alias.this is not None else name
        names = twins.keyed(stored(column) for column in alias.columns)
        if names and columns is not None:
            columns = dict(zip(twins.keyed([*names, *list(columns)[len(names) :]]), columns.values(), strict=False))
        elif names:
            columns = None
    entered = Relation(name, columns)
    environment.relations.append(entered)
    if name is not None:
        shown = translator.identifier(name)
    else:
        entered.alias, shown = translator.unnamed()
    relation.set("alias", exp.TableAlias(this=shown, columns=[translator.identifier(column) for column in names]))
    return relation


def _table(translator: Translator, node: exp.Table, environment: Environment, alone: bool) -> exp.Expression:
    location = staged.location_of(node)
    if location is not None:
        relation, columns = staged.relation(translator, node, location)
        return _aliased(translator, relation, node, None, columns, environment)
    if isinstance(node.this, exp.DirectoryStage):
        relation, columns = translator.scope.directory(str(node.this.this.this))
        return _aliased(translator, relation, node, None, columns, environment)
    for part, value in node.args.items():
        if value and part not in _TABLE_PARTS:
            refuse({"when": "AT | BEFORE", "version": "AT | BEFORE", "changes": "CHANGES"}.get(part, f"table {part}"))
    if isinstance(node.this, exp.DynamicIdentifier):
        return _table(translator, _identified(translator, node), environment, alone)
    if isinstance(node.this, (exp.Func, exp.Anonymous)):
        return _table_function(translator, node, node.this, environment)
    if not isinstance(node.this, exp.Identifier):
        refuse(f"{type(node.this).__name__} in FROM")
    pivots = node.args.get("pivots") or []
    sample = node.args.pop("sample", None)
    name = stored(node.this)
    found, columns = environment.cte(name) if not node.db else (False, None)
    if found:
        relation = exp.Table(this=translator.identifier(name))
    elif name == "DUAL" and not node.db:
        relation, columns = (
            exp.Subquery(this=exp.select(exp.Alias(this=exp.Literal.string("X"), alias=translator.identifier("DUMMY")))),
            {"DUMMY": TEXT},
        )
    else:
        bare = exp.Table(**{part: node.args[part] for part in ("this", "db", "catalog") if node.args.get(part)})
        relation = translator.scope.resolve(bare.copy())
        columns = _known_columns(translator, bare)
        relation = relation if isinstance(relation, (exp.Table, exp.Subquery)) else exp.Subquery(this=relation)
    relation = sampling.sampled(translator, relation, sample) if sample is not None else relation
    if pivots:
        return pivot.translate(translator, relation, pivots, name, columns, environment)
    return _aliased(translator, relation, node, name, columns, environment)


def _identified(translator: Translator, node: exp.Expression) -> exp.Table:
    """IDENTIFIER('name') or IDENTIFIER($variable): https://docs.snowflake.com/en/sql-reference/identifier-literal."""
    name = translator.value(node.this.this).literal
    if name is None:
        refuse("IDENTIFIER of something that is no constant")
    table = exp.to_table(name, dialect="snowflake")
    table.set("alias", node.args.get("alias"))
    table.set("pivots", node.args.get("pivots"))
    return table


def _known_columns(translator: Translator, table: exp.Table) -> RelationColumns | None:
    described = translator.scope.lookup(Name(tuple(stored(part) for part in table.parts)))
    return None if described is None or not described.columns else {column.name: column.type for column in described.columns}


def _derived(translator: Translator, node: exp.Subquery, environment: Environment, alone: bool) -> exp.Expression:
    """A subquery in FROM; without LATERAL it does not see its neighbours. A parenthesised join is one too."""
    for part, value in node.args.items():
        if value and part not in _DERIVED_PARTS:
            refuse(f"{part} of a subquery in FROM")
    pivots = node.args.pop("pivots", None) or []
    sample = node.args.pop("sample", None)
    if _is_source(node.this):
        if sample is not None:
            refuse("SAMPLE of a parenthesised join")
        return _parenthesised(translator, node, environment, alone)
    inner, columns = translator.query(node.this, environment.parent_for_subquery())
    relation = exp.Subquery(this=inner)
    relation = sampling.sampled(translator, relation, sample) if sample is not None else relation
    if pivots:
        return pivot.translate(translator, relation, pivots, None, columns, environment)
    return _aliased(translator, relation, node, None, columns, environment)


def _is_source(node: exp.Expression) -> bool:
    """Whether brackets hold an item of FROM, perhaps with its joins, rather than a query."""
    if isinstance(node, exp.Subquery):
        return node.args.get("alias") is not None or bool(node.args.get("joins"))
    return isinstance(node, (exp.Table, exp.TableFromRows, exp.Lateral))


def _parenthesised(translator: Translator, node: exp.Subquery, environment: Environment, alone: bool) -> exp.Expression:
    table = node.this
    joins = list(table.args.pop("joins", None) or [])
    if not joins and not (table.args.get("alias") and node.args.get("alias")):
        table.set("alias", node.args.get("alias") or table.args.get("alias"))
        return _source(translator, table, environment, alone)
    if node.args.get("alias") is not None:
        refuse("an alias for a parenthesised join")
    inner = _source(translator, table, environment, alone=False)
    inner.set("joins", [_join(translator, join, environment, _is_lateral(join.this), False) for join in joins])
    return exp.Paren(this=inner)


def _lateral(translator: Translator, node: exp.Lateral, environment: Environment, alone: bool) -> exp.Expression:
    if node.args.get("view") or node.args.get("outer"):
        refuse("LATERAL VIEW")
    if isinstance(node.this, exp.Explode):
        return _flatten(translator, node, node.this, environment, alone)
    if splits.is_split(node.this):
        return _split(translator, node, environment, alone)
    if isinstance(node.this, exp.Subquery):
        inner, columns = translator.query(node.this.this, environment)
        relation: exp.Expression = exp.Lateral(this=exp.Subquery(this=inner))
        return _aliased(translator, relation, node, None, columns, environment)
    return _table_function(translator, node, node.this, environment)


def _rows(translator: Translator, node: exp.TableFromRows, environment: Environment, alone: bool) -> exp.Expression:
    inner = node.this
    if isinstance(inner, exp.DynamicIdentifier):
        return _table(translator, _identified(translator, node), environment, alone)
    if isinstance(inner, exp.Explode):
        return _flatten(translator, node, inner, environment, alone)
    if splits.is_split(inner):
        return _split(translator, node, environment, alone)
    if isinstance(inner, exp.Generator):
        relation, columns = generators.relation(translator, inner)
        return _aliased(translator, relation, node, None, columns, environment)
    return _table_function(translator, node, inner, environment)


def _flatten(translator: Translator, node: exp.Expression, call: exp.Expression, environment: Environment, alone: bool) -> exp.Expression:
    flattening = flatten.read(translator, call, environment)
    if alone and flattening.recursive and flattening.value.find(exp.Column) is None:
        return carried.alone(translator, node, flattening, environment)
    relation = flatten.relation(flattening, alone)
    flatten.named(node)
    result = _aliased(translator, relation, node, None, dict(flatten.COLUMNS), environment)
    if not alone:
        environment.relations[-1].refused["SEQ"] = "column SEQ of FLATTEN beside other tables"
    return result


def _split(translator: Translator, node: exp.Expression, environment: Environment, alone: bool) -> exp.Expression:
    relation = splits.relation(translator, node.this, environment)
    result = _aliased(translator, relation, node, None, dict(splits.COLUMNS), environment)
    if not alone:
        environment.relations[-1].refused["SEQ"] = "column SEQ of SPLIT_TO_TABLE beside other tables"
    return result


def _table_function(translator: Translator, node: exp.Expression, call: exp.Expression, environment: Environment) -> exp.Expression:
    """A table function that is the engine's or a user's: ``scope.table_function``, with its arguments translated."""
    inner = call
    while isinstance(inner, exp.Dot):
        inner = inner.expression
    if isinstance(inner, exp.Anonymous):
        if inner.name.upper() == "VALIDATE":  # its first argument is a table; nobody keeps the errors of a COPY that it would tell
            refuse("function VALIDATE")
        for argument in inner.expressions:
            target = argument if isinstance(argument, exp.Kwarg) else None
            value = _argument(translator, argument.expression if target else argument, environment)
            target.set("expression", value) if target else argument.replace(value)
    elif not isinstance(inner, exp.Func):
        refuse(f"TABLE({type(inner).__name__})")
    relation, columns = translator.scope.table_function(call)
    relation = relation if isinstance(relation, (exp.Table, exp.Subquery, exp.Lateral)) else exp.Subquery(this=relation)
    return _aliased(translator, relation, node, None, columns, environment)


def _argument(translator: Translator, node: exp.Expression, environment: Environment) -> exp.Expression:
    """An argument's value; of a list in brackets (``FILES => ('a', 'b')``) each."""
    if isinstance(node, exp.Tuple):
        return exp.Tuple(expressions=[_argument(translator, item, environment) for item in node.expressions])
    return translator.expression(node, environment).sql


def _values_source(translator: Translator, node: exp.Values, environment: Environment, alone: bool) -> exp.Expression:
    alias = node.args.get("alias")
    node.set("alias", None)
    tree, columns = values(translator, node, environment)
    carrier = exp.Subquery(this=tree)
    carrier.set("alias", alias)
    return _aliased(translator, carrier, carrier, None, columns, environment)


def values(translator: Translator, tree: exp.Values, environment: Environment) -> tuple[exp.Expression, RelationColumns]:
    """VALUES as a SELECT, its columns named COLUMN1, COLUMN2 … (https://docs.snowflake.com/en/sql-reference/constructs/values)."""
    rows = [
        [translator.expression(cell, environment) for cell in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in tree.expressions
    ]
    if len({len(row) for row in rows}) != 1:
        refuse("VALUES with rows of different lengths")
    columns: dict[str, SnowflakeType | None] = {}
    unified = []
    for index, cells in enumerate(zip(*rows, strict=True), start=1):
        cast_cells, type_ = unify(list(cells))
        columns[f"COLUMN{index}"] = type_
        unified.append(cast_cells)
    tree.set("expressions", [exp.Tuple(expressions=[cell.sql for cell in row]) for row in zip(*unified, strict=True)])
    names = [translator.identifier(name) for name in columns]
    tree.set("alias", exp.TableAlias(this=exp.to_identifier("v", quoted=True), columns=names))
    return exp.Select(expressions=[exp.Star()]).from_(tree, copy=False), columns


_SOURCES = {
    exp.Table: _table,
    exp.Subquery: _derived,
    exp.Lateral: _lateral,
    exp.TableFromRows: _rows,
    exp.Values: _values_source,
}
