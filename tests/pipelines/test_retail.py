"""docs/pipelines/retail.md, played: the specification's demo, a simulated day, changed reference rows, bad events, and kill -9."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RAW = "RETAIL.RAW_DATA"
HERE = f"USE SCHEMA {RAW};"
MOVE = f"CALL {RAW}.TRANSFORM_TO_BRONZE(); CALL {RAW}.TRANSFORM_BRONZE_TO_GOLD();"
BRONZE = ("STG_CUSTOMERS", "STG_PURCHASES", "STG_MARKETING", "STG_SUPPLY_CHAIN", "REJECTED_EVENTS")
TASKS = ["DATA_GENERATION_TASK", "BRONZE_TRANSFORMATION_TASK", "GOLD_TRANSFORMATION_TASK"]


@pytest.fixture
def project(applied_alone, tmp_path):
    return applied_alone("retail").copy(tmp_path / "project")


@pytest.fixture(scope="module")
def generated(applied_alone, tmp_path_factory):
    """One large run, moved through all layers. Not to be changed."""
    made = applied_alone("retail").copy(tmp_path_factory.mktemp("generated") / "project")
    made.sql(f"CALL {RAW}.GENERATE_RETAIL_DATA(600, 1500, 200, 50); {MOVE}")
    return made


def one(project, sql: str) -> dict:
    [row] = project.sql(sql)
    return row


def lost_or_twice(project) -> dict[str, int]:
    """Events of the raw table that are not in exactly one table of bronze, and sales of bronze that are not in gold exactly once."""
    bronze = " UNION ALL ".join(f"SELECT event_id FROM RETAIL.BRONZE.{table}" for table in BRONZE)
    return one(
        project,
        f"SELECT (SELECT COUNT(*) FROM {RAW}.RAW_RETAIL_EVENTS r WHERE 1 <> "
        f"(SELECT COUNT(*) FROM ({bronze}) b WHERE b.event_id = r.event_id)) AS EVENTS, "
        "(SELECT COUNT(*) FROM RETAIL.BRONZE.STG_PURCHASES p WHERE 1 <> "
        "(SELECT COUNT(*) FROM RETAIL.GOLD.FCT_SALES f WHERE f.sale_id = p.purchase_id)) AS SALES",
    )


def test_the_specifications_own_demo_runs_as_written(project):
    """Seed 003: verify everything works, explore the data, the troubleshooting queries."""
    summary = project.sql(
        f"""
{HERE}
CALL START_PIPELINE();
-- Verify everything works
CALL GENERATE_RETAIL_DATA(20, 50);  -- Generate sample data
CALL TRANSFORM_TO_BRONZE();
CALL TRANSFORM_BRONZE_TO_GOLD();
CALL DATA_SUMMARY();                -- Check all layers
"""
    )
    rows = {row["TABLE_NAME"]: row["ROW_COUNT"] for row in summary}
    assert rows["STG_PURCHASES"] == rows["FCT_SALES"] == 50
    assert rows["STG_CUSTOMERS"] == rows["DIM_CUSTOMERS"] >= 20
    assert rows["RAW_RETAIL_EVENTS"] == sum(rows[table] for table in BRONZE)
    assert len(project.sql(f"{HERE} SELECT * FROM GOLD.DIM_CUSTOMERS LIMIT 5;")) == 5
    insights = project.sql(
        f"""
{HERE}
SELECT
    customer_segment,
    COUNT(*) as transactions,
    AVG(final_total) as avg_order_value,
    SUM(final_total) as total_revenue
FROM GOLD.FCT_SALES
GROUP BY customer_segment;
"""
    )
    assert sum(row["TRANSACTIONS"] for row in insights) == 50
    for query in (
        "SELECT MAX(CREATED_AT) as last_update FROM RAW_DATA.RAW_RETAIL_EVENTS;",
        "SELECT SYSTEM$STREAM_HAS_DATA('RAW_RETAIL_EVENTS_STREAM');",
        "SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY()) WHERE STATE = 'FAILED' ORDER BY SCHEDULED_TIME DESC;",
        "SELECT * FROM REFERENCE_DATA.DATA_GENERATION_AUDIT ORDER BY RUN_TIMESTAMP DESC LIMIT 10;",
        "CALL VIEW_REFERENCE_CONFIG();",
        "CALL VIEW_GENERATION_AUDIT(20);",
        "CALL GENERATE_RETAIL_DATA(customer_events => 50, purchase_events => 100, marketing_events => 20, supply_chain_events => 10);",
    ):
        project.sql(f"{HERE} {query}")


def test_segments_have_their_shares(generated):
    shares = generated.sql(
        "SELECT customer_segment AS S, COUNT(*) / SUM(COUNT(*)) OVER () AS SHARE FROM RETAIL.GOLD.DIM_CUSTOMERS GROUP BY 1"
    )
    assert {row["S"]: float(row["SHARE"]) for row in shares} == {
        "premium": pytest.approx(0.15, abs=0.04),
        "regular": pytest.approx(0.60, abs=0.05),
        "occasional": pytest.approx(0.25, abs=0.05),
    }


def test_seven_purchases_of_ten_are_by_customers_who_are_known(generated):
    share = one(generated, "SELECT AVG(IFF(is_repeat_customer, 1, 0)) AS SHARE FROM RETAIL.GOLD.FCT_SALES")["SHARE"]
    assert float(share) == pytest.approx(0.7, abs=0.04)


def test_categories_sell_best_in_their_months(generated):
    """The monthly average of peak months against the others', over all categories; a peak month weighs 2.5 times another."""
    ratio = one(
        generated,
        "WITH monthly AS (SELECT c.category_name, m.month, ARRAY_CONTAINS(m.month::VARIANT, PARSE_JSON(c.peak_months)) AS peak, "
        "COUNT(f.sale_id) AS sales FROM RETAIL.REFERENCE_DATA.PRODUCT_CATEGORIES c "
        "CROSS JOIN (SELECT SEQ4() + 1 AS month FROM TABLE(GENERATOR(ROWCOUNT => 12))) m "
        "LEFT JOIN RETAIL.GOLD.FCT_SALES f ON f.category_name = c.category_name AND MONTH(f.sale_date) = m.month GROUP BY 1, 2, 3) "
        "SELECT AVG(IFF(peak, sales, NULL)) / AVG(IFF(peak, NULL, sales)) AS RATIO FROM monthly",
    )["RATIO"]
    assert 1.5 < float(ratio) < 3


def test_price_sensitive_segments_buy_at_a_discount_and_for_less(generated):
    rows = generated.sql("SELECT customer_segment AS S, AVG(discount) AS D, AVG(final_total) AS T FROM RETAIL.GOLD.FCT_SALES GROUP BY 1")
    discount, total = ({row["S"]: float(row[key]) for row in rows} for key in "DT")
    assert discount["occasional"] > discount["regular"] > discount["premium"]
    assert total["premium"] > total["regular"] > total["occasional"]


def test_the_same_customer_has_the_same_attributes(generated):
    differing = (
        "SELECT COUNT(*) AS N FROM RETAIL.GOLD.FCT_SALES f JOIN RETAIL.GOLD.DIM_CUSTOMERS d ON d.customer_id = f.customer_id "
        "WHERE f.customer_segment <> d.customer_segment"
    )
    assert one(generated, differing) == {"N": 0}
    assert lost_or_twice(generated) == {"EVENTS": 0, "SALES": 0}
    row = one(
        generated,
        "SELECT MIN(churn_probability) AS LOW, MAX(churn_probability) AS HIGH, MAX(engagement_score) AS MOST "
        "FROM RETAIL.GOLD.DIM_CUSTOMERS",
    )
    assert 0 < float(row["LOW"]) < float(row["HIGH"]) < 1 and 0 < float(row["MOST"]) <= 100


def test_every_quality_rule_is_kept_and_nothing_drifts(generated):
    generated.sql("ALTER DYNAMIC TABLE RETAIL.GOLD.SALES_BY_SEGMENT REFRESH")
    for command in ("contracts check --target local --data", "snowpact drift", "contracts check"):
        answer = generated.run(f"{command} --format json")
        assert (answer.code, answer.json["findings"]) == (0, []), answer.err


def run_ids(project) -> list[str]:
    return [row["RUN_ID"] for row in project.sql("SELECT run_id FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT ORDER BY run_number")]


def test_a_changed_reference_row_shows_in_the_comparison_and_changes_the_run(project):
    project.sql(f"{HERE} CALL GENERATE_RETAIL_DATA(5, 5); CALL GENERATE_RETAIL_DATA(5, 5);")
    project.sql(
        f"{HERE} UPDATE REFERENCE_DATA.CUSTOMER_SEGMENTS SET AVG_ORDER_VALUE = 200.0 WHERE SEGMENT_NAME = 'premium'; "
        "CALL GENERATE_RETAIL_DATA(5, 5);"
    )
    project.sql(
        f"{HERE} INSERT INTO REFERENCE_DATA.PRODUCT_CATEGORIES "
        "VALUES ('toys_games', '[11, 12]', 0.50, 0.10, 'Toys and games for all ages'); CALL GENERATE_RETAIL_DATA(5, 5);"
    )
    first, second, third, fourth = run_ids(project)
    changed = [row["CONFIGURATION_CHANGED"] for row in project.sql(f"CALL {RAW}.VIEW_GENERATION_AUDIT(20)")][::-1]
    assert changed == [False, False, True, True]
    assert project.sql(f"CALL {RAW}.COMPARE_GENERATION_RUNS('{first}', '{second}')") == []
    [row] = project.sql(f"CALL {RAW}.COMPARE_GENERATION_RUNS('{second}', '{third}')")
    assert row == {
        "REFERENCE_TABLE": "CUSTOMER_SEGMENTS",
        "ROW_KEY": "premium",
        "CHANGE": "changed",
        "SETTING": "AVG_ORDER_VALUE",
        "BEFORE_VALUE": "180.00",
        "AFTER_VALUE": "200.00",
    }
    added = project.sql(f"CALL {RAW}.COMPARE_GENERATION_RUNS('{third}', '{fourth}')")
    assert {(row["ROW_KEY"], row["CHANGE"]) for row in added} == {("toys_games", "added")}
    assert {row["REFERENCE_TABLE"] for row in project.sql(f"CALL {RAW}.VIEW_RUN_SNAPSHOT('{first}', 'warehouses')")} == {"WAREHOUSES"}
    assert len(project.sql(f"CALL {RAW}.VIEW_RUN_SNAPSHOT('{first}')")) == 25


def test_a_run_that_fails_is_in_the_audit_and_leaves_no_event(project):
    answer = project.run(f'snowpact local sql "CALL {RAW}.GENERATE_RETAIL_DATA(-1, 5)"')
    assert answer.code == 4 and "0 or more" in answer.err
    row = one(project, "SELECT status, error_message, events_generated FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT")
    assert (row["STATUS"], row["EVENTS_GENERATED"]) == ("FAILURE", 0) and "0 or more" in row["ERROR_MESSAGE"]
    assert one(project, f"SELECT COUNT(*) AS N FROM {RAW}.RAW_RETAIL_EVENTS") == {"N": 0}


BAD = {  # event id: type, data, part of the reason
    "b-json": ("purchase", """TO_VARIANT('{"broken": ')""", "no JSON object"),
    "b-type": ("telepathy", "PARSE_JSON('{}')", "type of event"),
    "b-none": (None, "PARSE_JSON('{}')", "type of event"),
    "b-key": ("customer", """PARSE_JSON('{"age": 30, "customer_segment": "premium"}')""", "customer_id is missing"),
    "b-age": ("customer", """PARSE_JSON('{"customer_id": "C", "customer_segment": "premium", "age": "old"}')""", "age is no number"),
    "b-time": ("purchase", """PARSE_JSON('{"customer_id": "C", "purchase_id": "p", "timestamp": "soon"}')""", "timestamp"),
    "b-null": ("marketing", "NULL", "no JSON object"),
}


def test_bad_events_are_kept_aside_with_their_reason_and_stop_nothing(project):
    values = " UNION ALL ".join(
        f"SELECT '{event}', {'NULL' if kind is None else repr(kind)}, {data}" for event, (kind, data, _) in BAD.items()
    )
    project.sql(f"INSERT INTO {RAW}.RAW_RETAIL_EVENTS (event_id, event_type, event_data) {values}")
    project.sql(f"CALL {RAW}.GENERATE_RETAIL_DATA(3, 4); {MOVE}")
    rejected = {row["EVENT_ID"]: row["REASON"] for row in project.sql("SELECT event_id, reason FROM RETAIL.BRONZE.REJECTED_EVENTS")}
    assert rejected.keys() == BAD.keys()
    assert all(BAD[event][2] in reason for event, reason in rejected.items()), rejected
    assert one(project, "SELECT COUNT(*) AS N FROM RETAIL.GOLD.FCT_SALES") == {"N": 4}
    simulated(project, "45m")
    results = "SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS"
    assert one(project, f"SELECT MAX(value::INT) AS N FROM {results} WHERE table_name = 'REJECTED_EVENTS'") == {"N": len(BAD)}
    assert lost_or_twice(project) == {"EVENTS": 0, "SALES": 0}


def test_addresses_are_for_marketing_alone(generated):
    """Analysts read gold and see stars; bronze is not theirs at all."""
    read = "SELECT COUNT(*) AS N, COUNT_IF(email = '***') AS HIDDEN FROM RETAIL.GOLD.DIM_CUSTOMERS"
    hidden = {role: one(generated, f"USE ROLE {role}; {read}") for role in ("RETAIL_ANALYST", "RETAIL_MARKETING")}
    assert hidden["RETAIL_ANALYST"]["HIDDEN"] == hidden["RETAIL_ANALYST"]["N"] > 0
    assert hidden["RETAIL_MARKETING"] == {"N": hidden["RETAIL_ANALYST"]["N"], "HIDDEN": 0}
    refused = generated.run('snowpact local sql "USE ROLE RETAIL_ANALYST; SELECT * FROM RETAIL.BRONZE.STG_CUSTOMERS"')
    assert refused.code == 4 and "not authorized" in refused.err


def test_two_runs_on_two_empty_engines_give_identical_rows(project, applied_alone, tmp_path):
    other = applied_alone("retail").copy(tmp_path / "other")
    bronze = (f"RETAIL.BRONZE.{table}" for table in BRONZE[:4])
    tables = [f"{RAW}.RAW_RETAIL_EVENTS", *bronze, "RETAIL.GOLD.DIM_CUSTOMERS", "RETAIL.GOLD.FCT_SALES"]
    rows = []
    for made in (project, other):
        made.sql(f"{HERE} CALL GENERATE_RETAIL_DATA(20, 50); CALL GENERATE_RETAIL_DATA(7, 9, 3, 2); {MOVE}")
        found = [made.sql(f"SELECT * FROM {table} ORDER BY 1") for table in tables]
        rows.append([[{key: value for key, value in row.items() if key != "CREATED_AT"} for row in table] for table in found])
    assert rows[0] == rows[1]
    assert all(rows[0])


def test_the_task_graph_runs_in_order(project):
    project.sql(f"{HERE} CALL START_PIPELINE(); EXECUTE TASK DATA_GENERATION_TASK;")
    states = {row["TASK_NAME"]: row["STATE"] for row in project.sql(f"CALL {RAW}.CHECK_PIPELINE_STATUS()")}
    assert states == dict.fromkeys(TASKS, "started")
    history = project.sql(
        "SELECT name, state FROM TABLE(RETAIL.INFORMATION_SCHEMA.TASK_HISTORY()) WHERE state <> 'SCHEDULED' ORDER BY query_start_time"
    )
    assert [(row["NAME"], row["STATE"]) for row in history] == [(name, "SUCCEEDED") for name in TASKS]
    assert lost_or_twice(project) == {"EVENTS": 0, "SALES": 0}
    project.sql(f"CALL {RAW}.STOP_PIPELINE()")
    assert {row["STATE"] for row in project.sql(f"CALL {RAW}.CHECK_PIPELINE_STATUS()")} == {"suspended"}


def simulated(project, span: str) -> dict:
    answer = project.run(f"snowpact local run --for {span} --format json")
    assert answer.code == 0, answer.err
    return answer.json


def a_day(project, span: str, runs: int) -> None:
    project.sql(f"CALL {RAW}.START_PIPELINE()")
    simulated(project, span)
    project.sql(f"CALL {RAW}.STOP_PIPELINE()")
    assert one(project, "SELECT COUNT(*) AS N FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT WHERE status = 'SUCCESS'") == {"N": runs}
    assert lost_or_twice(project) == {"EVENTS": 0, "SALES": 0}
    simulated(project, "2h")
    assert one(project, "SELECT COUNT(*) AS N FROM RETAIL.REFERENCE_DATA.DATA_GENERATION_AUDIT") == {"N": runs}


def test_four_hours_are_eight_generations(project):
    a_day(project, "4h", 8)


@pytest.mark.soak
def test_a_day_is_48_generations(project):
    a_day(project, "24h", 48)


def killed(project, times: int, span: str, rng: random.Random) -> None:
    """The schedule is run by a process that is killed at random moments and started again, until the span has passed."""
    program = Path(sys.executable).parent / "snowpact"
    until = "2026-06-01T" + span
    for _ in range(times):
        process = subprocess.Popen(
            [program, "local", "run", "--from", "2026-06-01T00:00:00", "--until", until],
            cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        time.sleep(rng.uniform(1.0, 5.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert all(count >= 0 for count in lost_or_twice(project).values()), "the file opens again"
    answer = project.run(f"snowpact local run --from 2026-06-01T00:00:00 --until {until}")
    assert answer.code == 0, answer.err
    project.sql(MOVE)


def check_after_kills(project, runs: int) -> None:
    counts = one(
        project,
        f"SELECT COUNT(*) AS N, COUNT(DISTINCT event_id) AS EVENTS, COUNT(DISTINCT run_id) AS RUNS FROM {RAW}.RAW_RETAIL_EVENTS",
    )
    assert counts["N"] == counts["EVENTS"]
    assert counts["RUNS"] >= runs
    assert lost_or_twice(project) == {"EVENTS": 0, "SALES": 0}


def test_killed_twice_nothing_is_lost_or_twice(project):
    project.sql(f"CALL {RAW}.START_PIPELINE()")
    killed(project, 2, "03:10:00", random.Random(7))
    check_after_kills(project, 6)


@pytest.mark.soak
def test_killed_ten_times_nothing_is_lost_or_twice(project):
    project.sql(f"CALL {RAW}.START_PIPELINE()")
    killed(project, 10, "23:59:00", random.Random(11))
    check_after_kills(project, 47)


def test_a_second_apply_does_nothing_and_teardown_leaves_the_ledger_alone(project):
    answer = project.run("snowpact migrate apply --format json")
    assert (answer.code, answer.json["summary"]["applied"]) == (0, 0)
    steps = project.run("snowpact local sql --file migrations/retail/teardown.sql --format json --keep-going").json
    assert all(step["ok"] for step in steps), steps
    assert {row["name"] for row in project.sql("SHOW DATABASES")} <= {"SNOWPACT", "SNOWFLAKE"}
    assert not {row["name"] for row in project.sql("SHOW ROLES")} & {"RETAIL_ANALYST", "RETAIL_MARKETING"}
    applied = project.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["findings"]) == (0, []), applied.err
