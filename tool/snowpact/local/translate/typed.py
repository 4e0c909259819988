"""A translated expression with its Snowflake type, and the few constructors that every rule uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NoReturn

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import ARRAY, OBJECT, VARIANT, SnowflakeType, number

DUCKDB = Dialect.get_or_raise("duckdb")
"""The dialect itself: by name sqlglot makes a new one at each use."""

NULL = SnowflakeType("NULL")
"""The type of a bare NULL: it takes any other."""

COUNT = number(18, 0)
SEMI_STRUCTURED = frozenset({VARIANT.base, OBJECT.base, ARRAY.base})
TEMPORAL = frozenset({"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A DuckDB expression and the Snowflake type of its value; None where the type is not known."""

    sql: exp.Expression
    type: SnowflakeType | None = None

    @property
    def base(self) -> str | None:
        return self.type.base if self.type else None

    @property
    def literal(self) -> str | None:
        """The text of a string literal."""
        node = self.sql
        return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


_DUCK_TYPES = {
    "FLOAT": "DOUBLE",
    "VARCHAR": "VARCHAR",
    "BINARY": "BLOB",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPTZ",
    "TIMESTAMP_TZ": "TIMESTAMPTZ",
    "VARIANT": "JSON",
    "OBJECT": "JSON",
    "ARRAY": "JSON",
    "UUID": "UUID",
}


def duck_type(type_: SnowflakeType) -> str:
    """The DuckDB type that holds values of a Snowflake type."""
    if type_.base == "NUMBER":
        return f"DECIMAL({type_.precision},{type_.scale})"
    if type_.base in _DUCK_TYPES and not type_.is_structured:
        return _DUCK_TYPES[type_.base]
    raise UnsupportedFeature(f"data type {type_}")


_VOLATILE = frozenset({"random", "uuid", "nextval", "_snow.uniform_whole", "_snow.uniform_real", "_snow.normal", "_snow.randstr"})
_NAMES_OFTEN = frozenset(
    {
        "_snow.tz_text", "_snow.tz_moved", "_snow.tz_like", "_snow.tz_wall", "_snow.tz_offset", "_snow.ltz_tz", "_snow.text_tz",
        "_snow.try_text_tz",
    }
)  # fmt: skip
"""Macros of TIMESTAMP_TZ that name their arguments so often that one in the other would grow without bound."""

_READS_ONCE = frozenset({*_VOLATILE, "_snow.quotient"})


def call(name: str, *arguments: exp.Expression | int | str) -> exp.Expression:
    """A DuckDB function or macro call, printed as named here.

    A macro may name an argument several times, and DuckDB would then draw a random value as often: such an argument is drawn once.
    """
    nodes = [_literal(argument) for argument in arguments]
    if name.startswith("_snow.") and name not in _READS_ONCE:
        for index, node in enumerate(nodes):
            if is_volatile(node) or (name in _NAMES_OFTEN and not isinstance(node, (exp.Column, exp.Literal))):
                return _bound(node, lambda drawn, at=index: call(name, *nodes[:at], drawn, *nodes[at + 1 :]), index)
    return exp.Anonymous(this=name, expressions=nodes)


def is_volatile(node: exp.Expression) -> bool:
    """Whether two copies of the expression may have different values in one row."""
    return any(found.name in _VOLATILE for found in node.find_all(exp.Anonymous))


def once(node: exp.Expression, build: Callable[[exp.Expression], exp.Expression]) -> exp.Expression:
    """``build(node)``, with a volatile node evaluated one time per row: as the parameter of a lambda."""
    return _bound(node, build) if is_volatile(node) else build(node)


def _bound(node: exp.Expression, build: Callable[[exp.Expression], exp.Expression], place: int = 0) -> exp.Expression:
    """``build`` of a node that stands in the tree one time, however often it is named. place: which of a call's arguments it is."""
    depth = sum(1 for _ in node.find_all(exp.Lambda))
    drawn = exp.to_identifier(f"drawn{depth}_{place}" if place else f"drawn{depth}")
    body = build(exp.Column(this=drawn.copy()))
    listed = exp.Anonymous(
        this="list_transform", expressions=[exp.Array(expressions=[node]), exp.Lambda(this=body, expressions=[drawn], colon=True)]
    )
    return exp.Anonymous(this="list_extract", expressions=[listed, exp.Literal.number(1)])


def aggregate(name: str, *arguments: exp.Expression) -> exp.Expression:
    """A call of a DuckDB aggregate: marked, so that OVER lands on it however deep a rule wraps it."""
    return marked(exp.Anonymous(this=name, expressions=list(arguments)))


def marked(node: exp.Expression) -> exp.Expression:
    """The node as the one on which OVER lands: in SUM(SUM(x)) OVER () that is the outer one alone."""
    for inner in node.find_all(exp.Expression):
        inner.meta.pop("aggregate", None)
    node.meta["aggregate"] = True
    return node


def _literal(value: exp.Expression | int | str) -> exp.Expression:
    if isinstance(value, int):
        return exp.Literal.number(value)
    return exp.Literal.string(value) if isinstance(value, str) else value


def cast(node: exp.Expression, duck: str) -> exp.Cast:
    return exp.Cast(this=node, to=data_type(duck).copy())


@cache
def data_type(duck: str) -> exp.DataType:
    """A type of sqlglot's; not to be changed. Building one parses its text, a statement's most frequent cost."""
    return exp.DataType.build(duck, dialect=DUCKDB)


def paren(node: exp.Expression) -> exp.Expression:
    return node if isinstance(node, (exp.Anonymous, exp.Paren, exp.Column, exp.Literal, exp.Cast)) else exp.Paren(this=node)


def case(branches: Iterable[tuple[exp.Expression, exp.Expression]], default: exp.Expression | None = None) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=test, true=value) for test, value in branches], default=default)


def refuse(feature: str) -> NoReturn:
    raise UnsupportedFeature(feature)


def invalid_identifier(text: str) -> NoReturn:
    """Snowflake's 000904 (snowflake-facts section 6)."""
    raise StatementError(f"SQL compilation error: invalid identifier '{text}'", 904, "42000")


def ambiguous(name: str) -> NoReturn:
    raise StatementError(f"SQL compilation error: ambiguous column name '{name}'", 2028, "42601")


def compile_error(message: str, errno: int = 1003, sqlstate: str = "42000") -> NoReturn:
    raise StatementError(f"SQL compilation error:\n{message}", errno, sqlstate)
