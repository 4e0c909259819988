"""DuckDB's errors as Snowflake's: number, SQLSTATE and text. No raw DuckDB error leaves the engine.

Numbers and texts: facts gathered from Snowflake's documentation and clients; where a rule's number is not confirmed on a Snowflake
page it is marked [M]. An error that has no counterpart keeps DuckDB's first line, so that it can be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb

from snowpact.local.encoding import decode
from snowpact.model.errors import StatementError, UnsupportedFeature, compilation

COMPILATION = "SQL compilation error:\n"
DUPLICATE_ROW = 100090

_Maker = Callable[[re.Match[str]], StatementError]


def missing(what: object, kind: str = "Object") -> StatementError:
    """Absent, or not visible: by design one message for both. What an account has in its own database, the engine lacks."""
    if str(what).partition(".")[0] == "SNOWFLAKE":
        return UnsupportedFeature(str(what) if "." in str(what) else "database SNOWFLAKE")
    sqlstate = "42S02" if kind in {"Object", "Table", "View"} else "02000"
    return compilation(f"{kind} '{what}' does not exist or not authorized.", 2003, sqlstate)


def exists(what: object, kind: str = "Object") -> StatementError:
    return compilation(f"{kind} '{what}' already exists.", 2002, "42710")


def invalid_identifier(name: str) -> StatementError:
    """Without the place that Snowflake tells, which the translation has lost."""
    return StatementError(f"SQL compilation error: invalid identifier '{name}'", 904, "42000")  # number [M]


def syntax_error(text: str, line: int = 1, position: int = 0) -> StatementError:
    return compilation(f"syntax error line {line} at position {position} unexpected '{text}'.", 1003, "42000")


def _fixed(text: str, errno: int, sqlstate: str) -> _Maker:
    return lambda _: StatementError(text, errno, sqlstate)


def _named(make: Callable[[str], StatementError]) -> _Maker:
    """Of the name that the pattern found, as Snowflake knows it."""
    return lambda found: make(decode(found["name"].strip('"')))


def _own(found: re.Match[str]) -> StatementError:
    """An error raised by a macro of ours, by ``_snow.fail('SNOW:<number>:<SQLSTATE>:<text>')`` or DuckDB's ``error``; of number 2 it names
    what is not supported."""
    if found["errno"] == "2":
        return UnsupportedFeature(found["text"])
    return StatementError(found["text"], int(found["errno"]), found["state"])


def _ambiguous(name: str) -> StatementError:
    return compilation(f"ambiguous column name '{name}'", 2028, "42601")


def _not_grouped(name: str) -> StatementError:
    return compilation(f"[{name}] is not a valid group by expression", 979, "42601")  # [M]


def _unknown_function(name: str) -> StatementError:
    return compilation(f"Unknown function {name.upper()}", 2140, "42601")


def _not_base64(found: re.Match[str]) -> StatementError:
    return StatementError(f"The following string is not a legal base64-encoded value: '{found['value']}'", 100145, "22000")  # [M]


_UNRECOGNIZED = {
    "DATE": ("Date", 100040, "22007"),
    "TIME": ("Time", 100108, "22007"),
    "TIMESTAMP": ("Timestamp", 100035, "22007"),
    "BOOL": ("Boolean value", 100037, "22018"),
}
"""What a DuckDB type is called in Snowflake's "is not recognized", with number and SQLSTATE; every other type is numeric."""


def _not_recognized(found: re.Match[str]) -> StatementError:
    kind = next((kind for kind in ("TIMESTAMP", "DATE", "TIME", "BOOL") if found["type"].upper().startswith(kind)), "")
    label, errno, sqlstate = _UNRECOGNIZED.get(kind, ("Numeric value", 100038, "22018"))
    return StatementError(f"{label} '{found['value']}' is not recognized", errno, sqlstate)


def _out_of_range(found: re.Match[str]) -> StatementError:
    return StatementError(f"Numeric value '{found['value']}' is out of range", 100039, "22003")


_OVERFLOW = _fixed("Number out of representable range: type FIXED[SB16](38,0){nullable}", 100046, "22003")
_QUALIFIED = r'(?:Values list|Table) "(?P<table>[^"]+)" does not have a column named "(?P<name>[^"]+)"'
_UNTRANSLATED = "a statement that the embedded engine could not translate: "

_RULES: tuple[tuple[str, _Maker], ...] = (
    (r"Could not convert string 'SNOW:(?P<errno>\d+):(?P<state>\w+):(?P<text>.*)' to INT32", _own),
    (r"SNOW:(?P<errno>\d+):(?P<state>\w+):(?P<text>.*)", _own),
    (r"INTERRUPT Error", _fixed("SQL execution canceled", 604, "57014")),
    (r"NOT NULL constraint failed", _fixed("NULL result in a non-nullable column", 100072, "22000")),
    (r"Division by zero", _fixed("Division by zero", 100051, "22012")),
    (r"cannot affect the same target row more than once", _fixed("Duplicate row detected during DML action", DUPLICATE_ROW, "42P18")),
    (r"More than one row returned by a subquery", _fixed("Single-row subquery returns more than one row.", 100065, "22000")),
    (r"Could not convert string [\"'](?P<value>.*?)[\"'] to (?P<type>[\w()]+)", _not_recognized),
    (r"Could not decode string \"(?P<value>.*?)\" as base64", _not_base64),
    (r"Failure in decode: could not convert blob to UTF8", _fixed("Invalid UTF8 detected in string", 100144, "22000")),  # [M]
    (r"invalid (?P<type>date|timestamp|time) field format: \"(?P<value>.*?)\"", _not_recognized),
    (r"Could not cast value (?P<value>\S+) to DECIMAL", _out_of_range),
    (r"(?:ORDER|GROUP BY) term (?P<name>out of range)", _fixed(COMPILATION + "invalid position in ORDER BY or GROUP BY", 2079, "42601")),
    (r"Out of Range Error|out of range", _OVERFLOW),
    (r"Malformed JSON(?P<name>.*)", lambda found: StatementError(f"Error parsing JSON: {found['name'].strip()}", 100069, "22P02")),
    (r"Ambiguous reference to column name \"(?P<name>[^\"]+)\"", _named(_ambiguous)),
    (r"Referenced column \"(?P<name>(?:[^\"]|\"\")+)\"", _named(invalid_identifier)),
    (r"Referenced table \"(?P<name>[^\"]+)\" not found", _named(invalid_identifier)),
    (_QUALIFIED, lambda found: invalid_identifier(f"{decode(found['table'])}.{decode(found['name'])}")),
    (r"Function with name \"?(?P<name>[^\s\"]+)\"? does not exist", _named(_unknown_function)),
    (r"Table with name (?P<name>.+) does not exist", _named(missing)),
    (r"Not implemented Error: (?P<name>.*)", _named(UnsupportedFeature)),
    (r"Parser Error: (?P<name>.*)", _named(lambda name: UnsupportedFeature(_UNTRANSLATED + name))),
    (r"Binder Error: column \"(?:\d+ )?(?P<name>.+?)\" must appear in the GROUP BY", _named(_not_grouped)),
    (r"Binder Error: (?P<name>.*)\. This is not yet supported", _named(UnsupportedFeature)),
    (r"(?:Binder|Catalog) Error: (?P<name>.*)", _named(lambda name: compilation(name, 1044, "42601"))),
)
"""DuckDB's texts, the first that is found decides. A numeric "is not recognized" is Snowflake's text for NUMBER and FLOAT alike."""

_PATTERNS = [(re.compile(pattern, re.DOTALL if "SNOW" in pattern or "value" in pattern else 0), make) for pattern, make in _RULES]


def translated(error: duckdb.Error) -> StatementError:
    """The StatementError that says in Snowflake's words what DuckDB said."""
    text = str(error)
    for pattern, make in _PATTERNS:
        found = pattern.search(text)
        if found:
            return make(found)
    return StatementError(decode(text.splitlines()[0]), 100000, "XX000")
