"""The project: ``snowpact.toml``, read and checked.

```toml
default_target = "local"

[targets.prod]
type = "snowflake"
connection = "prod"                            # an entry of connections.toml
databases = { ANALYTICS = "ANALYTICS_PROD" }   # where contracts' databases live on this target
vars = { warehouse = "TRANSFORM_WH" }

[targets.local]
type = "local"
locations = { "s3://landing" = "samples/landing" }   # folders that stand for what external stages point to

[pipelines.meetup]
migrations = "migrations/meetup"
contracts = "contracts/meetup"
after = ["raw"]                                # pipelines whose scripts run first
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from snowpact.model.errors import InputError, InputFault
from snowpact.model.names import Name, NameSyntaxError, fold

CONFIG = "snowpact.toml"
DEFAULT_LOCAL_PATH = ".snowpact/local"


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """A ``[targets.NAME]`` table. ``settings`` holds what only its type understands."""

    name: str
    type: str = "local"
    settings: Mapping[str, Any] = field(default_factory=dict)
    databases: Mapping[str, str] = field(default_factory=dict)
    vars: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A ``[pipelines.NAME]`` table; folders relative to the project, None where the pipeline has none of that sort."""

    name: str
    migrations: str | None
    contracts: str | None
    after: tuple[str, ...] = ()
    history: Name | None = None

    @property
    def ledger(self) -> Name:
        """Where its CHANGE_HISTORY stands."""
        return self.history or Name.of("SNOWPACT", fold(self.name.replace("-", "_")), "CHANGE_HISTORY")


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a ``snowpact.toml``. Pipelines are in the order in which their scripts run."""

    root: Path
    default_target: str
    targets: Mapping[str, TargetConfig]
    pipelines: tuple[Pipeline, ...]
    vars: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    waivers_from_base: bool = False

    def target(self, name: str | None) -> TargetConfig:
        """The named target, or the default. Raises InputError naming those there are."""
        wanted = name or self.default_target
        if wanted not in self.targets:
            raise InputError(f"there is no target {wanted!r} in {CONFIG}; there is {_listing(self.targets)}")
        return self.targets[wanted]

    def select(self, names: Iterable[str]) -> tuple[Pipeline, ...]:
        """The named pipelines in running order; all of them for no name. Raises InputError naming those there are."""
        wanted = tuple(names)
        known = {pipeline.name for pipeline in self.pipelines}
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise InputError(f"there is no pipeline {_listing(unknown)} in {CONFIG}; there is {_listing(sorted(known))}")
        return tuple(pipeline for pipeline in self.pipelines if not wanted or pipeline.name in wanted)


def _listing(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"


def load(folder: Path) -> Project:
    """Read the project in ``folder`` or the nearest folder above it that has a ``snowpact.toml``.

    Raises InputError with every fault of the file at once.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder")
    root = next((place for place in (folder.resolve(), *folder.resolve().parents) if (place / CONFIG).is_file()), None)
    if root is None:
        raise InputError(f"there is no {CONFIG} in {folder} or above it; `snowpact init` makes one")
    if not (root / CONFIG).resolve().is_relative_to(root):
        raise InputError(InputFault("is a link that leads out of the project", CONFIG))
    try:
        text = (root / CONFIG).read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(InputFault("is not UTF-8 text", CONFIG)) from error
    except RecursionError:
        raise InputError(InputFault("is nested too deeply to be read", CONFIG)) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(InputFault(f"is not TOML: {error}", CONFIG, _line_of(error))) from error
    return _Reader(root).project(document)


def _line_of(error: tomllib.TOMLDecodeError) -> int | None:
    words = str(error).replace(",", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words and words[words.index("line") + 1].isdigit() else None


_TABLE = dict[str, Any]
_TOP = {"default_target": str, "targets": dict, "pipelines": dict, "vars": dict, "drift": dict, "check": dict}
_PIPELINE = {"migrations": str, "contracts": str, "after": list, "history": str}
_TARGET = {"type": str, "databases": dict, "vars": dict}
_SETTINGS = {
    "local": {"path", "locations"},
    "snowflake": {
        "connection", "connections_file", "account", "user", "role", "warehouse", "database", "schema", "host", "port", "protocol",
        "authenticator", "private_key_file", "token_file_path", "query_tag", "workload_identity_provider",
    },
}  # fmt: skip


class _Reader:
    """Collects every fault before it gives up."""

    def __init__(self, root: Path):
        self.root = root
        self.faults: list[InputFault] = []

    def fault(self, path: str, message: str) -> None:
        self.faults.append(InputFault(message, CONFIG, json_path=path))

    def known(self, path: str, table: Any, shape: Mapping[str, type], more: Iterable[str] = ()) -> _TABLE:
        """The table's entries that are known and of the right type; the rest become faults."""
        if not isinstance(table, dict):
            self.fault(path, "must be a table")
            return {}
        kept: _TABLE = {}
        for key, value in table.items():
            if key not in shape and key not in more:
                self.fault(f"{path}.{key}", f"is not known here; known are {', '.join(sorted({*shape, *more}))}")
            elif key in shape and not isinstance(value, shape[key]):
                self.fault(f"{path}.{key}", f"must be a {_WORDS[shape[key]]}")
            else:
                kept[key] = value
        return kept

    def project(self, document: _TABLE) -> Project:
        top = self.known("$", document, _TOP)
        targets = {name: self.target(name, table) for name, table in top.get("targets", {}).items()}
        targets.setdefault("local", TargetConfig("local"))
        default = top.get("default_target", "local")
        if default not in targets:
            self.fault("$.default_target", f"names no target; there is {_listing(targets)}")
        pipelines = [self.pipeline(name, table) for name, table in top.get("pipelines", {}).items()] or self.discovered()
        ignore = self.known("$.drift", top.get("drift", {}), {"ignore": list}).get("ignore", [])
        self.texts("$.drift.ignore", enumerate(ignore))
        waivers = self.known("$.check", top.get("check", {}), {"waivers_from": str}).get("waivers_from", "head")
        if waivers not in ("head", "base"):
            self.fault("$.check.waivers_from", f"is {waivers!r}: expected 'head' or 'base'")
        ordered = self.ordered(pipelines)
        if self.faults:
            raise InputError(self.faults)
        return Project(self.root, default, targets, ordered, top.get("vars", {}), tuple(ignore), waivers == "base")

    def texts(self, path: str, entries: Iterable[tuple[Any, Any]]) -> None:
        """Every value must be a string."""
        for key, value in entries:
            if not isinstance(value, str):
                self.fault(f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}", "must be a string")

    def target(self, name: str, table: Any) -> TargetConfig:
        path = f"$.targets.{name}"
        kind = table.get("type", "local") if isinstance(table, dict) else "local"
        if kind not in _SETTINGS:
            self.fault(f"{path}.type", f"is {kind!r}; known are {_listing(_SETTINGS)}")
        kept = self.known(path, table, _TARGET, _SETTINGS.get(kind, ()))
        settings = {key: value for key, value in kept.items() if key not in _TARGET}
        self.texts(path, ((key, value) for key, value in settings.items() if key not in ("port", "locations")))
        self.locations(f"{path}.locations", settings.get("locations", {}))
        if not isinstance(settings.get("port", 0), int):
            self.fault(f"{path}.port", "must be a whole number")
        self.texts(f"{path}.databases", kept.get("databases", {}).items())
        databases = {fold(key): fold(str(value)) for key, value in kept.get("databases", {}).items()}
        return TargetConfig(name, kind, settings, databases, kept.get("vars", {}))

    def locations(self, path: str, table: Any) -> None:
        """URLs of external stages, each with the folder that stands for it."""
        for url, folder in self.known(path, table, {}, table if isinstance(table, dict) else ()).items():
            if "://" not in url:
                self.fault(f"{path}.{url}", "is no URL as an external stage has one: expected s3://bucket/path")
            elif not isinstance(folder, str) or not (self.root / folder).is_dir():
                self.fault(f"{path}.{url}", f"names no folder: {folder!r}")

    def pipeline(self, name: str, table: Any) -> Pipeline:
        path = f"$.pipelines.{name}"
        if not name.strip():
            self.fault(path, "a pipeline needs a name")
        kept = self.known(path, table, _PIPELINE)
        for key in ("migrations", "contracts"):
            if key in kept and not self.inside(kept[key]):
                self.fault(f"{path}.{key}", f"{kept[key]!r} leads out of the project")
        if not kept.get("migrations") and not kept.get("contracts"):
            self.fault(path, "needs `migrations`, `contracts` or both, each a folder of the project")
        self.texts(f"{path}.after", enumerate(kept.get("after", ())))
        history = None
        try:
            history = Name.parse(kept["history"]) if "history" in kept else None
        except NameSyntaxError as error:
            self.fault(f"{path}.history", str(error))
        if history is not None and len(history.parts) != 3:
            self.fault(f"{path}.history", "must be DATABASE.SCHEMA.TABLE")
        return Pipeline(name, kept.get("migrations"), kept.get("contracts"), tuple(kept.get("after", ())), history)

    def inside(self, folder: str) -> bool:
        return (self.root / folder).resolve().is_relative_to(self.root)

    def discovered(self) -> list[Pipeline]:
        """Without ``[pipelines]``, each folder below migrations/ and contracts/ is one."""
        folders = {
            item.name
            for parent in ("migrations", "contracts")
            if (self.root / parent).is_dir()
            for item in sorted((self.root / parent).iterdir())
            if item.is_dir() and not item.name.startswith((".", "_"))
        }

        def there(parent: str, name: str) -> str | None:
            return f"{parent}/{name}" if (self.root / parent / name).is_dir() else None

        return [Pipeline(name, there("migrations", name), there("contracts", name)) for name in sorted(folders)]

    def ordered(self, pipelines: list[Pipeline]) -> tuple[Pipeline, ...]:
        """In the order that ``after`` asks for, otherwise as written."""
        by_name = {pipeline.name: pipeline for pipeline in pipelines}
        for pipeline in pipelines:
            for other in pipeline.after:
                if isinstance(other, str) and other not in by_name:
                    self.fault(f"$.pipelines.{pipeline.name}.after", f"names no pipeline {other!r}")
        graph = {pipeline.name: [other for other in pipeline.after if other in by_name] for pipeline in pipelines}
        try:
            return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())
        except CycleError as error:
            self.fault("$.pipelines", f"wait for each other: {' → '.join(error.args[1])}")
            return tuple(pipelines)


_WORDS = {str: "string", dict: "table", list: "list"}
