"""A page held open in the browser and looked into, over Chrome's DevTools protocol (https://chromedevtools.github.io/devtools-protocol)."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0
"""Seconds that anything may take."""


def wait_for(what: Callable[[], Any], told: str) -> Any:
    """The first true answer."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if found := what():
                return found
        except OSError:
            pass  # nobody listens yet
        time.sleep(0.1)
    raise AssertionError(f"{told}: not within {PATIENCE:.0f} seconds")


class Page:
    """One open page."""

    def __init__(self, connection: ClientConnection):
        self._connection, self._last = connection, 0

    def evaluate(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        self._last += 1
        question = {"id": self._last, "method": "Runtime.evaluate", "params": {"expression": script, "returnByValue": True}}
        self._connection.send(json.dumps(question))
        while (answer := json.loads(self._connection.recv(timeout=PATIENCE))).get("id") != self._last:
            pass
        return answer["result"]["result"].get("value")


@contextmanager
def opened(program: str, url: str, folder: Path) -> Iterator[Page]:
    words = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={folder / 'held'}"]
    browser = subprocess.Popen([*words, "--window-size=1300,2000", url], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        told = folder / "held" / "DevToolsActivePort"
        port = wait_for(lambda: told.exists() and told.read_text().split("\n")[0], "the browser's port")
        pages = wait_for(lambda: [page for page in _pages(port) if page["url"].startswith(url)], "the page")
        with connect(pages[0]["webSocketDebuggerUrl"], max_size=None) as connection:
            yield Page(connection)
    finally:
        browser.terminate()
        browser.wait()


def _pages(port: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
        return json.load(answer)
