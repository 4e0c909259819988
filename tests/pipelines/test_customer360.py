"""docs/pipelines/customer360.md, played at test size: the weekly graph, what it leaves in each layer, increments, bad data."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise

import pytest

BRONZE, SILVER, GOLD, TELEMETRY = (f"CUSTOMER_ANALYTICS.{schema}" for schema in ("BRONZE", "SILVER", "GOLD", "TELEMETRY"))
GRAPH = ["GENERATE_CUSTOMER_DATA", "GENERATE_TRANSACTION_DATA", "RUN_DBT_TRANSFORMATIONS", "TRAIN_CHURN_MODEL", "REFRESH_ANALYTICS_VIEWS"]
SHARES = {"High-Value Travelers": 15, "Stable Mid-Spenders": 40, "Budget-Conscious": 25, "Declining": 10, "New & Growing": 10}
DASHBOARD = f"SELECT CHECK_NUMBER, CHECK_NAME, OBSERVED, PASSED FROM {TELEMETRY}.V_DATA_QUALITY_DASHBOARD ORDER BY CHECK_NUMBER, CHECK_NAME"


def one(project, query: str):
    """The one value of the one row."""
    [row] = project.sql(query)
    [value] = row.values()
    return value


@pytest.fixture(scope="module")
def applied(applied_alone):
    return applied_alone("customer360")


@pytest.fixture(scope="module")
def played(applied, tmp_path_factory):
    """The weekly run, once, at the size of the target `local`: 1,000 customers. Not to be changed: copy it."""
    project = applied.copy(tmp_path_factory.mktemp("customer360"))
    project.sql(f"CALL {TELEMETRY}.CAPTURE_BASELINE()")
    project.sql(f"EXECUTE TASK {BRONZE}.generate_customer_data;")
    return project


@pytest.fixture
def live(played, tmp_path):
    """A copy of the played project, to do with as the test likes."""
    return played.copy(tmp_path / "project")


def test_the_graph_is_the_specifications(played):
    tasks = {row["name"]: row for row in played.sql(f"SHOW TASKS IN SCHEMA {BRONZE}")}
    assert set(tasks) == {*GRAPH, "PROCESS_INCREMENTAL_TRANSACTIONS"}
    assert tasks[GRAPH[0]]["schedule"] == "USING CRON 0 2 * * 0 UTC"
    assert tasks["PROCESS_INCREMENTAL_TRANSACTIONS"]["schedule"].upper() == "5 MINUTES"
    for before, after in pairwise(GRAPH):
        [told] = json.loads(tasks[after]["predecessors"])
        assert told.replace('"', "").endswith(f"BRONZE.{before}")


def test_five_tasks_ran_one_after_another(played):
    """Seed 004, "Monitor execution", word for word but for the database that INFORMATION_SCHEMA belongs to."""
    ran = played.sql(
        """
USE DATABASE CUSTOMER_ANALYTICS;
SELECT *
FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY(
    SCHEDULED_TIME_RANGE_START => DATEADD('hour', -24, CURRENT_TIMESTAMP())
))
WHERE database_name = 'CUSTOMER_ANALYTICS'
ORDER BY scheduled_time DESC;
"""
    )[::-1]
    assert [row["NAME"] for row in ran] == GRAPH
    assert {row["STATE"] for row in ran} == {"SUCCEEDED"}
    assert all(before["COMPLETED_TIME"] <= after["QUERY_START_TIME"] for before, after in pairwise(ran))


def test_bronze_holds_the_segments_in_their_shares(played):
    found = played.sql(f"SELECT customer_segment AS S, COUNT(*) AS N FROM {BRONZE}.BRONZE_CUSTOMERS GROUP BY 1")
    assert {row["S"]: row["N"] / 10 for row in found} == SHARES
    transactions = one(played, f"SELECT COUNT(*) AS N FROM {BRONZE}.BRONZE_TRANSACTIONS")
    assert 200_000 <= transactions <= 340_000, "a fiftieth of 10 to 17 million"
    assert one(played, f"SELECT COUNT(*) AS N FROM {GOLD}.FCT_TRANSACTIONS") == transactions


def test_the_calendar_has_580_days_around_the_18_months(played):
    [row] = played.sql(
        f"SELECT COUNT(*) AS DAYS, COUNT(DISTINCT date_day) AS DIFFERENT, "
        "MIN(date_day) = DATEADD('day', -7, DATEADD('month', -18, CURRENT_DATE())) AS STARTS, "
        f"DATEDIFF('day', MIN(date_day), MAX(date_day)) AS SPAN FROM {GOLD}.DIM_DATE"
    )
    assert row == {"DAYS": 580, "DIFFERENT": 580, "STARTS": True, "SPAN": 579}


def test_twelve_checks_pass(played):
    checks = played.sql(DASHBOARD)
    assert [row["CHECK_NUMBER"] for row in checks] == list(range(1, 13))
    assert [row["CHECK_NAME"] for row in checks if not row["PASSED"]] == []


def test_the_delta_analysis_compares_with_the_baseline(played):
    delta = {row["METRIC"]: row for row in played.sql(f"CALL {TELEMETRY}.DELTA_ANALYSIS()")}
    assert (Decimal(delta["customers"]["BEFORE"]), Decimal(delta["customers"]["AFTER"])) == (0, 1000)
    assert Decimal(delta["transactions"]["CHANGE"]) == one(played, f"SELECT COUNT(*) AS N FROM {BRONZE}.BRONZE_TRANSACTIONS")
    assert Decimal(delta["rejected records"]["AFTER"]) == 0


def test_every_active_customer_has_a_prediction(played):
    [row] = played.sql(
        f"SELECT COUNT(*) AS CUSTOMERS, COUNT(p.customer_id) AS PREDICTED, COUNT_IF(p.churn_probability BETWEEN 0 AND 1) AS SANE "
        f"FROM {GOLD}.DIM_CUSTOMER c LEFT JOIN {GOLD}.CHURN_PREDICTIONS p ON p.customer_id = c.customer_id WHERE c.is_current"
    )
    assert row == {"CUSTOMERS": 1000, "PREDICTED": 1000, "SANE": 1000}
    assert one(played, f"SELECT COUNT(*) AS N FROM {GOLD}.CHURN_PREDICTIONS") == 1000
    assert one(played, f"SELECT MIN(auc) AS A FROM {GOLD}.CHURN_MODELS") > 0.9, "on customers that it was not trained on"
    risky = played.sql(f"SELECT customer_segment AS S, COUNT(*) AS N FROM {GOLD}.CUSTOMER_360_PROFILE WHERE churn_risk = 'high' GROUP BY 1")
    counts = {row["S"]: row["N"] for row in risky}
    assert counts.pop("Declining") > 5 * sum(counts.values())


def test_gold_adds_up(played):
    [fact] = played.sql(f"SELECT SUM(transaction_amount) AS USD, COUNT(*) AS N FROM {GOLD}.FCT_TRANSACTIONS WHERE status = 'approved'")
    for metric, amount, count in (
        ("METRIC_CUSTOMER_LTV", "lifetime_value", "SUM(transactions)"),
        ("METRIC_AVG_TRANSACTION_VALUE", "spend", "SUM(transactions)"),
        ("METRIC_MOM_SPEND_CHANGE", "spend", str(fact["N"])),
        ("CUSTOMER_360_PROFILE", "lifetime_value", "SUM(transactions)"),
    ):
        assert played.sql(f"SELECT SUM({amount}) AS USD, {count} AS N FROM {GOLD}.{metric}") == [fact], metric


def test_segments_roll_over_ninety_days(played):
    [last] = played.sql(
        f"SELECT SUM(transactions_90d) AS N, SUM(spend_90d) AS USD, SUM(customer_share) AS ALL_OF_THEM FROM {GOLD}.CUSTOMER_SEGMENTS "
        f"WHERE as_of_date = (SELECT MAX(transaction_date) FROM {GOLD}.FCT_TRANSACTIONS)"
    )
    [there] = played.sql(
        f"SELECT COUNT(*) AS N, SUM(transaction_amount) AS USD, 1 AS ALL_OF_THEM FROM {GOLD}.FCT_TRANSACTIONS WHERE status = 'approved' "
        f"AND transaction_date > DATEADD('day', -90, (SELECT MAX(transaction_date) FROM {GOLD}.FCT_TRANSACTIONS))"
    )
    assert last == there


def test_telemetry_tells_of_each_phase_and_segment(played):
    phases = played.sql(f"SELECT phase AS P, finished_at >= started_at AS SANE FROM {TELEMETRY}.GENERATION_TELEMETRY ORDER BY started_at")
    expected = ["customers", "transactions", "transformations", "churn model", "analytics views", "twelve checks"]
    assert [row["P"] for row in phases] == expected
    assert all(row["SANE"] for row in phases)
    segments = played.sql(f"SELECT customer_segment AS S, customers AS N FROM {TELEMETRY}.V_SEGMENT_PERFORMANCE")
    assert {row["S"]: row["N"] / 10 for row in segments} == SHARES


def test_quality_rules_hold_and_nobody_altered_a_thing(played, broken_rules):
    assert broken_rules(played, "customer360") == []
    assert played.run("contracts check --target local").code == 0
    assert played.run("snowpact drift").code == 0


def test_the_share_exposes_the_profile_and_nothing_else(played):
    """Seed 004, "Secure Data Sharing"; and there is no personal data in what it exposes."""
    shared = {(row["kind"], row["name"]) for row in played.sql("DESC SHARE customer_360_insights")}
    assert shared == {("DATABASE", "CUSTOMER_ANALYTICS"), ("SCHEMA", GOLD), ("VIEW", f"{GOLD}.CUSTOMER_360_PROFILE")}
    granted = {(row["privilege"], row["name"]) for row in played.sql("SHOW GRANTS TO SHARE customer_360_insights")}
    assert granted == {("USAGE", "CUSTOMER_ANALYTICS"), ("USAGE", GOLD), ("SELECT", f"{GOLD}.CUSTOMER_360_PROFILE")}
    view = "SELECT IS_SECURE FROM CUSTOMER_ANALYTICS.INFORMATION_SCHEMA.VIEWS WHERE TABLE_NAME = 'CUSTOMER_360_PROFILE'"
    assert one(played, view) == "YES"
    columns = {row["name"] for row in played.sql(f"DESC VIEW {GOLD}.CUSTOMER_360_PROFILE")}
    assert not columns & {"FIRST_NAME", "LAST_NAME", "EMAIL", "AGE", "CITY"}


def test_analysts_read_gold_without_addresses_and_nothing_raw(played):
    address = f"SELECT email AS E FROM {GOLD}.DIM_CUSTOMER ORDER BY customer_id LIMIT 1"
    assert "." in one(played, address).split("@")[0]
    assert one(played, f"USE ROLE CUSTOMER_ANALYST; {address}") == "*****@example.com"
    assert "." in one(played, f"USE ROLE CUSTOMER_STEWARD; {address}").split("@")[0]
    refused = played.run("snowpact local sql", f"USE ROLE CUSTOMER_ANALYST; SELECT * FROM {BRONZE}.BRONZE_CUSTOMERS")
    assert refused.code == 4 and "does not exist or not authorized" in refused.err


VERSIONS = f"""
SELECT customer_id, valid_from, valid_to, is_current, email, credit_limit,
  LAG(valid_to) OVER (PARTITION BY customer_id ORDER BY valid_from) AS PREVIOUS,
  ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY valid_from) AS VERSION
FROM {GOLD}.DIM_CUSTOMER
"""


def test_history_has_neither_gaps_nor_overlaps(live):
    live.sql(f"UPDATE {BRONZE}.BRONZE_CUSTOMERS SET city = 'Omaha', state = 'NE' WHERE customer_id IN ('CUST00000007', 'CUST00000008')")
    assert one(live, f"CALL {GOLD}.LOAD_DIM_CUSTOMER()") == "2 versions opened"
    live.sql(f"UPDATE {BRONZE}.BRONZE_CUSTOMERS SET credit_limit = 2000000000 WHERE customer_id = 'CUST00000007'")
    assert one(live, f"CALL {GOLD}.LOAD_DIM_CUSTOMER()") == "1 versions opened"
    assert one(live, f"CALL {GOLD}.LOAD_DIM_CUSTOMER()") == "0 versions opened"

    [told] = live.sql(
        f"SELECT COUNT(*) AS N, COUNT_IF(is_current) AS CURRENT_ONES, COUNT_IF(valid_from >= valid_to) AS EMPTY_ONES, "
        f"COUNT_IF(VERSION > 1 AND PREVIOUS <> valid_from) AS BROKEN, "
        f"COUNT_IF(is_current <> (valid_to = '9999-12-31'::TIMESTAMP_NTZ)) AS UNSURE "
        f"FROM ({VERSIONS})"
    )
    assert told == {"N": 1003, "CURRENT_ONES": 1000, "EMPTY_ONES": 0, "BROKEN": 0, "UNSURE": 0}
    changed = live.sql(
        f"SELECT state AS S, credit_limit AS C FROM {GOLD}.DIM_CUSTOMER WHERE customer_id = 'CUST00000007' ORDER BY valid_from"
    )
    assert [row["S"] for row in changed[1:]] == ["NE", "NE"] and Decimal(changed[2]["C"]) == 2_000_000_000

    live.sql(f"CALL {GOLD}.LOAD_FCT_TRANSACTIONS()")
    assert one(live, f"SELECT COUNT(DISTINCT customer_key) AS N FROM {GOLD}.FCT_TRANSACTIONS WHERE customer_id = 'CUST00000007'") == 1


NEW = "INSERT INTO {}.BRONZE_TRANSACTIONS SELECT '{}', '{}', DATEADD('hour', -1, SYSDATE()), 12.50, 'Kiosk', '{}', 'Mobile', 'approved'"
HAS_DATA = f"SELECT SYSTEM$STREAM_HAS_DATA('{BRONZE}.bronze_transactions_stream') AS D"


def test_new_transactions_reach_the_fact_through_the_stream(live):
    assert one(live, HAS_DATA) is False, "the weekly run has seen what it generated"
    before = one(live, f"SELECT COUNT(*) AS N FROM {GOLD}.FCT_TRANSACTIONS")
    live.sql(NEW.format(BRONZE, "NEW1", "CUST00000001", "Dining"))
    live.sql(NEW.format(BRONZE, "NEW2", "CUST00000002", "Lottery"))
    live.sql(NEW.format(BRONZE, "NEW3", "NOBODY", "Dining"))
    assert one(live, HAS_DATA) is True

    live.sql(f"EXECUTE TASK {BRONZE}.PROCESS_INCREMENTAL_TRANSACTIONS")
    assert one(live, f"SELECT COUNT(*) AS N FROM {GOLD}.FCT_TRANSACTIONS") == before + 2
    assert one(live, HAS_DATA) is False
    joined = (
        f"SELECT f.transaction_id AS ID, m.merchant_category AS CATEGORY, m.category_group AS G FROM {GOLD}.FCT_TRANSACTIONS f "
        f"JOIN {GOLD}.DIM_MERCHANT_CATEGORY m USING (merchant_category_key) WHERE f.transaction_id LIKE 'NEW%' ORDER BY 1"
    )
    assert [tuple(row.values()) for row in live.sql(joined)] == [("NEW1", "Dining", "Leisure"), ("NEW2", "Other", "Other")]

    live.sql(f"EXECUTE TASK {BRONZE}.PROCESS_INCREMENTAL_TRANSACTIONS")
    states = live.sql(
        "SELECT STATE FROM TABLE(CUSTOMER_ANALYTICS.INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'PROCESS_INCREMENTAL_TRANSACTIONS')) "
        "ORDER BY SCHEDULED_TIME"
    )
    assert [row["STATE"] for row in states] == ["SUCCEEDED", "SKIPPED"]
    live.sql(f"CALL {GOLD}.LOAD_FCT_TRANSACTIONS()")
    assert one(live, f"SELECT COUNT(*) AS N FROM {GOLD}.FCT_TRANSACTIONS") == before + 2, "a full load finds the same"


FEED = {
    "broken JSON": '{"transaction_id": "F1", "customer_id": ',
    "missing key": '{"transaction_id": "F2", "transaction_amount": 3}',
    "transaction_amount is no number": (
        '{"transaction_id": "F3", "customer_id": "CUST00000001", "transaction_date": "2026-01-05 10:00:00", "transaction_amount": "a lot"}'
    ),
    "transaction_date is no timestamp": '{"transaction_id": "F4", "customer_id": "CUST00000001", "transaction_date": "soon"}',
}


def test_bad_data_is_kept_aside_and_counted(live):
    good = {"transaction_id": "F0", "customer_id": "CUST00000001", "transaction_amount": 9.99, "channel": "Online", "status": "approved"}
    good |= {"transaction_date": one(live, "SELECT TO_CHAR(DATEADD('hour', -2, SYSDATE()), 'YYYY-MM-DD HH24:MI:SS') AS T")}
    good |= {"merchant_name": "Kiosk", "merchant_category": "Dining"}
    for payload in [json.dumps(good), *FEED.values()]:
        live.sql(f"INSERT INTO {BRONZE}.TRANSACTION_FEED (payload) VALUES ('{payload}')")
    assert one(live, f"CALL {BRONZE}.LOAD_TRANSACTION_FEED()") == "1 loaded, 4 rejected"
    kept = {row["REASON"]: row["RECORD"] for row in live.sql(f"SELECT reason, record FROM {BRONZE}.REJECTED_RECORDS")}
    assert kept == FEED
    counted = {row["CHECK_NAME"]: Decimal(row["OBSERVED"]) for row in live.sql(DASHBOARD)[12:]}
    assert counted == {f"Rejected records: {reason}": 1 for reason in FEED}
    live.sql(f"EXECUTE TASK {BRONZE}.PROCESS_INCREMENTAL_TRANSACTIONS")
    assert one(live, f"SELECT transaction_amount AS A FROM {GOLD}.FCT_TRANSACTIONS WHERE transaction_id = 'F0'") == 9.99
    assert one(live, f"CALL {BRONZE}.LOAD_TRANSACTION_FEED()") == "0 loaded, 0 rejected", "each document once"


def test_two_runs_on_two_engines_give_identical_rows(applied, tmp_path):
    layers = [(BRONZE, "BRONZE_CUSTOMERS"), (BRONZE, "BRONZE_TRANSACTIONS"), (GOLD, "FCT_TRANSACTIONS"), (GOLD, "DIM_CUSTOMER")]
    found = []
    for name in ("first", "second"):
        project = applied.copy(tmp_path / name)
        for call in (f"{BRONZE}.GENERATE_CUSTOMERS(100, 42)", f"{BRONZE}.GENERATE_TRANSACTIONS(42)", f"{GOLD}.RUN_TRANSFORMATIONS()"):
            project.sql(f"CALL {call}")
        found.append([project.sql(f"SELECT * FROM {schema}.{table} ORDER BY 1") for schema, table in layers])
    assert all(found[0]) and found[0] == found[1]


def test_teardown_removes_everything_and_apply_makes_it_again(live):
    answer = live.run("snowpact local sql --file migrations/customer360/teardown.sql --format json --keep-going")
    assert all(step["ok"] for step in answer.json), [step for step in answer.json if not step["ok"]]
    assert "CUSTOMER_ANALYTICS" not in {row["name"] for row in live.sql("SHOW DATABASES")}
    assert [row["name"] for row in live.sql("SHOW ROLES") if row["name"].startswith("CUSTOMER")] == []
    assert [row["name"] for row in live.sql("SHOW SHARES") if row["kind"] == "OUTBOUND"] == []
    assert live.sql("SHOW WAREHOUSES") == [], "meetup, which would need it too, is not here"
    assert [row for row in live.sql("SHOW TASKS IN ACCOUNT") if row["database_name"] == "CUSTOMER_ANALYTICS"] == []

    applied = live.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["summary"]["applied"]) == (0, 18), applied.err
    assert live.run("snowpact drift").code == 0
