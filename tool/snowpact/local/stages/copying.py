"""COPY FILES: files of one stage into another (https://docs.snowflake.com/en/sql-reference/sql/copy-files)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.relation import query_of
from snowpact.local.stages.files import listed, place
from snowpact.local.stages.location import Location, locate
from snowpact.local.stages.transfers import read_known, read_location
from snowpact.model.catalog import Kind
from snowpact.model.errors import StatementError
from snowpact.sql.cursor import Cursor
from snowpact.sql.statements.options import Option

if TYPE_CHECKING:
    from pathlib import Path

    from snowpact.local.session import Session

_OPTIONS = {"FILES", "PATTERN", "DETAILED_OUTPUT"}


def copy_files(session: Session, cursor: Cursor) -> tuple[list[str], bool]:
    """Carry out what follows ``COPY FILES``: the targets' paths in the stage, and whether the answer lists them.

    Files of the same name are overwritten. Raises for a table's stage, and, without a query, for a user's.
    """
    cursor.expect("INTO")
    target = _stage(session, read_location(cursor), "WRITE")
    cursor.expect("FROM")
    if cursor.peek() == "(":
        query = cursor.group_text()
        options = read_known(cursor, {"DETAILED_OUTPUT"})
        pairs = _of_query(session, query)
    else:
        source = _stage(session, read_location(cursor), "READ")
        options = read_known(cursor, _OPTIONS)
        pairs = list(_of_stage(source, options))
    copied = [_copy(path, target, name) for path, name in pairs]
    return copied, options.get("DETAILED_OUTPUT", True) is not False


def _stage(session: Session, text: str, privilege: str) -> Location:
    location = locate(session, text, privilege)
    if location.record is None or location.record.object.kind is not Kind.STAGE:
        raise compilation("COPY FILES supports named stages only.", 2070, "42601")  # text and number [M]
    return location


def _of_stage(source: Location, options: dict[str, Option]) -> Iterator[tuple[Path, str]]:
    """Files and their names below the target's path. A file in FILES that is not there is left out, as the page says."""
    pattern = options.get("PATTERN")
    named = options.get("FILES")
    folder = source.path.rstrip("/") if source.at(source.path).is_dir() else source.path.rpartition("/")[0]
    for file in listed(source, None if pattern is None else str(pattern)):
        name = file.name.removeprefix(f"{folder}/") if folder else file.name
        if named is None or name in (named if isinstance(named, tuple) else (named,)):
            yield file.path, name


def _of_query(session: Session, text: str) -> list[tuple[Path, str]]:
    """Rows of ``existing_url[, new_filename]``; without a new name the file keeps its path in its stage."""
    query = query_of(session, text)
    if not 1 <= len(query.columns) <= 2:
        raise compilation("The query of COPY FILES must return one or two columns.", 2070, "42601")  # text and number [M]
    rows: Iterable[tuple[str, ...]] = session.duck.execute(query.sql).fetchall()
    return [_existing(session, *row) for row in rows]


def _existing(session: Session, url: str | None, name: str | None = None) -> tuple[Path, str]:
    location = locate(session, str(url))
    found = next((file for file in listed(location) if file.name == location.path), None)
    if found is None:
        raise StatementError(f"Remote file '{url}' was not found.", 100016, "02000")  # number [M]
    return found.path, name or found.name


def _copy(path: Path, target: Location, name: str) -> str:
    made = place(target, name, lambda part: shutil.copyfile(path, part))
    return made.name
