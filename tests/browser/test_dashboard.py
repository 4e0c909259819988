"""customer360's dashboard in a real browser: every tab shows figures, and they are the tables'."""

from __future__ import annotations

import pytest
from tests.browser.apps import check_every_tab

GOLD = "CUSTOMER_ANALYTICS.GOLD"
FIGURES = {
    "Overview": f"SELECT TO_CHAR(COUNT(*)) AS V FROM {GOLD}.DIM_CUSTOMER WHERE is_current",
    "Segments": f"SELECT TO_CHAR(spend_90d) AS V FROM {GOLD}.CUSTOMER_SEGMENTS QUALIFY as_of_date = MAX(as_of_date) OVER ()",
    "Transactions": f"SELECT TO_CHAR(SUM(spend)) AS V FROM {GOLD}.METRIC_AVG_TRANSACTION_VALUE GROUP BY merchant_category",
    "Churn": f"SELECT customer_id AS V FROM {GOLD}.CUSTOMER_360_PROFILE WHERE churn_risk = 'high' ORDER BY lifetime_value DESC LIMIT 10",
}


@pytest.fixture(scope="module")
def played(applied_alone, tmp_path_factory):
    project = applied_alone("customer360").copy(tmp_path_factory.mktemp("dashboard"))
    project.sql("EXECUTE TASK CUSTOMER_ANALYTICS.BRONZE.GENERATE_CUSTOMER_DATA")
    return project


def test_every_tab_shows_the_tables_figures(played, browser):
    check_every_tab(played, browser, "CUSTOMER_360_DASHBOARD", FIGURES)
    assert played.run("snowpact drift").code == 0, "the app is gone and the engine free again"


def test_an_app_that_is_not_there_is_named(played):
    answer = played.run("snowpact local app NO_SUCH_APP")
    assert answer.code == 2
    assert "no Streamlit app of this engine; there are: CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_DASHBOARD" in answer.err
