"""Names of result columns.

An alias names its column, a plain column keeps its name; any other expression is called by its own text, upper-case, as every
result in Snowflake's documentation shows (``SYSTEM$TYPEOF('SOMETHING')``). sqlglot rewrites what it reads, so the text comes
from the tokens of the query.
"""

from __future__ import annotations

from sqlglot import exp

from snowpact.sql.tokens import Token
from snowpact.sql.typing.spelling import stored

_OPEN, _CLOSE = {"(", "[", "{"}, {")", "]", "}"}


def written(text: str, tokens: list[Token]) -> list[str]:
    """The text of each item of the outermost (first) SELECT list, upper-case."""
    start = _first_select(tokens)
    if start is None:
        return []
    items: list[str] = []
    depth, first = 0, start
    for index in range(start, len(tokens) + 1):
        word = tokens[index].word if index < len(tokens) else ""
        ends = index == len(tokens) or (depth == 0 and (word in _ENDS or word in _CLOSE))
        if ends or (word == "," and depth == 0):
            if index > first:
                items.append(text[tokens[first].start : tokens[index - 1].end].upper())
            first = index + 1
            if ends:
                break
        depth += (word in _OPEN) - (word in _CLOSE)
    return items


_ENDS = {
    "FROM", "WHERE", "GROUP", "HAVING", "QUALIFY", "ORDER", "LIMIT", "FETCH", "UNION", "EXCEPT", "MINUS", "INTERSECT", "START",
    "CONNECT", ";",
}  # fmt: skip


def _first_select(tokens: list[Token]) -> int | None:
    """The index after the first SELECT outside the brackets of common table expressions, DISTINCT and TOP skipped."""
    with_clause = bool(tokens) and tokens[0].word == "WITH"
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.word in _OPEN) - (token.word in _CLOSE)
        if token.word == "SELECT" and (depth == 0 or not with_clause):
            index += 1
            if index < len(tokens) and tokens[index].word in {"DISTINCT", "ALL"}:
                index += 1
            if index + 1 < len(tokens) and tokens[index].word == "TOP" and tokens[index + 1].kind == "number":
                index += 2
            return index
    return None


_OF_A_COLUMN = (exp.Cast, exp.JSONExtract, exp.Bracket, exp.Dot, exp.Paren)


def is_nameless(tree: exp.Expression) -> bool:
    """Whether a column of a query is an expression without an alias, of which nothing can be made without a list of names
    (https://docs.snowflake.com/en/sql-reference/sql/create-view). What is a column but for a cast or a path is let pass: no page tells."""
    while isinstance(tree, exp.Subquery | exp.Paren | exp.SetOperation):
        tree = tree.this
    return isinstance(tree, exp.Select) and any(_lacks_name(item) for item in tree.expressions)


def _lacks_name(item: exp.Expression) -> bool:
    while isinstance(item, _OF_A_COLUMN):
        item = item.this
    return not isinstance(item, exp.Alias | exp.Column | exp.Star | exp.Parameter | exp.Identifier)


def name_of(node: exp.Expression) -> str | None:
    """The name of one item; None where it is called by its own text."""
    if type(node) is exp.Alias:
        return stored(node.args["alias"]) or ""
    return stored(node.this) or "" if isinstance(node, exp.Column) and type(node.this) is exp.Identifier else None
