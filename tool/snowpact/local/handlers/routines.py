"""CREATE and DROP of procedures and functions, CALL, EXECUTE IMMEDIATE and anonymous blocks."""

from __future__ import annotations

from dataclasses import replace

from snowpact.local.ddl import ddl
from snowpact.local.errors import compilation, exists, missing
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.registry import handles
from snowpact.local.result import EngineResult, message
from snowpact.local.routines import hosts, imports, packages
from snowpact.local.routines.definition import object_of
from snowpact.local.session import Session
from snowpact.local.stages import scripts
from snowpact.local.system_functions import called
from snowpact.model.catalog import CatalogObject, Kind
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements import actions, javascript
from snowpact.sql.statements.alter_object import parse_alter_object
from snowpact.sql.statements.routine import CreateRoutine, parse_create_routine, read_signature

DONE = message("Statement executed successfully.")


@handles("CREATE", Kind.PROCEDURE, Kind.FUNCTION)
def create_routine(session: Session, statement: Classified) -> EngineResult:
    parsed = parse_create_routine(statement.text)
    item = object_of(parsed, session.name(parsed.name))
    session.require(Kind.SCHEMA, item.name.parent)  # type: ignore[arg-type]
    _check_body(session, parsed)
    temporary = "temporary" in parsed.modifiers
    made = session.temporary if temporary else session.engine.state.by_key
    found = made.get((item.kind.domain, item.name))
    if found and "if_not_exists" in parsed.modifiers:
        return message(f"{parsed.name} already exists, statement succeeded.")
    if found and "or_replace" not in parsed.modifiers:
        raise exists(item.name.name)
    if found:
        access.require(session, found, "OWNERSHIP")
    required = sum(argument.default is None for argument in parsed.arguments)
    with ddl(session) as change:
        if found:
            change.replace(found, "copy grants" in dict(parsed.options))
        change.create(item, extra={"required": required}, temporary=temporary)
    return message(f"{str(item.kind).title()} {item.name.name.split('(')[0]} successfully created.")


def _check_body(session: Session, parsed: CreateRoutine) -> None:
    """What can be found out now: packages, imports, a handler's name, a block's grammar. A Python body, and one in
    JavaScript, is compiled at its call [M]."""
    if (fault := javascript.fault(parsed)) is not None:
        raise StatementError(fault, javascript.NUMBER, javascript.STATE)
    if parsed.language == "JAVASCRIPT":
        hosts.require_types(parsed)
        return
    if parsed.language == "PYTHON":
        packages.require(parsed.packages)
        imports.files(session, parsed.imports)
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
    cursor = statement.cursor()
    if cursor.peek(1) == "TABLE" and cursor.peek(2) == "(":  # DROP FUNCTION metric(TABLE(…))
        from snowpact.local.handlers.metrics import drop

        return drop(session, statement)
    record = _signature(session, statement)
    if record is None:
        return message("Drop statement executed successfully (object already dropped).")
    with ddl(session) as change:
        change.drop(record)
    return message(f"{record.name.name} successfully dropped.")


def _signature(session: Session, statement: Classified) -> Record | None:
    """The routine that DROP's ``name(TYPE, …)`` means; None where IF EXISTS allows its absence."""
    cursor = statement.cursor()
    signature = read_signature(cursor)
    cursor.finish()
    return routine_of(session, Kind(statement.kind), statement.name, signature, "if_exists" in statement.modifiers)


def routine_of(session: Session, kind: Kind, name: str | None, signature: str, may_lack: bool) -> Record | None:
    """The routine of that name and ``(TYPE, …)``. Raises 002003 where there is none, unless it may lack."""
    given = session.name(name)
    full = given.with_signature(signature)
    found = session.find(kind, full)
    if found is None and not may_lack:
        raise missing(full.name, str(kind).title())
    if found is not None:
        access.require(session, found, "OWNERSHIP", label=str(kind).title())
    return found


@handles("ALTER", Kind.PROCEDURE, Kind.FUNCTION)
def alter_routine(session: Session, statement: Classified) -> EngineResult:
    """https://docs.snowflake.com/en/sql-reference/sql/alter-procedure, alter-function"""
    parsed = parse_alter_object(statement.text)
    kind = Kind(statement.kind)
    record = routine_of(session, kind, parsed.name, parsed.signature, parsed.if_exists)
    if record is None:
        return DONE
    with ddl(session) as change:
        for action in parsed.actions:
            record = change.alter(record, _altered(session, record.object, action, parsed.signature))
    return DONE


def _altered(session: Session, item: CatalogObject, action: actions.Action, signature: str) -> CatalogObject:
    if isinstance(action, actions.RenameTo):
        to = session.name(action.name)
        full = to.with_signature(signature)
        if session.find(item.kind, full):
            raise exists(full)
        return replace(item, name=full)
    if isinstance(action, actions.SetProperties):
        values = dict(action.values)
    elif isinstance(action, actions.UnsetProperties):
        values = dict.fromkeys(action.keys)
    else:
        raise UnsupportedFeature(f"ALTER {item.kind.value} … {type(action).__name__}")
    for key, value in values.items():
        if key == "comment":
            item = replace(item, comment=value)
        elif key == "secure":
            item = item.with_properties(secure=value is not None or None)
        elif key == "execute_as" and item.kind is Kind.PROCEDURE and value != "RESTRICTED CALLER":
            item = item.with_properties(execute_as=value)
        elif key not in {"log_level", "trace_level", "metric_level"}:
            raise UnsupportedFeature(f"ALTER {item.kind.value} … SET {key.upper()}")
    return item


@handles("CALL")
def call(session: Session, statement: Classified) -> EngineResult:
    from snowpact.local.routines import procedures

    if statement.text.lstrip()[:4].upper() != "CALL":
        return procedures.call_inline(session, statement.text)
    cursor = statement.cursor()
    if cursor.peek() == "!":
        raise UnsupportedFeature(f"CALL {statement.name}!… of an instance")
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
    if cursor.accept("FROM"):
        return scripts.run(session, cursor, session.scripts)
    if cursor.kind not in {"string", "dollar"}:
        raise UnsupportedFeature("EXECUTE IMMEDIATE of anything but a string or a variable")
    text = cursor.string()
    if cursor.accept("USING"):  # its variables are a script's
        raise UnsupportedFeature("EXECUTE IMMEDIATE … USING outside a script")
    cursor.finish()
    return session.execute(text)
