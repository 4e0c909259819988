"""Directory tables: the files that a stage had when it was last refreshed.

https://docs.snowflake.com/en/user-guide/data-load-dirtables-query, https://docs.snowflake.com/en/sql-reference/sql/alter-stage. Nothing
refreshes one by itself: AUTO_REFRESH waits for notifications of a cloud's storage, of which there are none here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from snowpact.local import metadata
from snowpact.local.errors import compilation
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.stages.files import listed
from snowpact.local.stages.location import locate, of_stage
from snowpact.model.catalog import Kind
from snowpact.model.types import SnowflakeType, number, timestamp, varchar

if TYPE_CHECKING:
    from sqlglot import exp

    from snowpact.local.session import Session

COLUMNS: tuple[tuple[str, SnowflakeType], ...] = (
    ("RELATIVE_PATH", varchar()), ("SIZE", number()), ("LAST_MODIFIED", timestamp("TZ")), ("MD5", varchar()), ("ETAG", varchar()),
    ("FILE_URL", varchar()),
)  # fmt: skip

Files = dict[str, list[Any]]
"""What is registered: a file's name → its size, when it was modified (ISO), its MD5."""


def refreshed(session: Session, record: Record, below: str = "") -> tuple[Files, list[tuple[str, str, str]]]:
    """The files of a stage as they are now, and what became of each that is new, another or gone. below: SUBPATH.

    Raises where the stage has no directory table.
    """
    before = _registered(record)
    below = below.strip("/") and f"{below.strip('/')}/"
    root = of_stage(session, record, "").path
    found = [(file.name.removeprefix(root), file) for file in listed(of_stage(session, record, below))]
    now = {name: [file.size, file.modified.isoformat(), file.md5] for name, file in found}
    within = {name for name in before if name.startswith(below)}
    changes = [(name, "UNREGISTERED", "File unregistered successfully.") for name in within - now.keys()]  # texts [M]
    changes += [(name, "REGISTERED_NEW", "File registered successfully.") for name in now.keys() - within]
    changes += [(name, "REGISTERED_UPDATE", "File registered successfully.") for name in now.keys() & within if now[name] != before[name]]
    return {**{name: file for name, file in before.items() if name not in within}, **now}, sorted(changes)


def _registered(record: Record) -> Files:
    if not record.object.property("directory"):
        raise compilation(f"Stage '{record.name}' does not have a directory table.", 2003, "42601")  # text and number [M]
    return record.extra.get("files", {})


def relation(session: Session, text: str) -> tuple[exp.Expression, dict[str, SnowflakeType | None]]:
    """``DIRECTORY(@stage)`` in FROM."""
    record = locate(session, text).record
    if record is None or record.object.kind is not Kind.STAGE:
        raise compilation("Only named stages have a directory table.", 2003, "42601")  # text and number [M]
    access.require(session, record, "READ", label="Stage")
    url = "https://snowpact.snowflakecomputing.com/api/files/" + "/".join(map(quote, record.name.parts))  # the account's own host [M]
    rows = [
        (name, size, datetime.fromisoformat(modified).astimezone(UTC), md5, md5, f"{url}/{quote(name, safe='')}")
        for name, (size, modified, md5) in sorted(_registered(record).items())
    ]
    return metadata.rows_as_relation(session, f"directory {record.name}", list(COLUMNS), rows), dict(COLUMNS)
