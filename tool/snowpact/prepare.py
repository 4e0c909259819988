"""From files to what a command works on: scripts rendered and split, contracts parsed.

Nothing is run and nothing connected to. All faults of all files are raised at once. Every pipeline is read, whichever is
asked for: all of them stand in one catalog, and a migration of one may break a promise of another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from snowpact.collector import seldom_during
from snowpact.configured import Rendering, configured
from snowpact.contracts.build import twice
from snowpact.contracts.contract import Contract
from snowpact.contracts.load import load as load_contracts
from snowpact.contracts.waivers import load_waivers
from snowpact.migrations.config import SchemachangeConfig
from snowpact.migrations.discover import discover
from snowpact.migrations.order import Ambiguity, ambiguities, order
from snowpact.migrations.render import Rendered, Renderer
from snowpact.migrations.script import Script
from snowpact.migrations.statements import ScriptStatement, statements
from snowpact.migrations.variables import merge
from snowpact.model.errors import InputError, InputFault
from snowpact.model.finding import Finding, Waiver
from snowpact.model.names import Name
from snowpact.project import Pipeline, Project, TargetConfig
from snowpact.rules.registry import registry

WAIVERS = "contracts/waivers.toml"


@dataclass(frozen=True, slots=True)
class PreparedScript:
    """A script with its text as the target will see it."""

    rendered: Rendered
    statements: tuple[ScriptStatement, ...]

    @property
    def script(self) -> Script:
        return self.rendered.script


@dataclass(frozen=True, slots=True)
class PreparedPipeline:
    """One pipeline's files. scripts are in running order: V by version, R, A. own: its ledger is snowpact's, not one named."""

    pipeline: Pipeline
    ledger: Name
    own: bool = True
    out_of_order: bool = False
    scripts: tuple[PreparedScript, ...] = ()
    contracts: tuple[Contract, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    redact: Callable[[str], str] = str

    @property
    def name(self) -> str:
        return self.pipeline.name

    def of(self, scripts: Iterable[Script]) -> list[PreparedScript]:
        """The prepared form of some of its scripts, in the order given."""
        known = {item.script: item for item in self.scripts}
        return [known[script] for script in scripts]


@dataclass(frozen=True)
class Prepared:
    """What the files say, pipelines in running order. selected are the names of those that were asked for; databases is where the
    target that was rendered for has the contracts' databases."""

    project: Project
    pipelines: tuple[PreparedPipeline, ...]
    selected: frozenset[str]
    waivers: tuple[Waiver, ...] = ()
    databases: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> tuple[PreparedPipeline, ...]:
        return tuple(item for item in self.pipelines if item.name in self.selected)

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return tuple(contract for item in self.pipelines for contract in item.contracts)

    def redact(self, text: str) -> str:
        """Without any secret of any pipeline's variables."""
        for item in self.pipelines:
            text = item.redact(text)
        return text

    def owner_of(self, finding: Finding) -> str | None:
        """The pipeline that a finding is about: its contract's, else that of the script to blame."""
        return self.pipeline_of(finding.contract) or self._blamed(finding)

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about a pipeline that was asked for, or about none: its contract's, or that of the script to blame, which
        may break another's promise."""
        about = {self.owner_of(finding), self._blamed(finding)}
        return about == {None} or not about.isdisjoint(self.selected)

    def _blamed(self, finding: Finding) -> str | None:
        return self._owners.get(finding.source.file) if finding.source is not None else None

    def pipeline_of(self, contract: str | None) -> str | None:
        """The pipeline that a contract's path belongs to."""
        return self._contractors.get(contract) if contract is not None else None

    @cached_property
    def _contractors(self) -> dict[str, str]:
        return {contract.path: item.name for item in reversed(self.pipelines) for contract in item.contracts}

    @cached_property
    def _owners(self) -> dict[str, str]:
        return {script.script.path: item.name for item in reversed(self.pipelines) for script in item.scripts}


@seldom_during()
def prepare(
    project: Project, selected: Collection[Pipeline], target: TargetConfig, rendering: Rendering, allow_empty: bool = False
) -> Prepared:
    """Read every pipeline with ``target``'s variables. Raises InputError with all faults of all files."""
    faults: list[InputFault] = []
    found: list[PreparedPipeline] = []
    for pipeline in project.pipelines:
        item = _Collector(project, pipeline, target, rendering, faults).prepared()
        if item is not None:
            found.append(item)
    waivers = _waivers(project, faults)
    prepared = Prepared(project, tuple(found), frozenset(pipeline.name for pipeline in selected), waivers, target.databases)
    faults.extend(_contracted_twice(found))
    if faults:
        raise InputError(faults)
    if not allow_empty:
        _refuse_empty(prepared)
    return prepared


def _waivers(project: Project, faults: list[InputFault]) -> tuple[Waiver, ...]:
    try:
        waivers = load_waivers(project.root / WAIVERS, project.root)
    except InputError as error:
        faults.extend(error.faults)
        return ()
    known = registry()
    for waiver in waivers:
        if waiver.rule not in known and waiver.source:
            message = f"there is no rule {waiver.rule!r}; `snowpact rules` lists them all"
            faults.append(InputFault(message, waiver.source.file, waiver.source.line))
    return waivers


def _contracted_twice(pipelines: Iterable[PreparedPipeline]) -> list[InputFault]:
    contracts = [contract for item in pipelines for contract in item.contracts]
    reported = {id(second) for item in pipelines for _, second in twice(list(item.contracts))}
    return [
        InputFault(f"a second contract for {second.name}: {first.path} is one already", second.path, second.line_of("$.name"), "$.name")
        for first, second in twice(contracts)
        if id(second) not in reported
    ]


def _refuse_empty(prepared: Prepared) -> None:
    if not prepared.pipelines:
        raise InputError("there is no pipeline: make migrations/<pipeline>/ and contracts/<pipeline>/, or pass --allow-empty")
    if not any(item.scripts for item in prepared.chosen):
        raise InputError("there is no migration script in any chosen pipeline; pass --allow-empty if that is meant")
    if not any(item.contracts for item in prepared.chosen):
        raise InputError("there is no contract in any chosen pipeline; pass --allow-empty if that is meant")


class _Collector:
    """Reads one pipeline; what is wrong goes to ``faults``."""

    def __init__(self, project: Project, pipeline: Pipeline, target: TargetConfig, rendering: Rendering, faults: list[InputFault]):
        self.project, self.pipeline, self.target, self.rendering, self.faults = project, pipeline, target, rendering, faults

    def prepared(self) -> PreparedPipeline | None:
        """The pipeline, as far as it could be read; None where even its configuration could not."""
        contracts = self._contracts()
        if self.pipeline.migrations is None:
            return PreparedPipeline(self.pipeline, self.pipeline.ledger, contracts=contracts)
        try:
            config = configured(self.project, self.pipeline, self.rendering)
            variables = merge(self.rendering.variables, os.environ, self.target.vars, self.project.vars, config.vars)
            scripts = order(
                discover(Path(self.pipeline.migrations), self.project.root, self.pipeline.name, config.version_number_validation_regex)
            )
            with self._renderer(config, variables.values, variables.redact) as renderer:
                prepared = self._scripts(renderer, scripts)
                redact = renderer.redact
        except InputError as error:
            self.faults.extend(error.faults)
            return PreparedPipeline(self.pipeline, self.pipeline.ledger, contracts=contracts)
        history = self.pipeline.history or config.history
        return PreparedPipeline(
            self.pipeline,
            history or self.pipeline.ledger,
            own=history is None,
            out_of_order=bool(config.out_of_order),
            scripts=prepared,
            contracts=contracts,
            ambiguities=tuple(ambiguities(scripts)),
            redact=redact,
        )

    def _contracts(self) -> tuple[Contract, ...]:
        if self.pipeline.contracts is None:
            return ()
        try:
            return tuple(load_contracts(self.project.root / self.pipeline.contracts, self.project.root))
        except InputError as error:
            self.faults.extend(error.faults)
            return ()

    def _renderer(self, config: SchemachangeConfig, variables: dict, redact: Callable[[str], str]) -> Renderer:
        modules = Path(config.modules_folder) if config.modules_folder else None
        return Renderer(
            self.project.root,
            Path(self.pipeline.migrations or "."),
            modules,
            variables,
            live=self.rendering.live,
            allowed_env=self.rendering.allowed_env,
            redact=redact,
        )

    def _scripts(self, renderer: Renderer, scripts: list[Script]) -> tuple[PreparedScript, ...]:
        try:
            rendered = renderer.render_all(scripts)
        except InputError as error:
            self.faults.extend(error.faults)
            rendered = []
        prepared = []
        for item in rendered:
            try:
                prepared.append(PreparedScript(item, tuple(statements(item))))
            except InputError as error:
                self.faults.extend(error.faults)
        return tuple(prepared)
