"""studio's pipeline monitor in a real browser: health, box office, fans and data quality, as the tables have them."""

from __future__ import annotations

import pytest
from tests.browser.apps import check_every_tab
from tests.pipelines.studio import DB, GENERATE

FIGURES = {
    "Pipeline health": f"SELECT TO_CHAR(row_count) AS V FROM {DB}.GOVERNANCE.PIPELINE_HEALTH",
    "Box office": f"SELECT TO_CHAR(gross_usd) AS V FROM {DB}.STUDIO_OPS.AGG_FRANCHISE_PERFORMANCE",
    "Fans": f"SELECT TO_CHAR(SUM(lifetime_value_usd)) AS V FROM {DB}.MARKETING.FAN_LIFETIME_VALUE GROUP BY membership_tier",
    "Data quality": "SELECT DISTINCT metric_name AS V FROM SNOWFLAKE.LOCAL.DATA_QUALITY_MONITORING_RESULTS "
    f"UNION ALL SELECT DISTINCT reason FROM {DB}.GOVERNANCE.REJECTED_RECORDS",
}


@pytest.fixture(scope="module")
def played(applied_alone, tmp_path_factory):
    project = applied_alone("studio").copy(tmp_path_factory.mktemp("monitor") / "project")
    project.sql(f"{GENERATE} INSERT INTO {DB}.RAW.FAN_INTERACTIONS (payload) SELECT PARSE_JSON('{{}}')")
    assert project.run("snowpact local run --for 15m").code == 0
    return project


def test_every_tab_shows_the_tables_figures(played, browser):
    check_every_tab(played, browser, "SONY_PIPELINE_MONITOR", FIGURES)
    assert played.run("snowpact drift").code == 0, "the app is gone and the engine free again"
