"""SELECT, set operations, VALUES and WITH: clause by clause. A clause that is not named here is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import connect_by, partitioned, places, sources, star, twins
from snowpact.local.translate.coerce import TRUTH, coerce, is_json
from snowpact.local.translate.environment import Environment, stored
from snowpact.local.translate.naming import spelled
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import NULL, Typed, call, compile_error, refuse
from snowpact.local.translate.unify import common_type, fit
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

Result = tuple[exp.Expression, RelationColumns | None]

_SELECT_PARTS = frozenset(
    {
        "with_",
        "expressions",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "qualify",
        "distinct",
        "order",
        "limit",
        "offset",
        "hint",
        "kind",
        "operation_modifiers",
    }
)
_SET_PARTS = frozenset({"with_", "this", "expression", "distinct", "order", "limit", "offset", "by_name", "side", "kind", "on"})


def translate(translator: Translator, tree: exp.Expression, parent: Environment | None) -> Result:
    """A query in the environment around it: (DuckDB tree, output columns)."""
    if isinstance(tree, exp.Subquery):
        return _subquery(translator, tree, parent)
    if isinstance(tree, exp.Select):
        return _select(translator, tree, Environment(parent))
    if isinstance(tree, exp.SetOperation):
        return _set_operation(translator, tree, Environment(parent))
    if isinstance(tree, exp.Values):
        return sources.values(translator, tree, Environment(parent))
    raise UnsupportedFeature(f"query {type(tree).__name__}")


def _check(tree: exp.Expression, known: frozenset[str]) -> None:
    for name, value in tree.args.items():
        if value and name not in known:
            refuse({"match": "MATCH_RECOGNIZE", "into": "SELECT INTO", "sample": "SAMPLE"}.get(name, f"clause {name}"))


def _subquery(translator: Translator, tree: exp.Subquery, parent: Environment | None) -> Result:
    _check(tree, frozenset({"this", "with_", "order", "limit", "offset"}))
    environment = Environment(parent)
    _with(translator, tree, environment)
    inner, columns = translate(translator, tree.this, environment)
    tree.set("this", inner)
    environment.aliases = dict(columns or {})
    _order(translator, tree, environment)
    _limits(translator, tree)
    return tree, columns


def _with(translator: Translator, tree: exp.Expression, environment: Environment) -> None:
    clause = tree.args.get("with_")
    if clause is None:
        return
    for cte in clause.expressions:
        name = stored(cte.args["alias"].this)
        aliases = twins.keyed(stored(column) for column in cte.args["alias"].columns)
        recursive = _refers_to_itself(cte.this, name)
        if recursive:
            clause.set("recursive", True)
            _, columns = translate(translator, cte.this.this.copy(), Environment(environment))
            environment.ctes[name] = renamed(columns, aliases)
            columns = _with_nulls_typed(translator, cte.this, columns, environment)
            environment.ctes[name] = renamed(columns, aliases)
        inner, columns = translate(translator, cte.this, environment)
        cte.set("this", inner)
        if aliases and columns is not None and len(aliases) != len(columns):
            compile_error("Invalid column definition list", 2026, "42601")  # [M]
        if not recursive:
            environment.ctes[name] = renamed(columns, aliases)
        cte.set("alias", exp.TableAlias(this=translator.identifier(name), columns=[translator.identifier(column) for column in aliases]))
        cte.set("materialized", None)


def _with_nulls_typed(
    translator: Translator, body: exp.Union, columns: RelationColumns | None, environment: Environment
) -> RelationColumns | None:
    """The anchor's columns, a bare NULL among them with the type that the recursive part gives it: DuckDB takes types from the anchor."""
    anchor, recursive = body.this, body.expression.copy()
    if NULL not in (columns or {}).values() or not isinstance(anchor, exp.Select) or not isinstance(recursive, exp.Select):
        return columns
    if not len(anchor.expressions) == len(recursive.expressions) == len(columns or {}) or any(map(star.is_star, recursive.expressions)):
        return columns
    recursive.set("expressions", [exp.alias_(node.unalias(), f"C{place}") for place, node in enumerate(recursive.expressions)])
    _, found = translate(translator, recursive, Environment(environment))
    typed = {}
    for node, (name, type_), other in zip(list(anchor.expressions), (columns or {}).items(), (found or {}).values(), strict=True):
        typed[name] = type_
        if type_ == NULL and other is not None and other != NULL:
            typed[name] = other
            node.unalias().replace(exp.cast(exp.Null(), str(other), dialect="snowflake"))
    return typed


def _refers_to_itself(body: exp.Expression, name: str) -> bool:
    """Whether a common table expression is recursive: Snowflake does not ask for the word RECURSIVE."""
    if not isinstance(body, exp.Union) or body.args.get("distinct"):
        return False
    return any(not table.db and stored(table.this) == name for table in body.expression.find_all(exp.Table))


def renamed(columns: RelationColumns | None, names: list[str]) -> RelationColumns | None:
    """Columns under the names of a column alias list."""
    if not names:
        return columns
    types = list((columns or {}).values())
    return {name: types[index] if index < len(types) else None for index, name in enumerate(names)}


def _select(translator: Translator, tree: exp.Select, environment: Environment) -> Result:
    connect_by.rewrite(tree, translator.scope)
    _check(tree, _SELECT_PARTS)
    if tree.args.get("kind"):
        refuse(f"SELECT AS {tree.args['kind']}")
    tree.set("hint", None)
    partitioned.rewrite(tree)
    places.tell_apart(tree)
    _refuse_hidden_order(tree)
    _with(translator, tree, environment)
    sources.from_clause(translator, tree, environment)
    columns = _projections(translator, tree, environment)
    _condition(translator, tree, "where", environment)
    environment.spelled.clear()
    _group(translator, tree, environment)
    _condition(translator, tree, "having", environment)
    _condition(translator, tree, "qualify", environment)
    _distinct(translator, tree, environment)
    _order(translator, tree, environment)
    _limits(translator, tree)
    return tree, columns


def _projections(translator: Translator, tree: exp.Select, environment: Environment) -> RelationColumns | None:
    columns: dict[str, SnowflakeType | None] = {}
    complete = True
    result: list[exp.Expression] = []
    for node in tree.expressions:
        if star.is_star(node):
            nodes, found = star.translate(translator, node, environment, columns)
            result += nodes
            complete = complete and found is not None
            columns.update(found or {})
            continue
        name, value = _projection(translator, node, environment)
        key = twins.key_for(name, columns)
        result.append(exp.Alias(this=value.sql, alias=translator.identifier(key)))
        columns[key] = value.type
        if isinstance(node, exp.Alias):
            environment.aliases[twins.key_for(name, environment.aliases)] = value.type
            if value.sql.find(exp.Query):
                environment.spelled[name] = value.sql
            if not (isinstance(node.this, exp.Column) and isinstance(node.this.this, exp.Identifier) and stored(node.this.this) == name):
                environment.other.add(name)
    tree.set("expressions", result)
    for key, type_ in columns.items():  # an alias of a name that another column of the list has
        if twins.shown(key) != key and twins.shown(key) in environment.aliases:
            environment.aliases.setdefault(key, type_)
    return columns if complete else None


def _projection(translator: Translator, node: exp.Expression, environment: Environment) -> tuple[str, Typed]:
    if isinstance(node, exp.Alias):
        name, inner = stored(node.args["alias"]), node.this
    else:
        name, inner = spelled(node), node
    return name, translator.expression(inner, environment)


def _condition(translator: Translator, tree: exp.Select, part: str, environment: Environment) -> None:
    clause = tree.args.get(part)
    if clause is not None:
        clause.set("this", coerce(translator.expression(clause.this, environment), TRUTH).sql)


def _group(translator: Translator, tree: exp.Select, environment: Environment) -> None:
    group = tree.args.get("group")
    if group is None:
        return
    for name, value in list(group.args.items()):
        if name in {"all", "totals"} or not value:
            continue
        group.set(name, [_grouping(translator, node, environment) for node in value])


def _grouping(translator: Translator, node: exp.Expression, environment: Environment) -> exp.Expression:
    if isinstance(node, (exp.Cube, exp.Rollup, exp.GroupingSets, exp.Tuple, exp.Paren)):
        if isinstance(node, exp.Paren):
            node.set("this", _grouping(translator, node.this, environment))
        else:
            node.set("expressions", [_grouping(translator, inner, environment) for inner in node.expressions])
        return node
    return node if isinstance(node, exp.Literal) and not node.is_string else translator.expression(node, environment).sql


def _distinct(translator: Translator, tree: exp.Select, environment: Environment) -> None:
    clause = tree.args.get("distinct")
    if clause is not None and clause.args.get("on"):
        refuse("DISTINCT ON")


def _order(translator: Translator, tree: exp.Expression, environment: Environment) -> None:
    clause = tree.args.get("order")
    if clause is None:
        return
    inner = Environment(environment, aliases=environment.aliases)
    for ordered in clause.expressions:
        if not isinstance(ordered.this, exp.Column):
            _refuse_doubtful(ordered.this, environment)
        ordered_by(translator, ordered, inner)


def _refuse_hidden_order(tree: exp.Select) -> None:
    """DISTINCT leaves one row of several, which ORDER BY a column that is not shown would tell apart: DuckDB takes any of them."""
    if not tree.args.get("distinct") or not tree.args.get("order") or any(map(star.is_star, tree.expressions)):
        return
    texts = {node.unalias().sql() for node in tree.expressions}
    names = {stored(node.args["alias"]) if isinstance(node, exp.Alias) else spelled(node) for node in tree.expressions}
    names |= {spelled(node.this) for node in tree.expressions if isinstance(node, exp.Alias) and isinstance(node.this, exp.Column)}
    for ordered in tree.args["order"].expressions:
        columns = [column for column in ordered.this.find_all(exp.Column) if isinstance(column.this, exp.Identifier)]
        if ordered.this.sql() not in texts and any(stored(column.this) not in names | {"ALL"} for column in columns):
            refuse("ORDER BY, beside DISTINCT, of what the SELECT list lacks")


def _refuse_doubtful(node: exp.Expression, environment: Environment) -> None:
    """An expression of ORDER BY over a name that a column has and an alias of something else: no page tells which is meant. An aggregate
    is over columns."""
    for column in node.find_all(exp.Column):
        name = stored(column.this) if isinstance(column.this, exp.Identifier) and not column.table else ""
        known = name in environment.other and any(relation.names(name, False) for relation in environment.relations)
        if known and column.parent_select is node.parent_select and column.find_ancestor(exp.AggFunc, exp.Select) is node.parent_select:
            refuse(f"ORDER BY an expression of {name}, which is a column and an alias")


def ordered_by(translator: Translator, ordered: exp.Expression, environment: Environment) -> None:
    """One item of ORDER BY: sqlglot has worked out where NULLs go (last ascending, first descending)."""
    if isinstance(ordered.this, exp.Literal) and not ordered.this.is_string:
        return
    if isinstance(ordered.this, exp.Var) or (
        ordered.this.name.upper() == "ALL" and isinstance(ordered.this, exp.Column) and not ordered.this.this.quoted
    ):
        ordered.set("this", exp.Var(this="ALL"))
        return
    value = translator.expression(ordered.this, environment)
    ordered.set("this", call("_snow.sort_key", value.sql) if is_json(value.type) else value.sql)


def _limits(translator: Translator, tree: exp.Expression) -> None:
    for part in ("limit", "offset"):
        clause = tree.args.get(part)
        if clause is None:
            continue
        if isinstance(clause, exp.Fetch):
            tree.set("limit", exp.Limit(expression=translator.value(clause.args["count"]).sql))
            continue
        if clause.args.get("expressions"):
            refuse("LIMIT BY")
        value = clause.expression
        unlimited = isinstance(value, exp.Null) or (isinstance(value, exp.Literal) and value.is_string and not value.this)
        tree.set(part, None) if unlimited else clause.set("expression", translator.value(value).sql)


def _set_operation(translator: Translator, tree: exp.SetOperation, environment: Environment) -> Result:
    _check(tree, _SET_PARTS)
    by_name = tree.args.pop("by_name", None)
    _with(translator, tree, environment)
    left, left_columns = translate(translator, tree.this, environment)
    right, right_columns = translate(translator, tree.expression, environment)
    if by_name:
        if left_columns is None or right_columns is None:
            refuse("UNION BY NAME of columns that are not known")
        if any(twins.are_there(name, columns) for columns in (left_columns, right_columns) for name in columns):
            refuse("UNION BY NAME of two columns of one name")
        names = list({**left_columns, **right_columns})
        left, left_columns = _spread(translator, left, left_columns, names)
        right, right_columns = _spread(translator, right, right_columns, names)
    columns = left_columns
    starred = any(isinstance(side, exp.Select) and any(star.is_star(node) for node in side.selects) for side in (left, right))
    if starred and left_columns is not None and right_columns is not None and len(left_columns) != len(right_columns):
        refuse("a set operation over * with not as many columns as the other side")
    if left_columns is not None and right_columns is not None and len(left_columns) == len(right_columns):
        targets = [common_type(pair) for pair in zip(left_columns.values(), right_columns.values(), strict=True)]
        left = _cast_columns(translator, left, left_columns, targets)
        right = _cast_columns(translator, right, right_columns, targets)
        columns = dict(zip(left_columns, targets, strict=True))
    tree.set("this", left)
    tree.set("expression", right)
    environment.aliases = dict(columns or {})
    _order(translator, tree, environment)
    _limits(translator, tree)
    return tree, columns


def _spread(translator: Translator, branch: exp.Expression, columns: RelationColumns, names: list[str]) -> Result:
    """BY NAME: a branch with the columns of both sides in one order, NULL for those that it lacks
    (https://docs.snowflake.com/en/sql-reference/operators-query#union-all-by-name)."""
    given = [translator.identifier(name) for name in columns]
    shown = [exp.Column(this=translator.identifier(name)) if name in columns else exp.Null() for name in names]
    projections = [exp.Alias(this=value, alias=translator.identifier(name)) for value, name in zip(shown, names, strict=True)]
    tree = exp.select(*projections, copy=False).from_(renamed_subquery(branch, given), copy=False)
    return tree, {name: columns.get(name, NULL) for name in names}


def _cast_columns(
    translator: Translator, branch: exp.Expression, columns: RelationColumns, targets: list[SnowflakeType | None]
) -> exp.Expression:
    """A branch of a set operation, its columns cast where DuckDB would choose another common type than Snowflake."""
    names = [translator.identifier(f"COLUMN{index}") for index in range(1, len(targets) + 1)]
    values = [Typed(exp.Column(this=name.copy()), type_) for name, type_ in zip(names, columns.values(), strict=True)]
    fitted = [value if target is None else fit(value, target) for value, target in zip(values, targets, strict=True)]
    if all(before is after for before, after in zip(values, fitted, strict=True)):
        return branch
    projections = [exp.Alias(this=value.sql, alias=translator.identifier(name)) for value, name in zip(fitted, columns, strict=True)]
    return exp.select(*projections, copy=False).from_(renamed_subquery(branch, names), copy=False)


def renamed_subquery(tree: exp.Expression, names: list[exp.Identifier]) -> exp.Subquery:
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("cast", quoted=True), columns=names))
