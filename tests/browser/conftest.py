"""A browser to look at pages with: Debian's chromium, without a head."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
SIZE = (1300, 2000)


@dataclass(frozen=True)
class Browser:
    program: str
    folder: Path

    def _run(self, page: Path, *options: str) -> str:
        words = [self.program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder / 'profile'}"]
        words += [f"--window-size={SIZE[0]},{SIZE[1]}", "--hide-scrollbars", *options, page.as_uri()]
        return subprocess.run(words, check=True, capture_output=True, text=True, timeout=180).stdout

    def dom(self, page: Path) -> str:
        """The document as the browser holds it once it is loaded."""
        return self._run(page, "--dump-dom")

    def colours(self, page: Path) -> Counter[str]:
        """How many pixels have each colour, as ``#rrggbb``."""
        shot = self.folder / "page.png"
        self._run(page, f"--screenshot={shot}")
        return Counter(_pixels(shot.read_bytes()))


@pytest.fixture
def browser(tmp_path) -> Browser:
    """Where there is none the test is skipped, unless SNOWPACT_BROWSER says that one is required, as in CI."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        if os.environ.get("SNOWPACT_BROWSER") == "required":
            pytest.fail("no browser: apt-get install chromium")
        pytest.skip("no browser here: apt-get install chromium; CI requires one")
    return Browser(program, tmp_path)


def _pixels(png: bytes) -> list[str]:
    """The colours of a PNG of 8 bits a channel, not interlaced (https://www.w3.org/TR/png)."""
    place, packed, width, height, channels = 8, b"", 0, 0, 3
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, interlaced) == (8, 0)
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += body
        place += length + 12
    rows, stride = zlib.decompress(packed), width * channels
    before, found = bytes(stride), []
    for row in range(height):
        start = row * (stride + 1)
        before = _unfiltered(rows[start], bytearray(rows[start + 1 : start + 1 + stride]), before, channels)
        if row % 3 == 0:  # every third row tells enough
            found += [f"#{before[at : at + 3].hex()}" for at in range(0, stride, channels)]
    return found


def _unfiltered(kind: int, row: bytearray, above: bytes, channels: int) -> bytes:
    for at in range(len(row)):
        left = row[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        row[at] = (row[at] + guess) & 0xFF
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    return min((left, up, corner), key=lambda value: abs(near - value))
