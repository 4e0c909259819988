"""What was promised before: the contracts at the base of a change, and every version on the way there.

The base is where HEAD parted from REF (their merge base): what REF gained since is not this change's doing. Transitive modes also look
at the versions before the base's: the last content of each ``pact.version`` of an identity on the base's first-parent history, which
is what main itself held, back to the base's major version.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import dirname, normpath
from typing import Any

from snowpact.contracts.contract import Contract
from snowpact.contracts.git import Entry, Repository
from snowpact.contracts.load import read
from snowpact.contracts.waivers import read_waivers
from snowpact.model.errors import InputError
from snowpact.model.finding import Waiver
from snowpact.model.names import Name
from snowpact.model.version import Version

SUFFIX = ".avsc"
CONFIG = "snowpact.toml"


@dataclass(frozen=True)
class Base:
    """A commit as this project's past.

    contracts are those that can be read, unreadable the paths of the others: what they promised nobody can say. files are all paths
    of the project then. waivers_from_base: its configuration says that only waivers of the base count, which a change can't lift for
    itself. versions holds, by identity, the earlier contracts of transitive modes, newest first.
    """

    commit: str
    contracts: tuple[Contract, ...] = ()
    unreadable: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    files: frozenset[str] = frozenset()
    waivers_from_base: bool = False
    versions: Mapping[Name, tuple[Contract, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """base: where HEAD parted from REF. tip: REF as it is now, against which numbers may not collide."""

    ref: str
    base: Base
    tip: Base


def past(project: Path, ref: str, folders: Sequence[str], waivers: str) -> Past:
    """The past of the contracts in ``folders`` and in those that the base's own configuration names. Raises InputError."""
    folders = [normpath(folder) for folder in folders]
    repository = Repository(project)
    tip = repository.commit(ref)
    base = repository.merge_base(tip)
    read_base = _base(repository, base, folders, waivers)
    versions = dict(_versions(repository, base, folders, read_base.contracts))
    told = replace(read_base, versions=versions)
    return Past(ref, told, told if tip == base else _base(repository, tip, folders, waivers))


def _base(repository: Repository, commit: str, folders: Sequence[str], waivers: str) -> Base:
    entries = repository.entries(commit)
    by_path = {entry.path: entry for entry in entries}
    settings = _settings(repository, by_path.get(CONFIG))
    homes = (*folders, *_folders_then(settings))
    files = [entry for entry in entries if _is_contract(entry.path, homes)]
    contents = repository.contents([*files, *(by_path[path] for path in (waivers,) if path in by_path)])
    contracts, unreadable = [], []
    for entry in files:
        found = _contract(contents.get(entry), entry.path)
        if found is None:
            unreadable.append(entry.path)
        else:
            contracts.append(found)
    raw = contents.get(by_path[waivers]) if waivers in by_path else None
    try:
        waived = read_waivers(raw, waivers) if raw is not None else ()
    except InputError:
        waived, unreadable = (), [*unreadable, waivers]
    check = settings.get("check")
    only_base = isinstance(check, dict) and check.get("waivers_from") == "base"
    return Base(commit, tuple(contracts), tuple(unreadable), waived, frozenset(by_path), only_base)


def _settings(repository: Repository, config: Entry | None) -> dict[str, Any]:
    """The project's configuration at the time; nothing where it could not be read."""
    try:
        return tomllib.loads(repository.contents([config])[config].decode()) if config is not None else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError):
        return {}


def _folders_then(settings: dict[str, Any]) -> list[str]:
    """The contracts folders that the project named at the time; a pipeline that is gone had promises too."""
    tables = settings.get("pipelines")
    if not settings or not isinstance(tables, dict) or not tables:
        return ["contracts"] if settings else []
    named = [table.get("contracts") for table in tables.values() if isinstance(table, dict)]
    return [normpath(folder) for folder in named if isinstance(folder, str)]


def _is_contract(path: str, folders: Iterable[str]) -> bool:
    return path.endswith(SUFFIX) and any(folder == "." or path.startswith(f"{folder}/") for folder in folders)


def _contract(raw: bytes | None, path: str) -> Contract | None:
    try:
        return read(raw, path) if raw is not None else None
    except InputError:
        return None


def _versions(
    repository: Repository, base: str, folders: Sequence[str], contracts: Iterable[Contract]
) -> Iterator[tuple[Name, tuple[Contract, ...]]]:
    """The earlier versions of every contract in a transitive mode."""
    wanted = {contract.name: contract for contract in contracts if contract.compatibility.transitive}
    homes = sorted({*folders, *(dirname(contract.path) or "." for contract in wanted.values())})
    if not wanted:
        return
    entries = [entry for _, found in repository.changes(base, homes) for entry in found if entry.path.endswith(SUFFIX)]
    contents = repository.contents(entries)
    seen = {name: {Version.of(contract.version): contract} for name, contract in wanted.items()}
    hints = _hints(wanted.values())
    for entry in entries:
        raw = contents.get(entry)
        if raw is None or not _may_be_earlier(raw, hints, seen):
            continue
        found = _contract(raw, entry.path)
        if found is not None and found.name in seen and Version.of(found.version).major == Version.of(wanted[found.name].version).major:
            seen[found.name].setdefault(Version.of(found.version), found)
    for name, versions in seen.items():
        yield name, tuple(versions[version] for version in sorted(versions, reverse=True) if versions[version] is not wanted[name])


Hint = tuple[Any, ...]


def _hint(value: Any) -> Hint:
    """What names a contract, as written: enough to tell most files of no interest apart without reading them in full."""
    pact = value.get("pact") if isinstance(value, dict) else None
    return (str(value.get("namespace")), str(value.get("name")), str(pact.get("object"))) if isinstance(pact, dict) else ()


def _hints(contracts: Iterable[Contract]) -> dict[Hint, Name]:
    return {_hint(contract.schema): contract.name for contract in contracts}


def _may_be_earlier(raw: bytes, hints: Mapping[Hint, Name], seen: Mapping[Name, Mapping[Version, Contract]]) -> bool:
    """Whether a full reading may bring a version not seen yet."""
    try:
        value = json.loads(raw)
        name = hints.get(_hint(value))
        return name is None or Version.of(value["pact"]["version"]) not in seen[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
