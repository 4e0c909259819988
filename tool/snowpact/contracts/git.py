"""Reading a git repository that may be a stranger's: real git, as data only.

Plumbing commands alone, without a shell, a pager, hooks, replaced objects, or the network; nothing that the repository's own
configuration names is run (https://git-scm.com/docs/git-config: core.fsmonitor, core.hooksPath, core.sshCommand, log.showSignature
and their like). A name that a user gives goes through ``rev-parse --verify --end-of-options``, so that none can be an option.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from snowpact.contracts.files import MOST_BYTES
from snowpact.model.errors import InputError

_OPTIONS = ("--no-pager", "--no-replace-objects", "--literal-pathspecs", *(part for option in (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.untrackedCache=false", "core.quotePath=false",
    "core.alternateRefsCommand=", "core.sshCommand=false", "credential.helper=", "safe.bareRepository=explicit",
) for part in ("-c", option)))  # fmt: skip
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_PAGER": "",
    "LC_ALL": "C",
}
_KEPT = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH")
"""Of the environment's own GIT_ variables: what whoever runs us trusts, such as safe.directory. GIT_DIR and its kin, which a hook
sets, would lead elsewhere."""
_SHALLOW = "this is a shallow clone, which does not hold the base: fetch the whole history (with actions/checkout, `fetch-depth: 0`)"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit: its path in the project and the object that holds its content."""

    path: str
    object: str


class Repository:
    """The git repository around a project. Paths are relative to the project. Raises InputError for all that is wrong."""

    def __init__(self, project: Path):
        self.project = project
        try:
            prefix = self._git("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape")
        except GitError as error:
            what = str(error) if "dubious" in str(error) else f"{project} is in no git repository"
            raise InputError(f"a base is a commit of a git repository: {what}") from None
        self.prefix = prefix.rstrip("\n")

    def commit(self, ref: str) -> str:
        """The commit that a branch, tag or any other name of one stands for."""
        if not ref.strip() or "\0" in ref:
            raise InputError("--base needs the name of a branch, tag or commit")
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
        except GitError:
            if self.shallow:
                raise InputError(f"--base {ref!r}: {_SHALLOW}") from None
            raise InputError(f"--base {ref!r} names no commit here: fetch it first, as in `git fetch origin main`") from None

    @property
    def shallow(self) -> bool:
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def merge_base(self, tip: str, head: str = "HEAD") -> str:
        """Where the two parted: the change set of a check is what came after."""
        if self.shallow:
            raise InputError(_SHALLOW)
        try:
            here = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{head}^{{commit}}").decode().strip()
        except GitError:
            raise InputError("--base: nothing is committed here yet") from None
        try:
            return self._git("merge-base", tip, here).decode().split()[0]
        except GitError:
            raise InputError(f"{tip[:12]} and {head} have no commit in common: there is no base to compare with") from None

    def entries(self, commit: str) -> list[Entry]:
        """Every file that the project had at a commit."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *([self.prefix] if self.prefix else []))
        return [entry for record in listed.split(b"\0") if record and (entry := self._entry(*record.split(b"\t", 1)))]

    def changes(self, tip: str, folders: Sequence[str]) -> Iterator[tuple[str, list[Entry]]]:
        """The first-parent history of ``tip``, newest first: each commit that touched the folders, with the files it left there."""
        listed = self._git("rev-list", "--first-parent", "--parents", tip, "--", *folders).decode().splitlines()
        pairs = "".join(" ".join(line.split()[:2]) + "\n" for line in listed)
        found = self._git("diff-tree", "--stdin", "-r", "-z", "--root", "--no-renames", "--", *folders, stdin=pairs.encode())
        commit, entries, fields = "", [], iter(found.split(b"\0"))
        for item in fields:
            if not item.startswith(b":"):
                if entries:
                    yield commit, entries
                commit, entries = item.decode().strip(), []
                continue
            _, mode, _, object_, status = item.split(b" ")
            entry = self._entry(b" ".join((mode, b"blob", object_)), next(fields))
            if entry is not None and status != b"D":
                entries.append(entry)
        if entries:
            yield commit, entries

    def export(self, commit: str, folder: Path) -> None:
        """Write the project's files at a commit into ``folder``: plain files, whatever the repository's attributes ask for."""
        for entry, content in self.contents(self.entries(commit)).items():
            path = folder / entry.path
            if not Path(os.path.normpath(path)).is_relative_to(folder) or "\0" in entry.path:
                raise InputError(f"{commit[:12]} holds a file that leads out of the project: {entry.path!r}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def contents(self, entries: Iterable[Entry]) -> Mapping[Entry, bytes]:
        """The bytes of each file; one that is larger than any of ours may be is left out."""
        wanted = list(dict.fromkeys(entries))
        sizes = self._git("cat-file", "--batch-check=%(objectsize)", stdin=_lines(wanted)).split(b"\n")
        small = [entry for entry, size in zip(wanted, sizes, strict=False) if size.isdigit() and int(size) <= MOST_BYTES]
        found, at, contents = self._git("cat-file", "--batch", stdin=_lines(small)), 0, {}
        for entry in small:
            end = found.index(b"\n", at)
            size = int(found[at:end].rsplit(b" ", 1)[1])
            contents[entry] = found[end + 1 : end + 1 + size]
            at = end + size + 2
        return contents

    def _entry(self, head: bytes, path: bytes) -> Entry | None:
        """None for what is no regular file of the project: a link's content is a path, a submodule's is another repository."""
        mode, _, object_ = head.split(b" ")
        name = path.decode("utf-8", "surrogateescape")
        if not mode.startswith(b"100") or not name.startswith(self.prefix):
            return None
        return Entry(name[len(self.prefix) :], object_.decode())

    def _git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(_KEPT)}
        try:
            ran = subprocess.run(
                ["git", *_OPTIONS, *arguments],
                cwd=self.project,
                env={**kept, **_ENVIRONMENT},
                input=stdin,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise InputError("--base needs git, and there is no such program here") from None
        if ran.returncode:
            raise GitError(ran.stderr.decode("utf-8", "replace").strip())
        return ran.stdout


class GitError(InputError):
    """git refused; the message is its own."""


def _lines(entries: Iterable[Entry]) -> bytes:
    return "".join(f"{entry.object}\n" for entry in entries).encode()
