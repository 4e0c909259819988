"""Where staged files are: ``@stage``, ``@db.schema.stage``, ``@%table``, ``@~``, each with a path behind.

https://docs.snowflake.com/en/user-guide/data-load-local-file-system-stage-ui-internal
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation, missing
from snowpact.local.governance import access
from snowpact.local.objects import Record
from snowpact.local.stages.formats import FileFormat
from snowpact.model.catalog import Kind
from snowpact.model.errors import UnsupportedFeature
from snowpact.model.names import Name

if TYPE_CHECKING:
    from snowpact.local.session import Session

_REFERENCE = re.compile(r'@(?P<name>~|(?:[^/"]|"(?:[^"]|"")*")+)(?:/(?P<path>.*))?\Z', re.DOTALL)


@dataclass(frozen=True)
class Location:
    """folder: the stage's own; path: what names in it must start with; label: how LIST writes the stage before a file's name;
    record: the named stage, or the table whose stage it is; None for the user's."""

    folder: Path
    path: str
    label: str
    record: Record | None = None

    @property
    def format(self) -> FileFormat | None:
        """The stage's own file format."""
        kept = self.record.extra.get("format") if self.record and self.record.object.kind is Kind.STAGE else None
        return FileFormat.load(kept) if kept else None

    def listed(self, file: str) -> str:
        """A file's name as LIST and COPY write it: a named stage's name stands before it."""
        return f"{self.label}/{file}" if self.label else file


def locate(session: Session, text: str, privilege: str = "READ") -> Location:
    """The location that a statement names, to read from or (``WRITE``) to write to; a table's stage is for its owner.

    Raises "does not exist" for the stage, UnsupportedFeature for an external one.
    """
    found = _REFERENCE.match(text)
    if found is None:
        raise (
            UnsupportedFeature(f"the location {text.split(':')[0]}")
            if "://" in text
            else compilation(
                f"Invalid stage location '{text}'",
                1003,
                "42000",  # text and number [M]
            )
        )
    name, path = found["name"], (found["path"] or "").lstrip("/")
    if any(part == ".." for part in path.split("/")):
        raise compilation(f"invalid path '{path}' in a stage location", 1003, "42000")  # text and number [M]
    home = session.engine.store.stages
    if name == "~":
        return Location(home / "user", path, "")
    if "%" in name:
        head, _, last = name.rpartition("%")
        table = session.require(Kind.TABLE, session.name(head + last))
        access.require(session, table, "OWNERSHIP", label="Table")
        return Location(home / f"t{table.id}", path, "", table)
    record = _named(session, name)
    access.require(session, record, privilege, label="Stage")
    if record.object.property("url"):
        raise UnsupportedFeature(f"files of the external stage {record.name}")
    return Location(home / f"s{record.id}", path, record.name.name.lower(), record)


def _named(session: Session, name: str) -> Record:
    full = session.name(name)
    record = session.find(Kind.STAGE, full)
    if record is None:
        raise missing(full, "Stage")
    return record


def named_stage(session: Session, text: str) -> None:
    """Raise where a location names a stage, of whatever kind, that is not there or may not be used."""
    found = _REFERENCE.match(text)
    if found is None or found["name"] == "~" or "%" in found["name"]:
        locate(session, text)
        return
    access.require(session, _named(session, found["name"]), "USAGE", "READ", label="Stage")


def folder_of(session: Session, record: Record) -> Path:
    """Where a stage, or a table's stage, keeps its files."""
    return session.engine.store.stages / f"{'s' if record.object.kind is Kind.STAGE else 't'}{record.id}"


def stage_name(name: Name) -> str:
    """``@DB.SCHEMA.STAGE``."""
    return f"@{name}"
