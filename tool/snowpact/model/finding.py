"""Findings: opinions about Changes. One fact judged by both judges is two findings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from snowpact.model.names import Name
from snowpact.model.source import Source
from snowpact.model.types import Certainty


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def __str__(self) -> str:
        return self.value

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return ("error", "warning", "info").index(self.value)


class Comparison(str, Enum):
    """Which two catalogs a finding comes from."""

    GATE = "gate"
    CONTRACT_DRIFT = "contract-drift"
    SCHEMA_DRIFT = "schema-drift"
    EVOLUTION = "evolution"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One opinion.

    object and column are as the contract or migration names them; source is the statement to blame, else the contract.
    path leads from what was changed to what was promised, each step ``DB.SCHEMA.OBJECT[.COLUMN]``. suggestion is the
    way out. introduced is False where the fault stood before the change that is being judged.
    """

    rule: str
    severity: Severity
    comparison: Comparison
    message: str
    object: Name | None = None
    column: str | None = None
    judge: str = "snowflake"
    source: Source | None = None
    contract: str | None = None
    version: str | None = None
    consumers: tuple[str, ...] = ()
    certainty: Certainty | None = None
    path: tuple[str, ...] = ()
    suggestion: str | None = None
    introduced: bool = True
    waiver: str | None = None

    @property
    def identity(self) -> tuple[str, str, str | None, str | None]:
        """What makes two findings the same fault, whatever comparison saw it and wherever it is blamed."""
        return self.rule, self.judge, str(self.object) if self.object else None, self.column

    def lowered(self, to: Severity) -> Finding:
        """With a severity no graver than ``to``."""
        return replace(self, severity=max(self.severity, to, key=lambda severity: severity.rank))

    def sort_key(self) -> tuple[object, ...]:
        source = self.source or Source("")
        return (self.severity.rank, source.file, source.line, source.char, str(self.object), self.column or "", self.rule, self.judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A ``[[waiver]]`` of ``contracts/waivers.toml``: what may break, who allowed it, why, and until when.

    object and column are as findings name them; source is where the waiver stands.
    """

    rule: str
    object: str
    column: str | None
    who: str
    why: str
    until: date
    source: Source | None = field(default=None, compare=False)
