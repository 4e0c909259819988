"""CALL: choose the overload, run its body, answer its value.

A procedure with owner's rights (the default) runs in its own database and schema and does not see the caller's session variables; with
caller's rights it runs in the caller's context and its USE statements stay
(https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights). Privileges are those of the session either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation
from snowpact.local.result import ColumnMeta, EngineResult
from snowpact.local.routines.definition import Definition
from snowpact.local.routines.python import python_errors, runtime, timeout_of
from snowpact.local.routines.resolve import chosen, evaluated, read_arguments
from snowpact.local.routines.saving import save
from snowpact.local.routines.values import incoming, outgoing
from snowpact.local.scripting.interpreter import Outcome, run
from snowpact.local.scripting.values import Variable, literal
from snowpact.local.types import converted
from snowpact.model.catalog import Column, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.names import Name, NameSyntaxError
from snowpact.model.types import TypeSyntaxError, parse_type, varchar
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session


def call(session: Session, name: Name, arguments: str) -> EngineResult:
    """``CALL name(arguments)``; the result's one column is the procedure's name, or the columns of RETURNS TABLE."""
    given = read_arguments(arguments)
    definition, values = chosen(session, Kind.PROCEDURE, name, given, evaluated(session, given))
    if definition.strict and None in values:
        return Outcome(None, definition.returns).result(definition.call_name)
    with _rights(session, definition):
        run_body = _run_python if definition.language == "PYTHON" else _run_sql
        return run_body(session, definition, values)


@contextmanager
def _rights(session: Session, definition: Definition) -> Iterator[None]:
    if definition.caller:
        yield
        return
    before = session.database, session.schema, session.variables
    session.database, session.schema, session.variables = definition.name.parts[0], definition.name.parts[1], {}
    try:
        yield
    finally:
        session.database, session.schema, session.variables = before


def _run_sql(session: Session, definition: Definition, values: list[Any]) -> EngineResult:
    arguments = {
        parameter.name: Variable(value, parameter.type, declared=True)
        for parameter, value in zip(definition.parameters, values, strict=True)
    }
    body = definition.body
    if Cursor(body).peek() not in {"BEGIN", "DECLARE"}:
        raise compilation(f"the body of procedure '{definition.call_name}' is no block", 1003, "42000")
    outcome = run(session, body, arguments)
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
    loads = [incoming(parameter.type) for parameter in definition.parameters]
    arguments = [load(value) if load and value is not None else value for load, value in zip(loads, values, strict=True)]
    with python_errors(definition):
        made = runtime(session.engine).workers.procedure(
            definition.body,
            definition.handler or "",
            arguments,
            lambda question: _answered(session, question),
            timeout=timeout_of(session),
            owner=session,
        )
    if definition.columns is not None:
        return _as_declared(definition, _table(session, definition, made))
    if "value" not in made:
        raise compilation(f"procedure '{definition.call_name}' returns a value, its handler a table", 90207, "42601")
    assert definition.returns is not None
    value = outgoing(definition.returns, f"what {definition.call_name} returns")(made["value"])
    rows = converted([(value,)], [definition.returns])
    return EngineResult((ColumnMeta(definition.call_name, definition.returns),), rows, 1)


def _table(session: Session, definition: Definition, made: dict[str, Any]) -> EngineResult:
    if "query" in made:
        return session.execute(made["query"], made["params"])
    if "rows" not in made:
        raise compilation(f"procedure '{definition.call_name}' returns a table, its handler a value", 90207, "42601")
    types = [parse_type(type_) for _, type_ in made["columns"]]
    converts = [outgoing(type_, f"column {name}") for type_, (name, _) in zip(types, made["columns"], strict=True)]
    rows = [tuple(convert(value) for convert, value in zip(converts, row, strict=True)) for row in made["rows"]]
    columns = tuple(ColumnMeta(name, type_) for type_, (name, _) in zip(types, made["columns"], strict=True))
    return EngineResult(columns, converted(rows, types), len(rows))


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


def _answered(session: Session, question: dict[str, Any]) -> dict[str, Any]:
    """A handler's question. What fails becomes its exception, but what only this engine lacks ends the procedure: nothing may hide it."""
    try:
        if "save" in question:
            save(session, question)
            return {}
        result = session.execute(question["sql"], question["params"])
    except UnsupportedFeature:
        raise
    except StatementError as error:
        return {"error": {"message": str(error), "errno": error.errno, "sqlstate": error.sqlstate}}
    except (NameSyntaxError, TypeSyntaxError, TypeError) as error:  # save_as_table of what has no name, type or value in SQL
        return {"error": {"message": str(error), "errno": 1003, "sqlstate": "42000"}}
    return {"columns": [column.name for column in result.columns], "rows": [list(row) for row in result.rows]}


def anonymous_block(session: Session, script: str) -> EngineResult:
    """A block that is a statement of its own; ``anonymous block`` is the name Snowflake gives its value."""
    outcome = run(session, script)
    return Outcome(outcome.value, outcome.type or varchar(), outcome.table).result("anonymous block")
