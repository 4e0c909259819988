"""``+ INTERVAL '1 day, 2 hours'``: https://docs.snowflake.com/en/sql-reference/data-types-datetime#interval-constants."""

from __future__ import annotations

import re

from sqlglot import exp

from snowpact.local.translate.coerce import STAMP, convert
from snowpact.local.translate.functions.dates import add_part, canonical_part
from snowpact.local.translate.typed import Typed, compile_error, refuse
from snowpact.model.types import number

_PIECE = re.compile(r"\s*([+-]?\d+)\s*([A-Za-z]*)\s*")


def shifted(value: Typed, interval: exp.Interval, negative: bool) -> Typed:
    """A date or timestamp plus or minus an interval constant, piece by piece, from left to right."""
    literal = interval.this
    if not isinstance(literal, exp.Literal):
        refuse("an INTERVAL that is no constant")
    unit = interval.args.get("unit")
    spelled = f"{literal.this} {unit.name}" if unit is not None else str(literal.this)
    if value.base == "VARCHAR":
        value = convert(value, STAMP)
    for piece in spelled.split(","):
        match = _PIECE.fullmatch(piece)
        if match is None:
            compile_error(f"invalid interval constant '{spelled}'")
        amount = -int(match[1]) if negative else int(match[1])
        value = add_part(canonical_part(match[2] or "second"), Typed(exp.Literal.number(amount), number()), value)
    return value


def _alone(translator: object, node: exp.Expression) -> Typed:
    refuse("an INTERVAL outside date arithmetic")


RULES = {exp.Interval: _alone}
