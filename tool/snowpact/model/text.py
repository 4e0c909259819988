"""SQL text compared as text, without a parser: what may differ and still say the same.

Only white space between tokens and a final semicolon are taken away. Literals, quoted identifiers, comments and the case of
words stay as they are: a difference there may matter (https://docs.snowflake.com/en/sql-reference/identifiers-syntax), and a
judge that errs must err towards telling.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PIECE = re.compile(
    r"""(?P<kept> '(?:[^'\\]|\\.|'')*' | "(?:[^"]|"")*" | \$\$.*?\$\$ | /\*.*?\*/ )
      | (?P<line> (?:--|//)[^\n]* ) \s*
      | (?P<open> (?:['"]|\$\$|/\*).*\Z )
      | (?P<space> \s+ )""",
    re.VERBOSE | re.DOTALL,
)
"""Literals and block comments; a comment to the end of its line, which must stay one; what is never closed; white space."""


def _single(match: re.Match[str]) -> str:
    if match["line"]:
        return match["line"].rstrip() + "\n"
    return " " if match["space"] else match[0]


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """The text with each run of white space as one blank and no semicolon at its end."""
    single = _PIECE.sub(_single, text).strip()
    while single.endswith(";"):
        single = single[:-1].rstrip()
    return single


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two definitions are equal but for white space; an absent one equals only an absent one."""
    if one is None or other is None:
        return one is other
    return normalised(one) == normalised(other)
