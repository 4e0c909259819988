"""Runs a script, one statement after another, in the session that calls it.

Every statement and every expression goes through ``Session.execute``, so a script can do what a session can, no more and no less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.scripting import control, cursors
from snowpact.local.scripting.binding import bound, simple_value
from snowpact.local.scripting.failures import ScriptError, named, uncaught
from snowpact.local.scripting.nested import called, declare
from snowpact.local.scripting.values import CursorVariable, ExceptionVariable, Frame, ResultSet, Slot, Variable
from snowpact.model.errors import StatementError
from snowpact.model.types import BOOLEAN, SnowflakeType, number, parse_type, varchar
from snowpact.sql.cursor import Cursor
from snowpact.sql.scripting import nodes
from snowpact.sql.scripting.parser import parse_script
from snowpact.sql.scripting.simple import read_expressions

if TYPE_CHECKING:
    from snowpact.local.session import Session

_CALL = re.compile(r"\s*\(\s*CALL\b", re.IGNORECASE)
_DML = {"INSERT", "UPDATE", "DELETE", "MERGE", "COPY"}
_ROWS_OF = ("SQLROWCOUNT", "SQLFOUND", "SQLNOTFOUND")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What RETURN gave: a value with its type, or a table. A script that ends without RETURN gives NULL."""

    value: Any = None
    type: SnowflakeType | None = None
    table: EngineResult | None = None

    def result(self, column: str) -> EngineResult:
        """As the answer of CALL or of an anonymous block."""
        if self.table is not None:
            return self.table
        return EngineResult((ColumnMeta(column, self.type or varchar()),), ((self.value,),), 1)


def run(session: Session, script: str, arguments: Mapping[str, Variable] | None = None) -> Outcome:
    """Run the block ``script``. Raises StatementError: the exception that no handler took, with its place in the script."""
    block = parse_script(script)
    frame = Frame(slots={name: Variable() for name in (*_ROWS_OF, "SQLID")})
    frame.slots.update(arguments or {})
    try:
        Interpreter(session).block(block, frame)
    except _Returned as returned:
        return returned.outcome
    except control.Left as left:
        raise compilation("BREAK or CONTINUE stands outside a loop", 1003, "42000") from left
    except ScriptError as error:
        raise uncaught(error, script) from error
    return Outcome()


class _Returned(Exception):
    def __init__(self, outcome: Outcome):
        self.outcome = outcome


class Interpreter:
    def __init__(self, session: Session):
        self.session = session

    def block(self, block: nodes.Block, outer: Frame) -> None:
        frame = Frame(outer, handlers=block.handlers)
        try:
            for declaration in block.declarations:
                self.step(declaration, frame)
            self.body(block.body, frame)
        except ScriptError as error:
            found = frame.handler(error.name)
            if found is None or found[1] is not frame:
                raise
            self.handle(found[0], error, frame)

    def handle(self, handler: nodes.Handler, error: ScriptError, frame: Frame) -> None:
        inner = Frame(frame, handled=frame)
        inner.slots["SQLCODE"] = Variable(error.errno, number())
        inner.slots["SQLERRM"] = Variable(error.message, varchar())
        inner.slots["SQLSTATE"] = Variable(error.sqlstate, varchar())
        inner.slots["  raised"] = ExceptionVariable(error.name, error.errno or 0, error.message, error.sqlstate or "")
        self.body(handler.body, inner)

    def body(self, statements: Sequence[nodes.Node], frame: Frame) -> None:
        """Statement after statement; one that fails is passed over where the handler that takes its exception says CONTINUE."""
        for statement in statements:
            try:
                self.step(statement, frame)
            except ScriptError as error:
                found = frame.handler(error.name)
                if found is None or not found[0].resumes:
                    raise
                self.handle(found[0], error, found[1])

    def step(self, node: nodes.Node, frame: Frame) -> None:
        self.session.stop.check()
        _RUN[type(node)](self, node, frame)

    # -- what evaluates -------------------------------------------------------------------------------------------------

    def execute(self, text: str, frame: Frame, offset: int, using: Sequence[Variable] = ()) -> EngineResult:
        """Run a SQL statement and set SQLROWCOUNT and its kin: NULL after what is no DML
        (https://docs.snowflake.com/en/developer-guide/snowflake-scripting/dml-status)."""
        nested = called(text, frame)
        if nested is not None:
            return nested.call(self, frame, offset)
        try:
            result = self.session.execute(bound(text, frame, using=using))
        except StatementError as error:
            raise named(error, "STATEMENT_ERROR", offset) from error
        self._set(frame, "SQLID", Variable(result.query_id, varchar()))
        count = result.rowcount or 0
        told = (Variable(count, number()), Variable(count > 0, BOOLEAN), Variable(count == 0, BOOLEAN))
        for name, value in zip(_ROWS_OF, told if result.statement_type in _DML else (Variable(),) * 3, strict=True):
            self._set(frame, name, value)
        return result

    def _set(self, frame: Frame, name: str, value: Variable) -> None:
        while frame.outer is not None:
            frame = frame.outer
        frame.slots[name] = value

    def evaluate(self, expression: str, frame: Frame, offset: int, type_: SnowflakeType | None = None) -> Variable:
        """An expression's value, cast to ``type_`` where there is one. LAST_QUERY_ID() is not moved by it."""
        known = simple_value(expression, frame)
        if known is not None and type_ in (None, known.type):
            return known
        if _CALL.match(expression) and _in_brackets(expression):
            return self._called(expression, frame, offset, type_)
        since = len(self.session.queries)
        try:
            text = bound(expression, frame, bare=True)
            result = self.session.execute(f"SELECT CAST(({text}) AS {type_}) AS V" if type_ else f"SELECT ({text}) AS V")
        except StatementError as error:
            raise named(error, "EXPRESSION_ERROR", offset) from error
        finally:
            self.session.queries.forget(since)
        return Variable(result.rows[0][0], type_ or result.columns[0].type)

    def _called(self, expression: str, frame: Frame, offset: int, type_: SnowflakeType | None) -> Variable:
        """``(CALL p())`` as a value: what the procedure returns."""
        result = self.query(expression, frame, offset)
        if len(result.rows) != 1 or len(result.columns) != 1:
            raise ScriptError("EXPRESSION_ERROR", f"{expression} gives no single value", 2049, "42601", offset)
        made = Variable(result.rows[0][0], result.columns[0].type)
        return made if type_ in (None, made.type) else self.evaluate(":V", Frame(slots={"V": made}), offset, type_)

    def values(self, expressions: Sequence[str], frame: Frame, offset: int) -> list[Variable]:
        """What USING (…) gives, each with its type."""
        return [self.evaluate(text, frame, offset) for text in expressions]

    def query(self, text: str, frame: Frame, offset: int, using: Sequence[Variable] = ()) -> EngineResult:
        """The rows of a query, of a query in brackets, of a cursor, or of the RESULTSET of that name."""
        cursor = Cursor(text)
        if len(cursor.tokens) == 1 and cursor.kind in {"word", "quoted"}:
            slot = frame.find(cursor.identifier())
            if isinstance(slot, ResultSet) and slot.result is not None:
                return slot.result
            raise named(compilation(f"'{text}' is no result set that holds rows", 2049, "42601"), "EXPRESSION_ERROR", offset)
        if cursor.accept("RESULTSET_FROM_CURSOR"):
            return cursors.rows_of(self, Cursor(cursor.group_text()).identifier(), frame, offset)
        if cursor.peek() == "(":
            inner = cursor.group_text()
            if cursor.done:
                return self.query(inner, frame, offset, using)
        inner = Cursor(text)
        if inner.accept("EXECUTE IMMEDIATE"):
            statement = inner.until("USING")
            return self.immediate(statement, read_expressions(inner) if inner.accept("USING") else (), frame, offset)
        return self.execute(text, frame, offset, using)

    def immediate(self, statement: str, using: Sequence[str], frame: Frame, offset: int) -> EngineResult:
        text = self.evaluate(statement, frame, offset).value
        if not isinstance(text, str):
            raise ScriptError("EXPRESSION_ERROR", "EXECUTE IMMEDIATE needs the text of a statement", 2049, "42601", offset)
        return self.execute(text, Frame(), offset, self.values(using, frame, offset))

    # -- statements -----------------------------------------------------------------------------------------------------

    def declare(self, node: nodes.Declare, frame: Frame) -> None:
        frame.slots[node.name] = self.declared(node, frame)

    def declared(self, node: nodes.Declare, frame: Frame) -> Slot:
        if isinstance(node.value, tuple):
            return ExceptionVariable(node.name, *node.value)
        if node.kind == "CURSOR":
            return CursorVariable(node.value or "")
        if node.kind == "RESULTSET":
            return ResultSet(self.query(node.value, frame, node.offset) if node.value else None)
        type_ = parse_type(node.type) if node.type else None
        if node.value is None:
            return Variable(None, type_, type_ is not None)
        made = self.evaluate(node.value, frame, node.offset, type_)
        made.declared = type_ is not None
        return made

    def assign(self, node: nodes.Assign, frame: Frame) -> None:
        slot = frame.find(node.name)
        if isinstance(slot, ResultSet):
            slot.result = self.query(node.value, frame, node.offset)
            return
        self.store(node.name, self.evaluate(node.value, frame, node.offset, self._declared_type(slot)), frame, node.offset)

    def _declared_type(self, slot: Slot | None) -> SnowflakeType | None:
        return slot.type if isinstance(slot, Variable) and slot.declared else None

    def store(self, name: str, made: Variable, frame: Frame, offset: int) -> None:
        slot = frame.find(name)
        if not isinstance(slot, Variable):
            raise named(compilation(f"invalid identifier '{name}'", 904, "42000"), "EXPRESSION_ERROR", offset)
        slot.value = made.value
        slot.type = slot.type if slot.declared else made.type

    def store_row(self, names: Sequence[str], columns: Sequence[ColumnMeta], row: Sequence[Any], frame: Frame, offset: int) -> None:
        """SELECT … INTO and FETCH … INTO: cast to the variables' types."""
        if len(names) != len(row):
            raise ScriptError("STATEMENT_ERROR", f"{len(row)} values can't go into {len(names)} variables", 2049, "42601", offset)
        for name, column, value in zip(names, columns, row, strict=True):
            made = Variable(value, column.type)
            wanted = self._declared_type(frame.find(name))
            if wanted is not None and wanted != column.type:
                made = self.evaluate(":V", Frame(slots={"V": made}), offset, wanted)
            self.store(name, made, frame, offset)

    def sql(self, node: nodes.Sql, frame: Frame) -> None:
        result = self.execute(node.text, frame, node.offset)
        if not node.into:
            return
        if len(result.rows) != 1:
            text = f"SELECT INTO statement expects exactly 1 returned row, but got {len(result.rows)}."
            raise ScriptError("STATEMENT_ERROR", text, 2049, "42601", node.offset)
        self.store_row(node.into, result.columns, result.rows[0], frame, node.offset)

    def execute_immediate(self, node: nodes.ExecuteImmediate, frame: Frame) -> None:
        self.immediate(node.statement, node.using, frame, node.offset)

    def return_(self, node: nodes.Return, frame: Frame) -> None:
        if node.value is None:
            raise _Returned(Outcome())
        if node.table:
            raise _Returned(Outcome(table=self.query(node.value, frame, node.offset)))
        made = self.evaluate(node.value, frame, node.offset)
        raise _Returned(Outcome(made.value, made.type))

    def raise_(self, node: nodes.Raise, frame: Frame) -> None:
        slot = frame.find(node.name or "  raised")
        if not isinstance(slot, ExceptionVariable):
            text = f"'{node.name}' is no exception" if node.name else "RAISE without a name stands outside a handler"
            raise compilation(text, 904, "42000")
        raise ScriptError(slot.name, slot.text, slot.number, slot.state, node.offset)

    def log(self, node: nodes.Log, frame: Frame) -> None:
        """SYSTEM$LOG writes to the account's event table, which is not there; what it is given is worked out all the same."""
        self.values(node.arguments, frame, node.offset)

    def nothing(self, node: nodes.Nothing, frame: Frame) -> None:
        """NULL;"""

    def inner(self, node: nodes.Block, frame: Frame) -> None:
        self.block(node, frame)


_RUN: dict[type[nodes.Node], Callable[[Interpreter, Any, Frame], None]] = {
    nodes.Declare: Interpreter.declare,
    nodes.Procedure: declare,
    nodes.Assign: Interpreter.assign,
    nodes.Sql: Interpreter.sql,
    nodes.ExecuteImmediate: Interpreter.execute_immediate,
    nodes.Return: Interpreter.return_,
    nodes.Raise: Interpreter.raise_,
    nodes.Log: Interpreter.log,
    nodes.Nothing: Interpreter.nothing,
    nodes.Block: Interpreter.inner,
    nodes.Choice: control.choice,
    nodes.Loop: control.loop,
    nodes.ForCounter: control.for_counter,
    nodes.ForRows: control.for_rows,
    nodes.Leave: control.leave,
    nodes.Open: cursors.open_,
    nodes.Fetch: cursors.fetch,
    nodes.Close: cursors.close,
}


def _in_brackets(expression: str) -> bool:
    """Whether one pair of brackets holds all of it."""
    cursor = Cursor(expression)
    cursor.skip_group()
    return cursor.done
