"""Clauses that several statements share: types, properties, tags, comments, policies."""

from __future__ import annotations

from collections.abc import Collection

from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import SnowflakeType, TypeSyntaxError, parse_type
from snowpact.sql.cursor import Cursor
from snowpact.sql.tokens import SqlInputError

Pairs = tuple[tuple[str, str], ...]

_TYPE_TAILS = (
    "WITH LOCAL TIME ZONE", "WITH TIME ZONE", "WITHOUT TIME ZONE", "VARYING", "PRECISION",
)  # fmt: skip
_INTERVAL_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO")


def read_type(cursor: Cursor) -> SnowflakeType:
    """A data type, any synonym, with its parameters."""
    first, offset = cursor.at, cursor.offset
    if cursor.kind != "word":
        cursor.fail("expected a data type")
    interval = cursor.take().word == "INTERVAL"
    cursor.accept(*_TYPE_TAILS)
    while interval and cursor.accept(*_INTERVAL_UNITS):
        if cursor.peek() == "(":
            cursor.skip_group()
    if cursor.peek() == "(":
        cursor.skip_group()
    cursor.accept(*_TYPE_TAILS)  # TIMESTAMP(3) WITH TIME ZONE
    words = cursor.tokens[first : cursor.at]
    if words[-1].word == "ZONE" and any(token.word == "(" for token in words):
        words = _length_last(words)
    try:
        return parse_type(" ".join(token.text for token in words))
    except TypeSyntaxError as error:
        raise SqlInputError(str(error), offset) from error
    except RecursionError:
        raise SqlInputError("the data type is nested too deeply", offset) from None


def _length_last(words: list) -> list:
    """``TIMESTAMP (3) WITH TIME ZONE`` in the order ``TIMESTAMP WITH TIME ZONE (3)`` that the type parser reads."""
    closing = next(index for index, token in enumerate(words) if token.word == ")")
    return [words[0], *words[closing + 1 :], *words[1 : closing + 1]]


def read_name(cursor: Cursor) -> Name:
    """An object name with as many parts as were written."""
    offset = cursor.offset
    try:
        return Name.parse(cursor.name())
    except NameSyntaxError as error:
        raise SqlInputError(str(error), offset) from error


def read_value(cursor: Cursor) -> str:
    """A property's value: a string's text, a number, the text of a group with its brackets, a word upper-case, a quoted name as written."""
    if cursor.kind in {"string", "dollar"}:
        return cursor.string()
    first = cursor.at
    if cursor.peek() == "(":
        cursor.skip_group()
        return cursor.span(first)
    if cursor.peek() == "-" or cursor.kind == "number":
        cursor.accept("-")
        cursor.take()
        return cursor.span(first)
    if cursor.kind not in {"word", "quoted", "variable"}:
        cursor.fail("expected a value")
    name = cursor.name()
    return name.upper() if '"' not in name else name


def read_property(cursor: Cursor, known: Collection[str] | None) -> tuple[str, str] | None:
    """``KEY = value`` with a known key (any where ``known`` is None); None, and nothing taken, where none comes."""
    if cursor.peek(1) != "=" or (cursor.peek() not in known if known is not None else cursor.kind != "word"):
        return None
    key = cursor.take().word.lower()
    cursor.expect("=")
    return key, read_value(cursor)


def read_properties(cursor: Cursor, known: Collection[str] | None) -> Pairs:
    """One or more ``KEY = value``, commas or spaces between."""
    found: list[tuple[str, str]] = []
    while (pair := read_property(cursor, known)) is not None:
        found.append(pair)
        if cursor.peek() == "," and cursor.peek(2) == "=":
            cursor.take()
    if not found:
        cursor.fail("expected a property")
    return tuple(found)


def read_comment(cursor: Cursor) -> str | None:
    """``COMMENT [=] 'text'``."""
    if not cursor.accept("COMMENT"):
        return None
    cursor.accept("=")
    if cursor.kind == "quoted":  # COMMENT = "text" is in scripts that run
        return cursor.identifier()
    return cursor.string()


def read_names(cursor: Cursor) -> tuple[str, ...]:
    """``(a, "b")`` as stored column names."""
    cursor.expect("(")
    names = [cursor.identifier()]
    while cursor.accept(","):
        names.append(cursor.identifier())
    cursor.expect(")")
    return tuple(names)


def read_tags(cursor: Cursor) -> tuple[tuple[Name, str], ...]:
    """``[WITH] TAG (name = 'value', …)``; empty where none comes."""
    if not cursor.accept("WITH TAG", "TAG"):
        return ()
    cursor.expect("(")
    tags = [_tag(cursor)]
    while cursor.accept(","):
        tags.append(_tag(cursor))
    cursor.expect(")")
    return tuple(tags)


def _tag(cursor: Cursor) -> tuple[Name, str]:
    name = read_name(cursor)
    cursor.expect("=")
    return name, cursor.string()


_POLICIES = ("ROW ACCESS POLICY", "AGGREGATION POLICY", "JOIN POLICY", "STORAGE LIFECYCLE POLICY")


def read_policy(cursor: Cursor) -> tuple[str, str] | None:
    """``[WITH] ROW ACCESS POLICY p ON (a)`` and its kin on a table or view, as (kind in lower case, the rest as text)."""
    found = cursor.accept(*(f"WITH {policy}" for policy in _POLICIES), *_POLICIES)
    if not found:
        return None
    first = cursor.at
    cursor.name()
    if cursor.accept("ON", "ENTITY KEY", "ALLOWED JOIN KEYS"):
        cursor.skip_group()
    return found.removeprefix("WITH ").lower(), cursor.span(first)


def read_cluster_by(cursor: Cursor) -> str | None:
    """``CLUSTER BY [LINEAR] (expressions)``: the text inside the brackets."""
    if not cursor.accept("CLUSTER BY"):
        return None
    cursor.accept("LINEAR")
    return cursor.group_text()
