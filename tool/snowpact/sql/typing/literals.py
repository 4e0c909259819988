"""Constants and casts.

Integer and string constants: https://docs.snowflake.com/en/sql-reference/functions/system_typeof (1 is NUMBER(1,0), 10000
NUMBER(5,0), 'something' VARCHAR(9)). A bare ``x::VARCHAR`` is unbounded (error 002263 in
https://docs.snowflake.com/en/sql-reference/sql/alter-table).
"""

from __future__ import annotations

import re
from functools import lru_cache

from sqlglot import exp

from snowpact.model.types import BOOLEAN, DATE, SnowflakeType, TypeSyntaxError, binary, number, parse_type, varchar
from snowpact.sql.typing.spelling import spelled
from snowpact.sql.typing.typed import NULL, Typed, exact, family, unknown

_PLAIN = re.compile(r"(\d*)(?:\.(\d*))?\Z")
_EXPONENT = re.compile(r"(\d*)(?:\.(\d*))?[eE]([+-]?\d+)\Z")


def literal(node: exp.Literal, typer) -> Typed:
    if node.is_string:
        length = len(node.this)
        return exact(varchar(length), False) if length else family(varchar(1), "the type of '' is not documented", False)
    return number_constant(node.this)


def number_constant(text: str) -> Typed:
    """Digits before the point without leading zeros, and those behind it as written. An exponent moves the point [M]."""
    plain = _PLAIN.match(text)
    if plain:
        whole, fraction = plain[1].lstrip("0"), plain[2] or ""
        precision, scale = max(len(whole) + len(fraction), 1), len(fraction)
        if precision > 38:
            return unknown("a constant of more than 38 digits", False)
        guess = number(precision, min(scale, 37))
        if scale and (not whole or fraction.endswith("0")):
            return family(guess, "the precision of such a constant is not documented", False)
        return exact(guess, False)
    scientific = _EXPONENT.match(text)
    if scientific and 0 <= int(scientific[3]) <= 30 and len(scientific[1]) + int(scientific[3]) <= 38:
        return family(number(max(len(scientific[1]) + int(scientific[3]), 1), 0), "constants with an exponent are hardly documented", False)
    return unknown("constants with an exponent may be NUMBER or FLOAT", False)


def null(node: exp.Null, typer) -> Typed:
    return NULL


def boolean(node: exp.Boolean, typer) -> Typed:
    return exact(BOOLEAN, False)


def hexadecimal(node: exp.HexString, typer) -> Typed:
    return family(binary(max(len(node.this) // 2, 1)), "the length of a binary constant is not documented", False)


def cast(node: exp.Cast, typer) -> Typed:
    """The type that was asked for, exactly; TRY_CAST may give NULL for any input."""
    found = data_type(node.to)
    if found is None:
        return unknown(f"{spelled(node.to)} is a type that is not known")
    if isinstance(node, exp.TryCast):
        return exact(found)
    constant = node.this.is_string if isinstance(node.this, exp.Literal) else False
    return exact(found, not constant and typer.of(node.this).nullable)


def data_type(node: exp.DataType) -> SnowflakeType | None:
    """Our type for sqlglot's; None where it is none that we know."""
    said = {key for key, value in node.args.items() if value}
    lengths = tuple(one.this.this for one in node.expressions if _is_length(one))
    if said <= {"this", "expressions"} and isinstance(node.this, exp.DataType.Type) and len(lengths) == len(node.expressions):
        return _plain_type(node.this, lengths)
    return _read_type(node)


def _is_length(node: exp.Expression) -> bool:
    """A number alone, as in ``NUMBER(12, 2)``: not ``16 BYTE``, nor a type in a structured one."""
    number_alone = isinstance(node, exp.DataTypeParam) and isinstance(node.this, exp.Literal) and not node.this.is_string
    return number_alone and node.args.get("expression") is None


@lru_cache(maxsize=1024)
def _plain_type(word: exp.DataType.Type, lengths: tuple[str, ...]) -> SnowflakeType | None:
    """There are few of these, and a query casts to them often: spelling one takes as long as typing ten columns."""
    return _read_type(exp.DataType(this=word, expressions=[exp.DataTypeParam(this=exp.Literal.number(length)) for length in lengths]))


def _read_type(node: exp.DataType) -> SnowflakeType | None:
    try:
        return parse_type(spelled(node))
    except TypeSyntaxError:
        return None


def dated(node: exp.TsOrDsToDate, typer) -> Typed:
    return exact(DATE, typer.of(node.this).nullable)


RULES = {
    exp.Literal: literal,
    exp.Null: null,
    exp.Boolean: boolean,
    exp.HexString: hexadecimal,
    exp.Cast: cast,
    exp.TryCast: cast,
    exp.TsOrDsToDate: dated,
}
