"""customer360's dashboard in a real browser: every tab shows figures, and they are the tables'."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.browser.devtools import opened, wait_for

GOLD = "CUSTOMER_ANALYTICS.GOLD"
FIGURES = {
    "Overview": f"SELECT TO_CHAR(COUNT(*)) AS V FROM {GOLD}.DIM_CUSTOMER WHERE is_current",
    "Segments": f"SELECT TO_CHAR(spend_90d) AS V FROM {GOLD}.CUSTOMER_SEGMENTS QUALIFY as_of_date = MAX(as_of_date) OVER ()",
    "Transactions": f"SELECT TO_CHAR(SUM(spend)) AS V FROM {GOLD}.METRIC_AVG_TRANSACTION_VALUE GROUP BY merchant_category",
    "Churn": f"SELECT customer_id AS V FROM {GOLD}.CUSTOMER_360_PROFILE WHERE churn_risk = 'high' ORDER BY lifetime_value DESC LIMIT 10",
}
TEXT = "document.querySelector('[data-testid=stMain]')?.innerText || ''"


@pytest.fixture(scope="module")
def played(applied_alone, tmp_path_factory):
    project = applied_alone("customer360").copy(tmp_path_factory.mktemp("dashboard"))
    project.sql("EXECUTE TASK CUSTOMER_ANALYTICS.BRONZE.GENERATE_CUSTOMER_DATA")
    return project


@contextmanager
def running(folder: Path, app: str):
    """`snowpact local app` as its users run it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "import sys; from snowpact.cli.main import run; sys.exit(run(sys.argv[1:]))"
    words = [sys.executable, "-c", program, "local", "app", app, "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").status == 200, "the app")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def without_commas(text: str) -> str:
    return text.replace(",", "")


def test_every_tab_shows_the_tables_figures(played, browser):
    expected = {tab: [row["V"] for row in played.sql(query)] for tab, query in FIGURES.items()}
    with running(played.folder, "CUSTOMER_360_DASHBOARD") as url, opened(browser.program, url, browser.folder) as page:
        wait_for(lambda: page.evaluate("document.querySelectorAll('[role=tab]').length") == 4, "four tabs")
        for at, (tab, figures) in enumerate(expected.items()):
            assert figures, tab
            page.evaluate(f"document.querySelectorAll('[role=tab]')[{at}].click()")
            wait_for(lambda: all(figure in without_commas(page.evaluate(TEXT)) for figure in figures), f"the figures of {tab}")  # noqa: B023
        assert page.evaluate("document.querySelectorAll('[data-testid=stException]').length") == 0
    assert played.run("snowpact drift").code == 0, "the app is gone and the engine free again"


def test_an_app_that_is_not_there_is_named(played):
    answer = played.run("snowpact local app NO_SUCH_APP")
    assert answer.code == 2
    assert "no Streamlit app of this engine; there are: CUSTOMER_ANALYTICS.GOLD.CUSTOMER_360_DASHBOARD" in answer.err
