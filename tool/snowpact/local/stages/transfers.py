"""What PUT and GET say: a place on the client's disk, a stage, options (https://docs.snowflake.com/en/sql-reference/sql/put, get)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.stages.location import Location, locate
from snowpact.model.errors import UnsupportedFeature
from snowpact.sql.classify import Classified
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.options import Option, read_option
from snowpact.sql.tokens import SqlInputError

if TYPE_CHECKING:
    from snowpact.local.session import Session

_KNOWN = {"PUT": {"PARALLEL", "AUTO_COMPRESS", "SOURCE_COMPRESSION", "OVERWRITE"}, "GET": {"PARALLEL", "PATTERN"}}


@dataclass(frozen=True)
class Transfer:
    """local: the path after ``file://``, of PUT a pattern."""

    local: str
    location: Location
    options: dict[str, Option]

    @property
    def pattern(self) -> str | None:
        return str(self.options["PATTERN"]) if "PATTERN" in self.options else None


def read_transfer(session: Session, statement: Classified, client: bool = False) -> Transfer:
    """A PUT or a GET. client: that the client itself will carry out. Raises for a stage that is not there and for unknown options."""
    if not (client or session.moves_files):
        raise UnsupportedFeature(f"{statement.verb} inside another statement or among several")
    cursor = Cursor(statement.text, statement.tokens, 1)
    try:
        local, place = (_local(cursor), read_location(cursor)) if statement.verb == "PUT" else (None, read_location(cursor))
        local = local if local is not None else _local(cursor)
        options = read_known(cursor, _KNOWN[statement.verb])
    except SqlInputError as error:
        raise compilation(f"syntax error: {error.message}", 1003, "42000") from error
    location = locate(session, place, "WRITE" if statement.verb == "PUT" else "READ")
    if location.external:
        raise compilation("GET does not support external stages.", 1003, "42000")  # text and number [M]
    if options.get("SOURCE_COMPRESSION", "AUTO_DETECT") not in {"AUTO_DETECT", "NONE", "GZIP"}:
        raise UnsupportedFeature(f"SOURCE_COMPRESSION = {options['SOURCE_COMPRESSION']}")
    return Transfer(local, location, options)


def read_location(cursor: Cursor) -> str:
    if cursor.kind == "string":
        return cursor.string()
    if cursor.kind != "stage":
        cursor.fail("expected a stage")
    return cursor.take().text


def read_known(cursor: Cursor, known: set[str]) -> dict[str, Option]:
    """The options that follow. Raises for one that is not known."""
    found: dict[str, Option] = {}
    while not cursor.done:
        key, value = read_option(cursor)
        if key not in known:
            raise compilation(f"invalid parameter '{key}'", 1006, "42601")  # number [M]
        found[key] = value
    return found


def _local(cursor: Cursor) -> str:
    text = cursor.string() if cursor.kind == "string" else cursor.take().text
    if not text.startswith("file://"):
        raise compilation(f"'{text}' is no local file: it must start with file://", 1003, "42000")  # text and number [M]
    return text.removeprefix("file://")
