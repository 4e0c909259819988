"""PIVOT and UNPIVOT: https://docs.snowflake.com/en/sql-reference/constructs/pivot, unpivot.

Both are spelled out, as GROUP BY and as UNION ALL: DuckDB names the columns of a pivot otherwise and counts 0 where there is no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import twins
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.seam import RelationColumns
from snowpact.local.translate.typed import Typed, ambiguous, call, case, invalid_identifier, refuse
from snowpact.local.translate.unify import unify

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

_SOURCE = "pivoted"


def translate(
    translator: Translator,
    relation: exp.Expression,
    pivots: list[exp.Expression],
    name: str | None,
    columns: RelationColumns | None,
    environment: Environment,
) -> exp.Expression:
    """The relation with its one PIVOT or UNPIVOT applied, entered into the environment under the pivot's alias."""
    if len(pivots) != 1:
        refuse("several PIVOTs of one table")
    if columns is None:
        refuse("PIVOT over columns that are not known")
    pivot = pivots[0]
    relation = relation.copy()
    relation.set("alias", exp.TableAlias(this=translator.identifier(_SOURCE)))
    make = _unpivot if pivot.args.get("unpivot") else _pivot
    tree, produced = make(translator, relation, pivot, columns)
    alias = pivot.args.get("alias")
    given = [stored(column) for column in alias.columns] if alias is not None else []
    if given:
        produced = dict(zip(twins.keyed([*given, *list(produced)[len(given) :]]), produced.values(), strict=False))
    name = stored(alias.this) if alias is not None and alias.this is not None else name
    entered = Relation(name, produced)
    environment.relations.append(entered)
    result = exp.Subquery(this=tree)
    if name is not None:
        shown = translator.identifier(name)
    else:
        entered.alias, shown = translator.unnamed()
    names = [translator.identifier(key) for key in list(produced)[: len(given)]]
    result.set("alias", exp.TableAlias(this=shown, columns=names))
    return result


def _pivot(
    translator: Translator, relation: exp.Expression, pivot: exp.Expression, columns: RelationColumns
) -> tuple[exp.Expression, RelationColumns]:
    """One aggregate FOR one column IN a list of constants; a combination without rows gives NULL."""
    if len(pivot.expressions) != 1 or len(pivot.args["fields"]) != 1 or pivot.args.get("group"):
        refuse("PIVOT with several aggregates or columns")
    field = pivot.args["fields"][0]
    if (
        not isinstance(field, exp.In)
        or field.args.get("query")
        or not field.expressions
        or isinstance(field.expressions[0], (exp.PivotAny, exp.Query))
    ):
        refuse("PIVOT IN (ANY) or a subquery")
    aggregate = pivot.expressions[0]
    aggregate = aggregate.this if isinstance(aggregate, exp.Alias) else aggregate
    if not isinstance(aggregate.this, exp.Column):
        refuse("PIVOT of an expression")
    environment = Environment(relations=[Relation(_SOURCE, columns)])
    used = {stored(field.this.this), stored(aggregate.this.this)}
    kept = {column: type_ for column, type_ in columns.items() if column not in used}
    projections = [exp.Alias(this=_column(translator, column), alias=translator.identifier(column)) for column in kept]
    produced = dict(kept)
    default = pivot.args.get("default_on_null")
    for item in field.expressions:
        value, name = _named(item)
        cell = _cell(translator, aggregate, field.this, value, environment)
        if default:
            other = translator.expression(default.copy(), environment)
            (given, other), type_ = unify([cell, other])
            cell = Typed(call("coalesce", given.sql, other.sql), type_)
        key = twins.key_for(name, produced)
        projections.append(exp.Alias(this=cell.sql, alias=translator.identifier(key)))
        produced[key] = cell.type
    tree = exp.select(*projections, copy=False).from_(relation, copy=False)
    if kept:
        tree = tree.group_by(*(_column(translator, column) for column in kept), copy=False)
    return tree, produced


def _named(item: exp.Expression) -> tuple[exp.Expression, str]:
    """A pivot value and its column's name: the constant as written, quotes and all, or its alias."""
    if isinstance(item, (exp.PivotAlias, exp.Alias)):
        return item.this, stored(item.args["alias"])
    return item, item.sql(dialect="snowflake")


def _cell(
    translator: Translator, aggregate: exp.Expression, column: exp.Expression, value: exp.Expression, environment: Environment
) -> Typed:
    matches = exp.EQ(this=column.copy(), expression=value.copy())
    chosen = aggregate.copy()
    chosen.set("this", case([(matches.copy(), aggregate.this.copy())]))
    rows = translator.expression(exp.CountIf(this=matches), environment)
    cell = translator.expression(chosen, environment)
    return Typed(case([(exp.GT(this=rows.sql, expression=exp.Literal.number(0)), cell.sql)]), cell.type)


def _column(translator: Translator, name: str) -> exp.Column:
    return exp.Column(this=translator.identifier(name), table=translator.identifier(_SOURCE))


def _unpivot(
    translator: Translator, relation: exp.Expression, pivot: exp.Expression, columns: RelationColumns
) -> tuple[exp.Expression, RelationColumns]:
    """One row per column listed; rows whose value is NULL are left out unless INCLUDE NULLS is said."""
    if len(pivot.expressions) != 1 or len(pivot.args["fields"]) != 1:
        refuse("UNPIVOT of several columns")
    value_name, field = stored(pivot.expressions[0]), pivot.args["fields"][0]
    label = stored(field.this if isinstance(field.this, exp.Identifier) else field.this.this)
    listed: list[tuple[str, str]] = []
    for item in field.expressions:
        inner = item.this if isinstance(item, (exp.PivotAlias, exp.Alias)) else item
        column = stored(inner.this if isinstance(inner, exp.Column) else inner)
        if column not in columns:
            invalid_identifier(column)
        if twins.are_there(column, columns):
            ambiguous(column)
        alias = item.args["alias"] if inner is not item else None
        shown = column if alias is None else alias.name if isinstance(alias, exp.Literal) else stored(alias)
        listed.append((column, shown))
    kept = {column: type_ for column, type_ in columns.items() if column not in {column for column, _ in listed}}
    values, type_ = unify([Typed(_column(translator, column), columns[column]) for column, _ in listed])
    made = twins.keyed([*kept, label, value_name])
    branches: list[exp.Expression] = []
    for (_, shown), value in zip(listed, values, strict=True):
        cells = [*(_column(translator, column) for column in kept), exp.Literal.string(shown), value.sql]
        projections = [exp.Alias(this=cell, alias=translator.identifier(key)) for cell, key in zip(cells, made, strict=True)]
        branch = exp.select(*projections, copy=False).from_(relation.copy(), copy=False)
        if not pivot.args.get("include_nulls"):
            branch = branch.where(exp.Not(this=exp.Is(this=exp.Paren(this=value.sql.copy()), expression=exp.Null())), copy=False)
        branches.append(branch)
    tree = branches[0] if len(branches) == 1 else exp.union(*branches, distinct=False, copy=False)
    return tree, dict(zip(made, [*kept.values(), translator.value(exp.Literal.string(label)).type, type_], strict=True))
