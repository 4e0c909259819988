"""BINARY and its spellings: https://docs.snowflake.com/en/sql-reference/binary-input-output.

What is given as BINARY is taken as its bytes, text as its bytes in UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from snowpact.local.translate.coerce import INTEGER, TEXT
from snowpact.local.translate.functions.simple import as_text, simple
from snowpact.local.translate.typed import NULL, Typed, call, cast, refuse
from snowpact.model.types import SnowflakeType, binary

if TYPE_CHECKING:
    from snowpact.local.translate.translator import Rule, Translator

BINARY = binary()

MACROS = [
    "_snow.is_hex(x) AS regexp_full_match(x, '([0-9A-Fa-f]{2})*')",
    """_snow.hex_bytes(x) AS CASE WHEN NOT _snow.is_hex(x)
        THEN _snow.fail('SNOW:100115:22000:The following string is not a legal hex-encoded value: ''' || x || '''')
        ELSE from_hex(x) END""",  # number and text [M]
    "_snow.try_hex_bytes(x) AS CASE WHEN _snow.is_hex(x) THEN from_hex(x) END",
    "_snow.base64_bytes(x) AS from_base64(x)",
    # TRY takes no expression that may raise an error of ours: the lambda keeps the argument out of it
    "_snow.try_base64_bytes(x) AS list_transform([x], lambda t: TRY(from_base64(t)))[1]",
    "_snow.utf8_bytes(x) AS encode(x)",
    "_snow.try_utf8_bytes(x) AS encode(x)",
    "_snow.try_utf8_text(b) AS list_transform([b], lambda t: TRY(decode(t)))[1]",
    "_snow.decode64(x) AS decode(from_base64(x))",
    "_snow.try_decode64(x) AS _snow.try_utf8_text(_snow.try_base64_bytes(x))",
    "_snow.decode_hex(x) AS decode(_snow.hex_bytes(x))",
    "_snow.try_decode_hex(x) AS _snow.try_utf8_text(_snow.try_hex_bytes(x))",
    "_snow.bit_length(b) AS octet_length(b) * 8",
]


def as_bytes(value: Typed) -> Typed:
    """BINARY as it is, anything else as the bytes of its text."""
    return value if value.base == "BINARY" else Typed(call("encode", cast(as_text(value).sql, "VARCHAR")), BINARY)


def as_characters(value: Typed) -> Typed:
    """Text, where BINARY would not mean its hexadecimal digits."""
    if value.base == "BINARY":
        refuse("a BINARY where the engine takes text alone")
    return as_text(value)


_FORMATS = {"HEX": "hex_bytes", "BASE64": "base64_bytes", "UTF-8": "utf8_bytes", "UTF8": "utf8_bytes"}


def _to_binary(translator: Translator, node: exp.Expression) -> Typed:
    """[TRY_]TO_BINARY(text [, format]): https://docs.snowflake.com/en/sql-reference/functions/to_binary."""
    value, format_ = translator.value(node.this), node.args.get("format")
    if value.base == "BINARY":
        return value
    if value.base not in {"VARCHAR", NULL.base} or (format_ is not None and not isinstance(format_, exp.Literal)):
        refuse(f"TO_BINARY of {value.type} or with a format that is no literal")
    name = _FORMATS.get(str(format_.this).upper() if format_ is not None else "HEX")
    if name is None:
        refuse(f"TO_BINARY with the format {format_}")
    return Typed(call(f"_snow.{'try_' if node.args.get('safe') else ''}{name}", cast(value.sql, "VARCHAR")), BINARY)


def _decoding(macro: str, result: SnowflakeType) -> Rule:
    """Of text alone; an alphabet of one's own is refused."""
    return simple(macro, result, as_characters, most=1)


def _hex(translator: Translator, node: exp.Expression) -> Typed:
    """HEX_ENCODE(value [, case]): 0 for small letters (https://docs.snowflake.com/en/sql-reference/functions/hex_encode)."""
    letters = node.args.get("case")
    if letters is not None and letters.name not in {"0", "1"}:
        refuse("HEX_ENCODE with a case that is neither 0 nor 1")
    shown = call("hex", as_bytes(translator.value(node.this)).sql)
    return Typed(call("lower", shown) if letters is not None and letters.name == "0" else shown, TEXT)


_PRINTED = {"HEX": "hex", "BASE64": "base64", "UTF-8": "decode", "UTF8": "decode"}


def printed(value: Typed, format_: exp.Expression) -> Typed:
    """TO_CHAR(binary, format): https://docs.snowflake.com/en/sql-reference/functions/to_char."""
    name = _PRINTED.get(str(format_.this).upper()) if isinstance(format_, exp.Literal) else None
    if name is None:
        refuse(f"TO_CHAR of a BINARY with the format {format_}")
    return Typed(call(name, value.sql), TEXT)


def _constant(translator: Translator, node: exp.Expression) -> Typed:
    """``X'00FF'``, as the Python connector writes bytes into a statement."""
    return Typed(call("_snow.hex_bytes", exp.Literal.string(node.this)), BINARY)


RULES = {
    exp.HexString: _constant,
    exp.ToBinary: _to_binary,
    exp.ByteLength: simple("octet_length", INTEGER, as_bytes, most=1),
    exp.BitLength: simple("_snow.bit_length", INTEGER, as_bytes, most=1),
    exp.Hex: _hex,
    exp.Unhex: _decoding("_snow.hex_bytes", BINARY),
    exp.TryHexDecodeBinary: _decoding("_snow.try_hex_bytes", BINARY),
    exp.HexDecodeString: _decoding("_snow.decode_hex", TEXT),
    exp.TryHexDecodeString: _decoding("_snow.try_decode_hex", TEXT),
    exp.Base64Encode: simple("base64", TEXT, as_bytes, most=1),
    exp.Base64DecodeBinary: _decoding("_snow.base64_bytes", BINARY),
    exp.TryBase64DecodeBinary: _decoding("_snow.try_base64_bytes", BINARY),
    exp.Base64DecodeString: _decoding("_snow.decode64", TEXT),
    exp.TryBase64DecodeString: _decoding("_snow.try_decode64", TEXT),
}
