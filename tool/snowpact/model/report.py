"""The Report: what every renderer is fed and ``--format json`` prints as it stands."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from snowpact.model.errors import InputFault
from snowpact.model.finding import Finding, Severity

if TYPE_CHECKING:  # a remembered report holds none of these, and is told faster than they are imported
    from snowpact.model.change import Change
    from snowpact.model.graph import Graph
    from snowpact.model.sides import Sides


class Verdict(str, Enum):
    """passed: exit 0; blocked: exit 1, by findings; error: exit 2 to 5."""

    PASSED = "passed"
    BLOCKED = "blocked"
    ERROR = "error"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def of(cls, findings: Iterable[Finding], fail_on: Severity = Severity.ERROR) -> Verdict:
        """Blocked when a finding that no waiver covers is as grave as ``fail_on`` or graver."""
        grave = any(finding.severity.rank <= fail_on.rank and finding.waiver is None for finding in findings)
        return cls.BLOCKED if grave else cls.PASSED


@dataclass(frozen=True, slots=True)
class Report:
    """One answer of one command. summary holds plain JSON values: counts, names, times. sides and graph are for pages to look at.

    place: where the project lies in its repository, for readers that know files by their path from its top; its files are told from
    the project.
    """

    command: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: tuple[InputFault, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    sides: tuple[Sides, ...] = ()
    graph: Graph | None = None
    place: str = ""

    def from_top(self, file: str) -> str:
        """A file of the project as its path from the top of the repository."""
        return posixpath.join(self.place, file)
