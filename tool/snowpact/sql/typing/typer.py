"""The type of one expression: a table from sqlglot's node to the rule that knows it."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.names import Name, fold
from snowpact.model.types import SnowflakeType, TypeSyntaxError, number, parse_type
from snowpact.sql.typing import aggregates, arithmetic, conditional, dates, functions, literals, paths, predicates
from snowpact.sql.typing.scope import Scope
from snowpact.sql.typing.spelling import function_name, stored
from snowpact.sql.typing.typed import Typed, exact, family, unknown

Rule = Callable[[exp.Expression, "Typer"], Typed]


class Typer:
    """Types expressions in one scope. ``subquery`` is how a SELECT inside an expression is typed; query.py gives it."""

    def __init__(self, scope: Scope, subquery: Callable[[exp.Expression, Scope], list]):
        self.scope = scope
        self.subquery = subquery

    def of(self, node: exp.Expression | None) -> Typed:
        """None, where a malformed call lacks an argument, is of unknown type too."""
        rule = RULES.get(type(node))
        if rule is not None:
            return rule(node, self)
        if not isinstance(node, exp.Expression):
            return unknown("an argument is missing")
        if isinstance(node, exp.Func):
            return self._function(node)
        if isinstance(node, exp.Query):
            return _subquery(node, self)
        return unknown(f"no rule for {type(node).__name__}")

    def _function(self, node: exp.Func) -> Typed:
        name = node.name.upper() if isinstance(node, exp.Anonymous) else type(node).__name__
        rule = aggregates.NAMED.get(name)
        if rule is not None:
            return rule(node, self)
        given = node.args.get("expressions") or ()
        given = given if isinstance(given, list | tuple) else (given,)  # sqlglot keeps IDENTIFIER's second argument bare
        arguments = given if isinstance(node, exp.Anonymous) else (node.this, *given)
        inputs = [self.of(item) for item in arguments if isinstance(item, exp.Expression)]
        found = functions.by_name(name, inputs)
        if found is not None:
            return found
        if isinstance(node, exp.Anonymous):
            return self.routine(Name.parse(function_name(node), self.scope.session.database, self.scope.session.schema), inputs)
        return unknown(f"no rule for the function {name}")

    def function(self, name: Name, inputs: list[Typed]) -> CatalogObject | None:
        """A function by the types of its arguments, else by its bare name."""
        bases = ", ".join(item.type.base for item in inputs)
        for last in (f"{name.name}({bases})", name.name):
            found = self.scope.lookup(Name((*name.parts[:-1], last)))
            if found is not None and found.kind is Kind.FUNCTION:
                return found
        return None

    def routine(self, name: Name, inputs: list[Typed]) -> Typed:
        """A user's own function: its declared type."""
        found = self.function(name, inputs)
        if found is None:
            return unknown(f"no rule for the function {name.name}")
        returns = found.property("returns")
        try:
            return exact(returns if isinstance(returns, SnowflakeType) else parse_type(str(returns)))
        except TypeSyntaxError:
            return unknown(f"{found} returns {returns}")


def _column(node: exp.Column, typer: Typer) -> Typed:
    if isinstance(node.this, exp.Parameter):
        return _parameter(node.this, typer)
    name, table = stored(node.this), stored(node.args.get("table"))
    found = typer.scope.resolve(name or "", table)
    if name == "NEXTVAL" and table is not None and not found.base:
        return family(number(), "the precision of a sequence is not documented", nullable=False)
    return found


def _parameter(node: exp.Parameter, typer: Typer) -> Typed:
    if isinstance(node.this, exp.Literal) and node.this.this.isdigit():
        return typer.scope.positional(int(node.this.this))
    return unknown("a session variable or bind")


def _subquery(node: exp.Expression, typer: Typer) -> Typed:
    columns = typer.subquery(node, typer.scope)
    if len(columns) != 1:
        return unknown("a subquery of several columns as one value")
    return Typed(columns[0].type, columns[0].certainty, columns[0].reason)


def _dotted(node: exp.Dot, typer: Typer) -> Typed:
    """``db.s.f(x)``: a function with its schema."""
    if isinstance(node.expression, exp.Anonymous):
        return typer.routine(dotted_name(node, typer.scope), [typer.of(item) for item in node.expression.expressions])
    return unknown("no rule for a dotted expression")


def dotted_name(node: exp.Dot, scope: Scope) -> Name:
    """The name of a function with its schema."""
    parts: list[str] = []
    step: exp.Expression = node
    while isinstance(step, exp.Dot):
        last = step.expression
        parts.append(fold(function_name(last)) if isinstance(last, exp.Anonymous) else stored(last) or "")
        step = step.this
    parts.append(stored(step) or "")
    parts.reverse()
    if len(parts) == 2 and scope.session.database is not None:
        parts.insert(0, scope.session.database)
    return Name(tuple(parts))


def _distinct(node: exp.Distinct, typer: Typer) -> Typed:
    return typer.of(node.expressions[0])


RULES: dict[type, Rule] = {
    **literals.RULES,
    **arithmetic.RULES,
    **predicates.RULES,
    **conditional.RULES,
    **aggregates.RULES,
    **paths.RULES,
    **dates.RULES,
    **functions.RULES,
    exp.Column: _column,
    exp.Parameter: _parameter,
    exp.Subquery: _subquery,
    exp.Dot: _dotted,
    exp.Distinct: _distinct,
    exp.Alias: lambda node, typer: typer.of(node.this),
}
