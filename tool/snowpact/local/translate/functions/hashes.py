"""Digests, and HASH.

HASH gives another number here than Snowflake, whose algorithm is not published; it is the same on every machine and in every session, equal
for values that Snowflake calls equal (1 and 1.00), and never NULL: https://docs.snowflake.com/en/sql-reference/functions/hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate import star
from snowpact.local.translate.coerce import TEXT, is_json, with_a_nought
from snowpact.local.translate.functions.simple import as_message, as_text, simple
from snowpact.local.translate.typed import Typed, aggregate, call, cast, refuse
from snowpact.model.types import binary, number

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Translator

BINARY = binary()
_SIGNED = number(19, 0)

MACROS = [
    r"_snow.plain_number(x) AS regexp_replace(CAST(x AS VARCHAR), '(\.[0-9]*[1-9])0+$|\.0+$', '\1')",
    # the length before each text: ('ab', 'c') and ('a', 'bc') differ
    "_snow.hashed(t, x) AS CASE WHEN x IS NULL THEN 'n' ELSE t || length(x) || ':' || x END",
    "_snow.hash(x) AS CAST(CAST(md5_number_lower(x) AS HUGEINT) - 9223372036854775808 AS DECIMAL(19,0))",
    "_snow.md5_binary(x) AS from_hex(md5(x))",
    "_snow.sha1_binary(x) AS from_hex(sha1(x))",
    "_snow.hex_binary(x) AS from_hex(x)",
    """_snow.signed64(n) AS CAST(((coalesce(n, 0) + 9223372036854775808) % 18446744073709551616
        + 18446744073709551616) % 18446744073709551616
        - 9223372036854775808 AS DECIMAL(19,0))""",
]


def _hash(translator: Translator, node: exp.Expression) -> Typed:
    joined: exp.Expression | None = None
    for value in star.arguments(translator, node.expressions):
        part = tagged(value)
        joined = part if joined is None else exp.DPipe(this=joined, expression=part)
    if joined is None:
        refuse("HASH of nothing")
    return Typed(call("_snow.hash", exp.Paren(this=joined)), _SIGNED)


def tagged(value: Typed) -> exp.Expression:
    """What HASH takes in of a value."""
    if value.base in {"NUMBER", "FLOAT"}:
        return call("_snow.hashed", "d", call("_snow.plain_number", with_a_nought(value.sql, value.type)))
    if value.base is None:
        refuse("HASH of an expression of unknown type")
    tag = "v" if is_json(value.type) else {"BOOLEAN": "b", "BINARY": "x", "VARCHAR": "s", "NULL": "s"}.get(value.base, "t")
    return call("_snow.hashed", tag, as_text(value).sql)


def _sha2(translator: Translator, node: exp.Expression) -> Typed:
    """Of 224, 256 (which 0 means too), 384 or 512 bits: https://docs.snowflake.com/en/sql-reference/functions/sha2."""
    length = node.args.get("length")
    bits = "256" if length is None or length.name == "0" else length.name
    if bits not in {"224", "256", "384", "512"}:
        refuse(f"SHA2 with {bits} bits")
    message = cast(as_message(translator.value(node.this)).sql, "VARCHAR")
    if bits == "256":
        return Typed(call("sha256", message), TEXT)
    translator.scope.native(f"_native_sha{bits}")
    return Typed(call(f"_native_sha{bits}", message), TEXT)


def _sha2_binary(translator: Translator, node: exp.Expression) -> Typed:
    return Typed(call("_snow.hex_binary", _sha2(translator, node).sql), BINARY)


def _hash_agg(translator: Translator, node: exp.Expression) -> Typed:
    """Of rows in any order, of as many as there are; 0 of none (https://docs.snowflake.com/en/sql-reference/functions/hash_agg): the sum of
    their HASH in 64 bits."""
    distinct = isinstance(node.this, exp.Distinct)
    items = [*node.this.expressions] if distinct else [node.this]
    hashed = cast(_hash(translator, exp.Anonymous(this="HASH", expressions=[*items, *node.expressions])).sql, "HUGEINT")
    total = aggregate("sum", exp.Distinct(expressions=[hashed]) if distinct else hashed)
    return Typed(call("_snow.signed64", total), _SIGNED)


RULES = {
    exp.SHA2: _sha2,
    exp.HashAgg: _hash_agg,
    exp.SHA2Digest: _sha2_binary,
    exp.SHA1Digest: simple("_snow.sha1_binary", BINARY, as_message, most=1),
    exp.MD5Digest: simple("_snow.md5_binary", BINARY, as_message, most=1),
}
NAMED = {"HASH": _hash}
