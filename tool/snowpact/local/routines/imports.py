"""IMPORTS = (…): files of stages that a Python routine may import or read.

They are copied into a folder of their own, from where the worker imports them; on an account that folder is what
``sys._xoptions['snowflake_import_directory']`` names
(https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-creating#reading-static-files-with-imports).
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from snowpact.local.errors import compilation
from snowpact.local.stages.files import Staged, listed
from snowpact.local.stages.location import locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from snowpact.local.session import Session


def files(session: Session, imports: Sequence[str]) -> list[Staged]:
    """The staged files, in their order. Raises StatementError for one that is not there."""
    found: list[Staged] = []
    for text in imports:
        location = locate(session, text)
        exact = [item for item in listed(location) if item.name == location.path]
        if not exact:
            raise compilation(f"Specified file '{text}' doesn't exist.", 393950, "22023")  # text and number [M]
        found += exact
    return found


class Folders:
    """Where one engine's routines find their imports: a folder for each set of contents."""

    def __init__(self) -> None:
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def of(self, session: Session, imports: Sequence[str]) -> str | None:
        """The folder with these files; None where a routine has none."""
        if not imports:
            return None
        if self._home is None:
            self._home = tempfile.TemporaryDirectory(prefix="snowpact-imports-")
        contents = {item.name.rpartition("/")[2]: item.path.read_bytes() for item in files(session, imports)}
        digest = hashlib.sha256(repr(sorted(contents.items())).encode()).hexdigest()[:32]
        folder = Path(self._home.name) / digest
        if not folder.exists():
            folder.mkdir()
            for name, data in contents.items():
                (folder / name).write_bytes(data)
        return str(folder)

    def close(self) -> None:
        if self._home is not None:
            self._home.cleanup()
