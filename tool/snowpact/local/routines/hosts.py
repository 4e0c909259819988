"""What differs between the languages whose bodies a worker runs: how values cross, what the worker is told, how a failure reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from snowpact.local.routines import values
from snowpact.local.routines.definition import Definition
from snowpact.local.routines.javascript import values as javascript
from snowpact.local.routines.pool import BodyFailure, Code
from snowpact.local.routines.values import Convert
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.model.types import SnowflakeType
from snowpact.sql.statements.routine import CreateRoutine


@dataclass(frozen=True, slots=True)
class Host:
    """incoming, from_json: what makes a body's arguments (None: the value stays as it is); outgoing: what makes SQL's of its values, in
    a session's time zone; null: what a NULL argument arrives as."""

    incoming: Callable[[SnowflakeType], Convert | None]
    from_json: Callable[[SnowflakeType], Convert]
    outgoing: Callable[[SnowflakeType, str, str], Convert]
    code: Callable[[Definition, str | None], Code]
    failed: Callable[[Definition, Any], StatementError]
    null: Callable[[SnowflakeType], Any]


def host(definition: Definition) -> Host:
    return _HOSTS[definition.language]


def require_zone(definition: Definition, zone: str) -> None:
    """Raises UnsupportedFeature for a JavaScript routine that takes, gives or makes dates or times: its clock is in UTC."""
    if definition.language != "JAVASCRIPT" or zone == "UTC":
        return
    types = [*(parameter.type for parameter in definition.parameters), *(column.type for column in definition.columns or ())]
    types += [definition.returns] if definition.returns else []
    if "Date" in definition.body or any(type_.base == "DATE" or type_.is_timestamp for type_ in types):
        raise UnsupportedFeature("dates and times of a JavaScript routine in a session whose TIMEZONE is not UTC")


def python_code(source: str, handler: str, imports: str | None = None, names: Sequence[str] = ()) -> Code:
    """imports: the folder of the routine's imports. names: its arguments', which frames bear."""
    return {"language": "PYTHON", "source": source, "handler": handler, "imports": imports, "names": list(names)}


def _python_routine(definition: Definition, imports: str | None) -> Code:
    return python_code(definition.body, definition.handler or "", imports, [parameter.name for parameter in definition.parameters])


def _python_failed(definition: Definition, report: Any) -> StatementError:
    where = f" in function {definition.call_name} with handler {definition.handler}"
    return StatementError(f"Python Interpreter Error:\n{report}\n{where}", 100357, "P0000")


def _javascript_code(definition: Definition, imports: str | None) -> Code:
    return {
        "language": "JAVASCRIPT",
        "source": definition.body,
        "name": definition.call_name,
        "parameters": [parameter.name for parameter in definition.parameters],
        "types": [parameter.type.base for parameter in definition.parameters],
        "returns": definition.returns.base if definition.returns else None,
        "columns": [(column.name, column.type.base) for column in definition.columns or ()],
    }


def _javascript_failed(definition: Definition, report: Any) -> StatementError:
    """https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction#javascript-errors; numbers [M]."""
    if not isinstance(report, dict):  # the process died
        return StatementError(f"JavaScript execution error: {report} in {definition.call_name}", 100132, "P0000")
    if "procedure" in report:
        return StatementError(f"Execution error in store procedure {definition.call_name}:\n{report['procedure']}", 100183, "P0000")
    return StatementError(report["text"], 100131 if report.get("kind") == "compilation" else 100132, "P0000")


_HOSTS = {
    "PYTHON": Host(
        values.incoming,
        values.from_json,
        values.outgoing,
        _python_routine,
        _python_failed,
        values.null,
    ),
    "JAVASCRIPT": Host(
        javascript.incoming,
        javascript.from_json,
        lambda type_, what, zone: javascript.outgoing(type_, what),
        _javascript_code,
        _javascript_failed,
        lambda type_: None,
    ),
}


def require_types(parsed: CreateRoutine) -> None:
    """Raises UnsupportedFeature for a JavaScript routine whose values can't cross, or that names what only other languages have."""
    for argument in parsed.arguments:
        javascript.incoming(argument.type)
    for type_ in [parsed.returns] if parsed.returns else [column.type for column in parsed.returns_columns or ()]:
        javascript.outgoing(type_, "")
    if parsed.imports or parsed.packages:
        raise UnsupportedFeature("IMPORTS and PACKAGES of a JavaScript routine")


@contextmanager
def failures(definition: Definition) -> Iterator[None]:
    """BodyFailure as Snowflake's error, with the routine it happened in."""
    try:
        yield
    except BodyFailure as error:
        raise host(definition).failed(definition, error.args[0]) from error
