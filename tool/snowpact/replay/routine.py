"""CREATE and DROP PROCEDURE and FUNCTION. Overloads are told apart by argument types, so these are part of the name.

https://docs.snowflake.com/en/sql-reference/sql/create-procedure, create-function
"""

from __future__ import annotations

from snowpact.model.catalog import CatalogObject, Column, Kind, properties
from snowpact.model.names import Name, spell
from snowpact.replay.properties import align
from snowpact.replay.registry import replays
from snowpact.replay.state import Refused, State
from snowpact.sql.classify import Classified
from snowpact.sql.statements import javascript
from snowpact.sql.statements.routine import CreateRoutine, parse_create_routine, read_signature


@replays("CREATE", Kind.PROCEDURE, Kind.FUNCTION)
def create(state: State, statement: Classified) -> None:
    parsed = parse_create_routine(statement.text)
    if (fault := javascript.fault(parsed)) is not None:
        raise Refused(f"{javascript.NUMBER:06d} ({javascript.STATE}): {fault}")
    item = _object(parsed, state.name(parsed.name))
    found = state.create(item, parsed.modifiers, ("copy grants", "TRUE") in parsed.options)
    if found is not None:
        align(state, found, item)


def _object(parsed: CreateRoutine, name: Name) -> CatalogObject:
    columns = parsed.returns_columns
    settings = properties(
        language=parsed.language,
        arguments=tuple((argument.name, str(argument.type), argument.default) for argument in parsed.arguments),
        returns=str(parsed.returns) if columns is None else _table_text(columns),
        handler=parsed.handler,
        runtime_version=parsed.runtime_version,
        packages=parsed.packages or None,
        execute_as=(parsed.execute_as or "OWNER") if parsed.kind is Kind.PROCEDURE else None,
        null_input=parsed.null_input,
        volatility=parsed.volatility,
        returns_not_null=parsed.returns_not_null or None,
        secure=True if "secure" in parsed.modifiers else None,
    )
    full = name.with_signature(parsed.signature)
    return CatalogObject(parsed.kind, full, columns or (), definition=parsed.body, comment=parsed.comment, properties=settings)


def _table_text(columns: tuple[Column, ...]) -> str:
    return f"TABLE ({', '.join(f'{spell(column.name)} {column.type}' for column in columns)})"


@replays("DROP", Kind.PROCEDURE, Kind.FUNCTION)
def drop(state: State, statement: Classified) -> None:
    kind = Kind(statement.kind)
    base = state.name(statement.name or "")
    name = Name((*base.parts[:-1], base.name + read_signature(statement.cursor())))
    found = state.find(kind, name)
    if found is not None:
        state.drop(found)
    elif "if_exists" not in statement.modifiers and state.knows(name):
        raise Refused(f"002003 (02000): {kind} {name} does not exist or not authorized")
