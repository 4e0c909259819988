"""What `snowpact local run` is asked and what it answers: spans of time, a line for each run, a table at the end."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from snowpact.model.errors import InputError

if TYPE_CHECKING:
    from snowpact.connect import Span
    from snowpact.local.scheduler import Ran

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_COLUMNS = ("kind", "name", "runs", "succeeded", "skipped", "failed")

Counts = dict[tuple[str, str], Counter[str]]


def span_of(length: str | None, start: str | None, until: str | None) -> Span | None:
    """The time to simulate; None for the machine's clock. Raises InputError for what is no time or no span."""
    from snowpact.connect import Span

    if length is None and until is None:
        if start is not None:
            raise InputError("--from needs --for or --until: without them the schedules follow the machine's clock")
        return None
    if length is not None and until is not None:
        raise InputError("give --for or --until, not both")
    begins, ends = _time(start), _time(until)
    if begins and ends and ends <= begins:
        raise InputError("--until is not later than --from")
    return Span(begins, ends, _length(length) if length else timedelta())


def _length(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None:
        raise InputError(f"--for {text!r} is no span of time: write 90s, 30m, 24h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise InputError(f"{text!r} is no date or time: write 2026-03-07 or 2026-03-07T09:30:00") from error
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def telling() -> tuple[Counts, Callable[[Ran], None]]:
    """Counts, and what counts a run; on a terminal the moment that is reached is shown, and a failure is a line."""
    counts: Counts = {}

    def tell(ran: Ran) -> None:
        counts.setdefault((str(ran.kind), ran.name), Counter())[ran.outcome] += 1
        at = ran.at.strftime("%Y-%m-%d %H:%M:%S")
        if ran.outcome == "failed":
            click.echo(f"{at} {ran.kind} {ran.name} failed", err=True)
        elif sys.stderr.isatty():
            click.echo(f"\r{at} {sum(sum(count.values()) for count in counts.values())} runs ", err=True, nl=False)

    return counts, tell


def report(counts: Counts, span: Span | None, format: str) -> None:
    """Each task and dynamic table with how often it ran, and how that went."""
    rows = [(*key, sum(count.values()), *(count[outcome] for outcome in _COLUMNS[3:])) for key, count in sorted(counts.items())]
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    if format == "json":
        times = [moment.isoformat() if moment else None for moment in (span.start, span.until)] if span else [None, None]
        ran = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        click.echo(json.dumps({"from": times[0], "until": times[1], "ran": ran}, ensure_ascii=False, indent=2))
        return
    from snowpact.cli.table import table

    if span is not None:
        click.echo(f"from {_shown(span.start)} until {_shown(span.until)}")
    click.echo(table(_COLUMNS, rows) if rows else "nothing was due")


def _shown(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S%z") if moment else ""
