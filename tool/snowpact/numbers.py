"""Versions against REF's tip: a number that somebody else took meanwhile, and one that comes too late.

A branch may be sound by itself and still collide with what REF gained since it parted: two migrations of one version, a migration
below one that is merged already, two contents of a contract under one version.
"""

from __future__ import annotations

from collections.abc import Iterator

from snowpact.contracts.contract import Contract
from snowpact.contracts.history import Past
from snowpact.migrations.discover import BadName, parse_name
from snowpact.migrations.order import version_key
from snowpact.migrations.script import Script
from snowpact.model.finding import Comparison, Finding
from snowpact.model.source import Source
from snowpact.model.version import Version
from snowpact.prepare import Prepared, PreparedPipeline
from snowpact.rules import late_version, version_bump_too_small


def taken(prepared: Prepared, past: Past) -> Iterator[Finding]:
    """Every script and contract of the work tree whose number REF has no room for."""
    for item in prepared.pipelines:
        yield from _scripts(item, past)
    yield from _contracts(prepared.contracts, past)


def _scripts(item: PreparedPipeline, past: Past) -> Iterator[Finding]:
    folder = item.pipeline.migrations
    if folder is None:
        return
    known = {script.name: script for script in _at(past.tip.files, folder, item.name)}
    highest = max((script.version for script in known.values()), key=version_key, default=None)
    versions = {script.version: script for script in known.values()}
    for prepared in item.scripts:
        script = prepared.script
        if script.kind != "V" or script.name in known or script.path in past.base.files:
            continue
        if script.version in versions:
            yield late_version.taken(script.version, versions[script.version].path, past.ref, Source(script.path, 1, 1))
        elif highest is not None and not item.out_of_order and version_key(script.version) < version_key(highest):
            yield late_version.finding(script.version, highest, Source(script.path, 1, 1), merged=past.ref)


def _at(files: frozenset[str], folder: str, pipeline: str) -> Iterator[Script]:
    for path in files:
        if path.startswith(f"{folder.rstrip('/')}/"):
            try:
                script = parse_name(path.rpartition("/")[2], path, pipeline)
            except BadName:  # whoever merged it has heard of it
                continue
            if script is not None and script.kind == "V":
                yield script


def _contracts(contracts: tuple[Contract, ...], past: Past) -> Iterator[Finding]:
    """Only what both sides changed since they parted: what one of them changed is judged without this."""
    base, tip = ({contract.name: contract for contract in side.contracts} for side in (past.base, past.tip))
    for contract in contracts:
        theirs, before = tip.get(contract.name), base.get(contract.name)
        if theirs is None or theirs.digest == contract.digest or before is theirs:
            continue
        if before is not None and before.digest in (theirs.digest, contract.digest):
            continue
        if Version.of(contract.version) <= Version.of(theirs.version):
            yield _behind(contract, theirs, past.ref)


def _behind(contract: Contract, theirs: Contract, ref: str) -> Finding:
    return Finding(
        rule=version_bump_too_small.ID,
        severity=version_bump_too_small.SEVERITY.of(Comparison.EVOLUTION),
        comparison=Comparison.EVOLUTION,
        message=f"{contract.name} is version {contract.version} here, and {ref} has another {theirs.version} already",
        object=contract.name,
        source=contract.source("$.pact.version"),
        contract=contract.path,
        version=contract.version,
        consumers=contract.consumers,
        suggestion=f"bring this branch up to {ref}, and take the version after {theirs.version}",
    )
