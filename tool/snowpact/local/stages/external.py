"""External locations: the folders of this machine that stand for what external stages point to.

The engine reaches no cloud. Where ``[targets.NAME.locations]`` of snowpact.toml gives a URL a folder, stages on that URL or below it are
read from there, and their files have the names that they would have in the bucket; nothing is ever written there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Locations = Mapping[str, Path]
"""A URL, as ``s3://bucket/path`` → the folder with what lies below it."""


@dataclass(frozen=True)
class Place:
    """folder: what is mapped; bucket: the URL up to the bucket; base and path: within the bucket, of the folder and of what is asked for,
    each empty or with a slash at its end."""

    folder: Path
    bucket: str
    base: str
    path: str


def place(locations: Locations, url: str) -> Place | None:
    """Where a URL's files are, by the longest URL that is mapped; None where none is."""
    wanted = _closed(url)
    found = max((known for known in locations if wanted.startswith(_closed(known))), key=len, default=None)
    if found is None:
        return None
    bucket = _bucket(wanted)
    return Place(locations[found], bucket, _closed(found).removeprefix(f"{bucket}/"), wanted.removeprefix(f"{bucket}/"))


def _closed(url: str) -> str:
    return url.rstrip("/") + "/"


def _bucket(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
