"""The cache: answers that were worked out before, by the digest of all they depend on. It may vanish at any time.

It lies in the user's cache folder and never in a checkout, which may be a stranger's and may be committed. An entry is JSON under the
SHA-256 of its own content and key: what is cut off, damaged or moved is no entry. A key is a digest of content alone, so nobody can put
an answer under another's key without knowing that other's files, and writing as that user. Entries are written aside and moved into
place, so that runs at the same time see whole ones.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

VARIABLE = "SNOWPACT_CACHE_DIR"
MOST_BYTES = 256 << 20
MOST_BYTES_OF_ONE = 32 << 20


class Cache:
    """Entries in one folder. What can't be read or written is as good as not there: a cache never makes a command fail."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES):
        self.folder, self.most_bytes = folder, most_bytes

    def get(self, key: str) -> Any | None:
        """What was put there under the key; None for nothing, or nothing sound."""
        path = self._path(key)
        try:
            if path.lstat().st_size > MOST_BYTES_OF_ONE:
                return None
            seal, _, body = path.read_bytes().partition(b"\n")
            if seal != _seal(key, body):
                return None
            value = json.loads(body)
            os.utime(path)  # the oldest go first
        except (OSError, ValueError, RecursionError):
            return None
        return value

    def put(self, key: str, value: Any) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) > min(MOST_BYTES_OF_ONE, self.most_bytes):
            return
        with suppress(OSError):  # a full disk, a read-only home: then it is worked out again next time
            self._write(self._path(key), _seal(key, body) + b"\n" + body)
            self._bound()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _write(self, path: Path, data: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _private(self.folder):
            return
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise

    def _bound(self) -> None:
        """Remove the entries used longest ago while all of them together are too large, and what killed runs left half written."""
        files = sorted(self._files(), key=lambda file: file[1].st_mtime)
        size = sum(found.st_size for _, found in files)
        for path, found in files:
            if size <= self.most_bytes:
                return
            with suppress(FileNotFoundError):  # another run was faster
                os.unlink(path)
            size -= found.st_size

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.name.endswith((".json", ".part")):
                        yield entry.path, entry.stat(follow_symlinks=False)


def _seal(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\n" + body).hexdigest().encode()


def _private(folder: Path) -> bool:
    """Whether the folder is the user's own and nobody else may write into it."""
    found = folder.stat()
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def user_cache(project: Path, environ: Mapping[str, str] = os.environ) -> Cache | None:
    """The user's cache; None where there is no place for one outside the project, or the place is not the user's alone."""
    folder = _folder(environ)
    if folder is None or not folder.is_absolute():
        return None
    with suppress(OSError):
        real = Path(os.path.realpath(folder))
        if not real.is_relative_to(os.path.realpath(project)) and (not real.exists() or _private(real)):
            return Cache(real)
    return None


def _folder(environ: Mapping[str, str]) -> Path | None:
    """By the platform's custom; https://specifications.freedesktop.org/basedir-spec: a relative path is to be ignored."""
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    if environ.get("XDG_CACHE_HOME"):
        return Path(environ["XDG_CACHE_HOME"], "snowpact")
    home = environ.get("HOME")
    if not home:
        return None
    return Path(home, "Library", "Caches", "snowpact") if sys.platform == "darwin" else Path(home, ".cache", "snowpact")
