"""A contract as plain JSON values, for ``contracts list`` and ``contracts show``."""

from __future__ import annotations

from typing import Any

from snowpact.contracts.contract import Contract, ContractField, Deprecated
from snowpact.contracts.quality import as_json
from snowpact.model.names import spell


def summary(contract: Contract) -> dict[str, Any]:
    """Every key is present, null where it does not apply."""
    return {
        "contract": contract.path,
        "object": str(contract.name),
        "version": contract.version,
        "kind": str(contract.kind) if contract.kind else None,
        "columns_mode": "closed" if contract.closed else "open",
        "compatibility": str(contract.compatibility),
        "owner": contract.owner,
        "consumers": list(contract.consumers),
        "doc": contract.doc,
        "columns": [_field(item) for item in contract.fields],
        "keys": {
            "primary": list(contract.keys.primary),
            "unique": [list(columns) for columns in contract.keys.unique],
            "foreign": [
                {"columns": list(key.columns), "references": str(key.references), "referenced_columns": list(key.referenced_columns)}
                for key in contract.keys.foreign
            ],
        },
        "target_lag": contract.freshness.target_lag if contract.freshness else None,
        "quality": [as_json(rule) for rule in contract.checks()],
        "grants": [{"role": spell(grant.role), "privilege": grant.privilege} for grant in contract.grants],
        "access": "closed" if contract.exclusive else "open",
        "deprecated": _deprecated(contract.deprecated),
        "wire": contract.wire,
    }


def _field(item: ContractField) -> dict[str, Any]:
    return {
        "column": item.column.name,
        "type": str(item.column.type),
        "nullable": item.column.nullable,
        "certainty": item.column.certainty.value,
        "doc": item.doc,
        "tags": {str(name): value for name, value in item.tags},
        "masked": item.masked,
        "deprecated": _deprecated(item.deprecated),
        "line": item.line,
    }


def _deprecated(item: Deprecated | None) -> dict[str, Any] | None:
    if item is None:
        return None
    until = item.remove_after.isoformat() if item.remove_after else None
    return {"since": item.since, "remove_after": until, "use": item.use}
