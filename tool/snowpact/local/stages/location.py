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
from snowpact.local.stages import external
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
    record: the named stage, or the table whose stage it is; None for the user's or a bare URL.
    base: what stands before a file's path in the folder in its name; None but for external locations, whose files are named from the
    bucket on (https://docs.snowflake.com/en/user-guide/querying-metadata) and only read."""

    folder: Path
    path: str
    label: str
    record: Record | None = None
    base: str | None = None

    @property
    def external(self) -> bool:
        return self.base is not None

    @property
    def key(self) -> str:
        """What a load's history knows the location by."""
        return self.label if self.external else self.folder.name

    def name_of(self, path: Path) -> str:
        """The name of a file of the folder."""
        return (self.base or "") + path.relative_to(self.folder).as_posix()

    def at(self, name: str) -> Path:
        """Where a name leads in the folder."""
        return self.folder / name.removeprefix(self.base or "")

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

    Raises "does not exist" for the stage, UnsupportedFeature for an external location that no folder stands for, or that is written to.
    """
    found = _REFERENCE.match(text)
    if found is None:
        if "://" in text:
            return _outside(session, text, "", None, privilege)
        raise compilation(f"Invalid stage location '{text}'", 1003, "42000")  # text and number [M]
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
    access.require(session, record, "USAGE" if record.object.property("url") else privilege, label="Stage")
    return of_stage(session, record, path, privilege)


def of_stage(session: Session, record: Record, path: str, privilege: str = "READ") -> Location:
    """A path in a named stage, without a question of who may."""
    if url := record.object.property("url"):
        return _outside(session, str(url), path, record, privilege)
    return Location(folder_of(session, record), path, record.name.name.lower(), record)


def _outside(session: Session, url: str, path: str, record: Record | None, privilege: str) -> Location:
    named = f"files of the external stage {record.name}" if record else f"the location {url.split(':')[0]}"
    if privilege == "WRITE":
        raise UnsupportedFeature(f"writing {named}")
    found = external.place(session.engine.locations, url)
    if found is None:
        raise UnsupportedFeature(named)
    return Location(found.folder, found.path + path, found.bucket, record, found.base)


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
