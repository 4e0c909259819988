"""A script's variables in the text of its statements and expressions.

In a SQL statement a variable has a colon before it; in an expression of the script it may stand bare, but not inside a subquery, where
a bare name is a column (https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables#using-a-variable-in-a-sql-statement-binding).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snowpact.local.errors import compilation
from snowpact.local.scripting.values import Frame, ResultSet, RowVariable, Variable, literal
from snowpact.model.names import fold
from snowpact.model.types import number
from snowpact.sql.literals import string_constant
from snowpact.sql.tokens import Token, significant

_NAMES_AN_OBJECT = {"IDENTIFIER", "TABLE"}


def bound(text: str, frame: Frame, bare: bool = False, using: Sequence[Variable] = ()) -> str:
    """``text`` with its variables replaced; ``bare`` for an expression of the script; ``using`` are the values for ``?``."""
    tokens = significant(text)
    pieces: list[str] = []
    done = 0
    for start, end, replacement in _replacements(tokens, frame, bare, list(using)):
        pieces += [text[done:start], replacement]
        done = end
    return "".join(pieces) + text[done:]


def simple_value(expression: str, frame: Frame) -> Variable | None:
    """The value of an expression that is a variable or a whole number, which no query is needed for; None for any other."""
    text = expression.strip()
    if text.isdecimal() and text.isascii():
        return Variable(int(text), number(len(text.lstrip("0") or "0"), 0))
    slot = frame.find(fold(text)) if text.isidentifier() and text.isascii() else None
    return Variable(slot.value, slot.type) if isinstance(slot, Variable) and slot.type is not None else None


def _replacements(tokens: list[Token], frame: Frame, bare: bool, using: list[Variable]) -> Iterator[tuple[int, int, str]]:
    queries: list[bool] = []  # for each open bracket, whether it holds a subquery
    index = 0
    while index < len(tokens):
        token = tokens[index]
        word = token.word
        if word == "(":
            queries.append(_word(tokens, index + 1) in {"SELECT", "WITH"})
        elif word == ")" and queries:
            queries.pop()
        taken = 1
        if word == ":" and _is_bind(tokens, index):
            replacement, taken = _named(tokens, index + 1, frame)
            yield token.start, tokens[index + taken].end, replacement
            taken += 1
        elif word == "?" and using:
            yield token.start, token.end, literal(using.pop(0))
        elif bare and not any(queries) and _is_bare(tokens, index, frame):
            replacement, taken = _named(tokens, index, frame)
            yield token.start, tokens[index + taken - 1].end, replacement
        index += taken


def _word(tokens: list[Token], index: int) -> str:
    return tokens[index].word if 0 <= index < len(tokens) else ""


def _is_bind(tokens: list[Token], index: int) -> bool:
    """``:x``, not the path ``v:x``: a path's colon follows a name or bracket without a space."""
    if index + 1 >= len(tokens) or tokens[index + 1].kind not in {"word", "quoted"}:
        return False
    if index == 0 or tokens[index - 1].end < tokens[index].start:
        return True
    before = tokens[index - 1]
    return before.kind == "op" and before.text not in {")", "]", ":"}


def _is_bare(tokens: list[Token], index: int, frame: Frame) -> bool:
    token = tokens[index]
    if token.kind not in {"word", "quoted"} or _word(tokens, index - 1) in {".", ":", "::", "AS"}:
        return False
    if _word(tokens, index + 1) in {"(", "=>"}:
        return False
    slot = frame.find(fold(token.text))
    return isinstance(slot, RowVariable) if _word(tokens, index + 1) == "." else isinstance(slot, Variable)


def _named(tokens: list[Token], index: int, frame: Frame) -> tuple[str, int]:
    """The literal for the variable, or ``row.column``, at ``index``, and how many tokens that is."""
    name = fold(tokens[index].text)
    slot = frame.find(name)
    if isinstance(slot, RowVariable):
        if _word(tokens, index + 1) != "." or index + 2 >= len(tokens):
            raise compilation(f"row variable '{name}' is used without a column", 2049, "42601")
        column = fold(tokens[index + 2].text)
        found = slot.field(column)
        if found is None:
            raise compilation(f"invalid identifier '{name}.{column}'", 904, "42000")
        return literal(found), 3
    return _in_place(tokens, index, _variable(name, frame)), 1


def _in_place(tokens: list[Token], index: int, variable: Variable) -> str:
    """IDENTIFIER(:t) and TABLE(:t) take a name as plain text, whatever the variable's declared length."""
    before = index - 2 if _word(tokens, index - 1) == ":" else index - 1
    if _word(tokens, before) == "(" and _word(tokens, before - 1) in _NAMES_AN_OBJECT and isinstance(variable.value, str):
        return string_constant(variable.value)
    return literal(variable)


def _variable(name: str, frame: Frame) -> Variable:
    slot = frame.find(name)
    if isinstance(slot, Variable):
        return slot
    if isinstance(slot, ResultSet):
        raise compilation(f"result set '{name}' can't be used as a value", 2049, "42601")
    raise compilation(f"Bind variable :{name} not set.", 2049, "42601")
