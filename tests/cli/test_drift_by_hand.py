"""Somebody alters the target by hand: `drift` names the object and the column, and blocks on all but a new table."""

from __future__ import annotations

import pytest

CHANNELS = "ANALYTICS.MARTS.CHANNELS"
BY_CHANNEL = "ANALYTICS.MARTS.INTERACTIONS_BY_CHANNEL"
GOALS = "UNDERSTOOD_DEMO.DYNAMIC_TABLES.TOPIC_GOALS"
PRODUCT = "ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT"

# by hand: (statement, exit code, {(comparison, rule, object, column)}); each set is exactly what drift says.
BY_HAND = {
    "add column": (
        f"ALTER TABLE {CHANNELS} ADD COLUMN icon VARCHAR(8)",
        1,
        {("contract-drift", "column-undeclared", CHANNELS, "ICON"), ("schema-drift", "column-undeclared", CHANNELS, "ICON")},
    ),
    "drop column": (
        f"ALTER TABLE {GOALS} DROP COLUMN team_email",
        1,
        {("contract-drift", "column-removed", GOALS, "TEAM_EMAIL"), ("schema-drift", "column-removed", GOALS, "TEAM_EMAIL")},
    ),
    "rename column": (
        f"ALTER TABLE {CHANNELS} RENAME COLUMN label TO short_name",
        1,
        {
            ("contract-drift", "column-removed", CHANNELS, "LABEL"),
            ("contract-drift", "column-undeclared", CHANNELS, "SHORT_NAME"),
            ("schema-drift", "column-removed", CHANNELS, "LABEL"),
            ("schema-drift", "column-undeclared", CHANNELS, "SHORT_NAME"),
        },
    ),
    "change type": (
        f"ALTER TABLE {GOALS} ALTER COLUMN goal_members SET DATA TYPE NUMBER(12, 0)",
        1,
        {
            ("contract-drift", "number-precision-widened", GOALS, "GOAL_MEMBERS"),
            ("schema-drift", "number-precision-widened", GOALS, "GOAL_MEMBERS"),
        },
    ),
    "new table": (
        "CREATE TABLE ANALYTICS.MARTS.SCRATCH (a NUMBER)",
        0,
        {("schema-drift", "object-unmanaged", "ANALYTICS.MARTS.SCRATCH", None)},
    ),
    "new stream": (
        f"CREATE STREAM ANALYTICS.MARTS.CHANNEL_CHANGES ON TABLE {CHANNELS}",
        0,
        {("schema-drift", "object-unmanaged", "ANALYTICS.MARTS.CHANNEL_CHANGES", None)},
    ),
    "replace view": (
        f"CREATE OR REPLACE VIEW {BY_CHANNEL} AS SELECT DATE_TRUNC('day', p.interaction_timestamp)::DATE AS interaction_date, "
        "p.channel AS channel, c.display_name AS channel_name, 0::NUMBER(18, 0) AS interactions, 0::NUMBER(18, 0) AS customers, "
        f"0::NUMBER(30, 2) AS revenue_usd FROM {PRODUCT} p LEFT JOIN {CHANNELS} c ON c.channel = p.channel",
        1,
        {("schema-drift", "definition-changed", BY_CHANNEL, None)},
    ),
    "drop table": (
        f"DROP TABLE {GOALS}",
        1,
        {("contract-drift", "object-missing", GOALS, None), ("schema-drift", "object-removed", GOALS, None)},
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_drift_names_what_was_done_by_hand(project, case):
    statement, code, expected = BY_HAND[case]
    project.sql(statement)
    answer = project.run("snowpact drift --format json")

    found = {(item["comparison"], item["rule"], item["object"], item["column"]) for item in answer.json["findings"]}
    assert found == expected
    assert answer.code == code
    severities = {item["severity"] for item in answer.json["findings"]}
    assert severities == ({"error"} if code else {"info"})


def test_the_text_names_object_and_column(project):
    project.sql(f"ALTER TABLE {CHANNELS} DROP COLUMN label")
    answer = project.run("snowpact drift")
    assert answer.code == 1
    assert f"{CHANNELS}.LABEL is missing" in answer.out
    assert f"{CHANNELS}.LABEL was made by migrations and is gone" in answer.out


def test_a_database_that_is_gone_is_said(project):
    project.sql("DROP DATABASE UNDERSTOOD_DEMO")
    answer = project.run("snowpact drift")
    assert answer.code == 3
    assert "UNDERSTOOD_DEMO" in answer.err


def test_ignored_objects_are_not_reported(project):
    project.sql("CREATE TABLE ANALYTICS.MARTS.TMP_1 (a NUMBER)")
    project.write("snowpact.toml", (project.folder / "snowpact.toml").read_text() + '\n[drift]\nignore = ["ANALYTICS.MARTS.TMP_*"]\n')
    answer = project.run("snowpact drift --format json")
    assert (answer.code, answer.json["findings"]) == (0, [])


def test_pending_scripts_and_new_data_are_no_drift(project):
    project.write("migrations/meetup/V1.5.0__later.sql", "CREATE TABLE ANALYTICS.STAGING.LATER (a NUMBER);\n")
    project.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(5)")
    answer = project.run("snowpact drift --format json")
    assert (answer.code, answer.json["findings"], answer.json["summary"]["pending"]) == (0, [], 1)


GOVERNED = {
    "a mask taken off": (
        "ALTER TABLE RETAIL.GOLD.DIM_CUSTOMERS MODIFY COLUMN email UNSET MASKING POLICY",
        ("protection-removed", "RETAIL.GOLD.DIM_CUSTOMERS", "EMAIL"),
    ),
    "a promised privilege revoked": (
        "REVOKE SELECT ON TABLE RETAIL.GOLD.FCT_SALES FROM ROLE RETAIL_ANALYST",
        ("grant-revoked", "RETAIL.GOLD.FCT_SALES", None),
    ),
}


@pytest.mark.parametrize("case", GOVERNED)
def test_governance_is_promised_too(case, applied_alone, tmp_path):
    statement, expected = GOVERNED[case]
    project = applied_alone("retail").copy(tmp_path / "project")
    assert project.run("snowpact drift").code == 0
    project.sql(statement)
    answer = project.run("snowpact drift --format json")
    assert answer.code == 1, answer.err
    found = [(one["rule"], one["object"], one["column"]) for one in answer.json["findings"] if one["comparison"] == "contract-drift"]
    assert found == [expected]
