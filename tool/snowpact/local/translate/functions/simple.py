"""Rules for functions that are one DuckDB function or macro with cast arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, REAL, STAMP, TEXT, TRUTH, coerce, convert, is_json, numeric, text
from snowpact.local.translate.coerce import json as as_json
from snowpact.local.translate.typed import Typed, call, cast, refuse
from snowpact.model.types import DATE, VARIANT, SnowflakeType

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

Kind = Callable[[Typed], Typed]
Result = SnowflakeType | Callable[[list[Typed]], SnowflakeType | None]


def as_text(value: Typed) -> Typed:
    return Typed(cast(value.sql, "VARCHAR") if value.base == "NULL" else text(value), TEXT)


def as_message(value: Typed) -> Typed:
    """What a digest is of: a string (https://docs.snowflake.com/en/sql-reference/functions/sha2). No page tells what a BINARY gives."""
    if value.base == "BINARY":
        refuse("the digest of a BINARY")
    return as_text(value)


def as_whole(value: Typed) -> Typed:
    """A whole number, as DuckDB's BIGINT."""
    value = numeric(value)
    return Typed(value.sql if isinstance(value.sql, exp.Literal) else cast(value.sql, "BIGINT"), INTEGER)


def as_real(value: Typed) -> Typed:
    return Typed(cast(numeric(value).sql, "DOUBLE"), REAL)


def as_truth(value: Typed) -> Typed:
    return coerce(value, TRUTH)


def as_date(value: Typed) -> Typed:
    return convert(value, DATE)


def as_moment(value: Typed) -> Typed:
    """A date or timestamp; text becomes TIMESTAMP_NTZ."""
    if value.base in {"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "TIME"}:
        return value
    return convert(value, STAMP)


def as_variant(value: Typed) -> Typed:
    return value if is_json(value.type) else Typed(as_json(value), VARIANT)


def anything(value: Typed) -> Typed:
    return value


def arguments(node: exp.Expression) -> list[exp.Expression]:
    """A call's arguments in sqlglot's order; flags and text that it adds are no arguments."""
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    return list(_given(node))


def _given(node: exp.Expression) -> Iterator[exp.Expression]:
    for name in node.arg_types:
        value = node.args.get(name)
        if isinstance(value, list):
            yield from value
        elif isinstance(value, exp.Expression):
            yield value


def translated(translator: Translator, node: exp.Expression, *kinds: Kind) -> list[Typed]:
    """The arguments, each as its kind; the last kind goes for all that follow."""
    nodes = arguments(node)
    for argument in nodes:
        if isinstance(argument, (exp.Kwarg, exp.Distinct, exp.Star, exp.Order)):
            refuse(f"{type(argument).__name__} in a call of {_name(node)}")
    return [kinds[min(index, len(kinds) - 1)](translator.value(argument)) for index, argument in enumerate(nodes)]


def _name(node: exp.Expression) -> str:
    return node.name.upper() if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else type(node).__name__


def simple(duck: str, result: Result, *kinds: Kind, most: int | None = None, least: int = 0) -> Rule:
    """A rule that calls ``duck`` with the arguments as ``kinds``; more arguments than ``most`` are refused."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        values = translated(translator, node, *kinds) if kinds else []
        if (most is not None and len(values) > most) or len(values) < least:
            refuse(f"function {_name(node)} with {len(values)} arguments")
        type_ = result(values) if callable(result) else result
        return Typed(call(duck, *(value.sql for value in values)), type_)

    return rule


def first(values: list[Typed]) -> SnowflakeType | None:
    return values[0].type
