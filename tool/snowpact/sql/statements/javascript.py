"""What a routine in JavaScript may not be: Snowflake refuses it at CREATE, whatever the body says.

A fixed-point NUMBER and a TIME have no counterpart in JavaScript, the handler is a function of the routine's name
(https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction#javascript-arguments-and-returned-values),
and there is neither a version nor a handler to choose. The texts are accounts'. A table function's columns
may be of any type.
"""

from __future__ import annotations

import re

from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.sql.statements.routine import CreateRoutine

NUMBER, STATE = 2040, "42601"
"""Of every one of these errors [M]."""

_IDENTIFIER = re.compile(r"[^\W\d][\w$]*|[$][\w$]*")
_RESERVED = {
    "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum",
    "export", "extends", "false", "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface",
    "let", "new", "null", "package", "private", "protected", "public", "return", "static", "super", "switch", "this", "throw",
    "true", "try", "typeof", "var", "void", "while", "with", "yield",
}  # fmt: skip


def fault(parsed: CreateRoutine) -> str | None:
    """What Snowflake answers; None where the routine is no JavaScript, or may be created."""
    if parsed.language != "JAVASCRIPT":
        return None
    return next(filter(None, (_option(parsed), _type(parsed), _name(parsed))), None)


def _option(parsed: CreateRoutine) -> str | None:
    if parsed.runtime_version is not None:
        return "SQL compilation error:\ninvalid property 'RUNTIME_VERSION' for 'FUNCTION'"
    if parsed.handler is not None:
        return "SQL compilation error:\ninvalid property 'handler' for 'JAVASCRIPT function'"
    if "memoizable" in dict(parsed.options):
        return "SQL compilation error: Memoizable function supports only SQL language."
    return None


def _type(parsed: CreateRoutine) -> str | None:
    types = [argument.type for argument in parsed.arguments]
    if parsed.returns is not None:
        types.append(parsed.returns)
    refused = next((type_ for type_ in types if type_.base in {"NUMBER", "TIME"}), None)
    if refused is not None:
        return f"Language JAVASCRIPT does not support type '{refused}' for argument or return type."
    if parsed.kind is Kind.PROCEDURE and parsed.returns is None:
        return "Language JAVASCRIPT does not support type 'TABLE' for argument or return type."  # text [M]
    return None


def _name(parsed: CreateRoutine) -> str | None:
    own = Name.parse(parsed.name).name
    if not _declarable(own):
        return f"Invalid UDF function name: '{own}'"
    wrong = [argument.name for argument in parsed.arguments if not _declarable(argument.name)]
    return f"Invalid argument name(s): '{', '.join(wrong)}'" if wrong else None


def _declarable(name: str) -> bool:
    return _IDENTIFIER.fullmatch(name) is not None and name not in _RESERVED
