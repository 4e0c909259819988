"""Contracts in the words of the rules: rules know no contract files, so whoever judges hands them Promises."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from snowpact.contracts.contract import Contract, Deprecated
from snowpact.contracts.quality import Unique
from snowpact.contracts.shapes import schema
from snowpact.rules.context import Care, Promise


def promises(contracts: Iterable[Contract], evolving: bool = True) -> list[Promise]:
    """evolving: they are to be compared with other promises, so what fields hold inside is told too; a catalog shows none of it."""
    return [_promise(contract, evolving) for contract in contracts]


def _promise(contract: Contract, evolving: bool) -> Promise:
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
        sunsets={column: found.remove_after for column, found in deprecated.items() if found is not None and found.remove_after},
        schema=schema(contract.schema) if evolving and contract.schema else None,
        substance=_substance(contract.schema) if evolving else "",
        care=_care(contract),
        places=contract.places(),
    )


def _care(contract: Contract) -> dict[str | None, Care]:
    found: dict[str | None, Care] = {
        item.column.name: Care(item.masked, {str(name): value for name, value in item.tags})
        for item in contract.fields
        if item.masked or item.tags
    }
    granted = frozenset((grant.privilege, grant.role) for grant in contract.grants)
    if granted or contract.exclusive:
        found[None] = Care(grants=granted, allowed=granted if contract.exclusive else None)
    return found


_TELLING = frozenset({"doc", "owner", "consumers", "deprecated", "version", "order"})
"""Attributes that describe a promise and change nothing in it."""


def _substance(value: Any) -> str:
    text = json.dumps(_without_telling(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_telling(value: Any) -> Any:
    """``name`` and ``type`` are JSON strings and a default may be any object: only objects of a schema lose attributes."""
    if isinstance(value, list):
        return [_without_telling(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "default" else _without_telling(item) for key, item in value.items() if key not in _TELLING}
    return value


def _way_out(deprecated: Deprecated) -> str:
    parts = [
        deprecated.since and f"since {deprecated.since}",
        deprecated.remove_after and f"until {deprecated.remove_after}",
        deprecated.use and f"use {deprecated.use}",
    ]
    return ", ".join(part for part in parts if part)
