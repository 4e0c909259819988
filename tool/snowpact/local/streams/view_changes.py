"""The changes of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snowpact.local.objects import Record
from snowpact.local.streams.offsets import Window
from snowpact.model.errors import UnsupportedFeature

if TYPE_CHECKING:
    from snowpact.local.session import Session


def changes(session: Session, view: Record, seen: Window, append_only: bool) -> str:
    raise UnsupportedFeature("streams on views")


def tables(session: Session, view: Record) -> list[Record]:
    raise UnsupportedFeature("streams on views")
