"""Opening targets: the one place where the program is composed of its parts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snowpact.model.errors import InputError, InputFault
from snowpact.project import DEFAULT_LOCAL_PATH, Project, TargetConfig
from snowpact.targets.open import open_target as open_by_type
from snowpact.targets.protocol import Target

if TYPE_CHECKING:
    from snowpact.local.scheduler import Ran
    from snowpact.local.target import LocalTarget

@dataclass(frozen=True, slots=True)
class Span:
    """A time to be simulated, by its end or its length; start: None for where the last one ended."""

    start: datetime | None = None
    until: datetime | None = None
    length: timedelta = timedelta()


ENGINE_FILE = "snowflake.duckdb"
STAGES = f"{ENGINE_FILE}.stages"
"""Within the folder of a target of type local: the engine's file, and the files of its stages."""


def open_target(project: Project, config: TargetConfig) -> Target:
    """Open a target. Raises TargetUnreachable, Held or InputError."""
    return open_by_type(config.name, config.type, config.settings, project.root, {"local": _open_engine})


def _open_engine(name: str, settings: Mapping[str, Any], root: Path) -> Target:
    from snowpact.local.target import open_local as open_engine

    folder = root / settings.get("path", DEFAULT_LOCAL_PATH)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        shown = settings.get("path", DEFAULT_LOCAL_PATH)
        raise InputError(InputFault(f"can't be made a folder for target {name!r}: {error.strerror}", str(shown))) from error
    return open_engine(folder / ENGINE_FILE, name, {url: root / place for url, place in settings.get("locations", {}).items()})


def scratch() -> LocalTarget:
    """An empty throw-away engine."""
    from snowpact.local.target import open_local as open_engine

    return open_engine(None, "scratch")


def beside(scratch: LocalTarget) -> LocalTarget:
    """Another session of a throw-away engine; closing it leaves the engine open."""
    from snowpact.local.target import LocalTarget

    return LocalTarget(scratch.engine, "scratch", owned=False)


def local_config(project: Project, name: str | None) -> TargetConfig:
    """The named target of type local; without a name the default one if it is local, else the first that is."""
    if name is not None:
        config = project.target(name)
        if config.type != "local":
            raise InputError(f"target {name!r} is of type {config.type!r}; this command is for the embedded engine, type 'local'")
        return config
    candidates = [project.target(None), *project.targets.values()]
    found = next((config for config in candidates if config.type == "local"), None)
    if found is None:
        raise InputError("no target of snowpact.toml is of type 'local'")
    return found


def open_local(project: Project, name: str | None) -> Target:
    return open_target(project, local_config(project, name))


def serve_local(project: Project, name: str | None, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve a local target over HTTP until interrupted."""
    from snowpact.local.server import serve

    target = open_local(project, name)
    with target:
        serve(target.engine, host, port, ready)


def run_local(project: Project, name: str | None, span: Span | None, tell: Callable[[Ran], None]) -> Span | None:
    """Run a local target's schedules: of ``span`` on a simulated clock; without one on the machine's, until interrupted.

    The span that was simulated, where its start was not given: from where the last one ended, or from now.
    """
    from snowpact.local.clock import Clock, SimulatedClock
    from snowpact.local.scheduler import run, simulated_until

    with open_local(project, name) as target:
        now = Clock().now()
        start = span.start if span and span.start else max(now, (span and simulated_until(target.engine)) or now)
        until = span.until or start + span.length if span else None
        for ran in run(target.engine, SimulatedClock(start) if span else Clock(), start, until):
            tell(ran)
    return Span(start, until) if until is not None else None


def reset_local(project: Project, name: str | None) -> Path | None:
    """Remove a local target's files and nothing else of its folder; the folder, or None where there were none.

    Raises Held while a process has it open.
    """
    config = local_config(project, name)
    folder = project.root / config.settings.get("path", DEFAULT_LOCAL_PATH)
    if not (folder / ENGINE_FILE).exists():
        return None
    _refuse_held(project, config)
    for name_ in (ENGINE_FILE, f"{ENGINE_FILE}.wal"):
        (folder / name_).unlink(missing_ok=True)
    shutil.rmtree(folder / STAGES, ignore_errors=True)
    return folder


def _refuse_held(project: Project, config: TargetConfig) -> None:
    """Opening tells whether another process holds the file; a broken file may be removed all the same."""
    try:
        open_target(project, config).close()
    except InputError:
        return
