"""DuckDB's errors as Snowflake's: number, SQLSTATE and text. No raw DuckDB error leaves the engine.

Numbers and texts: facts gathered from Snowflake's documentation and clients; where a rule's number is not confirmed on a Snowflake
page it is marked [M]. An error that has no counterpart keeps DuckDB's first line, so that it can be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb

from snowpact.local.encoding import decode
from snowpact.model.errors import StatementError, UnsupportedFeature

COMPILATION = "SQL compilation error:\n"


def compilation(text: str, errno: int, sqlstate: str) -> StatementError:
    """An error of the statement's text or of the names in it."""
    return StatementError(COMPILATION + text, errno, sqlstate)


def missing(what: object, kind: str = "Object") -> StatementError:
    """Absent, or not visible: by design one message for both."""
    return compilation(f"{kind} '{what}' does not exist or not authorized.", 2003, "42S02" if kind in {"Object", "Table", "View"} else "02000")


def exists(what: object, kind: str = "Object") -> StatementError:
    return compilation(f"{kind} '{what}' already exists.", 2002, "42710")


def invalid_identifier(name: str) -> StatementError:
    return compilation(f"error line 1 at position 0\ninvalid identifier '{name}'", 904, "42000")  # number [M]


def syntax_error(text: str, line: int = 1, position: int = 0) -> StatementError:
    return compilation(f"syntax error line {line} at position {position} unexpected '{text}'.", 1003, "42000")


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], StatementError]]


def _fixed(text: str, errno: int, sqlstate: str) -> Callable[[re.Match[str]], StatementError]:
    return lambda _: StatementError(text, errno, sqlstate)


def _kind(duck_type: str) -> str:
    base = duck_type.split("(")[0].strip().upper()
    return {"INT32": "NUMBER", "INT64": "NUMBER", "DECIMAL": "NUMBER", "DOUBLE": "NUMBER", "BOOL": "BOOLEAN"}.get(base, base)


def _not_recognized(found: re.Match[str]) -> StatementError:
    value, kind = found["value"], _kind(found["type"])
    errno, sqlstate = {"DATE": (100040, "22007"), "TIME": (100108, "22007")}.get(kind, (100035, "22007") if kind.startswith("TIMESTAMP") else (100038, "22018"))
    label = {"DATE": "Date", "TIME": "Time", "BOOLEAN": "Boolean value"}.get(kind, "Timestamp" if kind.startswith("TIMESTAMP") else "Numeric value")
    return StatementError(f"{label} '{value}' is not recognized", errno, sqlstate)


_RULES: list[_Rule] = [
    (re.compile(r"SNOW:(?P<errno>\d+):(?P<state>\w+):(?P<text>.*)", re.DOTALL), lambda m: StatementError(m["text"], int(m["errno"]), m["state"])),
    (re.compile(r"NOT NULL constraint failed"), _fixed("NULL result in a non-nullable column", 100072, "22000")),
    (re.compile(r"Division by zero"), _fixed("Division by zero", 100051, "22012")),
    (re.compile(r"cannot affect the same target row more than once"), _fixed("Duplicate row detected during DML action", 100090, "42P18")),
    (re.compile(r"More than one row returned by a subquery"), _fixed("Single-row subquery returns more than one row.", 100065, "22000")),
    (re.compile(r"Could not convert string [\"'](?P<value>.*?)[\"'] to (?P<type>[\w()]+)", re.DOTALL), _not_recognized),
    (re.compile(r"invalid (?P<type>date|timestamp|time) field format: \"(?P<value>.*?)\"", re.DOTALL), _not_recognized),
    (re.compile(r"Could not cast value (?P<value>\S+) to DECIMAL"), lambda m: StatementError(f"Numeric value '{m['value']}' is out of range", 100039, "22003")),
    (re.compile(r"Out of Range Error|out of range"), _fixed("Number out of representable range: type FIXED[SB16](38,0){nullable}, value", 100046, "22003")),
    (re.compile(r"Malformed JSON"), lambda m: StatementError(f"Error parsing JSON: {m.string.splitlines()[0]}", 100069, "22P02")),
    (re.compile(r"Ambiguous reference to column name \"(?P<name>[^\"]+)\""), lambda m: compilation(f"ambiguous column name '{decode(m['name'])}'", 2028, "42601")),
    (re.compile(r"Referenced column \"(?P<name>(?:[^\"]|\"\")+)\""), lambda m: invalid_identifier(decode(m["name"]))),
    (re.compile(r"Values list \"(?P<table>[^\"]+)\" does not have a column named \"(?P<name>[^\"]+)\""), lambda m: invalid_identifier(decode(m["name"]))),
    (re.compile(r"Table \"(?P<table>[^\"]+)\" does not have a column named \"(?P<name>[^\"]+)\""), lambda m: invalid_identifier(decode(m["table"]) + "." + decode(m["name"]))),
    (re.compile(r"Referenced table \"(?P<name>[^\"]+)\" not found"), lambda m: invalid_identifier(decode(m["name"]))),
    (re.compile(r"(?:Scalar |Table |Aggregate )?Function with name \"?(?P<name>[^\s\"]+)\"? does not exist"), lambda m: compilation(f"Unknown function {decode(m['name']).upper()}", 2140, "42601")),
    (re.compile(r"Table with name (?P<name>.+) does not exist"), lambda m: missing(decode(m["name"].strip('"')))),
    (re.compile(r"Not implemented Error: (?P<what>.*)"), lambda m: UnsupportedFeature(m["what"])),
    (re.compile(r"Parser Error: (?P<what>.*)"), lambda m: UnsupportedFeature(f"statement the embedded engine could not translate: {m['what']}")),
    (re.compile(r"(?:Binder|Catalog) Error: (?P<what>.*)"), lambda m: compilation(decode(m["what"]), 1044, "42601")),
]


def translated(error: duckdb.Error) -> StatementError:
    """The StatementError that says in Snowflake's words what DuckDB said."""
    text = str(error)
    for pattern, make in _RULES:
        found = pattern.search(text)
        if found:
            return make(found)
    return StatementError(decode(text.splitlines()[0]), 100000, "XX000")
