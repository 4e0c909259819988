"""Contracts in the words of the rules: rules know no contract files, so whoever judges hands them Promises."""

from __future__ import annotations

from collections.abc import Iterable

from snowpact.contracts.contract import Contract, Deprecated
from snowpact.contracts.quality import Unique
from snowpact.rules.context import Promise


def promises(contracts: Iterable[Contract]) -> list[Promise]:
    return [_promise(contract) for contract in contracts]


def _promise(contract: Contract) -> Promise:
    deprecated = {None: contract.deprecated, **{item.column.name: item.deprecated for item in contract.fields}}
    return Promise(
        name=contract.name,
        contract=contract.path,
        version=contract.version,
        kind=contract.kind,
        closed=contract.closed,
        mode=str(contract.compatibility),
        owner=contract.owner,
        consumers=contract.consumers,
        freshness=contract.freshness.target_lag if contract.freshness else None,
        deprecated={column: _way_out(found) for column, found in deprecated.items() if found is not None},
        aliases={item.column.name: item.aliases for item in contract.fields if item.aliases},
        verified=tuple(frozenset(rule.columns) for rule in contract.checks() if isinstance(rule, Unique)),
        places=contract.places(),
    )


def _way_out(deprecated: Deprecated) -> str:
    parts = [
        deprecated.since and f"since {deprecated.since}",
        deprecated.remove_after and f"until {deprecated.remove_after}",
        deprecated.use and f"use {deprecated.use}",
    ]
    return ", ".join(part for part in parts if part)
