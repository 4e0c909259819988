"""Snowflake's tokens: what every other part of ``sql`` stands on.

One regular expression, one pass, linear in the text: every alternative either consumes without backtracking
(possessive quantifiers) or fails at its first character. Sources of the rules:

- backslash escapes work in single-quoted constants only, a quote may also be doubled; ``$$ … $$`` is literal and has no
  escape (https://docs.snowflake.com/en/sql-reference/data-types-text#string-constants);
- in a quoted identifier only ``""`` is special (https://docs.snowflake.com/en/sql-reference/identifiers-syntax);
- ``--`` and ``//`` start a comment to the end of the line, ``/* */`` does not nest. The server's own view of nesting was
  not verified [M]; the connector's splitter does not nest either.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class SqlInputError(ValueError):
    """Text that is no Snowflake SQL: ``message`` says why, ``offset`` where in the given text."""

    def __init__(self, message: str, offset: int):
        self.message, self.offset = message, offset
        super().__init__(f"{message} (at offset {offset})")


class Token(NamedTuple):
    """One token; ``text`` as written, ``start`` and ``end`` its offsets. word: the upper-case word or the operator; '' for everything
    whose text is a value or a name in quotes.

    kind: ``word``, ``quoted`` (identifier), ``string`` ('…'), ``dollar`` ($$…$$), ``number``, ``op`` (operator or
    punctuation), ``comment``, ``variable`` ($name, $1, &name), ``stage`` (@stage/path) or ``file`` (file://…, snow://…).
    """

    kind: str
    text: str
    start: int
    end: int
    word: str = ""


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

# Python 3.11.2, Debian's, loses a possessive group whose last round ends in a failed lookahead: none here ends so.
_TOKEN = re.compile(
    r"""
    [ \t\r\n\f]*+ (?:
      (?P<comment> --[^\r\n]*+ | //[^\r\n]*+ | /\*.*?\*/ )
    | (?P<file>    (?:file|snow)://[^\s;'"]*+ )
    | (?P<word>    [^\W\d][\w$]*+ )
    | (?P<string>  '(?:[^'\\]++|\\.|'')*+' )
    | (?P<quoted>  "(?:[^"]++|"")*+" )
    | (?P<dollar>  \$\$.*?\$\$ )
    | (?P<unclosed> ' | " | \$\$ | /\* )
    | (?P<number>  (?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)? )
    | (?P<variable> \$[^\W\d][\w$]*+ | \$\d++ | &[^\W\d]\w*+ | &\{[^\W\d]\w*+\} )
    | (?P<stage>   @(?:~|%?(?:"(?:[^"]++|"")++"|[\w$]++)(?:\.{1,2}%?(?:"(?:[^"]++|"")++"|[\w$]++))*+)(?:/(?!\*)[^\s;,()'"/]*+)* )
    | (?P<op>      ->> | :: | := | => | \|\| | -> | <= | >= | <> | != | . )
    | (?P<end>     \Z )
    )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_UNCLOSED = {
    "'": "a string is never closed",
    '"': "a quoted identifier is never closed",
    "$$": "a $$ body is never closed",
    "/*": "a comment is never closed",
}


def tokenize(text: str) -> list[Token]:
    """Every token of ``text`` in order, comments included, white space left out.

    Raises SqlInputError, and nothing else, for an unclosed string, comment, quoted identifier or ``$$``, and for a
    control character.
    """
    control = _CONTROL.search(text)
    if control:
        raise SqlInputError(f"control character U+{ord(control[0]):04X}", control.start())
    tokens: list[Token] = []
    make, add = tuple.__new__, tokens.append  # a Token's own constructor takes twice as long, and nothing is made more often
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        start, end = match.span(kind)
        written = text[start:end]
        if kind == "word":
            add(make(Token, (kind, written, start, end, written.upper())))
        elif kind == "op":
            add(make(Token, (kind, written, start, end, written)))
        elif kind == "unclosed":
            raise SqlInputError(_UNCLOSED[written], start)
        elif kind != "end":
            add(make(Token, (kind, written, start, end, "")))
    return tokens


def significant(text: str) -> list[Token]:
    """The tokens of ``text`` without its comments."""
    return [token for token in tokenize(text) if token.kind != "comment"]


def locate(text: str, offset: int) -> tuple[int, int]:
    """The 1-based line and char of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
