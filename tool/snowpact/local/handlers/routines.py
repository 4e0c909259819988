"""CREATE and DROP of procedures and functions, CALL, EXECUTE IMMEDIATE and anonymous blocks."""

from __future__ import annotations

from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.routines import packages
from snowpact.local.routines.definition import object_of
from snowpact.local.session import Session
from snowpact.local.system_functions import called
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.types import TypeSyntaxError, parse_type
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.routine import CreateRoutine, parse_create_routine


@handles("CREATE", Kind.PROCEDURE, Kind.FUNCTION)
def create_routine(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_routine(statement.text)
    item = object_of(parsed, session.name(parsed.name))
    session.require(Kind.SCHEMA, item.name.parent)  # type: ignore[arg-type]
    _check_body(parsed)
    found = session.find(item.kind, item.name)
    if found and "if_not_exists" in parsed.modifiers:
        return message(f"{parsed.name} already exists, statement succeeded.")
    if found and "or_replace" not in parsed.modifiers:
        raise exists(item.name.name)
    required = sum(argument.default is None for argument in parsed.arguments)
    with ddl(session) as change:
        if found:
            change.replace(found, "copy grants" in dict(parsed.options))
        change.create(item, extra={"required": required})
    return message(f"{str(item.kind).title()} {item.name.name.split('(')[0]} successfully created.")


def _check_body(parsed: CreateRoutine) -> None:
    """What can be found out now: packages, the handler's presence, a block's grammar. A Python body is compiled at its call [M]."""
    if parsed.language == "PYTHON":
        packages.require(parsed.packages)
        if not parsed.handler:
            raise compilation("Missing option(s): HANDLER", 2029, "42601")
        return
    is_block = Cursor(parsed.body or "").peek() in {"BEGIN", "DECLARE"}
    if is_block and parsed.kind is Kind.FUNCTION:
        raise UnsupportedFeature("Snowflake Scripting in a function")
    if is_block:
        from snowpact.sql.scripting.parser import parse_script

        parse_script(parsed.body or "")


@handles("DROP", Kind.PROCEDURE, Kind.FUNCTION)
def drop_routine(session: Session, statement: Classified) -> EngineResult:
    record = _signature(session, statement)
    if record is None:
        return message("Drop statement executed successfully (object already dropped).")
    with ddl(session) as change:
        change.drop(record)
    return message(f"{record.name.name} successfully dropped.")


def _signature(session: Session, statement: Classified) -> Record | None:
    """The routine that ``name(TYPE, …)`` means; None where IF EXISTS allows its absence."""
    assert isinstance(statement.kind, Kind)
    cursor = statement.cursor()
    if cursor.peek() != "(":
        cursor.fail("expected the argument types in brackets")
    types = cursor.group_text()
    cursor.finish()
    name = session.name(statement.name)
    full = name.parent.child(f"{name.name}({', '.join(_bases(types))})")  # type: ignore[union-attr]
    found = session.find(statement.kind, full)
    if found is None and "if_exists" not in statement.modifiers:
        raise missing(full.name, str(statement.kind).title())
    return found


def _bases(types: str) -> list[str]:
    cursor = Cursor(types)
    found: list[str] = []
    while not cursor.done:
        if found:
            cursor.expect(",")
        try:
            found.append(parse_type(cursor.until(",")).base)
        except TypeSyntaxError as error:
            raise compilation(str(error), 1003, "42000") from error
    return found


@handles("CALL")
def call(session: Session, statement: Classified) -> EngineResult:
    from snowpact.local.routines import procedures

    if statement.text.lstrip()[:4].upper() != "CALL":
        raise UnsupportedFeature("WITH … AS PROCEDURE")
    cursor = statement.cursor()
    arguments = cursor.group_text()
    cursor.finish()
    return called(session, statement.name or "", arguments) or procedures.call(session, session.name(statement.name), arguments)


@handles("BLOCK")
def block(session: Session, statement: Classified) -> EngineResult:
    from snowpact.local.routines import procedures

    return procedures.anonymous_block(session, statement.text)


@handles("EXECUTE IMMEDIATE")
def execute_immediate(session: Session, statement: Classified) -> EngineResult:
    """``EXECUTE IMMEDIATE '…' | $$…$$ | $variable``; the session has put variables and binds in already. USING belongs to scripts."""
    cursor = statement.cursor()
    if cursor.kind not in {"string", "dollar"}:
        raise UnsupportedFeature("EXECUTE IMMEDIATE of anything but a string or a variable")
    text = cursor.string()
    cursor.finish()
    return session.execute(text)
