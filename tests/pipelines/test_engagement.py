"""docs/pipelines/engagement.md, played: base tables, five layers of dynamic tables, a stream of interactions."""

from __future__ import annotations

import pytest

SCHEMA = "UNDERSTOOD_DEMO.DYNAMIC_TABLES"
LAYERS = ["MEMBER_SESSIONS", "RESOURCE_CATALOG", "SESSION_ENGAGEMENT_DETAIL", "MEMBER_ENGAGEMENT_SUMMARY", "ENGAGEMENT_DASHBOARD"]
READS = {
    "MEMBER_SESSIONS": set(),
    "RESOURCE_CATALOG": set(),
    "SESSION_ENGAGEMENT_DETAIL": {"MEMBER_SESSIONS", "RESOURCE_CATALOG"},
    "MEMBER_ENGAGEMENT_SUMMARY": {"SESSION_ENGAGEMENT_DETAIL"},
    "ENGAGEMENT_DASHBOARD": {"MEMBER_ENGAGEMENT_SUMMARY"},
}
REFRESH = f"ALTER DYNAMIC TABLE {SCHEMA}.ENGAGEMENT_DASHBOARD REFRESH"
HISTORY = "TABLE(UNDERSTOOD_DEMO.INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY())"


def test_base_tables_hold_what_the_specification_says(applied):
    [counts] = applied.sql(
        f"SELECT (SELECT COUNT(*) FROM {SCHEMA}.MEMBERS) AS MEMBERS, (SELECT COUNT(*) FROM {SCHEMA}.RESOURCES) AS RESOURCES, "
        f"(SELECT COUNT(*) FROM {SCHEMA}.RAW_INTERACTIONS) AS INTERACTIONS"
    )
    assert counts == {"MEMBERS": 1000, "RESOURCES": 100, "INTERACTIONS": 10000}


VALUES = {
    "MEMBERS.MEMBER_TYPE": {"free", "registered", "premium"},
    "MEMBERS.REGION": {"Northeast", "Southeast", "Midwest", "Southwest", "West"},
    "RESOURCES.CONTENT_TYPE": {"article", "video", "tool", "webinar", "guide"},
    "RESOURCES.TOPIC": {"focus", "reading", "learning", "parenting", "school"},
    "RESOURCES.DIFFICULTY_LEVEL": {"beginner", "intermediate", "advanced"},
    "RAW_INTERACTIONS.EVENT_DATA:event_type::VARCHAR": {"page_view", "video_start", "video_complete", "download", "share", "bookmark"},
    "RESOURCE_CATALOG.CONTENT_CATEGORY": {"multimedia", "reading", "interactive"},
}


@pytest.mark.parametrize("column", VALUES)
def test_values_are_those_of_the_seed_tables(applied, column):
    table, expression = column.split(".", 1)
    assert {row["V"] for row in applied.sql(f"SELECT DISTINCT {expression} AS V FROM {SCHEMA}.{table}")} == VALUES[column]


def test_ids_start_where_the_specification_says(applied):
    [found] = applied.sql(
        f"SELECT (SELECT MIN(member_id) FROM {SCHEMA}.MEMBERS) AS M, (SELECT MIN(resource_id) FROM {SCHEMA}.RESOURCES) AS R, "
        f"(SELECT COUNT(*) FROM {SCHEMA}.MEMBERS "
        "WHERE signup_date < DATEADD('year', -2, CURRENT_DATE()) OR signup_date > CURRENT_DATE()) AS OUTSIDE"
    )
    assert found == {"M": 10001, "R": 100, "OUTSIDE": 0}


def test_each_event_has_the_fields_of_the_specification(applied):
    keys = (
        f"SELECT k.key AS K, COUNT(*) AS N FROM {SCHEMA}.RAW_INTERACTIONS i, "
        "LATERAL FLATTEN(input => i.event_data) k GROUP BY k.key ORDER BY k.key"
    )
    fields = ("device_type", "engagement_seconds", "event_type", "resource_id", "session_id", "timestamp")
    assert applied.sql(keys) == [{"K": field, "N": 10000} for field in fields]


def test_only_the_last_layer_says_how_fresh_it_is(applied):
    lags = {row["name"]: row["target_lag"] for row in applied.sql(f"SHOW DYNAMIC TABLES IN SCHEMA {SCHEMA}")}
    assert lags == {**dict.fromkeys(LAYERS, "DOWNSTREAM"), "ENGAGEMENT_DASHBOARD": "1 minute"}


def test_quality_rules_hold(applied, broken_rules):
    assert broken_rules(applied, "engagement") == []


def test_one_hundred_interactions_reach_the_dashboard(project, broken_rules):
    dashboard = f"SELECT * EXCLUDE (report_generated_at, members_by_region) FROM {SCHEMA}.ENGAGEMENT_DASHBOARD"
    sessions = f"SELECT COUNT(DISTINCT event_data:session_id) AS N FROM {SCHEMA}.RAW_INTERACTIONS"
    [before], [had] = project.sql(dashboard), project.sql(sessions)

    project.sql(
        f"INSERT INTO {SCHEMA}.RAW_INTERACTIONS SELECT member_id, event_data FROM TABLE({SCHEMA}.gen_interactions(100, 1))"
    )
    assert project.sql(dashboard) == [before], "not before a refresh"
    project.sql(REFRESH)

    [after], [has] = project.sql(dashboard), project.sql(sessions)
    new = has["N"] - had["N"]
    assert new > 0 and after["TOTAL_SESSIONS"] - before["TOTAL_SESSIONS"] == new
    assert after["TOTAL_ENGAGEMENT_HOURS"] > before["TOTAL_ENGAGEMENT_HOURS"]
    assert broken_rules(project, "engagement") == []


def test_five_layers_refresh_in_order(project):
    [start] = project.sql(f"SELECT COUNT(*) AS N FROM {HISTORY}")
    project.sql(f"CALL {SCHEMA}.STREAM_INTERACTIONS(1, 100)")
    project.sql(REFRESH)
    latest = f"SELECT NAME, STATE FROM {HISTORY} ORDER BY REFRESH_START_TIME DESC, REFRESH_END_TIME DESC LIMIT 5"
    ran = project.sql(latest)[::-1]
    names = [row["NAME"] for row in ran]
    assert sorted(names) == sorted(LAYERS)
    assert {row["STATE"] for row in ran} == {"SUCCEEDED"}
    assert all(names.index(read) < names.index(name) for name in names for read in READS[name])
    assert project.sql(f"SELECT COUNT(*) AS N FROM {HISTORY}") == [{"N": start["N"] + 5}]


def test_batches_of_the_stream_differ(project):
    assert project.sql(f"CALL {SCHEMA}.STREAM_INTERACTIONS(2, 50)") == [{"STREAM_INTERACTIONS": "2 batches of 50 interactions inserted"}]
    [row] = project.sql(f"SELECT COUNT(*) AS N, COUNT(DISTINCT event_data) AS DIFFERENT FROM {SCHEMA}.RAW_INTERACTIONS")
    assert (row["N"], row["DIFFERENT"]) == (10100, 10100)


def test_sessions_that_got_nothing_new_keep_their_rows(project):
    of_old = f"SELECT * FROM {SCHEMA}.MEMBER_SESSIONS ORDER BY session_id, member_id"
    before = project.sql(of_old)
    project.sql(f"CALL {SCHEMA}.STREAM_INTERACTIONS(1, 10)")
    project.sql(REFRESH)
    after = project.sql(of_old)
    assert len(after) > len(before)
    assert all(row in after for row in before[:200])


def test_the_specifications_own_monitoring_query_runs_as_written(project):
    """Seed 002, task 6: it names INFORMATION_SCHEMA alone, so a database must be in use."""
    project.sql(REFRESH)
    rows = project.sql(
        """
USE DATABASE UNDERSTOOD_DEMO;
-- Check all DT refresh history
SELECT
    NAME,
    STATE,
    REFRESH_START_TIME,
    REFRESH_END_TIME,
    DATEDIFF('second', REFRESH_START_TIME, REFRESH_END_TIME) as duration_seconds
FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY())
WHERE NAME IN ('MEMBER_SESSIONS', 'RESOURCE_CATALOG', 'SESSION_ENGAGEMENT_DETAIL',
               'MEMBER_ENGAGEMENT_SUMMARY', 'ENGAGEMENT_DASHBOARD')
ORDER BY REFRESH_START_TIME DESC
LIMIT 10;
"""
    )
    assert len(rows) == 10 and {row["NAME"] for row in rows} == set(LAYERS)


def test_the_specifications_own_statements_run_as_written(project):
    """Seed 002, tasks 3, 4 and 6: base tables, the first layers in the draft's words, the stream's INSERT."""
    script = f"""
USE SCHEMA {SCHEMA};
CREATE OR REPLACE TABLE MEMBERS AS
SELECT * FROM TABLE(gen_members(1000)) ORDER BY 1;
CREATE OR REPLACE TABLE RESOURCES AS
SELECT * FROM TABLE(gen_resources(100)) ORDER BY 1;
CREATE OR REPLACE TABLE RAW_INTERACTIONS AS
SELECT * FROM TABLE(gen_interactions(10000, 30));
CREATE OR REPLACE DYNAMIC TABLE MEMBER_SESSIONS
    LAG = 'DOWNSTREAM'
    WAREHOUSE = UNDERSTOOD_DEMO_WH
AS
SELECT
    event_data:session_id::VARCHAR as session_id,
    member_id,
    MIN(event_data:timestamp::TIMESTAMP) as session_start,
    MAX(event_data:timestamp::TIMESTAMP) as session_end,
    COUNT(*) as event_count,
    SUM(event_data:engagement_seconds::NUMBER) as total_engagement_seconds,
    ARRAY_AGG(DISTINCT event_data:resource_id::NUMBER) as resources_viewed,
    MAX(event_data:device_type::VARCHAR) as device_type
FROM RAW_INTERACTIONS
GROUP BY event_data:session_id, member_id;
INSERT INTO RAW_INTERACTIONS SELECT * FROM TABLE(gen_interactions(100, 1));
SELECT COUNT(*) as cnt FROM RAW_INTERACTIONS;
"""
    assert project.sql(script) == [{"CNT": 10100}]


def test_cleanup_of_the_specification_runs_as_written(project):
    script = f"""
USE SCHEMA {SCHEMA};
DROP DYNAMIC TABLE IF EXISTS ENGAGEMENT_DASHBOARD;
DROP DYNAMIC TABLE IF EXISTS MEMBER_ENGAGEMENT_SUMMARY;
DROP DYNAMIC TABLE IF EXISTS SESSION_ENGAGEMENT_DETAIL;
DROP DYNAMIC TABLE IF EXISTS RESOURCE_CATALOG;
DROP DYNAMIC TABLE IF EXISTS MEMBER_SESSIONS;
DROP TABLE IF EXISTS RAW_INTERACTIONS;
DROP TABLE IF EXISTS RESOURCES;
DROP TABLE IF EXISTS MEMBERS;
DROP FUNCTION IF EXISTS gen_interactions(NUMBER, NUMBER);
DROP FUNCTION IF EXISTS gen_resources(NUMBER);
DROP FUNCTION IF EXISTS gen_members(NUMBER);
SHOW DYNAMIC TABLES IN SCHEMA {SCHEMA};
"""
    assert project.sql(script) == []


def test_teardown_removes_everything_and_apply_makes_it_again(project):
    answer = project.run("snowpact local sql --file migrations/engagement/teardown.sql --format json --keep-going")
    assert all(step["ok"] for step in answer.json), answer.json
    assert "UNDERSTOOD_DEMO" not in {row["name"] for row in project.sql("SHOW DATABASES")}
    assert "UNDERSTOOD_DEMO_WH" not in {row["name"] for row in project.sql("SHOW WAREHOUSES")}

    applied = project.run("snowpact migrate apply --format json")
    assert (applied.code, applied.json["summary"]["applied"]) == (0, 7), applied.err
    assert project.run("snowpact drift").code == 0
