r"""String constants: from their spelling to their value and back.

Escape sequences: https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants.
"""

from __future__ import annotations

import re

from snowpact.sql.tokens import Token

_ESCAPE = re.compile(r"''|\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([0-7]{1,3})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def _unescape(match: re.Match[str]) -> str:
    hexadecimal, unicode, octal, plain = match.groups()
    if hexadecimal or unicode:
        return chr(int(hexadecimal or unicode, 16))
    if octal:
        return chr(int(octal, 8))
    return "'" if plain is None else _CONTROL.get(plain, plain)


def string_value(token: Token) -> str:
    """The text that a ``string`` or ``dollar`` token stands for."""
    if token.kind == "dollar":
        return token.text[2:-2]
    return _ESCAPE.sub(_unescape, token.text[1:-1])


def string_constant(value: str) -> str:
    """A constant that stands for ``value`` in any statement."""
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
