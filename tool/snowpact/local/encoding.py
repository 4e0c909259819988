"""Snowflake's names inside DuckDB.

DuckDB compares identifiers without regard to case, so that ``"a"`` and ``A`` would be one column there. Every name is
therefore encoded so that two different stored names differ even when case is ignored: an ordinary upper-case name
stays as it is, and what could be mistaken for something else is marked with ``~``:

==================  ======================
``a`` … ``z``       ``~A`` … ``~Z``
``~``               ``~~``
not ASCII           ``~(<hex code point>)``
==================  ======================
"""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile(r"[\x20-\x60\x7b-\x7d]*\Z")
_ENCODED = re.compile(r"~(?:\(([0-9A-F]+)\)|(.))", re.DOTALL)


@lru_cache(maxsize=65536)
def encode(name: str) -> str:
    """A stored Snowflake name as DuckDB keeps it; injective even under case-insensitive comparison."""
    return name if _PLAIN.match(name) else "".join(map(_mark, name))


def _mark(char: str) -> str:
    if "a" <= char <= "z":
        return "~" + char.upper()
    if char == "~":
        return "~~"
    return char if " " <= char <= "}" else f"~({ord(char):X})"


@lru_cache(maxsize=65536)
def decode(name: str) -> str:
    """The stored Snowflake name that ``encode`` made this of."""
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2].lower(), name) if "~" in name else name


def quoted(name: str) -> str:
    """A stored Snowflake name as a quoted DuckDB identifier."""
    return '"' + encode(name).replace('"', '""') + '"'
