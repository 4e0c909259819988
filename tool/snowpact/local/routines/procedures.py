"""CALL: choose the overload, run its body, answer its value.

A procedure with owner's rights (the default) runs in its own database and schema and does not see the caller's session variables; with
caller's rights it runs in the caller's context and its USE statements stay
(https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights). The privileges are the owner's, or the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.routines import packages
from snowpact.local.routines.definition import Definition, object_of
from snowpact.local.routines.hosts import failures, host, require_zone
from snowpact.local.routines.javascript import statements
from snowpact.local.routines.pool import Answer
from snowpact.local.routines.python import runtime
from snowpact.local.routines.resolve import chosen, evaluated, fitted, read_arguments, unknown
from snowpact.local.scripting import interpreter
from snowpact.local.scripting.interpreter import Outcome
from snowpact.local.scripting.values import Variable, literal
from snowpact.local.server.inner import asked_by
from snowpact.local.stopping import timeout_of
from snowpact.local.types import converted
from snowpact.model.catalog import Column, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name
from snowpact.model.types import varchar
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.routine import parse_create_routine

if TYPE_CHECKING:
    from snowpact.local.session import Session


def call(session: Session, name: Name, arguments: str) -> EngineResult:
    """``CALL name(arguments)``; the result's one column is the procedure's name, or the columns of RETURNS TABLE."""
    given = read_arguments(arguments)
    definition, values = chosen(session, Kind.PROCEDURE, name, given, evaluated(session, given))
    if not access.may_call(session, access.active(session), definition.id):
        raise unknown(Kind.PROCEDURE, name)
    return run(session, definition, values)


def call_inline(session: Session, text: str) -> EngineResult:
    """``WITH name AS PROCEDURE … CALL name(…)``: a procedure for this one call, with the caller's rights
    (https://docs.snowflake.com/en/sql-reference/sql/call-with)."""
    cursor = Cursor(text)
    cursor.expect("WITH")
    name = cursor.name()
    cursor.expect("AS PROCEDURE")
    first = cursor.at
    while not cursor.done and (cursor.peek() != "CALL" or cursor.tokens[cursor.at - 1].kind not in {"dollar", "string"}):
        cursor.at += 1
    made = f"CREATE PROCEDURE {name} {cursor.span(first)}"
    cursor.expect("CALL")
    if cursor.name().upper() != name.upper():
        cursor.fail(f"expected a call of {name}")
    arguments = read_arguments(cursor.group_text())
    cursor.finish()
    parsed = parse_create_routine(made)
    packages.require(parsed.packages)
    item = object_of(parsed, session.name(name)).with_properties(execute_as="CALLER")
    definition = Definition.of(Record(0, item, session.now, session.role))
    return run(session, *fitted([definition], definition.name, arguments, evaluated(session, arguments), session))


def run(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    """Run a procedure's body for arguments of its parameters' types."""
    if definition.strict and None in values:
        return Outcome(None, definition.returns).result(definition.call_name)
    with session.transaction.scope(), _rights(session, definition):
        return _RUN[definition.language](session, definition, values)


@contextmanager
def _rights(session: Session, definition: Definition) -> Iterator[None]:
    if definition.caller:
        yield
        return
    before = session.database, session.schema, session.variables
    session.database, session.schema, session.variables = definition.name.parts[0], definition.name.parts[1], {}
    try:
        with ruled(session, _keep_session), access.acting(session, session.engine.state.by_id.get(definition.id)):
            yield
    finally:
        session.database, session.schema, session.variables = before


@contextmanager
def ruled(session: Session, rule: Callable[[Classified], None]) -> Iterator[None]:
    """Statements that run meanwhile are asked about first: ``rule`` raises for one that may not run."""
    before = session.rules
    session.rules = (*before, rule)
    try:
        yield
    finally:
        session.rules = before


def _keep_session(statement: Classified) -> None:
    """With owner's rights a procedure sets nothing of the caller's session: neither its context nor variables and parameters
    (https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights)."""
    if statement.verb in {"USE", "SET", "UNSET"} or (statement.verb, statement.kind) == ("ALTER", "SESSION"):
        text = f"Stored procedure execution error: Unsupported statement type '{_type_text(statement)}'."
        raise StatementError(text, 90236, "42601")  # number [M]


def _only_reads(statement: Classified) -> None:
    """In FROM a procedure may only read
    (https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-selecting-from#limitations)."""
    if statement.verb not in {"SELECT", "VALUES", "SHOW", "DESCRIBE", "CALL", "EXECUTE IMMEDIATE", "BLOCK"}:
        text = (
            f"Stored procedure execution error: Unsupported statement type '{_type_text(statement)}' in a procedure that is selected from."
        )
        raise StatementError(text, 90236, "42601")  # text and number [M]


def _type_text(statement: Classified) -> str:
    kind = statement.kind.value if isinstance(statement.kind, Kind) else statement.kind
    return f"{statement.verb} {kind}" if statement.verb == "ALTER" and kind else statement.verb


def rows(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    """``TABLE(procedure(…))``: what a procedure that RETURNS TABLE answers."""
    if definition.columns is None:
        raise compilation(f"procedure '{definition.call_name}' returns no table and can't be selected from", 2141, "42601")  # number [M]
    if not access.may_call(session, access.active(session), definition.id):
        raise unknown(Kind.FUNCTION, definition.name)
    with ruled(session, _only_reads):
        return run(session, definition, values)


def _run_sql(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    arguments = {
        parameter.name: Variable(value, parameter.type, declared=True)
        for parameter, value in zip(definition.parameters, values, strict=True)
    }
    body = definition.body
    if Cursor(body).peek() not in {"BEGIN", "DECLARE"}:
        raise compilation(f"the body of procedure '{definition.call_name}' is no block", 1003, "42000")
    outcome = interpreter.run(session, body, arguments)
    if definition.columns is not None:
        if outcome.table is None:
            raise compilation(f"procedure '{definition.call_name}' returns a table, its body a value", 90207, "42601")
        return _as_declared(definition, outcome.table)
    if outcome.table is not None:
        raise compilation(f"procedure '{definition.call_name}' returns a value, its body a table", 90207, "42601")
    value = outcome.value
    if value is not None and outcome.type != definition.returns:
        text = literal(Variable(value, outcome.type))
        value = session.execute(f"SELECT CAST(({text}) AS {definition.returns}) AS V").rows[0][0]
    return Outcome(value, definition.returns).result(definition.call_name)


def _run_python(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    made = _hosted(session, definition, values, asked_by(session))
    if definition.columns is not None:
        table = session.queries.result(made.get("query_id", ""))
        if table is None:
            raise compilation(f"procedure '{definition.call_name}' returns a table, its handler a value", 90207, "42601")
        return _as_declared(definition, table)
    if "value" not in made:
        raise compilation(f"procedure '{definition.call_name}' returns a value, its handler a table", 90207, "42601")
    return _value(session, definition, made["value"])


def _run_javascript(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    with ruled(session, _moves_no_files):
        return _value(session, definition, _hosted(session, definition, values, statements.asked_by(session)))


def _moves_no_files(statement: Classified) -> None:
    """https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-usage: no PUT and GET from a handler's API."""
    if statement.verb in {"PUT", "GET"}:
        raise UnsupportedFeature(f"{statement.verb} in a JavaScript procedure")


def _hosted(session: Session, definition: Definition, values: list[Any], answer: Answer) -> Any:
    """What the worker answers that runs the body."""
    require_zone(definition, session.parameters["TIMEZONE"])
    own = host(definition)
    loads = [own.incoming(parameter.type) for parameter in definition.parameters]
    arguments = [load(value) if load and value is not None else value for load, value in zip(loads, values, strict=True)]
    code = own.code(definition, runtime(session.engine).folders.of(session, definition.imports))
    with failures(definition):
        return runtime(session.engine).workers.procedure(code, arguments, answer, timeout=timeout_of(session), owner=session)


def _value(session: Session, definition: Definition, given: Any) -> EngineResult:
    assert definition.returns is not None
    value = host(definition).outgoing(definition.returns, f"what {definition.call_name} returns", session.parameters["TIMEZONE"])(given)
    rows = converted([(value,)], [definition.returns])
    return EngineResult((ColumnMeta(definition.call_name, definition.returns),), rows, 1)


_RUN = {"SQL": _run_sql, "PYTHON": _run_python, "JAVASCRIPT": _run_javascript}


def _as_declared(definition: Definition, table: EngineResult) -> EngineResult:
    """The table under the declared names; ``TABLE ()`` leaves it as it is."""
    declared: tuple[Column, ...] = definition.columns or ()
    if not declared:
        return table
    if len(declared) != len(table.columns):
        raise compilation(
            f"procedure '{definition.call_name}' declares {len(declared)} column(s), its body returns {len(table.columns)}", 2057, "42601"
        )
    columns = []
    for column, found in zip(declared, table.columns, strict=True):
        if found.type.base not in {column.type.base, "UNKNOWN"}:
            raise compilation(
                f"Declared return type '{column.type}' of column {column.name} is incompatible with actual return type '{found.type}'",
                90207,
                "42601",
            )
        columns.append(ColumnMeta(column.name, column.type, found.nullable))
    return EngineResult(tuple(columns), table.rows, table.rowcount)


def anonymous_block(session: Session, script: str) -> EngineResult:
    """A block that is a statement of its own; ``anonymous block`` is the name Snowflake gives its value."""
    with session.transaction.scope():
        outcome = interpreter.run(session, script)
    return Outcome(outcome.value, outcome.type or varchar(), outcome.table).result("anonymous block")
