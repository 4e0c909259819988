"""Texts in one spelling, so that what a migration wrote and what a server hands back compare equal."""

from __future__ import annotations

from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_constant, string_value
from snowpact.sql.statements.dynamic_table import read_lag
from snowpact.sql.tokens import SqlInputError, Token, significant

_OPEN, _CLOSE = {"(", "["}, {")", "]"}
_QUERY_STARTS = {"SELECT", "WITH", "(", "VALUES", "FROM", "TABLE"}
_TIGHT = {".", "(", ")", "[", "]", ",", "::", ":"}


def query_of(text: str | None) -> str | None:
    """The query of a view or dynamic table, from the CREATE statement that INFORMATION_SCHEMA and SHOW hand back.

    It is what follows the first AS outside brackets that a query follows; ``EXECUTE AS USER`` and ``COPY GRANTS`` may
    stand before it. A text that is no CREATE statement is taken as the query itself.
    """
    if not text or not text.strip():
        return None
    try:
        tokens = significant(text)
    except SqlInputError:
        return text.strip()
    while tokens and tokens[-1].word == ";":
        tokens.pop()
    if not tokens:
        return None
    start = _query_start(tokens) if tokens[0].word == "CREATE" else 0
    return text[tokens[start].start : tokens[-1].end]


def _query_start(tokens: list[Token]) -> int:
    depth = 0
    for index, token in enumerate(tokens[:-1]):
        depth += (token.word in _OPEN) - (token.word in _CLOSE)
        if depth == 0 and token.word == "AS" and tokens[index + 1].word in _QUERY_STARTS:
            return index + 1
    return 0


def clause_of(text: str | None, clause: str) -> str | None:
    """The upper-case word or the string that ``CLAUSE = …`` gives before the query of a CREATE statement; None without it."""
    try:
        tokens = significant(text or "")
    except SqlInputError:
        return None
    for index, token in enumerate(tokens[: _query_start(tokens) or len(tokens)][:-2]):
        if token.word == clause and tokens[index + 1].word == "=":
            value = tokens[index + 2]
            return string_value(value) if value.kind in {"string", "dollar"} else value.text.upper()
    return None


def expression(text: str | None) -> str | None:
    """A default or a clustering key: words upper-case, one space between tokens, none around brackets, dots, casts and commas."""
    if text is None or not text.strip():
        return None
    try:
        tokens = significant(text)
    except SqlInputError:
        return text.strip()
    spelled = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        tight = before is None or before.word in _TIGHT or token.word in _TIGHT
        spelled += ("" if tight else " ") + (token.text.upper() if token.kind == "word" else token.text)
    return spelled


def clustering(text: str | None) -> str | None:
    """A clustering key's expressions: Snowflake prints ``LINEAR(A, B)`` for what was written ``CLUSTER BY (a, b)``."""
    key = expression(text)
    if key is None:
        return None
    for opening in ("LINEAR(", "("):
        if key.startswith(opening) and key.endswith(")"):
            return key[len(opening) : -1]
    return key


def lag(text: str | None) -> str | None:
    """A target lag as CREATE DYNAMIC TABLE's parser spells it; what that does not know stays as it is."""
    if not text:
        return None
    try:
        return read_lag(Cursor(f"= {string_constant(text)}"))
    except SqlInputError:
        return text
