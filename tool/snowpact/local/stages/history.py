"""COPY_HISTORY of INFORMATION_SCHEMA: what COPY INTO and pipes loaded into a table, a row a file.

https://docs.snowflake.com/en/sql-reference/functions/copy_history. A load that was aborted leaves no row here [M].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.stages import loads
from snowpact.local.table_function import Rows, TableFunction, moment
from snowpact.model.catalog import Kind
from snowpact.model.names import Name
from snowpact.model.types import number, timestamp, varchar

if TYPE_CHECKING:
    from snowpact.local.session import Session

_DAYS = 14
_TIMES = {"LAST_LOAD_TIME", "PIPE_RECEIVED_TIME", "FIRST_COMMIT_TIME"}
_NUMBERS = {"ROW_COUNT", "ROW_PARSED", "FILE_SIZE", "FIRST_ERROR_LINE_NUMBER", "FIRST_ERROR_CHARACTER_POS", "ERROR_COUNT", "ERROR_LIMIT"}
_NAMES = (
    "FILE_NAME STAGE_LOCATION LAST_LOAD_TIME ROW_COUNT ROW_PARSED FILE_SIZE FIRST_ERROR_MESSAGE FIRST_ERROR_LINE_NUMBER "
    "FIRST_ERROR_CHARACTER_POS FIRST_ERROR_COLUMN_NAME ERROR_COUNT ERROR_LIMIT STATUS TABLE_CATALOG_NAME TABLE_SCHEMA_NAME TABLE_NAME "
    "PIPE_CATALOG_NAME PIPE_SCHEMA_NAME PIPE_NAME PIPE_RECEIVED_TIME FIRST_COMMIT_TIME"
)
COLUMNS = tuple((name, timestamp("LTZ") if name in _TIMES else number() if name in _NUMBERS else varchar()) for name in _NAMES.split())


def rows(session: Session, database: str, given: Mapping[str, Any]) -> Rows:
    """The loads of TABLE_NAME since START_TIME, the latest last. Raises for a missing argument, for a time more than 14 days ago, and
    where the table is not there or the role has no privilege on it."""
    for key in ("TABLE_NAME", "START_TIME"):
        if given.get(key) is None:
            raise compilation(f"missing required argument [{key}] for function [COPY_HISTORY]", 1014, "22023")  # text and number [M]
    name = session.name(str(given["TABLE_NAME"]))
    table = session.find(Kind.TABLE, name)
    if table is None or not access.visible(session, access.active(session), table):
        raise missing(name, "Table")
    since = moment(session, given["START_TIME"])
    until = moment(session, given["END_TIME"]) if given.get("END_TIME") is not None else session.now
    if since < session.now - timedelta(days=_DAYS, minutes=1):
        raise compilation(f"Cannot retrieve data from more than {_DAYS} days ago.", 1018, "22023")  # text and number [M]
    pipe = session.name(str(given["PIPE_NAME"])) if given.get("PIPE_NAME") is not None else None
    found = [_row(session, table.name, load) for load in loads.of_table(session.duck, table.id, since, until)]
    return [row for row in found if pipe is None or row[16:19] == pipe.parts]


def _row(session: Session, table: Name, load: loads.Kept) -> tuple[Any, ...]:
    pipe = session.engine.state.by_id.get(load.pipe) if load.pipe is not None else None
    received = load.loaded_on if load.pipe is not None else None
    return (
        load.file, _stage(session, load.stage), load.loaded_on, load.loaded, load.parsed, load.size, load.first_error, load.first_line,
        load.first_character, load.first_column, load.errors, load.error_limit, load.status.replace("_", " ").capitalize(), *table.parts,
        *(pipe.name.parts if pipe is not None else (None, None, None)), received, load.loaded_on,
    )  # fmt: skip


def _stage(session: Session, folder: str) -> str:
    """A stage's name by its folder; an account shows an internal path here [M]."""
    if folder == "user":
        return "@~"
    record = session.engine.state.by_id.get(int(folder[1:]))
    mark = "%" if folder[0] == "t" else ""
    return f"@{'.'.join(record.name.parts[:-1])}.{mark}{record.name.name}" if record is not None else f"@{folder}"


_PARAMETERS = ("TABLE_NAME", "START_TIME", "END_TIME", "PIPE_NAME")
FUNCTIONS = {"COPY_HISTORY": TableFunction(COLUMNS, rows, frozenset(_PARAMETERS))}
