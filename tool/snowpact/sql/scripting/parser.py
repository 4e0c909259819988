"""A script's text as a tree: the grammar of Snowflake Scripting.

What the grammar here does not know is a SqlInputError or an UnsupportedFeature, never left out.
https://docs.snowflake.com/en/sql-reference-snowflake-scripting
"""

from __future__ import annotations

from collections.abc import Callable

from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import TypeSyntaxError, parse_type
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes, simple
from snowpact.sql.split import starts_transaction
from snowpact.sql.tokens import SqlInputError


def parse_script(text: str) -> nodes.Block:
    """The block that ``text`` is. Raises SqlInputError, or UnsupportedFeature for ASYNC and nested procedures."""
    cursor = Cursor(text)
    try:
        block = _Parser(cursor).block()
    except RecursionError:
        raise SqlInputError("the block is nested too deeply", cursor.offset) from None
    cursor.accept(";")
    cursor.finish()
    return block


_ENDS = {"END", "ELSE", "ELSEIF", "WHEN", "UNTIL", "EXCEPTION"}


class _Parser:
    def __init__(self, cursor: Cursor):
        self.cursor = cursor

    def block(self) -> nodes.Block:
        cursor, offset = self.cursor, self.cursor.offset
        declarations: list[nodes.Declare | nodes.Procedure] = []
        if cursor.accept("DECLARE"):
            while cursor.peek() != "BEGIN":
                declarations.append(self._declaration(cursor.offset, "DECLARE"))
                cursor.expect(";")
        cursor.expect("BEGIN")
        body = self.body()
        handlers: list[nodes.Handler] = []
        if cursor.accept("EXCEPTION"):
            while cursor.peek() == "WHEN":
                handlers.append(self.handler())
        cursor.expect("END")
        simple.read_label(self.cursor)
        return nodes.Block(offset=offset, declarations=tuple(declarations), body=body, handlers=tuple(handlers))

    def handler(self) -> nodes.Handler:
        cursor, offset = self.cursor, self.cursor.offset
        cursor.expect("WHEN")
        names = [cursor.identifier()]
        while cursor.accept("OR"):
            names.append(cursor.identifier())
        resumes = cursor.accept("CONTINUE", "EXIT") == "CONTINUE"
        cursor.expect("THEN")
        return nodes.Handler(offset=offset, names=tuple(names), body=self.body(), resumes=resumes)

    def body(self) -> tuple[nodes.Node, ...]:
        """Statements up to the word that ends or divides what holds them."""
        found: list[nodes.Node] = []
        cursor = self.cursor
        while cursor.peek() not in _ENDS:
            if cursor.done:
                cursor.fail("expected END")
            found.append(self.statement())
            cursor.expect(";")
        return tuple(found)

    def statement(self) -> nodes.Node:
        cursor, offset = self.cursor, self.cursor.offset
        word = cursor.peek()
        if cursor.peek(1) == ":=":
            name = cursor.identifier()
            cursor.expect(":=")
            return nodes.Assign(offset=offset, name=name, value=self._value())
        if word == "BEGIN" and not starts_transaction(cursor.tokens, cursor.at):
            return self.block()
        if cursor.accept("EXECUTE IMMEDIATE"):
            return self.execute_immediate(offset)
        if word in {"AWAIT", "CANCEL", "ASYNC"}:
            raise UnsupportedFeature(f"{word} in Snowflake Scripting")
        if word in simple.STATEMENTS:
            return simple.STATEMENTS[word](cursor, offset)
        make = _STATEMENTS.get(word)
        return make(self, offset) if make else nodes.Sql(offset=offset, text=self._until_semicolon())

    def _until_semicolon(self) -> str:
        cursor = self.cursor
        first = cursor.at
        while not cursor.done and cursor.peek() != ";":
            if cursor.peek() == "AS" and cursor.peek(1) in {"BEGIN", "DECLARE"}:
                raise UnsupportedFeature("a block without $$ inside a block")
            cursor.at += 1
        if cursor.at == first:
            cursor.fail("expected a statement")
        return cursor.span(first)

    def _value(self) -> str:
        if self.cursor.peek() == "ASYNC":
            raise UnsupportedFeature("ASYNC in Snowflake Scripting")
        return self._until_semicolon()

    def let(self, offset: int) -> nodes.Node:
        self.cursor.expect("LET")
        return self._declaration(offset, "LET")

    def _declaration(self, offset: int, word: str) -> nodes.Declare | nodes.Procedure:
        cursor = self.cursor
        name = cursor.identifier()
        if cursor.accept("CURSOR"):
            cursor.expect("FOR")
            return nodes.Declare(offset=offset, name=name, kind="CURSOR", value=self._until_semicolon())
        if cursor.accept("EXCEPTION"):
            number, text = -20000, ""  # what an exception without numbers gets [M]
            if cursor.accept("("):
                number = cursor.integer()
                cursor.expect(",")
                text = cursor.string()
                cursor.expect(")")
            return nodes.Declare(offset=offset, name=name, kind="EXCEPTION", value=(number, text))
        if cursor.accept("PROCEDURE"):
            return self._procedure(offset, name)
        if cursor.accept("RESULTSET"):
            value = self._value() if cursor.accept(":=", "DEFAULT") else None
            return nodes.Declare(offset=offset, name=name, kind="RESULTSET", value=value)
        type_ = self._type() if cursor.peek() not in {":=", "DEFAULT"} else None
        value = self._value() if cursor.accept(":=", "DEFAULT") else None
        if type_ is None and value is None:
            cursor.fail(f"expected a type or a value for {word} {name}")
        return nodes.Declare(offset=offset, name=name, kind="VARIABLE", type=type_, value=value)

    def _procedure(self, offset: int, name: str) -> nodes.Procedure:
        """https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-snowflake-scripting#nested-stored-procedures"""
        cursor = self.cursor
        cursor.expect("(")
        arguments: list[tuple[str, str]] = []
        while not cursor.accept(")"):
            arguments.append((cursor.identifier(), self._type(",")))
            if cursor.peek() != ")":
                cursor.expect(",")
        cursor.expect("RETURNS")
        if cursor.accept("TABLE"):
            cursor.skip_group()
            returns = None
        else:
            returns = self._type("AS")
        cursor.expect("AS")
        first = cursor.at
        self.block()
        return nodes.Procedure(offset=offset, name=name, arguments=tuple(arguments), returns=returns, body=cursor.span(first))

    def _type(self, *stops: str) -> str:
        at, text = self.cursor.offset, self.cursor.until(*(stops or (":=", "DEFAULT", ";")))
        try:
            parse_type(text)
        except TypeSyntaxError as error:
            raise SqlInputError(str(error), at) from error
        return text

    def execute_immediate(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        statement = cursor.until("USING", ";")
        using = simple.read_expressions(cursor) if cursor.accept("USING") else ()
        return nodes.ExecuteImmediate(offset=offset, statement=statement, using=using)

    def query(self, offset: int) -> nodes.Node:
        """A query or CALL, its INTO :a, :b taken out. INTO stands outside brackets, before FROM or at the end."""
        cursor = self.cursor
        first = cursor.at
        while not cursor.done and cursor.peek() not in {";", "INTO"}:
            if cursor.peek() == "(":
                cursor.skip_group()
            elif cursor.peek() in {"INSERT", "MERGE", "OVERWRITE"} and cursor.peek(1) == "INTO":  # after ->>
                cursor.at += 2
            else:
                cursor.at += 1
        before = cursor.span(first)
        if not cursor.accept("INTO"):
            return nodes.Sql(offset=offset, text=before)
        into = simple.read_names(cursor)
        after = self._until_semicolon() if cursor.peek() != ";" else ""
        return nodes.Sql(offset=offset, text=f"{before} {after}".rstrip(), into=into)

    def return_(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("RETURN")
        if cursor.peek() == ";":
            return nodes.Return(offset=offset, value=None)
        if cursor.peek() == "TABLE" and cursor.peek(1) == "(":
            cursor.accept("TABLE")
            return nodes.Return(offset=offset, value=cursor.group_text(), table=True)
        return nodes.Return(offset=offset, value=self._until_semicolon())

    def _condition(self, *stops: str) -> str:
        """An expression up to one of these words, those of a CASE expression inside it not counted."""
        cursor = self.cursor
        first, cases = cursor.at, 0
        while not cursor.done and (cases or cursor.peek() not in stops):
            word = cursor.peek()
            if word in {"(", "["}:
                cursor.skip_group()
                continue
            cases += (word == "CASE") - (word == "END" and cases > 0)
            cursor.at += 1
        if cursor.at == first:
            cursor.fail("expected an expression")
        return cursor.span(first)

    def if_(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("IF")
        branches: list[nodes.Branch] = []
        while True:
            branches.append(self._branch())
            if not cursor.accept("ELSEIF"):
                break
        self._else(branches)
        cursor.expect("END")
        cursor.expect("IF")
        return nodes.Choice(offset=offset, branches=tuple(branches))

    def _branch(self) -> nodes.Branch:
        offset, condition = self.cursor.offset, self._condition("THEN")
        self.cursor.expect("THEN")
        return nodes.Branch(offset=offset, condition=condition, body=self.body())

    def _else(self, branches: list[nodes.Branch]) -> None:
        if self.cursor.accept("ELSE"):
            branches.append(nodes.Branch(offset=self.cursor.offset, condition=None, body=self.body()))

    def case(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("CASE")
        subject = None if cursor.peek() == "WHEN" else self._condition("WHEN")
        branches: list[nodes.Branch] = []
        while cursor.accept("WHEN"):
            branches.append(self._branch())
        self._else(branches)
        cursor.expect("END")
        cursor.accept("CASE")
        return nodes.Choice(offset=offset, branches=tuple(branches), subject=subject)

    def for_(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("FOR")
        variable = cursor.identifier()
        cursor.expect("IN")
        reverse = bool(cursor.accept("REVERSE"))
        source = self._condition("TO", "DO", "LOOP")
        if not cursor.accept("TO"):
            if reverse:
                cursor.fail("expected TO")
            body, label = self._loop_body("FOR")
            return nodes.ForRows(offset=offset, variable=variable, source=source, body=body, label=label)
        last = self._condition("DO", "LOOP")
        body, label = self._loop_body("FOR")
        return nodes.ForCounter(offset=offset, variable=variable, first=source, last=last, reverse=reverse, body=body, label=label)

    def while_(self, offset: int) -> nodes.Node:
        self.cursor.expect("WHILE")
        condition = self._condition("DO", "LOOP")
        body, label = self._loop_body("WHILE")
        return nodes.Loop(offset=offset, body=body, condition=condition, label=label)

    def _loop_body(self, word: str) -> tuple[tuple[nodes.Node, ...], str | None]:
        """DO … END WHILE, or LOOP … END LOOP, with the label that may follow."""
        opened = self.cursor.expect("DO", "LOOP")
        body = self.body()
        self.cursor.expect("END")
        self.cursor.expect("LOOP" if opened == "LOOP" else word)
        return body, simple.read_label(self.cursor)

    def repeat(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("REPEAT")
        body = self.body()
        cursor.expect("UNTIL")
        until = self._condition("END")
        cursor.expect("END")
        cursor.expect("REPEAT")
        return nodes.Loop(offset=offset, body=body, until=until, label=simple.read_label(self.cursor))

    def loop(self, offset: int) -> nodes.Node:
        cursor = self.cursor
        cursor.expect("LOOP")
        body = self.body()
        cursor.expect("END")
        cursor.expect("LOOP")
        return nodes.Loop(offset=offset, body=body, label=simple.read_label(self.cursor))


_STATEMENTS: dict[str, Callable[[_Parser, int], nodes.Node]] = {
    "DECLARE": lambda parser, offset: parser.block(),
    "LET": _Parser.let,
    "RETURN": _Parser.return_,
    "IF": _Parser.if_,
    "CASE": _Parser.case,
    "FOR": _Parser.for_,
    "WHILE": _Parser.while_,
    "REPEAT": _Parser.repeat,
    "LOOP": _Parser.loop,
    **dict.fromkeys(("SELECT", "WITH", "CALL"), _Parser.query),
}
