"""How a run judges what it finds, and whom it tells while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from snowpact.model.finding import Severity
from snowpact.prepare import PreparedScript
from snowpact.standing import Say

Progress = Callable[[PreparedScript], None]


@dataclass(frozen=True, slots=True)
class Judging:
    """How findings are judged. adopting: what stands on the target already is not introduced, and a warning at most. as_of: the day for
    waivers, today by default. rehearse: run the pending scripts on a throw-away engine even where their text tells all."""

    fail_on: Severity = Severity.ERROR
    adopting: bool = True
    say: Say = lambda text: None
    progress: Progress = lambda script: None
    as_of: date | None = None
    rehearse: bool = False
