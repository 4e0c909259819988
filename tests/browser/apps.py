"""Streamlit apps run as their users run them, and looked at: every tab shows the tables' figures."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.devtools import opened, wait_for

TEXT = "document.querySelector('[data-testid=stMain]')?.innerText || ''"


@contextmanager
def running(folder: Path, app: str) -> Iterator[str]:
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


def check_every_tab(project, browser, app: str, figures: dict[str, str]) -> None:
    """figures: for each tab, in their order, a query for what it must show, in its column V. Thousands may be parted by commas."""
    expected = {tab: [row["V"] for row in project.sql(query)] for tab, query in figures.items()}
    with running(project.folder, app) as url, opened(browser.program, url, browser.folder) as page:
        wait_for(lambda: page.evaluate("document.querySelectorAll('[role=tab]').length") == len(figures), "the tabs")
        for at, (tab, wanted) in enumerate(expected.items()):
            assert wanted, tab
            page.evaluate(f"document.querySelectorAll('[role=tab]')[{at}].click()")
            wait_for(lambda: all(one in page.evaluate(TEXT).replace(",", "") for one in wanted), f"the figures of {tab}")  # noqa: B023
        assert page.evaluate("document.querySelectorAll('[data-testid=stException]').length") == 0
