"""What must not reach sqlglot's parser.

It makes a command, with a warning, of a statement that it does not know. Compiled, it overruns the stack of the process on nesting of some
ten thousand levels, where it is not stopped by Python's own limit. And its reading of joins that wait for their conditions
(``a JOIN b JOIN c ON … ON …``) takes time exponential in their number: 20 took 3.5 s. Its tokenizer goes a level down at each command
that follows a BEGIN.
"""

from __future__ import annotations

import re
from itertools import groupby

from sqlglot.tokens import Token as ParserToken
from sqlglot.tokens import TokenType

from snowpact.sql.dialect import SNOWFLAKE
from snowpact.sql.tokens import SqlInputError, Token, significant

_STARTS = {"SELECT", "WITH", "VALUES", "FROM", "("}
_OPEN, _CLOSE = {"(", "[", "{", "CASE"}, {")", "]", "}", "END"}
_NEEDS_NO_CONDITION = {"CROSS", "NATURAL"}

MOST_NESTED = 500
MOST_WAITING_JOINS = 8

_FIRST = frozenset((TokenType.SELECT, TokenType.WITH, TokenType.VALUES, TokenType.FROM, TokenType.L_PAREN))
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f;\\$@&]|\{#|/\*|file:|snow:", re.IGNORECASE)
"""Where sqlglot's tokens and ours may differ: control characters, several statements, escapes, $$, stages, comments that
never end, comments of another language."""


def readable(text: str) -> list[ParserToken]:
    """sqlglot's tokens of a query that its parser can bear. They alone tell that of most, which need not be read a second time, as ours.

    Raises SqlInputError as ``require_readable``, and SqlglotError for what sqlglot can't read.
    """
    words = text.upper()
    plain = not _ODD.search(text) and words.count("JOIN") <= MOST_WAITING_JOINS and words.count("BEGIN") <= MOST_NESTED
    if not plain:
        require_readable(significant(text))
    tokens = SNOWFLAKE.tokenize(text)
    if plain and (not tokens or tokens[0].token_type not in _FIRST or len(tokens) > MOST_NESTED):
        require_readable(significant(text))
    return tokens


def require_readable(tokens: list[Token]) -> None:
    """Raises SqlInputError for what is no query, and for one that would bring the parser down."""
    if not tokens or tokens[0].word not in _STARTS:
        raise SqlInputError("expected one query", tokens[0].start if tokens else 0)
    more = next((token for token in tokens[:-1] if token.word == ";"), None)
    if more is not None:
        raise SqlInputError("expected one query", more.start)
    require_bounded(tokens)


def require_bounded(tokens: list[Token]) -> None:
    """Raises SqlInputError for any statement that would bring the parser down."""
    if len(tokens) <= MOST_NESTED and sum(token.word == "JOIN" for token in tokens) <= MOST_WAITING_JOINS:
        return  # too little for any of it
    depth, waiting, begun = 0, 0, 0
    for index, token in enumerate(tokens):
        word = token.word
        depth += (word in _OPEN) - (word in _CLOSE)
        if word == "JOIN" and _NEEDS_NO_CONDITION.isdisjoint(before.word for before in tokens[max(0, index - 3) : index]):
            waiting += 1
        elif word in {"ON", "USING", "MATCH_CONDITION"}:
            waiting = max(0, waiting - 1)
        begun += word == "BEGIN"
        if max(depth, begun) > MOST_NESTED:
            raise SqlInputError("the query is nested too deeply", token.start)
        if waiting > MOST_WAITING_JOINS:
            raise SqlInputError("too many joins without their conditions", token.start)
    for _, run in groupby(tokens, key=lambda token: token.word):
        same = list(run)
        if same[0].kind == "word" and len(same) > MOST_NESTED:
            raise SqlInputError("the query is nested too deeply", same[0].start)
