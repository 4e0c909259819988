"""Contracts as a Catalog: what was promised, in the same nouns as what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from snowpact.contracts.contract import NULLABILITY_KINDS, Contract
from snowpact.model.catalog import Catalog, CatalogObject, Column, Constraint, Kind, properties


def declared(contracts: Iterable[Contract], against: Catalog | None = None) -> Catalog:
    """The declared catalog, one object for each contract.

    Alone, it says all that the contracts say: what evolution compares. ``against`` the predicted or live catalog, what
    a contract does not speak of is taken from what is there, so that the two differ in promises alone: the kind where
    none is named; nullability and keys where Snowflake does not report them reliably (they are quality rules there);
    definitions, comments, settings, and defaults: an Avro default is a reader's, and promises nothing of the table.
    """
    return Catalog.of(_declared(contract, against.relation(contract.name) if against else None) for contract in contracts)


def _declared(contract: Contract, actual: CatalogObject | None) -> CatalogObject:
    alone = CatalogObject(
        kind=contract.kind or (actual.kind if actual else Kind.TABLE),
        name=contract.name,
        columns=tuple(replace(item.column, tags=item.tags) for item in contract.fields),
        constraints=_constraints(contract),
        properties=properties(target_lag=contract.freshness.target_lag if contract.freshness else None),
    )
    return alone if actual is None else _silent_on(alone, actual)


def _silent_on(promised: CatalogObject, actual: CatalogObject) -> CatalogObject:
    """The promise, completed by the actual object wherever it says nothing."""
    judged = actual.kind in NULLABILITY_KINDS
    settings = {**dict(actual.properties), **{key: value for key, value in promised.properties if actual.kind is Kind.DYNAMIC_TABLE}}
    return replace(
        promised,
        columns=tuple(_completed(column, actual.column(column.name), judged) for column in promised.columns),
        constraints=_completed_keys(promised.constraints, actual.constraints) if judged else actual.constraints,
        definition=actual.definition,
        comment=actual.comment,
        properties=properties(**settings),
    )


def _completed(promised: Column, actual: Column | None, judged: bool) -> Column:
    if actual is None:
        return promised
    nullable = promised.nullable if judged else actual.nullable
    return replace(actual, type=promised.type, nullable=nullable, accepts=promised.accepts, tags=promised.tags or actual.tags,
                   certainty=promised.certainty, reason=promised.reason)


def _completed_keys(promised: tuple[Constraint, ...], actual: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Keys of a sort that the contract names are promised; further ones of other sorts may be there."""
    sorts = {constraint.kind for constraint in promised}
    return (*promised, *(constraint for constraint in actual if constraint.kind not in sorts))


def _constraints(contract: Contract) -> tuple[Constraint, ...]:
    keys = contract.keys
    primary = (Constraint("PRIMARY KEY", keys.primary),) if keys.primary else ()
    unique = tuple(Constraint("UNIQUE", columns) for columns in keys.unique)
    foreign = tuple(
        Constraint("FOREIGN KEY", key.columns, references=key.references, referenced_columns=key.referenced_columns) for key in keys.foreign
    )
    return (*primary, *unique, *foreign)
