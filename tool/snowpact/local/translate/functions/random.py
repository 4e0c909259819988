"""Data generation: https://docs.snowflake.com/en/sql-reference/functions-data-generation.

Without a seed the values are DuckDB's random ones. With a literal seed, Snowflake repeats *its* sequence, which nobody can repeat
elsewhere: a seed is refused. SEQ reads the hidden row number of GENERATOR, without gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT, numeric
from snowpact.local.translate.functions.simple import as_real, as_text, as_whole
from snowpact.local.translate.generators import ROW
from snowpact.local.translate.typed import Typed, call, cast, refuse
from snowpact.model.types import FLOAT, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator


def _generator(node: exp.Expression | None) -> None:
    """The last argument of UNIFORM and its kin must be RANDOM() without a seed, else all rows would get one value."""
    if not isinstance(node, exp.Rand) or node.this is not None:
        refuse("a generator that is not RANDOM() without a seed")


def _random(translator: Translator, node: exp.Expression) -> Typed:
    if node.this is not None:
        refuse("RANDOM with a seed")
    spread = exp.Mul(
        this=exp.Paren(this=exp.Sub(this=call("random"), expression=exp.Literal.number("0.5"))), expression=exp.Literal.number("1.8e19")
    )
    return Typed(cast(spread, "BIGINT"), number(19, 0))


def _uniform(translator: Translator, node: exp.Expression) -> Typed:
    """Whole numbers, both ends included, where both bounds are; else FLOAT."""
    _generator(node.args.get("gen"))
    low, high = numeric(translator.value(node.this)), numeric(translator.value(node.expression))
    if all(bound.base == "NUMBER" and not (bound.type and bound.type.scale) for bound in (low, high)):
        return Typed(call("_snow.uniform_whole", as_whole(low).sql, as_whole(high).sql), INTEGER)
    return Typed(call("_snow.uniform_real", as_real(low).sql, as_real(high).sql), FLOAT)


def _normal(translator: Translator, node: exp.Expression) -> Typed:
    _generator(node.args.get("gen"))
    return Typed(call("_snow.normal", as_real(translator.value(node.this)).sql, as_real(translator.value(node.args["stddev"])).sql), FLOAT)


def _randstr(translator: Translator, node: exp.Expression) -> Typed:
    _generator(node.args.get("generator"))
    return Typed(call("_snow.randstr", as_whole(translator.value(node.this)).sql), TEXT)


def _sequence(translator: Translator, node: exp.Expression) -> Typed:
    if node.this is not None:
        refuse("SEQ with a sign")
    if len(translator.environment.relations) != 1 or translator.environment.relations[0].columns != {}:
        refuse("SEQ over anything but GENERATOR alone")
    return Typed(exp.Column(this=exp.to_identifier(ROW, quoted=True)), number(19, 0))


def _uuid(translator: Translator, node: exp.Expression) -> Typed:
    """Random, or version 5 of a namespace and a name: https://docs.snowflake.com/en/sql-reference/functions/uuid_string."""
    if node.this is not None or node.args.get("name") is not None:
        if node.this is None or node.args.get("name") is None:
            refuse("UUID_STRING of a namespace without a name")
        return Typed(call("_snow.uuid5", *(as_text(translator.value(part)).sql for part in (node.this, node.args["name"]))), TEXT)
    return Typed(cast(call("uuid"), "VARCHAR"), TEXT)


MACROS = [
    # RFC 4122: SHA-1 of the namespace's bytes and the name; the digits of version and variant are set
    "_snow.uuid5_digits(u, name) AS sha1(_snow.hex_bytes(replace(u, '-', '')) || encode(name))",
    """_snow.uuid5_text(h) AS h[1:8] || '-' || h[9:12] || '-5' || h[14:16] || '-'
        || substr('89ab', CAST((CAST('0x' || h[17] AS INTEGER) & 3) + 1 AS INTEGER), 1) || h[18:20] || '-' || h[21:32]""",
    "_snow.uuid5(u, name) AS _snow.uuid5_text(_snow.uuid5_digits(u, name))",
    "_snow.uniform_whole(a, b) AS a + CAST(floor(random() * (b - a + 1)) AS BIGINT)",
    "_snow.uniform_real(a, b) AS a + random() * (b - a)",
    "_snow.normal(m, s) AS m + s * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())",
]

RULES = {
    exp.Rand: _random,
    exp.Uniform: _uniform,
    exp.Normal: _normal,
    exp.Randstr: _randstr,
    exp.Uuid: _uuid,
    **dict.fromkeys((exp.Seq1, exp.Seq2, exp.Seq4, exp.Seq8), _sequence),
}
