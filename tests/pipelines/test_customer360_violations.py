"""Migrations that break what customer360 promises, kept as files: each is blocked offline, with its rule, its line and the path."""

from __future__ import annotations

from pathlib import Path

import pytest

VIOLATIONS = Path(__file__).parent / "violations" / "customer360"
GOLD = "CUSTOMER_ANALYTICS.GOLD"
BLOCKED = {
    "V9.0.0__drop_channel_at_the_source.sql": {
        "rule": "column-removed",
        "object": "CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS",
        "column": "CHANNEL",
        "line": 4,
        "path": ["CUSTOMER_ANALYTICS.BRONZE.BRONZE_TRANSACTIONS.CHANNEL"],
    },
    "V9.0.0__rename_amount_in_the_fact.sql": {
        "rule": "view-broken",
        "object": f"{GOLD}.CUSTOMER_360_PROFILE",
        "column": "LIFETIME_VALUE",
        "line": 2,
        "path": [
            f"{GOLD}.FCT_TRANSACTIONS.TRANSACTION_AMOUNT",
            f"{GOLD}.METRIC_CUSTOMER_LTV.LIFETIME_VALUE",
            f"{GOLD}.CUSTOMER_360_PROFILE.LIFETIME_VALUE",
        ],
    },
    "V9.0.0__amounts_as_float.sql": {
        "rule": "number-float-swap",
        "object": f"{GOLD}.METRIC_CUSTOMER_LTV",
        "column": "LIFETIME_VALUE",
        "line": 2,
        "path": [f"{GOLD}.METRIC_CUSTOMER_LTV.LIFETIME_VALUE"],
    },
    "V9.0.0__metrics_once_a_day.sql": {
        "rule": "target-lag-exceeds-sla",
        "object": f"{GOLD}.METRIC_MOM_SPEND_CHANGE",
        "column": None,
        "line": 2,
        "path": [f"{GOLD}.METRIC_MOM_SPEND_CHANGE"],
    },
    "V9.0.0__emails_in_the_clear.sql": {
        "rule": "protection-removed",
        "object": f"{GOLD}.DIM_CUSTOMER",
        "column": "EMAIL",
        "line": 2,
        "path": [f"{GOLD}.DIM_CUSTOMER.EMAIL"],
    },
    "V9.0.0__analysts_lose_the_fact.sql": {
        "rule": "grant-revoked",
        "object": f"{GOLD}.FCT_TRANSACTIONS",
        "column": None,
        "line": 4,
        "path": [f"{GOLD}.FCT_TRANSACTIONS"],
    },
}


def test_each_file_has_its_expectation():
    assert {path.name for path in VIOLATIONS.iterdir()} == set(BLOCKED)


@pytest.mark.parametrize("file", BLOCKED)
def test_blocked_offline(file, applied_alone, tmp_path):
    project = applied_alone("customer360").copy(tmp_path / "project")
    project.write(f"migrations/customer360/{file}", (VIOLATIONS / file).read_bytes())
    answer = project.run("contracts check --format json")
    assert (answer.code, answer.json["verdict"]) == (1, "blocked"), answer.err
    found = [{key: finding[key] for key in BLOCKED[file]} for finding in answer.json["findings"] if finding["file"].endswith(file)]
    assert BLOCKED[file] in found
