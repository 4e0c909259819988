"""What every format does to text from files and databases before it escapes for itself."""

from __future__ import annotations

import unicodedata

_STEERING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that print nothing and may move the cursor, hide or reorder text."""


def clean(text: object) -> str:
    """Text with every steering character, a line feed too, as its escape: ``\\x1b``, ``\\u202e``."""
    text = str(text)
    if text.isprintable():  # nearly always, and then it holds none of them
        return text
    return "".join(_visible(char) if unicodedata.category(char) in _STEERING else char for char in text)


def _visible(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
