"""When a task is due: ``'5 MINUTES'`` from the moment it is resumed, or ``'USING CRON 0 2 * * * America/Los_Angeles'``.

https://docs.snowflake.com/en/sql-reference/sql/create-task: a time that the change to daylight saving time leaves out is not run at all,
one that comes twice in autumn is run twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snowpact.model.errors import StatementError, compilation

_UNITS = {"SECOND": 1, "S": 1, "MINUTE": 60, "M": 60, "HOUR": 3600, "H": 3600}
_INTERVAL = re.compile(r"\s*(\d+)\s+([A-Za-z]+)\s*")
_CRON = re.compile(r"\s*USING\s+CRON\s+((?:\S+\s+){5})(\S+)\s*", re.IGNORECASE)
_LAST_WEEKDAY = re.compile(r"\b([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)L\b", re.IGNORECASE)
_WEEKDAYS = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
LEAST_SECONDS, MOST_SECONDS = 10, 8 * 86400
"""Ten seconds to eight days."""


@dataclass(frozen=True, slots=True)
class Every:
    """An interval, counted from when the task was resumed."""

    seconds: int

    def after(self, moment: datetime, base: datetime) -> datetime:
        """The first time later than ``moment``; none earlier than one interval after ``base``."""
        step = timedelta(seconds=self.seconds)
        passed = max((moment - base) // step, 0)
        return base + (passed + 1) * step


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields in a time zone."""

    fields: str
    zone: str

    def after(self, moment: datetime, base: datetime) -> datetime:
        """The first time later than ``moment``, in UTC."""
        from croniter import croniter

        minutes, hours = croniter.expand(self.fields)[0][:2]
        times = croniter(self.fields, max(moment, base).astimezone(ZoneInfo(self.zone)))
        while True:
            found = times.get_next(datetime)
            if {found.minute, "*"} & set(minutes) and {found.hour, "*"} & set(hours):  # else a time that the clocks leave out
                return found.astimezone(UTC)


Schedule = Every | Cron


@lru_cache(maxsize=1024)
def parse_schedule(text: str) -> Schedule:
    """Raises StatementError for what is no schedule. Number [M]."""
    interval = _INTERVAL.fullmatch(text)
    if interval:
        seconds = int(interval[1]) * _UNITS.get(interval[2].upper().removesuffix("S") or "S", 0)
        if LEAST_SECONDS <= seconds <= MOST_SECONDS:
            return Every(seconds)
        raise _invalid(text)
    cron = _CRON.fullmatch(text)
    if cron is None:
        raise _invalid(text)
    return _cron(" ".join(cron[1].split()), cron[2], text)


def _cron(fields: str, zone: str, text: str) -> Cron:
    from croniter import croniter

    *first, weekday = fields.split()
    fields = " ".join([*first, _LAST_WEEKDAY.sub(lambda found: f"L{_WEEKDAYS.get(found[1].upper(), found[1])}", weekday)])
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _invalid(text) from error
    if not croniter.is_valid(fields) or re.search(r"[@?#]|\b[RH]\b|\dW", fields, re.IGNORECASE):
        raise _invalid(text)
    return Cron(fields, zone)


def _invalid(text: str) -> StatementError:
    return compilation(f"invalid value [{text}] for parameter 'SCHEDULE'", 1008, "22023")
