"""The contracts of the example pipelines: complete, as systems of record should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from snowpact.contracts.contract import Contract
from snowpact.contracts.load import load
from snowpact.contracts.quality import Relationship, columns_of
from snowpact.model.catalog import Kind

PROJECT = Path(__file__).parents[2]
CONTRACTS = load([PROJECT / "contracts" / "meetup", PROJECT / "contracts" / "engagement"], PROJECT)
EXPECTED = {
    "RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS",
    "ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS",
    "ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT",
    "ANALYTICS.MARTS.CHANNELS",
    "ANALYTICS.MARTS.INTERACTIONS_BY_CHANNEL",
    *(
        f"UNDERSTOOD_DEMO.DYNAMIC_TABLES.{name}"
        for name in (
            *("MEMBERS", "RESOURCES", "RAW_INTERACTIONS", "MEMBER_SESSIONS", "RESOURCE_CATALOG", "SESSION_ENGAGEMENT_DETAIL"),
            *("MEMBER_ENGAGEMENT_SUMMARY", "ENGAGEMENT_DASHBOARD", "TOPIC_GOALS", "TOPIC_PROGRESS"),
        )
    ),
}


def test_every_object_has_its_contract() -> None:
    assert {str(contract.name) for contract in CONTRACTS} == EXPECTED


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name.name)
def test_contract_is_complete(contract: Contract) -> None:
    """Owner, consumers, kind, quality rules, and a lag for whatever is derived from something else."""
    assert contract.owner
    assert contract.consumers
    assert contract.quality
    assert contract.doc
    assert contract.kind is Kind.TABLE or contract.freshness
    assert all(item.doc for item in contract.fields) or contract.kind is Kind.VIEW


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name.name)
def test_relationships_lead_to_contracted_columns(contract: Contract) -> None:
    known = {other.name: {column.name for column in other.columns} for other in CONTRACTS}
    for rule in contract.quality:
        assert set(columns_of(rule)) <= known[contract.name]
        if isinstance(rule, Relationship):
            assert rule.referenced_column in known[rule.references]


def test_the_product_is_what_the_seed_promises() -> None:
    """Closed, five minutes, unique interaction id, no nulls, accepted values."""
    product = next(contract for contract in CONTRACTS if contract.name.name == "CUSTOMER_INTERACTIONS_PRODUCT")
    assert (product.kind, product.closed, product.freshness.seconds) == (Kind.DYNAMIC_TABLE, True, 300)
    assert product.consumers == ("Marketing Analytics", "Customer Success", "BI Teams")
    words = {type(rule).__name__ for rule in product.quality}
    assert {"Unique", "NotNull", "AcceptedValues"} <= words
