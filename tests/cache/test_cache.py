"""The store: what was put is found, and nothing else ever is; other runs, damage and a full cache are survived."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snowpact.cache import Cache, user_cache

KEY, OTHER = "a" * 64, "b" * 64
VALUE = {"findings": [{"message": "é\u2028 'x'"}], "summary": {"n": 1}}


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def entry(cache: Cache, key: str = KEY) -> Path:
    return cache.folder / f"{key}.json"


def test_what_was_put_is_found(cache):
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE
    assert cache.get(OTHER) is None


def test_only_the_user_may_look(cache):
    cache.put(KEY, VALUE)
    assert cache.folder.stat().st_mode & 0o777 == 0o700
    assert entry(cache).stat().st_mode & 0o777 == 0o600


DAMAGE = {
    "empty": lambda raw: b"",
    "cut off": lambda raw: raw[:-3],
    "longer": lambda raw: raw + b" ",
    "another answer": lambda raw: raw.replace(b'"n":1', b'"n":2'),
    "no seal": lambda raw: raw.partition(b"\n")[2],
    "no text": lambda raw: b"\xff" * 80,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_none_and_can_be_put_again(cache, damage):
    cache.put(KEY, VALUE)
    entry(cache).write_bytes(DAMAGE[damage](entry(cache).read_bytes()))
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_changed_byte_goes_unseen(tmp_path_factory, data):
    cache = Cache(tmp_path_factory.getbasetemp() / "bytes")
    cache.put(KEY, VALUE)
    raw = bytearray(entry(cache).read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    entry(cache).write_bytes(bytes(raw))
    assert cache.get(KEY) is None


def test_an_entry_under_another_key_is_none(cache):
    cache.put(KEY, VALUE)
    os.rename(entry(cache), entry(cache, OTHER))
    assert cache.get(OTHER) is None


def test_those_used_longest_ago_go_first(tmp_path):
    cache = Cache(tmp_path, most_bytes=5000)
    for number in range(4):
        cache.put(f"{number}" * 64, "x" * 1000)
        os.utime(entry(cache, f"{number}" * 64), (number, number))
    assert cache.get("0" * 64)  # used just now
    cache.put("9" * 64, "x" * 1500)
    assert [number for number in "01239" if cache.get(number * 64)] == ["0", "2", "3", "9"]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 5000


def test_what_is_larger_than_the_whole_cache_is_not_kept(tmp_path):
    cache = Cache(tmp_path, most_bytes=100)
    cache.put(KEY, "x" * 200)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_runs_go_with_the_oldest(tmp_path):
    (tmp_path / ".dead.part").write_bytes(b"x" * 2000)
    os.utime(tmp_path / ".dead.part", (1, 1))
    Cache(tmp_path, most_bytes=1500).put(KEY, "x" * 500)
    assert [file.name for file in tmp_path.iterdir()] == [f"{KEY}.json"]


WRITER = """
import sys
from pathlib import Path
from snowpact.cache import Cache
cache = Cache(Path(sys.argv[1]), most_bytes=60_000)
for round in range(120):
    key = f"{round % 7}" * 64
    found = cache.get(key)
    assert found is None or found == [key] * 200, "half an entry"
    cache.put(key, [key] * 200)
"""


def test_writers_at_the_same_time_never_see_half_an_entry(tmp_path):
    """They also remove each other's entries: all seven do not fit."""
    runs = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stderr=subprocess.PIPE) for _ in range(3)]
    assert [(run.wait(), run.stderr.read()) for run in runs] == [(0, b"")] * 3
    assert not list(tmp_path.glob("*.part"))


PLACES = {
    "ours": ({"SNOWPACT_CACHE_DIR": "/x/ours", "XDG_CACHE_HOME": "/x/xdg", "HOME": "/x/home"}, "/x/ours"),
    "the platform's": ({"XDG_CACHE_HOME": "/x/xdg", "HOME": "/x/home"}, "/x/xdg/snowpact"),
    "nowhere": ({}, None),
    "a relative path": ({"XDG_CACHE_HOME": "cache", "HOME": "/x/home"}, None),
    "in the checkout": ({"SNOWPACT_CACHE_DIR": "/x/project/.cache"}, None),
    "the checkout itself": ({"SNOWPACT_CACHE_DIR": "/x/project"}, None),
}


@pytest.mark.parametrize("case", PLACES)
def test_where_it_lies(case):
    environ, expected = PLACES[case]
    found = user_cache(Path("/x/project"), environ)
    assert (str(found.folder) if found else None) == expected


def test_a_folder_that_others_may_write_into_is_not_used(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    assert user_cache(tmp_path / "project", {"SNOWPACT_CACHE_DIR": str(folder)}) is None
    Cache(folder).put(KEY, VALUE)
    assert list(folder.iterdir()) == []


def test_a_place_that_is_no_folder_is_as_good_as_none(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put(KEY, VALUE)
    assert cache.get(KEY) is None


def test_use_is_remembered(cache):
    cache.put(KEY, VALUE)
    os.utime(entry(cache), (1, 1))
    cache.get(KEY)
    assert time.time() - entry(cache).stat().st_mtime < 1000
