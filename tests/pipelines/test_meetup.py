"""docs/pipelines/meetup.md, played: events, refreshes, and what consumers then read."""

from __future__ import annotations

PRODUCT = "analytics.marts.customer_interactions_product"
GENERATE = "CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS({})"
REFRESH = f"ALTER DYNAMIC TABLE {PRODUCT} REFRESH"


def rows(project) -> list[dict]:
    return project.sql(f"SELECT * FROM {PRODUCT} ORDER BY interaction_id")


def count(project) -> int:
    return project.sql(f"SELECT COUNT(*) AS N FROM {PRODUCT}")[0]["N"]


def test_twenty_events_then_ten_more(project, broken_rules):
    assert count(project) == 0
    assert project.sql(GENERATE.format(20)) == [{"GENERATE_EVENTS": "20 events generated"}]
    assert count(project) == 0, "the product is as of its last refresh"
    project.sql(REFRESH)
    first = rows(project)
    assert len(first) == 20

    project.sql(GENERATE.format(10))
    project.sql(REFRESH)
    second = rows(project)
    assert count(project) == len(second) == 30
    assert all(row in second for row in first), "rows that did not change stay as they are"
    assert len({row["INTERACTION_ID"] for row in second}) == 30
    assert broken_rules(project, "meetup") == []


def test_a_refresh_without_events_changes_nothing(project):
    project.sql(GENERATE.format(4))
    project.sql(REFRESH)
    before = rows(project)
    project.sql(REFRESH)
    assert rows(project) == before
    last = (
        "SELECT STATE, REFRESH_ACTION FROM TABLE(ANALYTICS.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) "
        "ORDER BY REFRESH_START_TIME DESC LIMIT 1"
    )
    assert project.sql(last) == [{"STATE": "SUCCEEDED", "REFRESH_ACTION": "NO_DATA"}]


def test_the_same_calls_give_the_same_events(project, tmp_path):
    other = project.copy(tmp_path / "again")
    for one in (project, other):
        one.sql(GENERATE.format(7))
        one.sql(GENERATE.format(5))
        one.sql(REFRESH)
    assert rows(project) == rows(other)


def test_events_arrive_as_the_specification_shows_them(project):
    project.sql(GENERATE.format(50))
    for row in project.sql(
        "SELECT value:interaction_id::VARCHAR AS ID, value:customer_id::VARCHAR AS CUSTOMER, value:timestamp::VARCHAR AS MOMENT, "
        "value:type::VARCHAR AS TYPE, value:value_usd AS USD, value:channel::VARCHAR AS CHANNEL "
        "FROM RAW_DESMOINES_SF_MEETUP.EVENTS.CUSTOMER_INTERACTIONS"
    ):
        assert len(row["ID"]) == 36 and row["CUSTOMER"].startswith("CUST-")
        assert row["MOMENT"][10] == "T" and row["MOMENT"].endswith("Z")
        assert row["TYPE"] in {"page_view", "purchase", "support", "review"} and row["CHANNEL"] in {"web", "mobile", "store"}
        assert row["TYPE"] == "purchase" or row["USD"] in (None, "null")


def test_the_view_for_bi_adds_up(project):
    project.sql(GENERATE.format(60))
    project.sql(REFRESH)
    [told] = project.sql(
        "SELECT SUM(interactions) AS N, SUM(revenue_usd) AS USD, COUNT(DISTINCT channel_name) AS CHANNELS "
        "FROM ANALYTICS.MARTS.INTERACTIONS_BY_CHANNEL"
    )
    [there] = project.sql(f"SELECT COUNT(*) AS N, SUM(interaction_value_usd) AS USD, COUNT(DISTINCT channel) AS CHANNELS FROM {PRODUCT}")
    assert told == there
    assert project.run("snowpact drift").code == 0


def test_the_specifications_own_demo_runs_as_written(project):
    """Seed 000, demo workflow 1 and 4, word for word; `dbt build` is `snowpact migrate apply`."""
    project.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.generate_events(20);")
    assert project.run("snowpact migrate apply").code == 0
    answer = project.sql(
        """
-- Add new events
CALL RAW_DESMOINES_SF_MEETUP.EVENTS.generate_events(10);

-- Trigger refresh
ALTER DYNAMIC TABLE analytics.marts.customer_interactions_product REFRESH;

-- Verify new data
SELECT COUNT(*) FROM analytics.marts.customer_interactions_product;
"""
    )
    assert answer == [{"COUNT(*)": 30}]


def test_teardown_removes_everything_and_apply_makes_it_again(project):
    answer = project.run("snowpact local sql --file migrations/meetup/teardown.sql --format json --keep-going")
    assert all(step["ok"] for step in answer.json), answer.json
    databases = {row["name"] for row in project.sql("SHOW DATABASES")}
    assert not databases & {"ANALYTICS", "RAW_DESMOINES_SF_MEETUP"}
    assert "COMPUTE_WH" not in {row["name"] for row in project.sql("SHOW WAREHOUSES")}
    assert project.sql("SHOW TABLES LIKE 'CHANGE_HISTORY' IN SCHEMA SNOWPACT.ENGAGEMENT"), "the other pipeline keeps its ledger"

    applied = project.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["summary"]["applied"]) == (0, 7), applied.err
    assert project.run("snowpact drift").code == 0
