"""The walk over a Snowflake tree: one translator per statement, one method per seam, tables for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlglot import exp

from snowpact.local.encoding import encode
from snowpact.local.translate import twins
from snowpact.local.translate.environment import Environment, Relation, stored
from snowpact.local.translate.seam import RelationColumns, Scope
from snowpact.local.translate.typed import Typed, refuse
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import SnowflakeType

Rule = Callable[["Translator", exp.Expression], Typed]


def translate_query(tree: exp.Expression, scope: Scope) -> exp.Expression:
    """The DuckDB tree for a Snowflake query, or for an expression without columns. The given tree stays as it is."""
    translator = Translator(scope)
    if isinstance(tree, (exp.Query, exp.Values)):
        return translator.query(tree.copy(), None)[0]
    return translator.expression(tree.copy(), Environment()).sql


def translate_expression(tree: exp.Expression, scope: Scope, relations: dict[str | None, RelationColumns | None]) -> Typed:
    """An expression inside DML, with its type: ``relations`` are the tables in sight, by stored alias (None: unqualified only)."""
    environment = Environment(relations=[Relation(name, columns) for name, columns in relations.items()])
    return Translator(scope).expression(tree.copy(), environment)


def describe_query(tree: exp.Expression, scope: Scope) -> list[tuple[str, SnowflakeType | None]] | None:
    """The stored names and types of a query's columns, as far as they are known; None where a ``*`` hides them."""
    columns = Translator(scope).query(tree.copy(), None)[1]
    return None if columns is None else [(twins.shown(key), type_) for key, type_ in columns.items()]


def _plain(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


@contextmanager
def _nesting() -> Iterator[None]:
    """Expressions nested too deep for Python are an error of their statement."""
    try:
        yield
    except RecursionError:
        raise UnsupportedFeature("expressions nested this deep") from None


class Translator:
    """What the translation of one statement shares. ``environment`` is the SELECT whose expressions are being translated."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self.environment = Environment()
        self._unnamed = 0

    def query(self, tree: exp.Expression, parent: Environment | None) -> tuple[exp.Expression, RelationColumns | None]:
        from snowpact.local.translate import query

        with _nesting():
            return query.translate(self, tree, parent)

    def expression(self, node: exp.Expression, environment: Environment) -> Typed:
        outer, self.environment = self.environment, environment
        try:
            with _nesting():
                return self.value(node)
        finally:
            self.environment = outer

    def value(self, node: exp.Expression) -> Typed:
        """One expression in the current environment."""
        from snowpact.local.translate.functions import RULES, anonymous

        rule = RULES.get(type(node))
        if rule is not None:
            return rule(self, node)
        if isinstance(node, exp.Anonymous):
            return anonymous(self, node)
        if isinstance(node, exp.Func):
            refuse(f"function {node.sql_name()}")
        raise UnsupportedFeature(f"expression {type(node).__name__}")

    def values(self, nodes: Iterable[exp.Expression]) -> list[Typed]:
        return [self.value(node) for node in nodes]

    def identifier(self, name: str) -> exp.Identifier:
        """A stored name as a DuckDB identifier."""
        return exp.to_identifier(encode(name), quoted=True)

    def column(self, relation: Relation, key: str) -> exp.Column:
        """A column of a relation, wherever it is carried. One that USING made one of several has no relation in DuckDB either."""
        if relation.carrier is not None:
            carrier, place = relation.carrier
            return exp.Column(this=self.identifier(f"{place} {key}"), table=_plain(carrier))
        table = self.identifier(relation.name) if relation.name is not None else relation.alias and _plain(relation.alias)
        return exp.Column(this=self.identifier(key), table=None if key in relation.common else table)

    def unnamed(self) -> tuple[str, exp.Identifier]:
        """A name in DuckDB for a relation without one: no encoded name has a space after ``~``."""
        self._unnamed += 1
        return f"~ {self._unnamed}", _plain(f"~ {self._unnamed}")

    def renamed(self, identifier: exp.Expression) -> exp.Identifier:
        return self.identifier(stored(identifier))
