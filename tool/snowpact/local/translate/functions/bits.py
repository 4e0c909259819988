"""Bits of whole numbers, and the bitmaps that count distinct ones: https://docs.snowflake.com/en/sql-reference/expressions-byte-bit,
https://docs.snowflake.com/en/user-guide/querying-bitmaps-for-distinct-counts.

Numbers have 128 bits, as in Snowflake; bits of a BINARY are refused. The bytes of a bitmap are the engine's own: 32,768 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, numeric
from snowpact.local.translate.functions.simple import simple
from snowpact.local.translate.typed import Typed, aggregate, call, cast, refuse
from snowpact.model.types import binary

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

MACROS = [
    # A number of bits outside the 128 is on no page; a sum that needs more than 38 digits is an error
    """_snow.bit_place(n) AS CASE WHEN n NOT BETWEEN 0 AND 126
        THEN _snow.fail('SNOW:2:0A000:a shift by ' || CAST(n AS VARCHAR) || ' bits') ELSE CAST(n AS HUGEINT) END""",
    "_snow.shift_left(x, n) AS x * (CAST(1 AS HUGEINT) << _snow.bit_place(n))",
    "_snow.shift_right(x, n) AS x >> _snow.bit_place(n)",
    "_snow.bit_not(x) AS ~x",
    "_snow.bit_and(x, y) AS x & y",
    "_snow.bit_or(x, y) AS x | y",
    "_snow.bit_xor(x, y) AS xor(x, y)",
    "_snow.bit_of(x, n) AS (x >> _snow.bit_place(n)) & CAST(1 AS HUGEINT)",
    """_snow.bitmap_value(x) AS CASE WHEN x < 0 THEN _snow.fail('SNOW:2:0A000:bitmaps of negative numbers') ELSE CAST(x AS BIGINT) END""",
    "_snow.bitmap_bucket(x) AS CASE WHEN x = 0 THEN 0 ELSE (_snow.bitmap_value(x) - 1) // 32768 + 1 END",
    "_snow.bitmap_position(x) AS CASE WHEN x = 0 THEN 0 ELSE (_snow.bitmap_value(x) - 1) % 32768 END",
    """_snow.bitmap_place(x) AS CASE WHEN x NOT BETWEEN 0 AND 32767
        THEN _snow.fail('SNOW:2:0A000:a place outside a bitmap: ' || CAST(x AS VARCHAR)) ELSE CAST(x AS INTEGER) END""",
    "_snow.bitmap_count(b) AS bit_count(CAST(b AS BIT))",
]


def as_bits(value: Typed) -> Typed:
    """A whole number of 128 bits."""
    return Typed(cast(numeric(value).sql, "HUGEINT"), INTEGER)


def as_bitmap(value: Typed) -> Typed:
    if value.base not in {"BINARY", "NULL"}:
        refuse(f"a bitmap of {value.type}")
    return Typed(cast(value.sql, "BLOB"), binary())


def _bits(macro: str) -> Rule:
    """sqlglot adds PADSIDE as a third argument, which is about BINARY alone."""

    def rule(translator: Translator, node: exp.Expression) -> Typed:
        if node.args.get("padside") is not None:
            refuse("bits of a BINARY")
        sides = [node.this] if node.args.get("expression") is None else [node.this, node.expression]
        return Typed(call(macro, *(as_bits(translator.value(side)).sql for side in sides)), INTEGER)

    return rule


def _construct(translator: Translator, node: exp.Expression) -> Typed:
    place = call("_snow.bitmap_place", as_bits(translator.value(node.this)).sql)
    return Typed(cast(aggregate("bitstring_agg", place, exp.Literal.number(0), exp.Literal.number(32767)), "BLOB"), binary())


def _union(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(cast(aggregate("bit_or", cast(as_bitmap(translator.value(node.this)).sql, "BIT")), "BLOB"), binary())


RULES = {
    exp.BitwiseAnd: _bits("_snow.bit_and"),
    exp.BitwiseOr: _bits("_snow.bit_or"),
    exp.BitwiseXor: _bits("_snow.bit_xor"),
    exp.BitwiseNot: _bits("_snow.bit_not"),
    exp.BitwiseLeftShift: _bits("_snow.shift_left"),
    exp.BitwiseRightShift: _bits("_snow.shift_right"),
    exp.Getbit: _bits("_snow.bit_of"),
    exp.BitmapBucketNumber: simple("_snow.bitmap_bucket", INTEGER, as_bits, most=1),
    exp.BitmapBitPosition: simple("_snow.bitmap_position", INTEGER, as_bits, most=1),
    exp.BitmapCount: simple("_snow.bitmap_count", INTEGER, as_bitmap, most=1),
    exp.BitmapConstructAgg: _construct,
    exp.BitmapOrAgg: _union,
}
