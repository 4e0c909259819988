"""CREATE PROCEDURE and CREATE FUNCTION.

https://docs.snowflake.com/en/sql-reference/sql/create-procedure, create-function
"""

from __future__ import annotations

from dataclasses import dataclass

from snowpact.model.catalog import Column, Kind
from snowpact.model.types import SnowflakeType
from snowpact.sql.classify import classify
from snowpact.sql.cursor import Cursor
from snowpact.sql.literals import string_value
from snowpact.sql.statements.clauses import Pairs, read_comment, read_type, read_value


@dataclass(frozen=True, slots=True)
class Argument:
    """mode is ``IN`` or ``OUT``; default is an expression's text, None for an argument that must be given."""

    name: str
    type: SnowflakeType
    default: str | None = None
    mode: str = "IN"


@dataclass(frozen=True, slots=True)
class CreateRoutine:
    """returns is None where a table is returned: then ``returns_columns`` are its columns (``()`` for ``TABLE ()``).

    language is upper-case, SQL where none is given. body is the text inside ``$$`` or quotes (unescaped), or a bare block or expression;
    ``body_form`` is ``dollar``, ``string`` or ``bare``, ``body_offset`` where the body's text starts in the statement. Without
    AS (a handler in an import) body is None. null_input: CALLED ON NULL INPUT, RETURNS NULL ON NULL INPUT or STRICT.
    """

    kind: Kind
    name: str
    modifiers: frozenset[str] = frozenset()
    arguments: tuple[Argument, ...] = ()
    returns: SnowflakeType | None = None
    returns_columns: tuple[Column, ...] | None = None
    returns_not_null: bool = False
    language: str = "SQL"
    handler: str | None = None
    runtime_version: str | None = None
    packages: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    execute_as: str | None = None
    null_input: str | None = None
    volatility: str | None = None
    comment: str | None = None
    options: Pairs = ()
    body: str | None = None
    body_form: str | None = None
    body_offset: int | None = None
    aggregate: bool = False

    @property
    def signature(self) -> str:
        """The argument types that tell overloads apart: ``(NUMBER, VARCHAR)``; lengths and precisions do not count."""
        return f"({', '.join(argument.type.base for argument in self.arguments)})"


def parse_create_routine(text: str) -> CreateRoutine:
    """Raises SqlInputError for anything that is no CREATE PROCEDURE or FUNCTION, naming the clause that is not known."""
    found = classify(text)
    cursor = found.cursor()
    if found.verb != "CREATE" or found.name is None or found.kind not in {Kind.PROCEDURE, Kind.FUNCTION}:
        cursor.fail("expected CREATE PROCEDURE or CREATE FUNCTION and a name")
    fields: dict = {"kind": found.kind, "name": found.name, "modifiers": found.modifiers, "arguments": _read_arguments(cursor)}
    words = [token.word for token in found.tokens[: found.next]]
    fields["aggregate"] = "FUNCTION" in words and words[words.index("FUNCTION") - 1] == "AGGREGATE"
    options: list[tuple[str, str]] = []
    while not cursor.done:
        _read_clause(cursor, fields, options)
    if "returns" not in fields and "returns_columns" not in fields:
        cursor.fail("expected RETURNS")
    return CreateRoutine(**fields, options=tuple(options))


_TYPE_WORDS = {"PRECISION", "VARYING", "WITH", "WITHOUT"}


def read_signature(cursor: Cursor) -> str:
    """``(a NUMBER, VARCHAR(10))`` of DROP, ALTER and GRANT as CreateRoutine.signature spells it: names may stand before the types."""
    cursor.expect("(")
    types: list[str] = []
    while not cursor.accept(")"):
        following = cursor.tokens[cursor.at + 1 : cursor.at + 2]
        if following and following[0].kind == "word" and following[0].word not in _TYPE_WORDS:
            cursor.take()
        types.append(read_type(cursor).base)
        if cursor.peek() != ")":
            cursor.expect(",")
    return f"({', '.join(types)})"


def _read_arguments(cursor: Cursor) -> tuple[Argument, ...]:
    cursor.expect("(")
    found: list[Argument] = []
    while cursor.peek() != ")":
        if found:
            cursor.expect(",")
        found.append(_read_argument(cursor))
    cursor.expect(")")
    return tuple(found)


_MODES = {"IN": "IN", "INPUT": "IN", "OUT": "OUT", "OUTPUT": "OUT"}
_AFTER_TYPE = {"DEFAULT", "VARYING", "PRECISION", "WITH"}
"""What follows the type of an argument that is itself called ``input``."""


def _read_argument(cursor: Cursor) -> Argument:
    mode = "IN"
    named_after = cursor.tokens[cursor.at + 2 : cursor.at + 3]
    if cursor.peek() in _MODES and named_after and named_after[0].kind == "word" and named_after[0].word not in _AFTER_TYPE:
        mode = _MODES[cursor.take().word]
    name = cursor.identifier()
    mode = _MODES[cursor.take().word] if cursor.peek() in _MODES else mode
    kind = read_type(cursor)
    default = cursor.until(",") if cursor.accept("DEFAULT", "=", ":=") else None
    return Argument(name, kind, default, mode)


_NULL_INPUT = ("CALLED ON NULL INPUT", "RETURNS NULL ON NULL INPUT", "STRICT")
_LISTS = {"PACKAGES": "packages", "IMPORTS": "imports"}
_VALUES = {"HANDLER": "handler", "RUNTIME_VERSION": "runtime_version"}
_OTHER = {
    "EXTERNAL_ACCESS_INTEGRATIONS", "SECRETS", "TARGET_PATH", "ARTIFACT_REPOSITORY", "RESOURCE_CONSTRAINT", "LOG_LEVEL", "TRACE_LEVEL",
}  # fmt: skip


def _read_clause(cursor: Cursor, fields: dict, options: list[tuple[str, str]]) -> None:
    word = cursor.peek()
    if phrase := cursor.accept(*_NULL_INPUT):
        fields["null_input"] = phrase
    elif cursor.accept("RETURNS"):
        _read_returns(cursor, fields)
    elif cursor.accept("NOT NULL"):
        fields["returns_not_null"] = True
    elif cursor.accept("LANGUAGE"):
        fields["language"] = cursor.identifier().upper()
    elif phrase := cursor.accept("VOLATILE", "IMMUTABLE"):
        fields["volatility"] = phrase
    elif cursor.accept("EXECUTE AS"):
        fields["execute_as"] = cursor.expect("OWNER", "CALLER", "RESTRICTED CALLER")
    elif phrase := cursor.accept("COPY GRANTS", "MEMOIZABLE"):
        options.append((phrase.lower(), "TRUE"))
    elif word in _LISTS and cursor.peek(1) == "=":
        fields[_LISTS[word]] = _read_strings(cursor)
    elif word in {*_VALUES, *_OTHER} and cursor.peek(1) == "=":
        cursor.at += 2
        value = read_value(cursor)
        if word in _VALUES:
            fields[_VALUES[word]] = value
        else:
            options.append((word.lower(), value))
    elif (comment := read_comment(cursor)) is not None:
        fields["comment"] = comment
    elif cursor.accept("AS"):
        _read_body(cursor, fields)
    else:
        cursor.fail("a routine has no such clause")


def _read_returns(cursor: Cursor, fields: dict) -> None:
    if cursor.accept("TABLE"):
        fields["returns_columns"] = _read_table(cursor)
    else:
        fields["returns"] = read_type(cursor)


def _read_table(cursor: Cursor) -> tuple[Column, ...]:
    cursor.expect("(")
    columns: list[Column] = []
    while cursor.peek() != ")":
        if columns:
            cursor.expect(",")
        name, kind = cursor.identifier(), read_type(cursor)
        columns.append(Column(name, kind, nullable=not cursor.accept("NOT NULL")))
    cursor.expect(")")
    return tuple(columns)


def _read_strings(cursor: Cursor) -> tuple[str, ...]:
    """``= ('a', 'b')``, also empty."""
    cursor.at += 1
    cursor.expect("=")
    cursor.expect("(")
    found: list[str] = []
    while cursor.peek() != ")":
        if found:
            cursor.expect(",")
        found.append(cursor.string())
    cursor.expect(")")
    return tuple(found)


def _read_body(cursor: Cursor, fields: dict) -> None:
    if cursor.done:
        cursor.fail("expected a body")
    if cursor.kind in {"dollar", "string"}:
        token = cursor.take()
        fields["body"], fields["body_form"] = string_value(token), token.kind
        fields["body_offset"] = token.start + (2 if token.kind == "dollar" else 1)
        cursor.finish()
    elif fields.get("language", "SQL") != "SQL":
        cursor.fail(f"the body of a routine in {fields['language']} stands in quotes or $$")
    else:
        fields["body_form"], fields["body_offset"] = "bare", cursor.offset
        fields["body"] = cursor.rest()
