"""The statements of Snowflake Scripting as data.

https://docs.snowflake.com/en/developer-guide/snowflake-scripting/index. Expressions and SQL statements stay text; whoever runs or
reads them resolves their variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """offset: where the statement starts in the script."""

    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare(Node):
    """DECLARE's and LET's variable, cursor, result set or exception.

    kind: VARIABLE, CURSOR, RESULTSET or EXCEPTION; value: the initial expression, the query, or an exception's (number, text).
    """

    name: str
    kind: str
    type: str | None = None
    value: str | tuple[int, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Node):
    """A procedure that lives as long as its block. arguments: (name, type) each; returns: a type, None for a table; body: its block."""

    name: str
    arguments: tuple[tuple[str, str], ...]
    returns: str | None
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Node):
    """``SYSTEM$LOG('info', message)`` as a statement; arguments: its expressions."""

    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Node):
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql(Node):
    """A SQL statement; ``into`` are the variables of SELECT … INTO or CALL … INTO, which the text no longer holds."""

    text: str
    into: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteImmediate(Node):
    """using: the expressions that its ``?`` stand for, in their order."""

    statement: str
    using: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Node):
    """table: RETURN TABLE(value), a result set or a query."""

    value: str | None
    table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(Node):
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Node):
    cursor: str
    using: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Node):
    cursor: str
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Node):
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Node):
    """BREAK (again False) or CONTINUE, of the innermost loop or the labelled one."""

    again: bool
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing(Node):
    """NULL;"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """A condition (or a CASE's value) and what it guards; None is ELSE."""

    condition: str | None
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Node):
    """IF, and CASE with (subject) or without a subject."""

    branches: tuple[Branch, ...]
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Node):
    """WHILE (condition, tested first), REPEAT (until, tested last), LOOP (neither)."""

    body: tuple[Node, ...]
    condition: str | None = None
    until: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForCounter(Node):
    variable: str
    first: str
    last: str
    reverse: bool
    body: tuple[Node, ...]
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForRows(Node):
    variable: str
    source: str
    body: tuple[Node, ...]
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Node):
    """EXCEPTION WHEN names THEN body; ``OTHER`` takes every exception. resumes: WHEN … CONTINUE, which goes on after the statement
    that failed; else the block is left."""

    names: tuple[str, ...]
    body: tuple[Node, ...]
    resumes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Node):
    declarations: tuple[Declare | Procedure, ...] = ()
    body: tuple[Node, ...] = ()
    handlers: tuple[Handler, ...] = field(default=())
