"""Broken: what a change does to what stands on it. A fact about the end of a run, not an opinion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from snowpact.model.catalog import Key, Kind
from snowpact.model.change import Change
from snowpact.model.names import Name, spell
from snowpact.model.source import Source


class Harm(str, Enum):
    """BROKEN: it can't be read, refreshed or run any more. The others: it works, and has lost something."""

    BROKEN = "broken"
    REINITIALIZED = "reinitialized"
    OFFSET_LOST = "offset lost"
    TRACKING_LOST = "change tracking lost"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Step:
    """One object, or one column of it, on the way from what was changed to what that breaks."""

    object: Name
    column: str | None = None

    def __str__(self) -> str:
        return f"{self.object}.{spell(self.column)}" if self.column is not None else str(self.object)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """kind and object: what suffers; by: the change to blame; why: what the account will say, or do; path: from what was changed
    to the object. inherited: what it reads is broken, itself it is as it was."""

    kind: Kind
    object: Name
    harm: Harm
    by: Change
    why: str
    path: tuple[Step, ...]
    inherited: bool = False

    @property
    def key(self) -> Key:
        return self.kind.domain, self.object

    @property
    def column(self) -> str | None:
        """The column that suffers, where one can be named."""
        return self.path[-1].column if self.path else None

    @property
    def source(self) -> Source | None:
        return self.by.source
