"""A migration that breaks a promise: blocked with its file and line, and nothing was executed."""

from __future__ import annotations

import pytest

PRODUCT = "ANALYTICS.MARTS.CUSTOMER_INTERACTIONS_PRODUCT"
SCRIPT = "migrations/meetup/V1.5.0__loyalty_tier.sql"
COLUMNS = "interaction_id, customer_id, interaction_timestamp, interaction_type, interaction_value_usd, channel, session_id"

UNDECLARED = f"""\
-- Two harmless statements come first: neither may run.
CREATE TABLE ANALYTICS.STAGING.TIERS (customer_id VARCHAR(32), tier VARCHAR(8));
INSERT INTO ANALYTICS.STAGING.TIERS VALUES ('CUST-1000', 'gold');

CREATE OR REPLACE DYNAMIC TABLE {PRODUCT}
  TARGET_LAG = '5 minutes'
  WAREHOUSE = COMPUTE_WH
AS
SELECT {COLUMNS}, 'gold'::VARCHAR(8) AS loyalty_tier
FROM ANALYTICS.STAGING.STG_CUSTOMER_INTERACTIONS;
"""


def state(project) -> dict:
    """What a blocked apply must leave alone: the ledgers, every object with its columns, and the product's rows."""
    return {
        "ledgers": project.run("snowpact migrate status --format json").json["summary"]["pipelines"][1:],
        "history": project.sql("SELECT * FROM SNOWPACT.MEETUP.CHANGE_HISTORY ORDER BY INSTALLED_ON"),
        "columns": project.sql("SELECT * FROM ANALYTICS.INFORMATION_SCHEMA.COLUMNS ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"),
        "tables": project.sql("SHOW TABLES IN ACCOUNT"),
        "rows": project.sql(f"SELECT * FROM {PRODUCT} ORDER BY 1"),
    }


@pytest.mark.parametrize("command", ["snowpact migrate plan", "snowpact migrate apply", "contracts check --target local"])
def test_an_undeclared_column_is_blocked_and_nothing_runs(project, command):
    project.sql("CALL RAW_DESMOINES_SF_MEETUP.EVENTS.GENERATE_EVENTS(3)")
    project.sql(f"ALTER DYNAMIC TABLE {PRODUCT} REFRESH")
    before = state(project)
    assert len(before["rows"]) == 3
    project.write(SCRIPT, UNDECLARED)

    answer = project.run(f"{command} --format json")

    assert answer.code == 1, answer.err
    assert answer.json["verdict"] == "blocked"
    [finding] = answer.json["findings"]
    assert finding["rule"] == "column-undeclared"
    assert finding["severity"] == "error"
    assert (finding["file"], finding["line"], finding["char"]) == (SCRIPT, 5, 1)
    assert (finding["object"], finding["column"]) == (PRODUCT, "LOYALTY_TIER")
    assert finding["contract"] == "contracts/meetup/customer_interactions_product.avsc"
    assert finding["consumers"] == ["Marketing Analytics", "Customer Success", "BI Teams"]
    assert answer.json["summary"].get("applied", 0) == 0
    assert state(project) == before


def test_the_text_names_file_and_line(project):
    project.write(SCRIPT, UNDECLARED)
    answer = project.run("snowpact migrate apply")
    assert answer.code == 1
    assert f"{SCRIPT}:5:1  error  column-undeclared" in answer.out


def test_one_pipeline_is_blocked_the_other_runs(project):
    project.write(SCRIPT, UNDECLARED)
    project.write("migrations/engagement/V1.5.0__note.sql", "COMMENT ON TABLE UNDERSTOOD_DEMO.DYNAMIC_TABLES.TOPIC_GOALS IS 'Goals';\n")
    answer = project.run("snowpact migrate apply --pipeline engagement --format json")
    assert (answer.code, answer.json["findings"], answer.json["summary"]["applied"]) == (0, [], 1)
    assert project.run("snowpact migrate apply").code == 1


# Each would break a promise of a contract of the other pipeline's or its own database; the blame is the last statement's.
BREAKS = {
    "dropped": ("ALTER TABLE ANALYTICS.MARTS.CHANNELS DROP COLUMN display_name;", "column-removed", "DISPLAY_NAME"),
    "renamed": ("ALTER TABLE ANALYTICS.MARTS.CHANNELS RENAME COLUMN display_name TO title;", "column-removed", "DISPLAY_NAME"),
    "wider": ("ALTER TABLE ANALYTICS.MARTS.CHANNELS ALTER COLUMN label SET DATA TYPE VARCHAR(80);", "string-length-widened", "LABEL"),
    "object dropped": ("DROP VIEW ANALYTICS.MARTS.INTERACTIONS_BY_CHANNEL;", "object-missing", None),
    "slower": (f"ALTER DYNAMIC TABLE {PRODUCT} SET TARGET_LAG = '1 hour';", "target-lag-exceeds-sla", None),
}


@pytest.mark.parametrize("case", BREAKS)
def test_every_break_names_its_statement(project, case):
    statement, rule, column = BREAKS[case]
    project.write("migrations/engagement/V1.5.0__reaches_over.sql", f"SELECT 1;\n\n  {statement}\n")
    answer = project.run("snowpact migrate apply --format json")
    found = {(item["rule"], item["column"], item["file"], item["line"], item["char"]) for item in answer.json["findings"]}
    assert (rule, column, "migrations/engagement/V1.5.0__reaches_over.sql", 3, 3) in found, answer.out + answer.err


def test_what_comes_and_goes_in_one_run_hurts_nobody(project):
    script = "ALTER TABLE ANALYTICS.MARTS.CHANNELS ADD COLUMN scratch NUMBER;\nALTER TABLE ANALYTICS.MARTS.CHANNELS DROP COLUMN scratch;\n"
    project.write("migrations/meetup/V1.5.0__scratch.sql", script)
    answer = project.run("snowpact migrate apply --format json")
    assert (answer.code, answer.json["findings"]) == (0, [])
