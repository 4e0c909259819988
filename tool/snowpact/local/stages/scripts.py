"""EXECUTE IMMEDIATE FROM: a script in a stage (https://docs.snowflake.com/en/sql-reference/sql/execute-immediate-from)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.result import EngineResult
from snowpact.local.stages.files import listed
from snowpact.local.stages.location import locate
from snowpact.model.errors import StatementError, UnsupportedFeature
from snowpact.sql.cursor import Cursor

if TYPE_CHECKING:
    from snowpact.local.session import Session

_TEMPLATE = "--!jinja"
_DEEPEST = 5
"""Scripts that run scripts: the page's usage notes."""


def run(session: Session, cursor: Cursor, depth: list[str]) -> EngineResult:
    """Run every statement of the file; the last one's result. The first failure stops, and what ran before stays.

    depth: the scripts that are running already, one in another.
    """
    place = cursor.string() if cursor.kind == "string" else cursor.take().text
    if not cursor.done:
        raise UnsupportedFeature(f"EXECUTE IMMEDIATE FROM … {cursor.peek()}")
    if not place.startswith("@"):
        raise UnsupportedFeature("EXECUTE IMMEDIATE FROM a relative path")
    text = _text(session, place)
    if text.lstrip().startswith(_TEMPLATE):
        raise UnsupportedFeature("EXECUTE IMMEDIATE FROM a template")
    if len(depth) >= _DEEPEST:
        raise compilation(f"more than {_DEEPEST} scripts run one in another", 1003, "42000")  # text and number [M]
    depth.append(place)
    try:
        results = session.execute_script(text)
    finally:
        depth.pop()
    if not results:
        raise compilation("Empty SQL statement.", 900, "42601")
    return results[-1]


def _text(session: Session, place: str) -> str:
    location = locate(session, place)
    found = [file for file in listed(location) if file.name == location.path]
    if not found:
        raise StatementError(f"File '{location.listed(location.path)}' was not found.", 100016, "02000")  # text and number [M]
    try:
        return found[0].bytes().decode()
    except UnicodeDecodeError as error:
        raise StatementError(f"Invalid UTF8 detected in file '{found[0].name}'", 100144, "22000") from error  # text [M]
