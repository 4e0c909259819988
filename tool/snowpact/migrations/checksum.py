"""The checksum of a script's rendered text, and those that earlier versions of schemachange gave the same text.

Its algorithm changed between releases, each change ran every repeatable script again (issues 414, 417, 435). So a ledger
is read by all of them, and written by one: that of 4.4.0. Read from the published packages: up to 4.1 a BOM stayed; 4.2
appended a statement to a text that ends in a comment; 4.3 kept a trailing ``;`` and appended another statement.
"""

from __future__ import annotations

import hashlib

_APPENDED = (
    "",
    "\nSELECT 1; -- schemachange: no-op statement to prevent empty SQL after comment stripping",
    "\nSELECT 1; -- schemachange: trailing comment fix",
)


def checksum(text: str) -> str:
    """SHA-224 of the text as ``render.finish`` leaves it, as hex."""
    return hashlib.sha224(text.encode()).hexdigest()


def accepted(text: str) -> frozenset[str]:
    bodies = (text, text + ";", "\ufeff" + text)
    return frozenset(checksum(body.rstrip() + tail if tail else body) for body in bodies for tail in _APPENDED)
