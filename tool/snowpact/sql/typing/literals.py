"""Constants and casts.

Integer and string constants: https://docs.snowflake.com/en/sql-reference/functions/system_typeof (1 is NUMBER(1,0), 10000
NUMBER(5,0), 'something' VARCHAR(9)). A bare ``x::VARCHAR`` is unbounded (error 002263 in
https://docs.snowflake.com/en/sql-reference/sql/alter-table).
"""

from __future__ import annotations

import re

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
