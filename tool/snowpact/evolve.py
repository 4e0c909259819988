"""declared(base) → declared(head): what a change of contracts does to those who were promised something, since REF.

Two verdicts: SQL's, by the rules, which decides; and Avro's (``wire``). Transitive modes judge the new version against the earlier
ones too. What the base itself would be blamed for is not this change's doing: it is told, and not introduced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from snowpact.contracts.contract import Contract
from snowpact.contracts.declare import declared
from snowpact.contracts.history import Base, Past, past
from snowpact.gate import Decision, decide, evolution
from snowpact.model.finding import Finding, Severity, Waiver
from snowpact.model.names import Name
from snowpact.model.version import Version
from snowpact.numbers import taken
from snowpact.prepare import WAIVERS, Prepared
from snowpact.project import Project
from snowpact.promised import promises
from snowpact.rules import waiver_expired, waiver_introduced, waiver_unused
from snowpact.rules.registry import registry
from snowpact.wire import avro_findings

CONTRACT_FILE = frozenset({"contract-removed", "mode-loosened-with-break", "version-bump-too-small", "removed-before-sunset"})


@dataclass(frozen=True)
class Evolved:
    """What is to be said of the changes since REF. waivers are those that count."""

    past: Past
    findings: tuple[Finding, ...]
    waivers: tuple[Waiver, ...]

    @property
    def summary(self) -> dict:
        base = self.past.base
        return {"ref": self.past.ref, "commit": base.commit, "contracts": len(base.contracts), "unreadable": list(base.unreadable)}


def evolve(prepared: Prepared, ref: str, as_of: date | None = None) -> Evolved:
    """Judge the contracts in the work tree by what was promised where HEAD parted from ``ref``. Raises InputError."""
    project = prepared.project
    folders = [pipeline.contracts for pipeline in project.pipelines if pipeline.contracts]
    found = past(project.root, ref, folders, WAIVERS)
    base = one_each(found.base.contracts)
    judged = [*contracts_evolved(base, prepared.contracts, found.base, as_of), *taken(prepared, found)]
    waivers = counting(project, found, prepared.waivers)
    known = set(found.base.waivers)
    judged += [waiver_introduced.finding(waiver, counts=waiver in waivers) for waiver in prepared.waivers if waiver not in known]
    return Evolved(found, tuple(_of_chosen(prepared, judged)), waivers)


def counting(project: Project, found: Past, waivers: tuple[Waiver, ...]) -> tuple[Waiver, ...]:
    """The waivers that cover anything: all, or with ``waivers_from = "base"`` those that stood there, as they stood. That the base
    says so is enough: a change can't lift the rule for itself."""
    if not (project.waivers_from_base or found.base.waivers_from_base):
        return waivers
    return tuple(waiver for waiver in waivers if waiver in set(found.base.waivers))


def contracts_evolved(base: Sequence[Contract], head: Sequence[Contract], before: Base, as_of: date | None = None) -> list[Finding]:
    """Both verdicts about base → head, and about the earlier versions that transitive modes protect."""
    old, new = promises(base), promises(head)
    catalogs = declared(base), declared(head)
    direct = evolution(*catalogs, old, new, as_of, also=_avro(base, head))
    standing = {finding.identity for finding in evolution(catalogs[0], catalogs[0], old, old, as_of)}
    found = [_told(finding, standing) for finding in direct]
    known = {finding.identity for finding in found}
    by_name = {contract.name: contract for contract in head}
    for contract in base:
        successor = by_name.get(contract.name)
        if successor is not None and contract.compatibility.transitive and _same_major(contract, successor):
            for version in before.versions.get(contract.name, ()):
                more = [finding for finding in _since(version, contract, successor) if finding.identity not in known]
                known.update(finding.identity for finding in more)
                found += more
    return found


def _since(version: Contract, base: Contract, head: Contract) -> Iterator[Finding]:
    """What breaks the promise of an earlier version, by the mode that the base has; what the base broke already is not introduced."""
    version = replace(version, compatibility=base.compatibility, path=base.path)

    def broken(now: Contract) -> list[Finding]:
        pair = ([version], [now])
        own = evolution(*map(declared, pair), *map(promises, pair), earlier=True)
        return [*own, *_avro(*pair)]

    standing = {finding.identity for finding in broken(base)}
    for finding in broken(head):
        if finding.object is not None:
            yield _told(replace(finding, message=f"{finding.message}, as version {version.version} promised"), standing)


def _told(finding: Finding, standing: set[tuple]) -> Finding:
    there = finding.identity in standing and finding.rule not in CONTRACT_FILE
    return replace(finding.lowered(Severity.WARNING), introduced=False) if there else finding


def _same_major(one: Contract, other: Contract) -> bool:
    return Version.of(one.version).major == Version.of(other.version).major


def _avro(base: Sequence[Contract], head: Sequence[Contract]) -> list[Finding]:
    """Contracts of one identity, else of one file: an object that is renamed is the same promise."""
    by_name, by_path = {contract.name: contract for contract in head}, {contract.path: contract for contract in head}
    found: list[Finding] = []
    for contract in base:
        successor = by_name.get(contract.name) or by_path.get(contract.path)
        if successor is not None:
            (before,), (now,) = promises([contract]), promises([successor])
            found += avro_findings(contract, successor, before, now)
    return found


def one_each(contracts: Iterable[Contract]) -> tuple[Contract, ...]:
    """The first contract of each object: at a base, a second one can't be refused any more."""
    first: dict[Name, Contract] = {}
    for contract in contracts:
        first.setdefault(contract.name, contract)
    return tuple(first.values())


def _of_chosen(prepared: Prepared, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of the pipelines that were asked for; a contract that is gone belongs to the pipeline in whose folder it stood."""
    homes = {item.name: item.pipeline.contracts for item in prepared.pipelines if item.pipeline.contracts}
    for finding in findings:
        owner = prepared.owner_of(finding)
        if owner is None and finding.contract:
            owner = next((name for name, home in homes.items() if finding.contract.startswith(f"{home.rstrip('/')}/")), None)
        if owner is None or owner in prepared.selected:
            yield finding


def decided(
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    fail_on: Severity = Severity.ERROR,
    as_of: date | None = None,
    whole: bool = False,
) -> Decision:
    """The decision, with what is to be said of the waivers themselves. whole: all that a check may see was looked at, so that a
    waiver that covers nothing can be called unused."""
    found = list(findings)
    decision = decide(found, fail_on, waivers, as_of=as_of)
    own = [waiver_expired.finding(waiver) for waiver in decision.expired]
    if whole:
        rules = registry()
        own += [waiver_unused.finding(one) for one in decision.unused if one not in decision.expired and _judged_here(rules.get(one.rule))]
    return decide([*found, *own], fail_on, waivers, as_of=as_of) if own else decision


def _judged_here(rule) -> bool:
    """A check sees no drift."""
    return rule is not None and bool(rule.severity.evolution or rule.severity.satisfaction)
