"""START WITH … CONNECT BY, rewritten as a recursive common table expression, still as Snowflake's tree.

https://docs.snowflake.com/en/sql-reference/constructs/connect-by: the rows of START WITH are level 1; a row of the table joins the level
after a row that its condition calls PRIOR. LEVEL, SYS_CONNECT_BY_PATH and CONNECT_BY_ROOT become columns of the expression.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.local.translate.seam import Scope
from snowpact.local.translate.typed import refuse
from snowpact.model.names import Name

_ROWS, _PRIOR, _LEVEL = "connected", "prior row", "LEVEL"
_DEEPEST = 1_000
"""Data that go in a circle would never end; Snowflake's own limit is not documented [M]."""


def rewrite(tree: exp.Select, scope: Scope) -> None:
    """Rewrite the clause, if there is one, in place."""
    connect = tree.args.pop("connect", None)
    if connect is None:
        return
    if tree.args.get("joins") or tree.args.get("where") or connect.args.get("nocycle"):
        refuse("CONNECT BY with joins, WHERE or NOCYCLE")
    source = tree.args["from_"].this
    alias = source.alias_or_name
    if not isinstance(source, exp.Table) or not alias:
        refuse("CONNECT BY over anything but a table")
    _spell_stars(tree, source, scope)
    carried = _carried(tree, alias)
    own = exp.Column(this=exp.Star(), table=exp.to_identifier(alias))
    anchor = exp.select(own, exp.alias_(exp.Literal.number(1), _LEVEL)).from_(source.copy())
    if connect.args.get("start") is not None:
        anchor = anchor.where(connect.args["start"])
    step = exp.select(own.copy(), exp.alias_(_next_level(), _LEVEL)).from_(source.copy())
    step = step.join(exp.Table(this=_quoted(_ROWS), alias=exp.TableAlias(this=_quoted(_PRIOR))), on=_condition(connect, alias))
    for name, (first, after) in carried.items():
        anchor = anchor.select(exp.Alias(this=first, alias=_quoted(name)))
        step = step.select(exp.Alias(this=after, alias=_quoted(name)))
    rows = exp.CTE(this=exp.union(anchor, step, distinct=False), alias=exp.TableAlias(this=_quoted(_ROWS)))
    clause = tree.args.get("with_") or exp.With(expressions=[])
    clause.set("expressions", [*clause.expressions, rows])
    tree.set("with_", clause)
    tree.args["from_"].set("this", exp.Table(this=_quoted(_ROWS), alias=exp.TableAlias(this=exp.to_identifier(alias))))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _of_prior(name: str) -> exp.Column:
    return exp.Column(this=_quoted(name), table=_quoted(_PRIOR))


def _next_level() -> exp.Expression:
    return exp.Paren(this=exp.Add(this=_of_prior(_LEVEL), expression=exp.Literal.number(1)))


def _bounded() -> exp.Expression:
    """True; an error for what goes on without end. It stands in the join, since a column that nobody reads is not computed."""
    message = exp.DPipe(this=exp.Literal.string("CONNECT BY goes on without end: level "), expression=_of_prior(_LEVEL))
    deeper = exp.LT(this=_of_prior(_LEVEL), expression=exp.Literal.number(_DEEPEST))
    return exp.If(this=deeper, true=exp.true(), false=exp.cast(message, "boolean"))


def _spell_stars(tree: exp.Select, source: exp.Table, scope: Scope) -> None:
    """``*`` is the table's own columns."""
    if not any(isinstance(item.unalias(), exp.Star) or item.is_star for item in tree.expressions):
        return
    from snowpact.local.translate.environment import stored

    found = scope.lookup(Name(tuple(stored(part) for part in source.parts)))
    if found is None or not found.columns:
        refuse("CONNECT BY over columns that are not known")
    columns = [exp.column(_quoted(column.name)) for column in found.columns]
    tree.set("expressions", [new for item in tree.expressions for new in (map(exp.Expression.copy, columns) if item.is_star else [item])])


def _condition(connect: exp.Connect, alias: str) -> exp.Expression:
    """The condition of the join: what stands in PRIOR is the row before, all else the table's; LEVEL is that of the row to come."""
    holder = exp.Paren(this=connect.args["connect"].copy())
    for column in list(holder.find_all(exp.Column)):
        before = column.find_ancestor(exp.Prior) is not None
        if column.name.upper() == _LEVEL and not column.table and not before:
            column.replace(_next_level())
        else:
            column.set("table", _quoted(_PRIOR) if before else exp.to_identifier(alias))
    for prior in list(holder.find_all(exp.Prior)):
        prior.replace(exp.Paren(this=prior.this))
    return exp.And(this=holder, expression=_bounded())


def _carried(tree: exp.Select, alias: str) -> dict[str, tuple[exp.Expression, exp.Expression]]:
    """What each level hands on: the column's value at level 1, and after a row before it. The calls become those columns."""
    found: dict[str, tuple[exp.Expression, exp.Expression]] = {}
    for call in list(tree.find_all(exp.ConnectByRoot, exp.Anonymous)):
        name = f"carried {len(found)}"
        if isinstance(call, exp.ConnectByRoot):
            found[name] = (_own(call.this, alias), _of_prior(name))
        elif call.name.upper() == "SYS_CONNECT_BY_PATH" and len(call.expressions) == 2:
            value, separator = call.expressions
            part = exp.DPipe(this=separator.copy(), expression=exp.cast(_own(value, alias), "varchar"))
            found[name] = (part, exp.DPipe(this=_of_prior(name), expression=exp.Paren(this=part.copy())))
        else:
            continue
        call.replace(exp.column(_quoted(name)))
    return found


def _own(value: exp.Expression, alias: str) -> exp.Expression:
    """An expression of the table's columns, said to be the table's."""
    holder = exp.Paren(this=value.copy())
    for column in holder.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return holder
