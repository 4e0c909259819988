"""Session variables, binds and IDENTIFIER(), put into a statement's text before anything reads it.

They are values or names, never syntax, so each becomes a literal or an identifier of its own and nothing can be injected. Doing it on
tokens makes it one rule for queries, DML and DDL alike. https://docs.snowflake.com/en/sql-reference/session-variables,
https://docs.snowflake.com/en/sql-reference/identifier-literal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from snowpact.local.errors import compilation
from snowpact.model.errors import StatementError
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import SnowflakeType
from snowpact.sql.literals import string_constant, string_value
from snowpact.sql.tokens import Token, significant

_MAY_STAND_FOR = re.compile(r"[$?:]|\b(?:identifier|table)\s*\(\s*'", re.IGNORECASE)
"""What a statement holds that has anything to replace: a variable, a bind, or a name given as text."""


@dataclass(frozen=True, slots=True)
class SetOn:
    """When a session variable was set first and last, and the type of its value."""

    created: datetime
    updated: datetime
    type: SnowflakeType


def literal(value: Any) -> str:
    """A Python value as a Snowflake literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, float):
        return f"'{value!r}'::FLOAT"
    if isinstance(value, str):
        return string_constant(value)
    if isinstance(value, (bytes, bytearray)):
        return f"'{bytes(value).hex()}'::BINARY"
    if isinstance(value, datetime):
        return f"'{value.isoformat(sep=' ')}'::TIMESTAMP_{_kind(value)}"
    if isinstance(value, (date, time)):
        return f"'{value.isoformat()}'::{'DATE' if isinstance(value, date) else 'TIME'}"
    raise StatementError(f"Binding data in type ({type(value).__name__}) is not supported.", 252004, "22000")


def _kind(value: datetime) -> str:
    """What has an offset of its own is a TIMESTAMP_TZ; DuckDB gives a TIMESTAMP_LTZ in the session's time zone."""
    if value.tzinfo is None:
        return "NTZ"
    return "TZ" if isinstance(value.tzinfo, timezone) else "LTZ"


def substitute(text: str, variables: Mapping[str, Any], params: Sequence[Any] = ()) -> str:
    """The statement with its variables, binds and IDENTIFIER() replaced. A ``$$`` body and string constants are left alone.

    Raises 001060 for a variable that is not set; Snowflake's text for binds whose number does not match.
    """
    if not params and not _MAY_STAND_FOR.search(text):
        return text
    tokens = significant(text)
    pieces: list[str] = []
    done = index = bound = 0
    while index < len(tokens):
        replacement, taken, binds = _replacement(tokens, index, variables, params, bound)
        if replacement is not None:
            pieces += [text[done : tokens[index].start], replacement]
            done = tokens[index + taken - 1].end
        index += taken
        bound += binds
    if params and bound == 0:
        raise compilation(f"the statement has no place for its {len(params)} bind values", 2049, "42601")  # number [M]
    return "".join(pieces) + text[done:]


def _replacement(
    tokens: list[Token], index: int, variables: Mapping[str, Any], params: Sequence[Any], bound: int
) -> tuple[str | None, int, int]:
    """What replaces the tokens from ``index`` on, how many tokens that takes, and how many binds."""
    token = tokens[index]
    if token.word in {"IDENTIFIER", "TABLE"} and _word(tokens, index + 1) == "(" and _word(tokens, index + 3) == ")":
        value, binds = _value(tokens[index + 2], variables, params, bound)
        if isinstance(value, str):
            return _name(value), 4, binds
    value, binds = _value(token, variables, params, bound) if token.kind != "string" else (None, 0)
    if token.kind == "variable" and not token.text[1:].isdigit() and token.text[0] == "$":
        return literal(value), 1, 0
    if binds:
        return literal(value), 1, 1
    if params and token.text == ":" and index + 1 < len(tokens) and tokens[index + 1].text.isdigit() and _starts_bind(tokens, index):
        return literal(_bind(params, int(tokens[index + 1].text) - 1)), 2, 1
    return None, 1, 0


def _starts_bind(tokens: list[Token], index: int) -> bool:
    """Whether the ``:`` before a number marks a bind rather than a path into a VARIANT."""
    return index == 0 or tokens[index - 1].end < tokens[index].start or tokens[index - 1].kind == "op"


def _word(tokens: list[Token], index: int) -> str:
    return tokens[index].word if index < len(tokens) else ""


def _value(token: Token, variables: Mapping[str, Any], params: Sequence[Any], bound: int) -> tuple[Any, int]:
    if token.kind == "string":
        return string_value(token), 0
    if token.kind == "variable" and token.text[0] == "$" and not token.text[1:].isdigit():
        name = token.text[1:].upper()
        if name not in variables:
            raise compilation(f"error line 1 at position {token.start}\nSession variable '${name}' does not exist", 1060, "22023")
        return variables[name], 0
    if token.text == "?" and token.kind == "op" and params:
        return _bind(params, bound), 1
    return None, 0


def _bind(params: Sequence[Any], index: int) -> Any:
    if index >= len(params):
        raise compilation(f"Bind variable :{index + 1} not set.", 2049, "42601")
    return params[index]


def _name(text: str) -> str:
    try:
        return Name.parse(text).sql
    except NameSyntaxError as error:
        raise compilation(str(error), 1003, "42000") from error
